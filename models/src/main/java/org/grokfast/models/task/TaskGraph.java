package org.grokfast.models.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/**
 * The outputs of a task's model.
 *
 * @param loss the mean loss of a batch, a scalar; what is minimised
 * @param validationLoss the loss that is reported for validation, a scalar; mostly the same
 * @param accuracy the share of right answers of a batch, a scalar; empty for a regression
 * @param output the predictions, with the batch as the first dimension
 * @param parameters how many trainable numbers the model has
 * @param measures scalars of a batch that a run with probes logs too, by name
 */
public record TaskGraph(
    Operand<TFloat32> loss,
    Operand<TFloat32> validationLoss,
    Optional<Operand<TFloat32>> accuracy,
    Operand<TFloat32> output,
    long parameters,
    Map<String, Operand<TFloat32>> measures) {

  /** Keeps the order of the measures. */
  public TaskGraph {
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
  }

  /** Outputs of which nothing more is measured. */
  public TaskGraph(
      Operand<TFloat32> loss,
      Operand<TFloat32> validationLoss,
      Optional<Operand<TFloat32>> accuracy,
      Operand<TFloat32> output,
      long parameters) {
    this(loss, validationLoss, accuracy, output, parameters, Map.of());
  }

  /** The same with measures. */
  public TaskGraph measuring(Map<String, Operand<TFloat32>> scalars) {
    return new TaskGraph(loss, validationLoss, accuracy, output, parameters, scalars);
  }

  /** A classifier whose validation loss is its loss. */
  public static TaskGraph classifier(
      Operand<TFloat32> loss,
      Operand<TFloat32> accuracy,
      Operand<TFloat32> output,
      long parameters) {
    return new TaskGraph(loss, loss, Optional.of(accuracy), output, parameters);
  }
}
