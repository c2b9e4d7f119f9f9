package org.grokfast.models.training.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CrossingTest {
  private static final double THRESHOLD = 0.95;

  @Test
  void nothingIsCrossedBelowTheThreshold() {
    Crossing crossing = observe(0.5, 0.9499, Double.NaN);
    assertThat(crossing.first()).isEmpty();
    assertThat(crossing.sustained()).isEmpty();
  }

  @Test
  void theThresholdItselfCounts() {
    assertThat(observe(0.5, 0.95).first()).hasValue(20);
  }

  @Test
  void aDipMovesTheSustainedCrossingAndNotTheFirst() {
    Crossing crossing = observe(0.5, 0.96, 0.94, 0.97, 0.99, 0.98, 0.97);
    assertThat(crossing.first()).hasValue(20);
    assertThat(crossing.sustained()).hasValue(40);
  }

  @Test
  void isSustainedAtTheFirstValidationThatIsAsManyStepsLater() {
    assertThat(observe(0.96, 0.97, 0.98).sustained()).isEmpty();
    assertThat(observe(0.96, 0.97, 0.98, 0.96).sustained()).hasValue(10);
  }

  /** Steps between validations say nothing about whether the accuracy has held. */
  @Test
  void isNotSustainedBetweenValidations() {
    Crossing crossing = Crossing.none(THRESHOLD, 20).observe(7, 0.96).observe(14, 0.97);
    assertThat(crossing.observe(21, 0.97).sustained()).isEmpty();
    assertThat(crossing.observe(21, 0.97).observe(28, 0.97).sustained()).hasValue(7);
    assertThat(crossing.observe(21, 0.97).observe(28, 0.5).sustained()).isEmpty();
  }

  @Test
  void whatComesAfterASustainedCrossingDoesNotTakeItBack() {
    assertThat(observe(0.96, 0.96, 0.96, 0.96, 0.1).sustained()).hasValue(10);
  }

  /** One validation every ten steps; it has to hold for 30. */
  private static Crossing observe(double... accuracies) {
    Crossing crossing = Crossing.none(THRESHOLD, 30);
    for (int i = 0; i < accuracies.length; i++) {
      crossing = crossing.observe(10 * (i + 1), accuracies[i]);
    }
    return crossing;
  }
}
