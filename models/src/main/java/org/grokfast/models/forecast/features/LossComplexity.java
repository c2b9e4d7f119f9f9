package org.grokfast.models.forecast.features;

import org.grokfast.models.analysis.curve.Hjorth;
import org.grokfast.models.analysis.curve.LossSpectrum;

/** How far the oscillation is from a sine. */
record LossComplexity() implements Feature {
  @Override
  public String name() {
    return "loss-complexity";
  }

  @Override
  public String about() {
    return "decimal logarithm of Hjorth's complexity of the training loss around its trend";
  }

  @Override
  public double of(EarlyRun run) {
    return EarlyRun.log(
        Hjorth.of(LossSpectrum.withoutTrend(run.trainLoss(), LossActivity.TREND)).complexity());
  }
}
