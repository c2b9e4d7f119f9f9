package org.grokfast.models.analysis.curve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SaturationTest {

  /** Half a unit in the last place of 1 is 2⁻²⁴: what is smaller is absorbed. */
  @Test
  void theRightClassLosesItsGradientAtAMarginOfTwentyFourBits() {
    float bits = (float) (24 * Math.log(2));
    float[][] logits = {{bits - 0.1f, 0}, {bits + 0.1f, 0}, {30, 0}, {0, 30}};
    assertThat(Saturation.share(logits, new int[] {0, 0, 0, 0})).isEqualTo(0.5);
    assertThat(Saturation.share(new float[][] {logits[0]}, new int[] {0})).isZero();
    assertThat(Saturation.share(new float[][] {logits[1]}, new int[] {0})).isEqualTo(1);
  }

  @Test
  void aConfidentMistakeIsNotSaturated() {
    assertThat(Saturation.share(new float[][] {{0, 40}}, new int[] {0})).isZero();
  }

  @Test
  void aRowWithoutANegativeGradientIsSaturated() {
    float[][] gradients = {{0, 1e-9f, 0}, {-1e-3f, 1e-3f, 0}, {-0f, 0, 0}, {Float.NaN, 1, 1}};
    assertThat(Saturation.ofGradients(gradients)).isEqualTo(0.5);
  }
}
