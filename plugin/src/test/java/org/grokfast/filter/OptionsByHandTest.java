package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.Schedule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every option against a second, plain implementation that keeps all gradients and follows the
 * definitions word by word, in float64.
 */
class OptionsByHandTest {
  private static final int STEPS = 30;

  static Stream<GradientFilter> filters() {
    List<FilterOptions> options =
        List.of(
            FilterOptions.DEFAULTS,
            FilterOptions.builder().startStep(4).build(),
            FilterOptions.builder().stopStep(9).build(),
            FilterOptions.builder().rampSteps(5).build(),
            FilterOptions.builder().startStep(3).rampSteps(4).stopStep(12).build(),
            FilterOptions.builder().startStep(1).compensateLearningRate(true).build(),
            FilterOptions.builder().rampSteps(7).compensateLearningRate(true).build());
    List<GradientFilter> filters = new ArrayList<>();
    for (FilterOptions option : options) {
      for (FirstStep start : FirstStep.values()) {
        filters.add(new Ema(0.9, 2, start, option));
      }
      for (Averaging averaging : Averaging.values()) {
        filters.add(new MovingAverage(6, 5, averaging, true, option));
        filters.add(new MovingAverage(6, 5, averaging, false, option));
      }
      filters.add(new MovingAverage(1, 5, Averaging.MEAN, true, option));
    }
    return filters.stream();
  }

  @ParameterizedTest
  @MethodSource("filters")
  void agreesWithThePlainImplementation(GradientFilter filter) {
    ArrayFilter run = new ArrayFilter(filter, Precision.FLOAT64, 1);
    Random random = new Random(11);
    List<Double> gradients = new ArrayList<>();
    for (int t = 0; t < STEPS; t++) {
      double gradient = random.nextGaussian();
      gradients.add(gradient);
      assertThat(run.step(new double[] {gradient})[0])
          .as("step %d", t)
          .isCloseTo(plain(filter, gradients), within(1e-12));
    }
  }

  /** The output for the last gradient. */
  private static double plain(GradientFilter filter, List<Double> gradients) {
    int t = gradients.size() - 1;
    double lamb = lamb(filter, t);
    double slow;
    if (filter instanceof Ema ema) {
      slow = average(ema, gradients);
    } else {
      MovingAverage average = (MovingAverage) filter;
      List<Double> window =
          gradients.subList(Math.max(0, gradients.size() - average.window()), gradients.size());
      double sum = window.stream().mapToDouble(Double::doubleValue).sum();
      slow = average.averaging() == Averaging.SUM ? sum : sum / window.size();
      if (average.warmup() && window.size() < average.window()) {
        lamb = 0;
      }
    }
    double output = gradients.get(t) + lamb * slow;
    return filter.options().compensateLearningRate() ? output / (1 + lamb) : output;
  }

  private static double average(Ema ema, List<Double> gradients) {
    double alpha = ema.alpha();
    double m = ema.firstStep() == FirstStep.GRADIENT ? gradients.get(0) : 0;
    for (double gradient : gradients) {
      m = alpha * m + (1 - alpha) * gradient;
    }
    return ema.firstStep() == FirstStep.DEBIAS ? m / (1 - Math.pow(alpha, gradients.size())) : m;
  }

  private static double lamb(GradientFilter filter, int t) {
    Schedule schedule = filter.options().schedule();
    if (t < schedule.start() || t >= schedule.stop()) {
      return 0;
    }
    long since = t - schedule.start();
    double lamb = filter.parameters().get("lamb");
    return since < schedule.ramp() ? lamb * since / schedule.ramp() : lamb;
  }
}
