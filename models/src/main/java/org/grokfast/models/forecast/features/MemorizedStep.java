package org.grokfast.models.forecast.features;

import org.grokfast.models.training.files.MetricsRow;

/** When the training examples are known. */
record MemorizedStep() implements Feature {
  private static final double KNOWN = 0.99;

  @Override
  public String name() {
    return "memorized-step";
  }

  @Override
  public String about() {
    return "decimal logarithm of the first step with a training accuracy of 0.99, or of the last";
  }

  @Override
  public double of(EarlyRun run) {
    return Math.log10(
        run.rows().stream()
            .filter(row -> row.trainAccuracy() >= KNOWN)
            .mapToInt(MetricsRow::step)
            .findFirst()
            .orElse(run.rows().size()));
  }
}
