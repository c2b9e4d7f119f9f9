package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.filter.options.NonFinite;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NaN and infinite elements, skipped or propagated. */
class NonFiniteTest {
  private static final FilterOptions SKIP =
      FilterOptions.builder().nonFinite(NonFinite.SKIP).build();

  private static ArrayFilter run(GradientFilter filter) {
    return new ArrayFilter(filter, Precision.FLOAT32, 2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void skippedElementsLeaveTheAverageAsItWasAndPass(double bad) {
    ArrayFilter run = run(Ema.of(0.5, 2).withOptions(SKIP));
    run.step(new double[] {1, 1});
    double[] out = run.step(new double[] {bad, 3});
    assertThat(out).containsExactly(bad, 3 + 2 * 2);
    assertThat(run.state().get(0)).containsExactly(1, 2);
    assertThat(run.step(new double[] {1, 2})).containsExactly(3, 6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void skippedElementsLeaveTheWindowSumAsItWasAndPass(double bad) {
    ArrayFilter run = run(MovingAverage.of(2, 1).withOptions(SKIP));
    run.step(new double[] {2, 2});
    run.step(new double[] {4, 4});
    double[] out = run.step(new double[] {bad, 6});
    assertThat(out).containsExactly(bad, 6 + 5);
    assertThat(run.state().get(1)).containsExactly(6, 10);
    // The two finite gradients are still the window of the first element.
    assertThat(run.step(new double[] {0, 0})[1]).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void propagatedElementsStayInAnExponentialAverage(double bad) {
    ArrayFilter run = run(Ema.of(0.5, 2));
    run.step(new double[] {bad, 1});
    assertThat(run.step(new double[] {1, 1})[0]).matches(v -> !Double.isFinite(v));
    assertThat(run.step(new double[] {1, 1})[1]).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void whatIsNotAmplifiedDoesNotReachTheOutput(double bad) {
    FilterOptions late = FilterOptions.builder().startStep(10).build();
    ArrayFilter run = run(Ema.of(0.5, 2).withOptions(late));
    run.step(new double[] {bad, 1});
    assertThat(run.step(new double[] {7, 8})).containsExactly(7, 8);
  }
}
