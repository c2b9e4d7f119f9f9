package org.grokfast.tools.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Relative differences. */
class DeviationTest {
  private static double[] of(double... values) {
    return values;
  }

  @Test
  void theLargestDifferenceAndItsStepAreKept() {
    Deviation deviation = new Deviation();
    deviation.add(0, of(1, 2), of(1, 2), of(0, 0));
    assertThat(deviation.identical()).isTrue();
    assertThat(deviation.step()).isEqualTo(-1);
    deviation.add(1, of(1, 3), of(1, 2), of(0, 0));
    deviation.add(2, of(1, 2.1), of(1, 2), of(0, 0));
    assertThat(deviation.largest()).isEqualTo(0.5);
    assertThat(deviation.step()).isEqualTo(1);
    assertThat(deviation.identical()).isFalse();
  }

  @Test
  void aSumThatCancelsIsMeasuredByItsTerms() {
    Deviation deviation = new Deviation();
    deviation.add(0, of(1e-7), of(0), of(1));
    assertThat(deviation.largest()).isEqualTo(1e-7);
  }

  @Test
  void zerosOfBothSignsDifferInBitsOnly() {
    Deviation deviation = new Deviation();
    deviation.add(0, of(-0.0), of(0), of(0));
    assertThat(deviation.largest()).isZero();
    assertThat(deviation.identical()).isFalse();
  }

  @Test
  void nanEqualsNanAndNothingElse() {
    Deviation same = new Deviation();
    same.add(0, of(Double.NaN), of(Double.NaN), of(1));
    assertThat(same.largest()).isZero();
    Deviation other = new Deviation();
    other.add(3, of(1), of(Double.NaN), of(1));
    assertThat(other.largest()).isGreaterThan(1e300);
    assertThat(other.step()).isEqualTo(3);
  }
}
