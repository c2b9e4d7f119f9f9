package org.grokfast.tests.forecast;

import java.util.Map;
import java.util.OptionalInt;

/**
 * What is kept of a run of the study.
 *
 * @param setting what it was given
 * @param features what was known after 400 steps, by name; the slope of the weight norm among them
 * @param half the first step with a validation accuracy of 50 %
 * @param reached the first step with one of 95 %
 */
record StudyRow(
    StudySetting setting, Map<String, Double> features, OptionalInt half, OptionalInt reached) {

  /** Whether it generalised within the budget. */
  boolean generalised() {
    return reached.isPresent();
  }

  /** Whether something is left to forecast: it had not generalised by then. */
  boolean open() {
    return reached.isEmpty() || reached.getAsInt() > StudySetting.EARLY_STEPS;
  }

  /** Whether its validation accuracy had not even been at 50 %. */
  boolean still() {
    return half.isEmpty() || half.getAsInt() > StudySetting.EARLY_STEPS;
  }
}
