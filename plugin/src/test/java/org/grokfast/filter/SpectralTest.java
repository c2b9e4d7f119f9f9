package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The orthogonal factor of the gradient. */
class SpectralTest {
  private static double[] step(GradientFilter filter, double... gradient) {
    return new ArrayFilter(filter, Precision.FLOAT64, 2, 3).step(gradient);
  }

  @Test
  void itIsWhatOrthogonalAddsWithoutMomentum() {
    double[] gradient = new Random(3).doubles(6, -1, 1).toArray();
    double[] sum = step(Orthogonal.of(0, 0.5), gradient);
    double[] output = step(Spectral.of(0.5), gradient);
    for (int i = 0; i < output.length; i++) {
      assertThat(output[i]).isCloseTo(sum[i] - gradient[i], within(1e-14));
    }
  }

  @Test
  void theSizeOfTheGradientIsNothingToIt() {
    double[] gradient = {1, 0.5, -2, 0.25, 3, 1};
    double[] large = java.util.Arrays.stream(gradient).map(v -> 1024 * v).toArray();
    double[] output = step(Spectral.defaults(), large);
    double[] expected = step(Spectral.defaults(), gradient);
    for (int i = 0; i < output.length; i++) {
      assertThat(output[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void singularValuesComeNearScale() {
    // Singular values 4 and 0.5.
    double[] output = step(Spectral.of(3), 4, 0, 0, 0, 0.5, 0);
    assertThat(output[0]).isBetween(0.65 * 3, 1.25 * 3);
    assertThat(output[4]).isBetween(0.65 * 3, 1.25 * 3);
    assertThat(output[1]).isZero();
  }

  @Test
  void zerosStayZeros() {
    assertThat(step(Spectral.defaults(), new double[6])).containsOnly(0);
  }

  @Test
  void onlyMatricesAreTaken() {
    assertThat(Spectral.defaults().takes(List.of(2L, 3L))).isTrue();
    assertThat(Spectral.defaults().takes(List.of(6L))).isFalse();
    assertThat(Spectral.defaults().takes(List.of(1L, 2L, 3L))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void scalesOutOfRangeAreRefused(double scale) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Spectral.of(scale))
        .withMessage("scale must be finite and > 0, was " + scale);
  }
}
