package org.grokfast.models.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.grokfast.models.analysis.response.FrequencyResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StabilityThresholdTest {
  private static final double RATE = 1e-3;

  @Test
  void theThresholdOfAdamIsThirtyEightOverTheRate() {
    assertThat(StabilityThreshold.adam(RATE, 0.9)).isCloseTo(38_000, within(1e-6));
    assertThat(StabilityThreshold.adam(RATE, 0.98)).isCloseTo(198_000, within(1e-6));
    assertThat(StabilityThreshold.adam(RATE, 0))
        .isEqualTo(StabilityThreshold.gradientDescent(RATE));
  }

  @Test
  void withoutAFilterTheScanFindsTheClosedForm() {
    assertThat(StabilityThreshold.filtered(RATE, 0.9, FrequencyResponse.NONE))
        .isCloseTo(38_000, within(1e-4));
  }

  /** The figures were found by roots and by simulation, independently of this code. */
  @ParameterizedTest
  @CsvSource({"0.98, 2, 37.25", "0.98, 5, 36.2", "0.9, 1, 36.15", "0.8, 0.1, 37.6"})
  void withAnAverageItIsTheFlipOfTheCharacteristicPolynomial(
      double alpha, double lamb, double figure) {
    double found = StabilityThreshold.filtered(1, 0.9, FrequencyResponse.ema(alpha, lamb));
    double flip = 2 * 1.9 * (1 + alpha) / (0.1 * ((1 + alpha) + lamb * (1 - alpha)));
    assertThat(found).isCloseTo(flip, within(1e-6)).isCloseTo(figure, within(0.051));
  }

  @Test
  void aSimulationIsStableBelowAndUnstableAbove() {
    assertThat(growth(37.9, 0, 0)).isLessThan(1);
    assertThat(growth(38.1, 0, 0)).isGreaterThan(1);
    double filtered = StabilityThreshold.filtered(1, 0.9, FrequencyResponse.ema(0.98, 2));
    assertThat(growth(filtered - 0.1, 0.98, 2)).isLessThan(1);
    assertThat(growth(filtered + 0.1, 0.98, 2)).isGreaterThan(1);
  }

  @Test
  void aWindowWhoseEchoIsUnstableEarlierIsFoundBySimulation() {
    double threshold = StabilityThreshold.filtered(1, 0.9, FrequencyResponse.movingAverage(3, 5));
    // The flip at ω = π would be at 2·1.9/(0.1·(1 + 5/3)) = 14.25.
    assertThat(threshold).isLessThanOrEqualTo(14.25 + 1e-9);
    assertThat(windowGrowth(threshold * 0.99, 3, 5)).isLessThan(1);
    assertThat(windowGrowth(threshold * 1.01, 3, 5)).isGreaterThan(1);
  }

  /** How much larger the parameter is at the end than in the middle of a long run. */
  private static double growth(double eigenvalue, double alpha, double lamb) {
    double theta = 1;
    double moment = 0;
    double average = 0;
    double middle = 0;
    double late = 0;
    for (int t = 0; t < 8_000; t++) {
      double gradient = eigenvalue * theta;
      average = alpha * average + (1 - alpha) * gradient;
      moment = 0.9 * moment + 0.1 * (gradient + lamb * average);
      theta -= moment;
      if (t >= 3_000 && t < 4_000) {
        middle = Math.max(middle, Math.abs(theta));
      } else if (t >= 7_000) {
        late = Math.max(late, Math.abs(theta));
      }
    }
    return late / middle;
  }

  private static double windowGrowth(double eigenvalue, int window, double lamb) {
    double[] ring = new double[window];
    double theta = 1;
    double moment = 0;
    double middle = 0;
    double late = 0;
    for (int t = 0; t < 8_000; t++) {
      double gradient = eigenvalue * theta;
      ring[t % window] = gradient;
      double sum = 0;
      for (double value : ring) {
        sum += value;
      }
      moment = 0.9 * moment + 0.1 * (gradient + lamb * sum / window);
      theta -= moment;
      if (Math.abs(theta) > 1e100) {
        return Double.POSITIVE_INFINITY;
      }
      if (t >= 3_000 && t < 4_000) {
        middle = Math.max(middle, Math.abs(theta));
      } else if (t >= 7_000) {
        late = Math.max(late, Math.abs(theta));
      }
    }
    return late / middle;
  }
}
