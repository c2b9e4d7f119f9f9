package org.grokfast.models.analysis.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LossSpectrumTest {
  private static double[] curve(double slope, int cycles, double amplitude) {
    double[] curve = new double[400];
    Arrays.setAll(
        curve, t -> 5 + slope * t / 400.0 + amplitude * Math.sin(2 * Math.PI * cycles * t / 400.0));
    return curve;
  }

  @Test
  void aSineHasItsEnergyInTheThreeBinsOfTheWindow() {
    LossSpectrum spectrum = LossSpectrum.of(curve(0, 40, 0.5), 0);
    assertThat(spectrum.activity()).isCloseTo(0.125, within(1e-9));
    assertThat(spectrum.band(39, 42)).isCloseTo(0.125, within(1e-9));
    // Hann gives the middle bin two thirds of the energy and its neighbours a sixth each.
    assertThat(spectrum.energies()[40]).isCloseTo(0.125 * 2 / 3, within(1e-9));
  }

  @Test
  void aTrendOfTheDegreeThatIsSubtractedHasNoEnergy() {
    double[] parabola = new double[400];
    Arrays.setAll(parabola, t -> 3 - 0.01 * t + 1e-4 * t * t);
    assertThat(LossSpectrum.of(parabola, 2).activity()).isLessThan(1e-18);
    assertThat(LossSpectrum.of(parabola, 1).activity()).isGreaterThan(0.1);
  }

  @Test
  void theLowFrequenciesOfATrendWithAFastSineHaveLittleOfIt() {
    LossSpectrum spectrum = LossSpectrum.of(curve(-4, 80, 0.5), 1);
    assertThat(spectrum.band(0, 10)).isLessThan(1e-4);
    assertThat(spectrum.band(70, 90)).isCloseTo(0.125, within(1e-3));
  }

  @Test
  void aShortCurveIsRefused() {
    assertThatThrownBy(() -> LossSpectrum.of(new double[15], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a spectrum needs at least 16 values, was given 15");
  }

  @Test
  void aLossThatIsNoNumberIsNamed() {
    double[] curve = new double[20];
    curve[7] = Double.POSITIVE_INFINITY;
    assertThatThrownBy(() -> LossSpectrum.of(curve, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value 7 is Infinity; expected a number");
  }
}
