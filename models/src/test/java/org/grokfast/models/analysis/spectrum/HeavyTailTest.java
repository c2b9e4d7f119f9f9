package org.grokfast.models.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.grokfast.models.analysis.spectrum.HeavyTail.Observation;
import org.junit.jupiter.api.Test;

class HeavyTailTest {

  @Test
  void theLikelihoodsMaximumOfThreeValuesIsThatByHand() {
    // α = 1 + 3/(0 + 1 + 2).
    PowerLaw law = PowerLaw.fit(new double[] {Math.E, 1, Math.E * Math.E}, 3).orElseThrow();
    assertThat(law.alpha()).isCloseTo(2, within(1e-12));
    assertThat(law.least()).isEqualTo(1);
  }

  @Test
  void theQuantilesOfALawGiveItsExponent() {
    double[] values = new double[2000];
    Arrays.setAll(values, i -> Math.pow(1 - (i + 0.5) / 2000, -1 / (3.5 - 1)));
    PowerLaw law = PowerLaw.fit(values, 50).orElseThrow();
    assertThat(law.alpha()).isCloseTo(3.5, within(0.05));
    assertThat(law.distance()).isLessThan(0.002);
  }

  @Test
  void whatLiesBelowTheTailIsLeftOut() {
    double[] values = new double[1000];
    // 500 values spread evenly below 1, 500 quantiles of the law with α = 2.5 above.
    Arrays.setAll(
        values, i -> i < 500 ? (i + 0.5) / 500 : Math.pow(1 - (i - 499.5) / 500, -1 / 1.5));
    PowerLaw law = PowerLaw.fit(values, 50).orElseThrow();
    assertThat(law.least()).isBetween(0.9, 1.3);
    assertThat(law.alpha()).isCloseTo(2.5, within(0.1));
  }

  @Test
  void equalValuesHaveNoExponent() {
    assertThat(PowerLaw.fit(new double[] {2, 2, 2, 2}, 2)).isEmpty();
  }

  @Test
  void theEigenvaluesAreTheSquaresOfTheSingularValues() {
    // Columns at right angles of lengths 5 and 3.
    double[][] weights = {{3, 0}, {4, 0}, {0, 3}};
    assertThat(HeavyTail.eigenvalues(weights)).containsExactlyInAnyOrder(25, 9);
  }

  @Test
  void aMatrixOfIndependentNumbersHasALightTail() {
    assertThat(HeavyTail.of(gaussian(200, 60)).orElseThrow().alpha()).isGreaterThan(2);
    assertThat(HeavyTail.of(gaussian(200, 40))).isEmpty();
  }

  private static double[][] gaussian(int rows, int columns) {
    Random random = new Random(5);
    double[][] weights = new double[rows][columns];
    for (double[] row : weights) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    return weights;
  }

  @Test
  void theAlarmNeedsGrokkingAndTwoCheckpointsInARow() {
    assertThat(HeavyTail.alarm(run(0.2, 1.5, 0.3, 1.5, 0.4, 1.5), 0.95)).isEmpty();
    assertThat(HeavyTail.alarm(run(0.2, 3, 0.99, 1.9, 0.99, 2.5, 0.99, 1.8), 0.95)).isEmpty();
    assertThat(HeavyTail.alarm(run(0.2, 3, 0.99, 2.5, 0.97, 1.9, 0.6, 1.8), 0.95)).hasValue(3);
  }

  private static List<Observation> run(double... accuracyAndAlpha) {
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < accuracyAndAlpha.length; i += 2) {
      rows.add(
          new Observation(
              i / 2 + 1, accuracyAndAlpha[i], OptionalDouble.of(accuracyAndAlpha[i + 1])));
    }
    return rows;
  }
}
