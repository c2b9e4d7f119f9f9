package org.grokfast.models.forecast.features;

import org.grokfast.models.analysis.curve.LossSpectrum;

/** How strongly the training loss oscillates from step to step. */
record HighFrequencyEnergy() implements Feature {

  @Override
  public String name() {
    return "high-frequency-energy";
  }

  @Override
  public String about() {
    return "decimal logarithm of that energy from a tenth of a cycle a step on";
  }

  @Override
  public double of(EarlyRun run) {
    LossSpectrum spectrum = LossSpectrum.of(run.trainLoss(), LossActivity.TREND);
    return EarlyRun.log(spectrum.band(run.rows().size() / 10, spectrum.energies().length));
  }
}
