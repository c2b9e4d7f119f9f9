package org.grokfast.models.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CommutatorDefectTest {
  private static final double[][] A = {{2, 0}, {0, 1}};
  private static final double[][] B = {{1, 1}, {1, 1}};
  private static final double[] THETA = {1, 2};

  private static double[] times(double[][] m, double[] x) {
    return new double[] {m[0][0] * x[0] + m[0][1] * x[1], m[1][0] * x[0] + m[1][1] * x[1]};
  }

  /**
   * For quadratics θ_AB − θ_BA = η²(BA − AB)θ. BA − AB = [[0, -1], [1, 0]], so its image of (1, 2)
   * has the length √5; the gradients are (2, 2) and (3, 3).
   */
  @Test
  void theDefectOfTwoQuadraticsIsThatOfTheirCommutator() {
    double expected = Math.sqrt(5) / (Math.sqrt(8) * Math.sqrt(18));
    double steps = CommutatorDefect.ofSteps(x -> times(A, x), x -> times(B, x), THETA, 0.1);
    assertThat(steps).isCloseTo(expected, within(1e-12));
    double[] a = times(A, THETA);
    double[] b = times(B, THETA);
    double[] limit = CommutatorDefect.limit(a, b, times(B, a), times(A, b));
    assertThat(Vectors.norm(limit)).isCloseTo(expected, within(1e-12));
    assertThat(limit[0] / limit[1]).isCloseTo(-2, within(1e-12));
  }

  @Test
  void quadraticsWithCommonAxesCommute() {
    double[][] c = {{5, 0}, {0, -3}};
    assertThat(CommutatorDefect.ofSteps(x -> times(A, x), x -> times(c, x), THETA, 0.1))
        .isCloseTo(0, within(1e-12));
  }

  @Test
  void withoutAGradientThereIsNoDefect() {
    double[] zero = new double[2];
    assertThatThrownBy(() -> CommutatorDefect.limit(zero, THETA, zero, zero))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("gradient 0");
  }
}
