package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The array interpreter against the reference implementation's own output. */
class ArrayFilterGoldenTest {

  static Stream<Arguments> configurations() {
    // The tolerances are those measured for a running sum and for one rounding more or less in the
    // first step; starting from zeros, the usual mistake, is off by 2.1 and 0.086.
    return Stream.of(
        Arguments.of("ema_a0.98_l2", Ema.of(0.98, 2), 1e-6),
        Arguments.of("ema_a0.8_l0.1", Ema.of(0.8, 0.1), 1e-6),
        Arguments.of("ma_w10_l5_mean_warmup", MovingAverage.of(10, 5), 2e-6),
        Arguments.of("ma_w10_l5_mean_nowarmup", MovingAverage.of(10, 5).withWarmup(false), 2e-6),
        Arguments.of(
            "ma_w10_l5_sum_nowarmup",
            MovingAverage.of(10, 5).withWarmup(false).withAveraging(Averaging.SUM),
            2e-5));
  }

  @ParameterizedTest
  @MethodSource("configurations")
  void agreesWithTheReference(String name, GradientFilter filter, double tolerance) {
    double[][] gradients = Golden.rows("raw_gradients");
    ArrayFilter run = new ArrayFilter(filter, Precision.FLOAT32, 8);
    double[][] filtered = Stream.of(gradients).map(run::step).toArray(double[][]::new);

    double difference = Golden.maxDifference(filtered, Golden.rows("filtered_" + name));

    assertThat(difference).isLessThanOrEqualTo(tolerance);
  }
}
