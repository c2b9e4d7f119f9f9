package org.grokfast.models.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumpyRandomTest {
  @Test
  void permutationsAreThoseOfNumpy() {
    NumpyRandom random = new NumpyRandom(7);
    assertThat(random.permutation(0)).isEmpty();
    assertThat(random.permutation(1)).containsExactly(0);
    assertThat(random.permutation(2)).containsExactly(0, 1);
    assertThat(random.permutation(5)).containsExactly(0, 3, 2, 1, 4);
    assertThat(random.permutation(17))
        .containsExactly(1, 3, 2, 5, 11, 0, 4, 6, 13, 15, 10, 14, 8, 16, 9, 12, 7);
  }
}
