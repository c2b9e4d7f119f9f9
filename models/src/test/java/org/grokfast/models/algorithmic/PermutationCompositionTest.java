package org.grokfast.models.algorithmic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermutationCompositionTest {
  private final PermutationComposition group = new PermutationComposition();

  private int compose(int x, int y) {
    return group.answer(x * group.elements() + y);
  }

  @Test
  void has120ElementsAnd14400Equations() {
    assertThat(group.elements()).isEqualTo(120);
    assertThat(group.tokens()).isEqualTo(122);
    assertThat(group.size()).isEqualTo(14_400);
  }

  @Test
  void doesTheRightOperandFirst() {
    // 24 is [1, 0, 2, 3, 4] and moves nothing that 1, [0, 1, 2, 4, 3], moves.
    assertThat(compose(1, 24)).isEqualTo(25);
    assertThat(compose(24, 1)).isEqualTo(25);
    // 2 is [0, 1, 3, 2, 4]: 1∘2 = [0, 1, 4, 2, 3], the fifth in order, and 2∘1 = [0, 1, 3, 4, 2].
    assertThat(compose(1, 2)).isEqualTo(4);
    assertThat(compose(2, 1)).isEqualTo(3);
  }

  @Test
  void isAGroup() {
    for (int x = 0; x < 120; x++) {
      int element = x;
      assertThat(compose(0, x)).isEqualTo(x);
      assertThat(compose(x, 0)).isEqualTo(x);
      assertThat(IntStream.range(0, 120).map(y -> compose(element, y)).distinct().count())
          .isEqualTo(120);
      int y = (7 * x + 3) % 120;
      int z = (11 * x + 5) % 120;
      assertThat(compose(compose(x, y), z)).isEqualTo(compose(x, compose(y, z)));
    }
  }
}
