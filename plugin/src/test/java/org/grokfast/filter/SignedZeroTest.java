package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With lamb 0 a gradient passes bit for bit, the sign of a zero included. */
class SignedZeroTest {

  static Stream<GradientFilter> filters() {
    return Stream.of(Ema.of(0.9, 0), MovingAverage.of(2, 0).withWarmup(false));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void aNegativeZeroStaysNegative(GradientFilter filter) {
    ArrayFilter run = new ArrayFilter(filter, Precision.FLOAT32, 2);
    for (int step = 0; step < 3; step++) {
      double[] output = run.step(new double[] {-0.0, 0.0});
      assertThat(Double.doubleToRawLongBits(output[0])).isEqualTo(Double.doubleToRawLongBits(-0.0));
      assertThat(Double.doubleToRawLongBits(output[1])).isEqualTo(Double.doubleToRawLongBits(0.0));
    }
  }
}
