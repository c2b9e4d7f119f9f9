package org.grokfast.models.forecast.features;

import org.grokfast.models.analysis.curve.LossSpectrum;

/**
 * How strongly the training loss oscillates: the activity of arXiv 2306.13253, of which the paper's
 * own cut-off isn't known. Ours: a polynomial of degree 5 is the trend.
 */
record LossActivity() implements Feature {
  /** The degree of the polynomial that is subtracted. */
  static final int TREND = 5;

  @Override
  public String name() {
    return "loss-activity";
  }

  @Override
  public String about() {
    return "decimal logarithm of the training loss's energy around its trend";
  }

  @Override
  public double of(EarlyRun run) {
    return EarlyRun.log(LossSpectrum.of(run.trainLoss(), TREND).activity());
  }
}
