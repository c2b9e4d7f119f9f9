package org.grokfast.models.training.files;

import java.util.List;
import java.util.OptionalInt;

/**
 * Where the validation accuracy crossed a threshold, as far as is known after a validation.
 *
 * <p>The <em>first</em> crossing is the first validation at or above the threshold. The
 * <em>sustained</em> crossing is the first validation from which on the accuracy is at or above the
 * threshold in every validation of the next {@code hold} steps, all of which the run has to have
 * made. It does not depend on what comes after that. A NaN is below every threshold.
 *
 * @param threshold the accuracy to reach
 * @param hold for how many steps it has to hold
 * @param firstStep the first crossing's step; 0 for none yet
 * @param startStep the step from which on no validation was below; 0 if the last one was
 * @param belowStep the step of the last validation below before the sustained crossing; 0 for none
 * @param sustainedStep the sustained crossing's step; 0 for none yet
 */
public record Crossing(
    double threshold, int hold, int firstStep, int startStep, int belowStep, int sustainedStep) {

  /** Before the first validation. */
  public static Crossing none(double threshold, int hold) {
    return new Crossing(threshold, hold, 0, 0, 0, 0);
  }

  /** After all validations of a run, given by step. */
  public static Crossing of(List<MetricsRow> rows, double threshold, int hold) {
    Crossing crossing = none(threshold, hold);
    for (MetricsRow row : rows) {
      crossing = crossing.observe(row.step(), row.validationAccuracy());
    }
    return crossing;
  }

  /** After one validation more. */
  public Crossing observe(int step, double accuracy) {
    if (sustainedStep > 0) {
      return this;
    }
    if (!(accuracy >= threshold)) {
      return new Crossing(threshold, hold, firstStep, 0, step, 0);
    }
    int first = firstStep == 0 ? step : firstStep;
    int start = startStep == 0 ? step : startStep;
    return new Crossing(threshold, hold, first, start, belowStep, step - start >= hold ? start : 0);
  }

  public OptionalInt first() {
    return firstStep == 0 ? OptionalInt.empty() : OptionalInt.of(firstStep);
  }

  public OptionalInt sustained() {
    return sustainedStep == 0 ? OptionalInt.empty() : OptionalInt.of(sustainedStep);
  }
}
