package org.grokfast.models.analysis.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrequencyResponseTest {

  /** Computed from the geometric sum of the impulse response with NumPy. */
  @ParameterizedTest
  @CsvSource({
    "0, 3.000", "0.001, 2.9968", "0.01, 2.7265", "0.02, 2.2495",
    "0.05, 1.4688", "0.1, 1.1629", "0.3, 1.0374", "3.141592653589793, 1.0202"
  })
  void theGainOfTheAverageOfTheReferenceIsTheTabulated(double omega, double gain) {
    assertThat(FrequencyResponse.ema(0.98, 2).at(omega).norm()).isCloseTo(gain, within(5.1e-5));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 6.000",
    "0.001, 5.9969",
    "0.01, 5.6941",
    "0.02, 4.8290",
    "0.05, 0.7425",
    "0.1, 1.2119",
    "3.141592653589793, 1.000"
  })
  void theGainOfTheWindowOfTheReferenceIsTheTabulated(double omega, double gain) {
    assertThat(FrequencyResponse.movingAverage(100, 5).at(omega).norm())
        .isCloseTo(gain, within(5.1e-5));
  }

  @Test
  void theWindowAddsNothingToAPeriodThatFitsIntoIt() {
    assertThat(FrequencyResponse.movingAverage(100, 5).at(2 * Math.PI * 3 / 100).norm())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void theAverageShiftsThePhaseByTwentyEightDegreesAtMost() {
    double least = 0;
    for (int i = 1; i < 3000; i++) {
      least = Math.min(least, FrequencyResponse.ema(0.98, 2).at(i / 1000.0).getArgument());
    }
    assertThat(Math.toDegrees(least)).isBetween(-30.5, -27.5);
  }
}
