package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.NonFinite;
import org.grokfast.filter.options.SparseGradients;

/** The part of the gradient that is perpendicular to the variable. */
class PerpendicularTest {
  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  private static double[] step(Perpendicular filter, double[] gradient, double[] variable) {
    return new ArrayFilter(filter, Precision.FLOAT64, gradient.length).step(gradient, variable);
  }

  @Property(tries = 100)
  void whatIsLeftIsPerpendicularAndTheRestIsAlongTheVariable(@ForAll long seed) {
    Random random = new Random(seed);
    double[] gradient = random.doubles(6, -1, 1).toArray();
    double[] variable = random.doubles(6, -1, 1).toArray();
    double[] output = step(Perpendicular.defaults(), gradient, variable);
    assertThat(dot(output, variable)).isCloseTo(0, within(1e-14));
    double share = dot(gradient, variable) / dot(variable, variable);
    for (int i = 0; i < output.length; i++) {
      assertThat(output[i] + share * variable[i]).isCloseTo(gradient[i], within(1e-14));
    }
  }

  @Example
  void aVariableOfZerosLeavesTheGradientAlone() {
    double[] gradient = {1, -2, 0.5};
    assertThat(step(Perpendicular.defaults(), gradient, new double[3])).containsExactly(gradient);
  }

  @Example
  void theProductsAreOverTheWholeVariable() {
    // ⟨g,θ⟩ = 5, ⟨θ,θ⟩ = 5: g − θ.
    ArrayFilter filter = new ArrayFilter(Perpendicular.defaults(), Precision.FLOAT32, 2, 2);
    assertThat(filter.step(new double[] {1, 3, 2, 0}, new double[] {0, 1, 1, 0}))
        .containsExactly(1, 0.5, -0.5, 0);
  }

  @Example
  void beforeItsStartAndWhereElementsAreSkippedTheGradientPasses() {
    FilterOptions late = FilterOptions.builder().startStep(1).build();
    ArrayFilter filter =
        new ArrayFilter(Perpendicular.defaults().withOptions(late), Precision.FLOAT64, 2);
    double[] variable = {1, 0};
    assertThat(filter.step(new double[] {3, 4}, variable)).containsExactly(3, 4);
    assertThat(filter.step(new double[] {3, 4}, variable)).containsExactly(0, 4);
    FilterOptions skip = FilterOptions.builder().nonFinite(NonFinite.SKIP).build();
    assertThat(
            step(
                Perpendicular.defaults().withOptions(skip),
                new double[] {Double.NaN, 4},
                new double[] {1, 1}))
        .containsExactly(Double.NaN, 2);
  }

  @Example
  void whatNeedsAMemoryIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Perpendicular.defaults()
                    .withOptions(FilterOptions.builder().sparse(SparseGradients.LAZY).build()))
        .withMessageContaining("perp filter needs whole variables and sparse=lazy gives it rows");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Perpendicular.defaults()
                    .withOptions(FilterOptions.builder().compensateLearningRate(true).build()))
        .withMessageContaining("no gain that compensate-lr could divide by");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Perpendicular.defaults().withOptions(FilterOptions.builder().rampSteps(3).build()))
        .withMessageContaining("no lamb that ramp-steps could raise");
  }
}
