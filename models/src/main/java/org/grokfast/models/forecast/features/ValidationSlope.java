package org.grokfast.models.forecast.features;

import java.util.Arrays;
import org.grokfast.models.training.files.MetricsRow;

/** Whether the validation loss has turned. */
record ValidationSlope() implements Feature {
  @Override
  public String name() {
    return "validation-slope";
  }

  @Override
  public String about() {
    return "slope of the validation loss's decimal logarithm over the second half, a step";
  }

  @Override
  public double of(EarlyRun run) {
    double[] loss = run.column(MetricsRow::validationLoss);
    return Slope.of(Arrays.stream(loss, loss.length / 2, loss.length).map(EarlyRun::log).toArray());
  }
}
