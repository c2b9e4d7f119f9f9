package org.grokfast.models.task;

import java.util.Map;
import org.tensorflow.Tensor;

/** What an update takes beside its batch. */
@FunctionalInterface
public interface StepInputs {
  /** Nothing. */
  StepInputs NONE = (step, accuracyBefore) -> Map.of();

  /**
   * The values of further inputs, a function of these two numbers alone, so that a run that was
   * stopped and resumed takes the same. Whoever calls it closes the tensors.
   *
   * @param step the number of updates made so far
   * @param accuracyBefore the accuracy of the batch of the update before, in [0, 1]; 0 in front of
   *     the first update
   * @return by the name of the input
   */
  Map<String, Tensor> at(int step, double accuracyBefore);
}
