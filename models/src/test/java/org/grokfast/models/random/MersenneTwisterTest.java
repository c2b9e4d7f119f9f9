package org.grokfast.models.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MersenneTwisterTest {

  /** The C++ standard says what the 10,000th word of a {@code std::mt19937} is. */
  @Test
  void theTenThousandthWordIsTheStandards() {
    MersenneTwister words = new MersenneTwister(5489);
    for (int i = 1; i < 10_000; i++) {
      words.nextInt();
    }
    assertThat(Integer.toUnsignedLong(words.nextInt())).isEqualTo(4_123_659_995L);
  }
}
