package org.grokfast.models.analysis;

import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.AdditiveFilter;
import org.grokfast.filter.Averaging;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.algebra.ArrayOps;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.Schedule;
import org.grokfast.filter.options.VariableSelection;
import org.grokfast.models.analysis.response.FrequencyResponse;
import org.grokfast.models.analysis.spectrum.StabilityThreshold;
import org.grokfast.models.task.TrainingOptions;

/**
 * What the eigenvalues of a run are held against. A filter counts as it was in the update that led
 * to the checkpoint: with the lamb that its schedule left, and divided by 1 + lamb where it
 * compensates. While it adds nothing, before its start, from its stop on or until its window is
 * full, the threshold is that of no filter.
 */
final class Thresholds {
  private final double beta1;
  private final Optional<GradientFilter> filter;

  Thresholds(TrainingOptions training) {
    beta1 = training.adam().beta1();
    filter = training.filter();
  }

  /**
   * Adds the thresholds.
   *
   * @param step the number of updates made, ≥ 1
   * @param rate the learning rate of the last update; there are none for 0 or NaN
   */
  void add(int step, double rate, Map<Quantity, Double> total) {
    if (rate > 0) {
      total.put(Quantity.THRESHOLD_GRADIENT_DESCENT, StabilityThreshold.gradientDescent(rate));
      total.put(Quantity.THRESHOLD_ADAM, StabilityThreshold.adam(rate, beta1));
      filter
          .map(present -> response(present, step))
          .orElse(Optional.of(FrequencyResponse.NONE))
          .map(response -> StabilityThreshold.filtered(rate, beta1, response))
          .ifPresent(value -> total.put(Quantity.THRESHOLD_FILTERED, value));
    }
  }

  /**
   * Nothing for a filter that has no frequency response in closed form, or not the same one for all
   * variables.
   */
  private static Optional<FrequencyResponse> response(GradientFilter filter, int step) {
    if (filter instanceof Unfiltered || gain(filter, step) == 0) {
      return Optional.of(FrequencyResponse.NONE);
    }
    FilterOptions options = filter.options();
    if (!options.selection().equals(VariableSelection.ALL)) {
      return Optional.empty();
    }
    double lamb = gain(filter, step);
    return average(filter, lamb, step)
        .map(response -> options.compensateLearningRate() ? over(1 + lamb, response) : response);
  }

  private static Optional<FrequencyResponse> average(GradientFilter filter, double lamb, int step) {
    if (filter instanceof Ema ema) {
      return Optional.of(FrequencyResponse.ema(ema.alpha(), lamb));
    }
    if (filter instanceof MovingAverage average && average.averaging() == Averaging.MEAN) {
      return Optional.of(FrequencyResponse.movingAverage(Math.min(step, average.window()), lamb));
    }
    return Optional.empty();
  }

  /** The lamb of an update, or 1 for a filter without one; 0 where it leaves the gradient alone. */
  private static double gain(GradientFilter filter, int step) {
    if (filter instanceof MovingAverage average && average.warmup() && step < average.window()) {
      return 0;
    }
    double lamb = filter instanceof AdditiveFilter additive ? additive.lamb() : 1;
    Schedule schedule = filter.options().schedule();
    // As the filter itself computes it.
    return schedule.gain(
        new ArrayOps(
            Precision.FLOAT64, Precision.FLOAT64, new int[0], new ArrayOps.Clock(step, step)),
        lamb);
  }

  private static FrequencyResponse over(double divisor, FrequencyResponse response) {
    return omega -> response.at(omega).divide(divisor);
  }
}
