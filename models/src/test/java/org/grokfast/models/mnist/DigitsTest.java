package org.grokfast.models.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DigitsTest {

  @Test
  void aPixelIsTheByteAsAShareOf255() {
    Digits digits = Digits.parse(IdxBytes.images(2), IdxBytes.labels(7, 0));
    assertThat(digits.count()).isEqualTo(2);
    assertThat(digits.labels(new int[] {1, 0})).containsExactly(0, 7);
    float[] second = digits.pixels(new int[] {1});
    assertThat(second).hasSize(784);
    // The pattern counts from the start of the file: byte 16 + 784 is 800, that is 32.
    assertThat(second[0]).isEqualTo(32 / 255f);
    assertThat(second[223]).isEqualTo(255 / 255f);
    assertThat(second[224]).isZero();
  }

  @Test
  void imagesThatAreNoWholeFileAreAnError() {
    byte[] labels = IdxBytes.labels(1, 2);
    String message = "the images are no whole IDX file of 28 by 28 bytes each (magic number 2051)";
    for (byte[] wrong :
        new byte[][] {
          {}, IdxBytes.images(2, 0x801), Arrays.copyOf(IdxBytes.images(2), 16 + 2 * 784 - 1)
        }) {
      assertThatThrownBy(() -> Digits.parse(wrong, labels)).hasMessage(message);
    }
  }

  @Test
  void labelsThatDontFitAreAnError() {
    byte[] images = IdxBytes.images(2);
    assertThatThrownBy(() -> Digits.parse(images, IdxBytes.labels(1, 2, 3)))
        .hasMessage("the labels are no whole IDX file of 2 bytes (magic number 2049)");
    assertThatThrownBy(() -> Digits.parse(images, IdxBytes.labels(1, 10)))
        .hasMessage("label 1 is 10; expected one from 0 to 9");
  }

  @Test
  void generatedImagesOfAClassAreAlikeForAllSeeds() {
    float[] first = Digits.generated(30, 1).pixels(new int[] {3});
    float[] same = Digits.generated(30, 2).pixels(new int[] {13});
    float[] other = Digits.generated(30, 1).pixels(new int[] {4});
    assertThat(distance(first, same)).isLessThan(0.7 * distance(first, other));
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }
}
