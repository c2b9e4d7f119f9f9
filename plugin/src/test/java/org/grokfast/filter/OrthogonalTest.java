package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.filter.options.VariableOverride;

/** The orthogonal factor against singular value decompositions that are known by construction. */
class OrthogonalTest {

  /** What five iterations make of a singular value, in scalar arithmetic. */
  private static double iterated(double singular) {
    double s = singular;
    for (int i = 0; i < 5; i++) {
      s = 3.4445 * s - 4.7750 * s * s * s + 2.0315 * s * s * s * s * s;
    }
    return s;
  }

  /** {@code R(left)·diag(a, b)·R(right)ᵀ}, row by row; R(x) turns by x. */
  private static double[] matrix(double left, double a, double b, double right) {
    double c = Math.cos(left);
    double s = Math.sin(left);
    double d = Math.cos(right);
    double t = Math.sin(right);
    return new double[] {
      c * a * d + s * b * t, c * a * t - s * b * d, s * a * d - c * b * t, s * a * t + c * b * d
    };
  }

  private static double[] added(GradientFilter filter, double[] gradient, int... shape) {
    double[] sum = new ArrayFilter(filter, Precision.FLOAT64, shape).step(gradient);
    for (int i = 0; i < sum.length; i++) {
      sum[i] -= gradient[i];
    }
    return sum;
  }

  @Property(tries = 200)
  void onlyTheSingularValuesChange(
      @ForAll @DoubleRange(min = 0, max = 6) double left,
      @ForAll @DoubleRange(min = 0, max = 6) double right,
      @ForAll @DoubleRange(min = 0.01, max = 100) double a,
      @ForAll @DoubleRange(min = 0.01, max = 100) double b) {
    double norm = Math.hypot(a, b) + 1e-7;
    double[] expected = matrix(left, iterated(a / norm), iterated(b / norm), right);
    double[] actual = added(Orthogonal.of(0, 1), matrix(left, a, b, right), 2, 2);
    for (int i = 0; i < 4; i++) {
      // A weak direction is amplified by up to 3.4^5 = 485, and g of up to 142 is subtracted again.
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-10));
    }
  }

  @Property(tries = 100)
  void everySingularValueOfSomeSizeComesNearOne(
      @ForAll @DoubleRange(min = 0.01, max = 1) double singular) {
    // The band is that of Muon's own description.
    assertThat(iterated(singular)).isBetween(0.65, 1.25);
  }

  @Example
  void aTallMatrixIsTreatedLikeItsTranspose() {
    double[] wide = {1, -2, 0.5, 3, 0, 0.25};
    double[] tall = {1, 3, -2, 0, 0.5, 0.25};
    double[] fromWide = added(Orthogonal.defaults(), wide, 2, 3);
    double[] fromTall = added(Orthogonal.defaults(), tall, 3, 2);
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 3; column++) {
        assertThat(fromTall[column * 2 + row]).isCloseTo(fromWide[row * 3 + column], within(1e-13));
      }
    }
  }

  @Example
  void theSizeOfTheGradientDoesNotMatter() {
    double[] small = added(Orthogonal.defaults(), new double[] {1, 2, -1, 0.5}, 2, 2);
    double[] large = added(Orthogonal.defaults(), new double[] {64, 128, -64, 32}, 2, 2);
    for (int i = 0; i < 4; i++) {
      // The 1e-7 beside the norm.
      assertThat(large[i]).isCloseTo(small[i], within(2e-6));
    }
  }

  @Example
  void theMomentumLooksOneStepAhead() {
    ArrayFilter run = new ArrayFilter(Orthogonal.of(0.5, 1), Precision.FLOAT64, 1, 1);
    run.step(new double[] {4});
    // m = 0.5·4 = 2, then 0.5·2 + 0.5·(−1) = 0.5; ahead = 0.5·0.5 + 0.5·(−1) = −0.25.
    double ahead = -0.25 / (0.25 + 1e-7);
    assertThat(run.step(new double[] {-1})[0]).isCloseTo(-1 + iterated(ahead), within(1e-12));
    assertThat(run.state().get(0)).containsExactly(0.5);
  }

  @Example
  void aGradientOfZerosStaysZero() {
    assertThat(new ArrayFilter(Orthogonal.defaults(), Precision.FLOAT32, 2, 2).step(new double[4]))
        .containsExactly(0, 0, 0, 0);
  }

  @Example
  void skippedElementsLeaveTheMomentumAndTheOthersAlone() {
    FilterOptions skip = FilterOptions.builder().nonFinite(NonFinite.SKIP).build();
    ArrayFilter run =
        new ArrayFilter(Orthogonal.of(0.5, 1).withOptions(skip), Precision.FLOAT64, 1, 2);
    run.step(new double[] {2, 2});
    double[] filtered = run.step(new double[] {Double.NaN, 2});
    assertThat(run.state().get(0)).containsExactly(1, 1.5);
    assertThat(filtered[0]).isNaN();
    // The momentum stands for the broken element: ahead = [1, 0.5·1.5 + 0.5·2].
    assertThat(filtered[1]).isCloseTo(2 + iterated(1) * 1.75 / Math.hypot(1, 1.75), within(1e-6));
  }

  @Example
  void variablesThatAreNoMatricesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ArrayFilter(Orthogonal.defaults(), Precision.FLOAT32, 8))
        .withMessage("the filter orthogonal takes matrices alone, not the shape [8]");
  }

  @Example
  void whatItCannotHaveIsRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Orthogonal.of(0.95, Double.NaN))
        .withMessage("lamb must be finite and >= 0, was NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Orthogonal.of(1, 0.5))
        .withMessage("alpha must be in [0, 1), was 1.0; lamb is 0.5: were alpha and lamb swapped?");
    FilterOptions lazy = FilterOptions.builder().sparse(SparseGradients.LAZY).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Orthogonal.defaults().withOptions(lazy))
        .withMessageContaining("sparse=lazy gives it rows; use sparse=densify");
    FilterOptions compensated = FilterOptions.builder().compensateLearningRate(true).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Orthogonal.defaults().withOptions(compensated))
        .withMessageContaining("no gain that compensate-lr could divide by");
  }

  @Example
  void aDescriptionIsReadBackAndOverridesApply() {
    FilterOptions options =
        FilterOptions.builder()
            .include("layers")
            .overrides(new VariableOverride("q", Map.of("alpha", 0.5, "lamb", 3.0)))
            .build();
    Orthogonal filter = Orthogonal.of(0.9, 2).withOptions(options);
    assertThat(FilterDescription.parse(filter.describe())).isEqualTo(filter);
    assertThat(filter.forVariable("q")).isEqualTo(Orthogonal.of(0.5, 3).withOptions(options));
  }
}
