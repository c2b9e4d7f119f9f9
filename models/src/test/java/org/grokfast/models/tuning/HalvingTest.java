package org.grokfast.models.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.grokfast.models.tuning.Halving.Rung;
import org.junit.jupiter.api.Test;

class HalvingTest {
  @Test
  void aThirdGoesOnThreeTimesAsFarUntilOneIsLeft() {
    assertThat(Halving.rungs(9, 3, 900))
        .containsExactly(new Rung(9, 100), new Rung(3, 300), new Rung(1, 900));
    assertThat(Halving.rungs(8, 2, 800))
        .containsExactly(new Rung(8, 100), new Rung(4, 200), new Rung(2, 400), new Rung(1, 800));
  }

  @Test
  void whatDoesNotDivideIsRoundedSoThatTheLastRungHasAllSteps() {
    assertThat(Halving.rungs(10, 3, 1000))
        .containsExactly(new Rung(10, 112), new Rung(3, 334), new Rung(1, 1000));
    assertThat(Halving.rungs(1, 3, 50)).containsExactly(new Rung(1, 50));
    assertThat(Halving.rungs(2, 3, 50)).containsExactly(new Rung(2, 50));
  }

  @Test
  void stepsThatWereMadeAreNotCountedTwice() {
    assertThat(Halving.steps(Halving.rungs(9, 3, 900))).isEqualTo(9 * 100 + 3 * 200 + 600);
  }

  @Test
  void aBudgetThatIsTooSmallIsRefused() {
    assertThatThrownBy(() -> Halving.rungs(0, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("trials must be >= 1, was 0");
    assertThatThrownBy(() -> Halving.rungs(1, 1, 1)).hasMessage("factor must be >= 2, was 1");
  }
}
