package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What filters do to gradients of one frequency, against the closed form's values. */
class FrequencyResponseTest {
  private static final int SETTLED = 2_000;

  @ParameterizedTest
  @CsvSource({
    "0, 3, 6",
    "0.01, 2.7265, 5.6941",
    "0.05, 1.4688, 0.7425",
    "0.1, 1.1629, 1.2119",
    "3.141592653589793, 1.0202, 1"
  })
  void theGainAtAFrequencyIsThatOfTheClosedForm(double omega, double ema, double average) {
    assertThat(gain(Ema.of(0.98, 2), omega)).isCloseTo(ema, within(5e-5));
    assertThat(gain(MovingAverage.of(100, 5), omega)).isCloseTo(average, within(5e-5));
  }

  /** Cosine and sine are filtered side by side: the length of the pair is the gain. */
  private static double gain(GradientFilter filter, double omega) {
    ArrayFilter run = new ArrayFilter(filter, Precision.FLOAT64, 2);
    double[] out = new double[2];
    for (int t = 0; t <= SETTLED; t++) {
      out = run.step(new double[] {Math.cos(omega * t), Math.sin(omega * t)});
    }
    return Math.hypot(out[0], out[1]);
  }

  @ParameterizedTest
  @CsvSource({"GRADIENT", "ZERO", "DEBIAS"})
  void aConstantGradientIsAmplifiedByOnePlusLambHoweverItStarts(FirstStep start) {
    ArrayFilter run = new ArrayFilter(Ema.of(0.9, 2).withFirstStep(start), Precision.FLOAT32, 1);
    double[] out = run.step(new double[] {0.5});
    assertThat(out[0]).isCloseTo(start == FirstStep.ZERO ? 0.5 * (1 + 2 * 0.1) : 1.5, within(1e-6));
    for (int t = 1; t < 300; t++) {
      out = run.step(new double[] {0.5});
    }
    // Float32 rounds each of some 10 steps that still count: a few units in the last place.
    assertThat(out[0]).isCloseTo(1.5, within(2e-6));
  }
}
