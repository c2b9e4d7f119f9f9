package org.grokfast.models.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SpectralDensityTest {
  private static final double[] DISTINCT = {-1, 0, 0.5, 3, 10};
  private static final int[] TIMES = {5, 150, 30, 13, 2};

  private static double[] values() {
    double[] values = new double[200];
    int i = 0;
    for (int k = 0; k < DISTINCT.length; k++) {
      Arrays.fill(values, i, i + TIMES[k], DISTINCT[k]);
      i += TIMES[k];
    }
    return values;
  }

  /** Random signs have equal squares, so the estimate is exact where the matrix is diagonal. */
  @Test
  void theSharesOfADiagonalQuadraticAreItsMultiplicities() {
    SpectralDensity density = SpectralDensity.of(KnownSpectrum.diagonal(values()), 3, 20, 7);
    for (int k = 0; k < DISTINCT.length; k++) {
      double at = DISTINCT[k];
      double share = density.shareUpTo(at + 1e-4) - density.shareUpTo(at - 1e-4);
      assertThat(share).as("at %s", at).isCloseTo(TIMES[k] / 200.0, within(1e-4));
      assertThat(density.at(at, 0.05)).isCloseTo(exact(at, 0.05), within(1e-4));
    }
  }

  private static double exact(double at, double width) {
    double sum = 0;
    for (double value : values()) {
      double distance = (at - value) / width;
      sum += Math.exp(-distance * distance / 2) / 200;
    }
    return sum / (width * Math.sqrt(2 * Math.PI));
  }

  @Test
  void theMeanOverManyProbesIsTheTraceOfARotatedQuadratic() {
    SpectralDensity density = SpectralDensity.of(KnownSpectrum.rotated(values(), 4), 60, 20, 7);
    double mean = Arrays.stream(values()).average().orElseThrow();
    // A probe's standard deviation is below √(2·square/200) = 0.13.
    assertThat(density.moment(1)).isCloseTo(mean, within(4 * 0.13 / Math.sqrt(60)));
    assertThat(density.moment(0)).isCloseTo(1, within(1e-9));
  }
}
