package org.grokfast.models.forecast.features;

import org.grokfast.models.training.files.MetricsRow;

/** Where the training loss is, without the accident of one step. */
record LossLevel() implements Feature {
  @Override
  public String name() {
    return "loss-level";
  }

  @Override
  public String about() {
    return "decimal logarithm of the mean training loss over the last 20 steps";
  }

  @Override
  public double of(EarlyRun run) {
    return EarlyRun.log(run.level(MetricsRow::trainLoss));
  }
}
