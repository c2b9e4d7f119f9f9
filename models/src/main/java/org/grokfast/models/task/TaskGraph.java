package org.grokfast.models.task;

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
 */
public record TaskGraph(
    Operand<TFloat32> loss,
    Operand<TFloat32> validationLoss,
    Optional<Operand<TFloat32>> accuracy,
    Operand<TFloat32> output,
    long parameters) {

  /** A classifier whose validation loss is its loss. */
  public static TaskGraph classifier(
      Operand<TFloat32> loss,
      Operand<TFloat32> accuracy,
      Operand<TFloat32> output,
      long parameters) {
    return new TaskGraph(loss, loss, Optional.of(accuracy), output, parameters);
  }
}
