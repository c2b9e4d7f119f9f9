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
 * @param trainingAccuracy the accuracy that is reported of an update's batch; mostly the same
 * @param output the predictions, with the batch as the first dimension
 * @param parameters how many trainable numbers the model has
 * @param measures scalars of a batch that a run with probes logs too, by name
 * @param layers what layers give, by name and in the order of the model; the first dimension of
 *     each is the batch, or goes through one example after the other
 */
public record TaskGraph(
    Operand<TFloat32> loss,
    Operand<TFloat32> validationLoss,
    Optional<Operand<TFloat32>> accuracy,
    Optional<Operand<TFloat32>> trainingAccuracy,
    Operand<TFloat32> output,
    long parameters,
    Map<String, Operand<TFloat32>> measures,
    Map<String, Operand<TFloat32>> layers) {

  /** Keeps the orders of measures and layers. */
  public TaskGraph {
    layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
    measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
  }

  /** Outputs of which nothing more is measured, and no layers are known. */
  public TaskGraph(
      Operand<TFloat32> loss,
      Operand<TFloat32> validationLoss,
      Optional<Operand<TFloat32>> accuracy,
      Operand<TFloat32> output,
      long parameters) {
    this(loss, validationLoss, accuracy, accuracy, output, parameters, Map.of(), Map.of());
  }

  /** The same with measures. */
  public TaskGraph measuring(Map<String, Operand<TFloat32>> scalars) {
    return new TaskGraph(
        loss, validationLoss, accuracy, trainingAccuracy, output, parameters, scalars, layers);
  }

  /**
   * The same but for what an update minimises and reports.
   *
   * @param otherLoss a scalar
   * @param otherAccuracy a scalar
   */
  public TaskGraph trainedBy(Operand<TFloat32> otherLoss, Operand<TFloat32> otherAccuracy) {
    return new TaskGraph(
        otherLoss,
        validationLoss,
        accuracy,
        Optional.of(otherAccuracy),
        output,
        parameters,
        measures,
        layers);
  }

  /** The same with what layers give. */
  public TaskGraph withLayers(Map<String, Operand<TFloat32>> features) {
    return new TaskGraph(
        loss, validationLoss, accuracy, trainingAccuracy, output, parameters, measures, features);
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
