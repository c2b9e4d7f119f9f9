package org.grokfast.models.forecast.features;

import java.util.Arrays;

/** Whether the training loss still falls: a decay of the weights holds it up. */
record LossSlope() implements Feature {
  @Override
  public String name() {
    return "loss-slope";
  }

  @Override
  public String about() {
    return "slope of the training loss's decimal logarithm over the second half, a step";
  }

  @Override
  public double of(EarlyRun run) {
    double[] loss = run.trainLoss();
    return Slope.of(Arrays.stream(loss, loss.length / 2, loss.length).map(EarlyRun::log).toArray());
  }
}
