package org.grokfast.models.forecast.features;

import org.grokfast.models.training.files.MetricsRow;

/** How much of the training examples is known. */
record TrainAccuracy() implements Feature {
  @Override
  public String name() {
    return "train-accuracy";
  }

  @Override
  public String about() {
    return "mean training accuracy over the last 20 steps";
  }

  @Override
  public double of(EarlyRun run) {
    return run.level(MetricsRow::trainAccuracy);
  }
}
