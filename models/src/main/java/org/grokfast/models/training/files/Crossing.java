package org.grokfast.models.training.files;

import java.util.OptionalInt;

/**
 * Where the validation accuracy crossed the threshold. The first crossing is the first validation
 * at or above it. The sustained crossing is the validation from which on the accuracy has never
 * been below it; a dip takes it back.
 *
 * @param firstStep the first crossing's step; 0 for none
 * @param sustainedStep the sustained crossing's step; 0 for none
 */
public record Crossing(int firstStep, int sustainedStep) {
  public static final Crossing NONE = new Crossing(0, 0);

  /** The state after a validation; a NaN is below every threshold. */
  public Crossing observe(int step, double accuracy, double threshold) {
    if (!(accuracy >= threshold)) {
      return new Crossing(firstStep, 0);
    }
    return new Crossing(
        firstStep == 0 ? step : firstStep, sustainedStep == 0 ? step : sustainedStep);
  }

  /** Whether {@code steps} have passed since the sustained crossing. */
  public boolean heldFor(int steps, int step) {
    return sustainedStep > 0 && step - sustainedStep >= steps;
  }

  public OptionalInt first() {
    return firstStep == 0 ? OptionalInt.empty() : OptionalInt.of(firstStep);
  }

  public OptionalInt sustained() {
    return sustainedStep == 0 ? OptionalInt.empty() : OptionalInt.of(sustainedStep);
  }
}
