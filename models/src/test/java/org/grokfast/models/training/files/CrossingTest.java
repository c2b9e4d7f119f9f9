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
    assertThat(crossing.heldFor(0, 1_000)).isFalse();
  }

  @Test
  void theThresholdItselfCounts() {
    assertThat(observe(0.5, 0.95).first()).hasValue(20);
  }

  @Test
  void aDipMovesTheSustainedCrossingAndNotTheFirst() {
    Crossing crossing = observe(0.5, 0.96, 0.94, 0.97, 0.99);
    assertThat(crossing.first()).hasValue(20);
    assertThat(crossing.sustained()).hasValue(40);
  }

  @Test
  void aDipAtTheEndLeavesNoSustainedCrossing() {
    assertThat(observe(0.96, 0.94).sustained()).isEmpty();
  }

  @Test
  void holdsOnceTheStepsHavePassedSinceTheSustainedCrossing() {
    Crossing crossing = observe(0.96, 0.94, 0.97);
    assertThat(crossing.heldFor(200, 229)).isFalse();
    assertThat(crossing.heldFor(200, 230)).isTrue();
  }

  /** One validation every ten steps. */
  private static Crossing observe(double... accuracies) {
    Crossing crossing = Crossing.NONE;
    for (int i = 0; i < accuracies.length; i++) {
      crossing = crossing.observe(10 * (i + 1), accuracies[i], THRESHOLD);
    }
    return crossing;
  }
}
