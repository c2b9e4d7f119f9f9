package org.grokfast.models.forecast.features;

import org.grokfast.models.training.files.MetricsRow;

/** How wrong the run is on what it hasn't seen. */
record ValidationLoss() implements Feature {
  @Override
  public String name() {
    return "validation-loss";
  }

  @Override
  public String about() {
    return "decimal logarithm of the mean validation loss over the last 20 steps";
  }

  @Override
  public double of(EarlyRun run) {
    return EarlyRun.log(run.level(MetricsRow::validationLoss));
  }
}
