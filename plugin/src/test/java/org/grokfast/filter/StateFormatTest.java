package org.grokfast.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The format in which state is kept. */
class StateFormatTest {

  @ParameterizedTest
  @CsvSource({
    "FLOAT16, FLOAT32, FLOAT32",
    "BFLOAT16, FLOAT32, FLOAT32",
    "FLOAT32, FLOAT32, FLOAT32",
    "FLOAT64, FLOAT64, FLOAT64"
  })
  void isFloat32OrTheGradientsIfWider(Precision gradient, Precision state, Precision computation) {
    assertThat(FilterOptions.DEFAULTS.storage(gradient)).isEqualTo(state);
    assertThat(FilterOptions.DEFAULTS.computation(gradient)).isEqualTo(computation);
  }

  @ParameterizedTest
  @CsvSource({"BFLOAT16, 0.906, 0.001", "FLOAT16, 0.988, 0.0005", "FLOAT32, 1, 1e-5"})
  void decidesWhereTheAverageOfAConstantStalls(Precision state, double level, double tolerance) {
    FilterOptions options = FilterOptions.builder().statePrecision(state).build();
    Ema filter = Ema.of(0.98, 1).withFirstStep(FirstStep.ZERO).withOptions(options);
    ArrayFilter run = new ArrayFilter(filter, Precision.FLOAT32, 1);
    for (int t = 0; t < 3_000; t++) {
      run.step(new double[] {1});
    }
    assertThat(run.state().get(0)[0]).isCloseTo(level, within(tolerance));
  }

  @Test
  void aNarrowRingHoldsRoundedGradientsAndAWideSumOfThem() {
    FilterOptions options = FilterOptions.builder().statePrecision(Precision.BFLOAT16).build();
    ArrayFilter run =
        new ArrayFilter(MovingAverage.of(3, 1).withOptions(options), Precision.FLOAT32, 1);
    double exact = 1.0009765625;
    for (int t = 0; t < 3; t++) {
      run.step(new double[] {exact});
    }
    assertThat(run.state().get(0)).containsExactly(1, 1, 1);
    assertThat(run.state().get(1)).containsExactly(3);
  }
}
