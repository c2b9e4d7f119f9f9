package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The running sum against an exact one, over long runs. */
class MovingAverageDriftTest {
  private static final double UNIT_ROUNDOFF = 0x1p-24;

  @ParameterizedTest
  @CsvSource({"100, 100000", "1, 2000", "2, 5000", "7, 20000", "1000, 20000"})
  void theRunningSumStaysWithinTheDocumentedBound(int window, int steps) {
    Random random = new Random(window);
    ArrayFilter run = new ArrayFilter(MovingAverage.of(window, 1), Precision.FLOAT32, 1);
    double[] last = new double[window];
    double largest = 0;
    for (int t = 0; t < steps; t++) {
      // A common part makes the sum large against its terms, and so the roundings.
      float gradient = (float) (0.9 + 0.1 * random.nextGaussian());
      largest = Math.max(largest, Math.abs(gradient));
      last[t % window] = gradient;
      run.step(new double[] {gradient});
      double bound = 4.0 * window * window * UNIT_ROUNDOFF * largest;
      assertThat(Math.abs(run.state().get(1)[0] - exactSum(last))).isLessThanOrEqualTo(bound);
    }
  }

  /** Float64 sums at most 1,000 values of 24 bits and like size without any rounding. */
  private static double exactSum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  @Test
  void onceAWindowTheRunningSumIsTheFloatSumOfTheWindowFromOldestToNewest() {
    int window = 7;
    Random random = new Random(1);
    ArrayFilter run = new ArrayFilter(MovingAverage.of(window, 1), Precision.FLOAT32, 1);
    float sum = 0;
    for (int t = 0; t < 50 * window; t++) {
      float gradient = (float) random.nextGaussian();
      sum = t % window == 0 ? gradient : sum + gradient;
      run.step(new double[] {gradient});
      if (t % window == window - 1) {
        assertThat((float) run.state().get(1)[0]).isEqualTo(sum);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "5", "8"})
  void aNaNIsForgottenAfterTwoWindowsAtMost(int window) {
    for (int at = 0; at < 2 * window; at++) {
      ArrayFilter run =
          new ArrayFilter(MovingAverage.of(window, 1).withWarmup(false), Precision.FLOAT32, 1);
      double[] out = new double[1];
      for (int t = 0; t <= at + 2 * window; t++) {
        out = run.step(new double[] {t == at ? Double.NaN : 1});
        if (t == at) {
          assertThat(out[0]).isNaN();
        }
      }
      assertThat(out[0]).as("NaN at step %d", at).isEqualTo(2.0);
    }
  }
}
