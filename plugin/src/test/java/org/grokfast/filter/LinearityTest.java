package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;

/** Law 6: filtering a·g₁ + b·g₂ is a·filter(g₁) + b·filter(g₂). */
class LinearityTest {
  private static final int STEPS = 25;

  @Property(tries = 200)
  void filtersAreLinear(
      @ForAll("filters") GradientFilter filter,
      @ForAll @DoubleRange(min = -4, max = 4) double a,
      @ForAll @DoubleRange(min = -4, max = 4) double b,
      @ForAll long seed) {
    ArrayFilter first = new ArrayFilter(filter, Precision.FLOAT64, 1);
    ArrayFilter second = new ArrayFilter(filter, Precision.FLOAT64, 1);
    ArrayFilter both = new ArrayFilter(filter, Precision.FLOAT64, 1);
    Random random = new Random(seed);
    for (int t = 0; t < STEPS; t++) {
      double g1 = random.nextGaussian();
      double g2 = random.nextGaussian();
      double apart = a * first.step(new double[] {g1})[0] + b * second.step(new double[] {g2})[0];
      double together = both.step(new double[] {a * g1 + b * g2})[0];
      // Values stay below about 1e3 and float64 leaves 16 digits.
      assertThat(together).isCloseTo(apart, within(1e-11));
    }
  }

  @Provide
  Arbitrary<GradientFilter> filters() {
    Arbitrary<Double> lamb = Arbitraries.doubles().between(0, 6);
    Arbitrary<FilterOptions> options =
        Combinators.combine(
                Arbitraries.integers().between(0, 12),
                Arbitraries.integers().between(0, 12),
                Arbitraries.of(true, false))
            .as(
                (start, ramp, compensate) ->
                    FilterOptions.builder()
                        .startStep(start)
                        .rampSteps(ramp)
                        .compensateLearningRate(compensate)
                        .build());
    Arbitrary<GradientFilter> ema =
        Combinators.combine(
                Arbitraries.doubles().between(0, 0.99),
                lamb,
                Arbitraries.of(FirstStep.class),
                options)
            .as(Ema::new);
    Arbitrary<GradientFilter> average =
        Combinators.combine(
                Arbitraries.integers().between(1, 30),
                lamb,
                Arbitraries.of(Averaging.class),
                Arbitraries.of(true, false),
                options)
            .as(MovingAverage::new);
    return Arbitraries.oneOf(List.of(ema, average));
  }
}
