package org.grokfast.models.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BoundsTest {
  private static final double INFINITE = Double.POSITIVE_INFINITY;

  private static Bounds exactly(double value) {
    return Bounds.exactly(value);
  }

  private static Bounds above(double value) {
    return Bounds.above(value);
  }

  @Test
  void theMedianOfKnownNumbersIsTheMiddleOne() {
    assertThat(Bounds.median(List.of(exactly(480), exactly(330), exactly(380))))
        .isEqualTo(exactly(380));
    assertThat(Bounds.median(List.of(exactly(1), exactly(4), exactly(2), exactly(3))))
        .isEqualTo(exactly(2.5));
  }

  @Test
  void aMinorityThatWasNotReachedLeavesTheMedianKnown() {
    assertThat(Bounds.median(List.of(exactly(330), above(3000), exactly(380))))
        .isEqualTo(exactly(380));
  }

  @Test
  void aMajorityThatWasNotReachedLeavesALowerBound() {
    assertThat(Bounds.median(List.of(exactly(330), above(1500), above(1500))))
        .isEqualTo(above(1500));
    assertThat(Bounds.median(List.of(exactly(300), above(3000)))).isEqualTo(above(1650));
  }

  @Test
  void theMedianHasBoundsEvenIfARunEndedBeforeAnotherCrossed() {
    // The one that failed at 100 may have been the fastest or the slowest.
    assertThat(Bounds.median(List.of(above(100), exactly(200), exactly(300))))
        .isEqualTo(new Bounds(200, 300));
  }

  @Test
  void leastAndMostHaveTheBoundsThatAreKnown() {
    List<Bounds> values = List.of(exactly(330), above(3000));
    assertThat(Bounds.min(values)).isEqualTo(exactly(330));
    assertThat(Bounds.max(values)).isEqualTo(above(3000));
    assertThat(Bounds.min(List.of(exactly(330), above(100)))).isEqualTo(new Bounds(100, 330));
  }

  @Test
  void aQuotientHasTheBoundsThatFollow() {
    assertThat(exactly(900).over(exactly(300))).isEqualTo(exactly(3));
    assertThat(above(3000).over(exactly(300))).isEqualTo(above(10));
    assertThat(exactly(300).over(above(3000))).isEqualTo(new Bounds(0, 0.1));
    assertThat(above(3000).over(above(3000))).isEqualTo(Bounds.UNKNOWN);
    assertThat(exactly(0).over(exactly(0))).isEqualTo(Bounds.UNKNOWN);
  }

  @Test
  void theTextSaysWhatIsKnown() {
    assertThat(text(exactly(380))).isEqualTo("380");
    assertThat(text(above(3000))).isEqualTo("> 3000");
    assertThat(text(new Bounds(0, 4))).isEqualTo("< 4");
    assertThat(text(new Bounds(2, 3))).isEqualTo("2 to 3");
    assertThat(text(Bounds.UNKNOWN)).isEqualTo("?");
  }

  private static String text(Bounds bounds) {
    return bounds.text(value -> Integer.toString((int) value));
  }

  @Test
  void anEmptyIntervalIsRefused() {
    assertThatThrownBy(() -> new Bounds(2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no interval of numbers >= 0: 2.0 to 1.0");
    assertThatThrownBy(() -> new Bounds(Double.NaN, INFINITE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
