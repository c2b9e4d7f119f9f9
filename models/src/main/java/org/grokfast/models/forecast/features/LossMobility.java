package org.grokfast.models.forecast.features;

import org.grokfast.models.analysis.curve.Hjorth;
import org.grokfast.models.analysis.curve.LossSpectrum;

/** About the mean frequency of the oscillation. */
record LossMobility() implements Feature {
  @Override
  public String name() {
    return "loss-mobility";
  }

  @Override
  public String about() {
    return "decimal logarithm of Hjorth's mobility of the training loss around its trend";
  }

  @Override
  public double of(EarlyRun run) {
    return EarlyRun.log(
        Hjorth.of(LossSpectrum.withoutTrend(run.trainLoss(), LossActivity.TREND)).mobility());
  }
}
