package org.grokfast.models.analysis;

import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.Averaging;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.models.analysis.response.FrequencyResponse;
import org.grokfast.models.analysis.spectrum.StabilityThreshold;
import org.grokfast.models.task.TrainingOptions;

/** What the eigenvalues of a run are held against. */
final class Thresholds {
  private final double beta1;
  private final Optional<Double> filtered;

  Thresholds(TrainingOptions training) {
    beta1 = training.adam().beta1();
    filtered =
        training
            .filter()
            .map(Thresholds::response)
            .orElse(Optional.of(FrequencyResponse.NONE))
            .map(response -> StabilityThreshold.filtered(1, beta1, response));
  }

  /** Nothing for a filter that has no frequency response in closed form. */
  private static Optional<FrequencyResponse> response(GradientFilter filter) {
    if (filter instanceof Ema ema) {
      return Optional.of(FrequencyResponse.ema(ema.alpha(), ema.lamb()));
    }
    if (filter instanceof MovingAverage average && average.averaging() == Averaging.MEAN) {
      return Optional.of(FrequencyResponse.movingAverage(average.window(), average.lamb()));
    }
    return Optional.empty();
  }

  /**
   * Adds the thresholds.
   *
   * @param rate the learning rate of the last update; there are none for 0 or NaN
   */
  void add(double rate, Map<Quantity, Double> total) {
    if (rate > 0) {
      total.put(Quantity.THRESHOLD_GRADIENT_DESCENT, StabilityThreshold.gradientDescent(rate));
      total.put(Quantity.THRESHOLD_ADAM, StabilityThreshold.adam(rate, beta1));
      filtered.ifPresent(value -> total.put(Quantity.THRESHOLD_FILTERED, value / rate));
    }
  }
}
