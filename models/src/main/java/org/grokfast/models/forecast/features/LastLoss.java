package org.grokfast.models.forecast.features;

/** The trivial predictor: where the training loss is. */
record LastLoss() implements Feature {
  @Override
  public String name() {
    return "last-loss";
  }

  @Override
  public String about() {
    return "decimal logarithm of the training loss in the last step";
  }

  @Override
  public double of(EarlyRun run) {
    double[] loss = run.trainLoss();
    return EarlyRun.log(loss[loss.length - 1]);
  }
}
