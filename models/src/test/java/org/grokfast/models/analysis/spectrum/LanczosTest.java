package org.grokfast.models.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LanczosTest {
  private static final int SIZE = 300;

  /** -2, then 298 numbers from 0 to 5, then 9. */
  private static double[] spectrum() {
    double[] values = new double[SIZE];
    Arrays.setAll(values, i -> 5.0 * (i - 1) / (SIZE - 2));
    values[0] = -2;
    values[SIZE - 1] = 9;
    return values;
  }

  @Test
  void theOutermostEigenvaluesOfAQuadraticAreFound() {
    SymmetricOperator hessian = KnownSpectrum.rotated(spectrum(), 3);
    Lanczos.Extremes found = Lanczos.extremes(hessian, 80, 1e-8, 1);
    assertThat(found.most()).isCloseTo(9, within(1e-4));
    assertThat(found.least()).isCloseTo(-2, within(1e-4));
    double[] image = hessian.apply(found.mostVector());
    Vectors.add(image, -found.most(), found.mostVector());
    assertThat(Vectors.norm(found.mostVector())).isCloseTo(1, within(1e-9));
    assertThat(Vectors.norm(image)).isLessThan(1e-3);
  }

  @Test
  void theResidualBoundsTheErrorBeforeConvergence() {
    Lanczos.Extremes found = Lanczos.extremes(KnownSpectrum.rotated(spectrum(), 3), 6, 0, 1);
    assertThat(found.products()).isEqualTo(6);
    double[] values = spectrum();
    double nearest = Arrays.stream(values).map(v -> Math.abs(v - found.most())).min().orElseThrow();
    assertThat(nearest).isLessThanOrEqualTo(found.mostResidual() + 1e-12);
    assertThat(found.most()).isLessThan(9);
  }

  @Test
  void aSpaceThatIsExhaustedEndsTheSearch() {
    Lanczos.Extremes found =
        Lanczos.extremes(KnownSpectrum.rotated(new double[] {1, 1, 1, 4, 4}, 2), 50, 0, 1);
    assertThat(found.products()).isEqualTo(2);
    assertThat(found.most()).isCloseTo(4, within(1e-12));
    assertThat(found.least()).isCloseTo(1, within(1e-12));
  }

  @Test
  void aProductThatIsNoNumberIsNotTakenForAnEigenvalue() {
    assertThatThrownBy(
            () -> Lanczos.extremes(KnownSpectrum.diagonal(new double[] {1, Double.NaN}), 2, 0, 1))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("not finite");
  }

  @Test
  void thePreconditionedOperatorHasTheEigenvaluesOfTheProduct() {
    double[] moments = {4, 16, 0.25};
    double[] scale = AdamPreconditioner.inverseRoot(moments, 1_000_000, 0.9, 0.98, 1e-12);
    SymmetricOperator scaled = KnownSpectrum.diagonal(new double[] {6, 20, 1}).scaled(scale);
    // 6/2, 20/4 and 1/0.5.
    Lanczos.Extremes found = Lanczos.extremes(scaled, 3, 0, 1);
    assertThat(found.most()).isCloseTo(5, within(1e-9));
    assertThat(found.least()).isCloseTo(2, within(1e-9));
  }

  @Test
  void theFirstUpdatesBiasIsTakenOutOfThePreconditioner() {
    // After one update v = (1 - β2)·g², so that √(v/(1 - β2)) = |g| = 3, times 1 - β1.
    double[] scale = AdamPreconditioner.inverseRoot(new double[] {0.02 * 9}, 1, 0.9, 0.98, 1e-12);
    assertThat(1 / (scale[0] * scale[0])).isCloseTo(0.3, within(1e-9));
  }
}
