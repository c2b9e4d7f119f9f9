package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.NonFinite;
import org.junit.jupiter.api.Test;

/** The direction of the gradient. */
class NormalizedTest {
  private static double[] step(Normalized filter, double... gradient) {
    return new ArrayFilter(filter, Precision.FLOAT64, gradient.length).step(gradient);
  }

  @Test
  void theGradientIsDividedByItsNorm() {
    double[] output = step(Normalized.defaults(), 3, -4);
    assertThat(output[0]).isCloseTo(0.6, within(1e-8));
    assertThat(output[1]).isCloseTo(-0.8, within(1e-8));
  }

  @Test
  void theFloorIsOneHundredMillionth() {
    // ‖g‖ = 1e-8: half the direction is left.
    assertThat(step(Normalized.defaults(), 1e-8)[0]).isCloseTo(0.5, within(1e-12));
    assertThat(step(Normalized.defaults(), 0, 0)).containsExactly(0, 0);
  }

  @Test
  void fromItsStopOnTheGradientPasses() {
    FilterOptions early = FilterOptions.builder().stopStep(1).build();
    ArrayFilter filter =
        new ArrayFilter(Normalized.defaults().withOptions(early), Precision.FLOAT64, 1);
    assertThat(filter.step(new double[] {5})[0]).isCloseTo(1, within(1e-8));
    assertThat(filter.step(new double[] {5})).containsExactly(5);
  }

  @Test
  void skippedElementsCountAsZero() {
    FilterOptions skip = FilterOptions.builder().nonFinite(NonFinite.SKIP).build();
    double[] output = step(Normalized.defaults().withOptions(skip), Double.POSITIVE_INFINITY, 3, 4);
    assertThat(output[0]).isInfinite();
    assertThat(output[1]).isCloseTo(0.6, within(1e-8));
  }
}
