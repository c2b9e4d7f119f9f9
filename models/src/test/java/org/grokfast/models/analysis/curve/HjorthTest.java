package org.grokfast.models.analysis.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HjorthTest {

  /** A difference of sin(ωt) is 2·sin(ω/2) times a cosine. */
  @Test
  void aSineHasItsPowerItsFrequencyAndComplexityOne() {
    double omega = 2 * Math.PI * 25 / 5000;
    double[] curve = new double[5000];
    Arrays.setAll(curve, t -> 7 + 3 * Math.sin(omega * t));
    Hjorth found = Hjorth.of(curve);
    assertThat(found.activity()).isCloseTo(4.5, within(1e-9));
    assertThat(found.mobility()).isCloseTo(2 * Math.sin(omega / 2), within(1e-5));
    assertThat(found.complexity()).isCloseTo(1, within(1e-3));
    assertThat(found.paperComplexity()).isCloseTo(2 * Math.sin(omega / 2), within(1e-5));
  }

  /** With powers 1/2 at ω1 and 1/2 at ω2: m2 = (x1² + x2²)/2 and m4 = (x1⁴ + x2⁴)/2. */
  @Test
  void twoSinesAreMoreComplexThanOne() {
    double first = 2 * Math.PI * 20 / 4000;
    double second = 2 * Math.PI * 400 / 4000;
    double[] curve = new double[4000];
    Arrays.setAll(curve, t -> Math.sin(first * t) + Math.sin(second * t));
    double x1 = 4 * Math.pow(Math.sin(first / 2), 2);
    double x2 = 4 * Math.pow(Math.sin(second / 2), 2);
    double mobility = Math.sqrt((x1 + x2) / 2);
    double complexity = Math.sqrt((x1 * x1 + x2 * x2) / (x1 + x2)) / mobility;
    Hjorth found = Hjorth.of(curve);
    assertThat(found.mobility()).isCloseTo(mobility, within(1e-3));
    assertThat(found.complexity()).isCloseTo(complexity, within(1e-3));
    assertThat(complexity).isGreaterThan(1.4);
  }

  @Test
  void aConstantCurveHasNothing() {
    assertThat(Hjorth.of(new double[] {2, 2, 2, 2, 2})).isEqualTo(new Hjorth(0, 0, 0));
  }

  @Test
  void aCurveWithANanIsRefused() {
    assertThatThrownBy(() -> Hjorth.of(new double[] {1, Double.NaN, 2, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not finite");
  }
}
