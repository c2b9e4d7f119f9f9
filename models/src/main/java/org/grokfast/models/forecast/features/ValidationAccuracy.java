package org.grokfast.models.forecast.features;

import org.grokfast.models.training.files.MetricsRow;

/** Whether the run generalises already. */
record ValidationAccuracy() implements Feature {
  @Override
  public String name() {
    return "validation-accuracy";
  }

  @Override
  public String about() {
    return "mean validation accuracy over the last 20 steps";
  }

  @Override
  public double of(EarlyRun run) {
    return run.level(MetricsRow::validationAccuracy);
  }
}
