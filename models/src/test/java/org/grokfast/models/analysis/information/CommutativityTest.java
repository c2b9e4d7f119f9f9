package org.grokfast.models.analysis.information;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CommutativityTest {

  @Test
  void answersAndDistancesAreComparedPairByPair() {
    float[][] logits = {{1, 0}, {0, 5}, {2, 1}};
    float[][] swapped = {{1, 0}, {4, 2}, {5, 5}};
    Commutativity result = Commutativity.of(logits, swapped);
    // The second pair differs in its answer; the distances are 0, 5 and 5.
    assertThat(result.agreement()).isEqualTo(2 / 3.0);
    assertThat(result.distance()).isEqualTo(10 / 3.0);
  }

  @Test
  void withoutPairsThereIsNoAgreement() {
    assertThatThrownBy(() -> Commutativity.of(new float[0][], new float[0][]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one, got 0 and 0");
  }
}
