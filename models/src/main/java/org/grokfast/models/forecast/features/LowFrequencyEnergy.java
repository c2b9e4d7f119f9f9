package org.grokfast.models.forecast.features;

import org.grokfast.models.analysis.curve.LossSpectrum;

/**
 * How strongly the training loss oscillates slowly, which arXiv 2306.13253 names in its abstract.
 */
record LowFrequencyEnergy() implements Feature {

  @Override
  public String name() {
    return "low-frequency-energy";
  }

  @Override
  public String about() {
    return "decimal logarithm of that energy below a tenth of a cycle a step";
  }

  @Override
  public double of(EarlyRun run) {
    LossSpectrum spectrum = LossSpectrum.of(run.trainLoss(), LossActivity.TREND);
    return EarlyRun.log(spectrum.band(0, run.rows().size() / 10));
  }
}
