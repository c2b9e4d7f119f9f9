package org.grokfast.models.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SpreadTest {
  private static Spread of(Bounds... values) {
    return Spread.of(List.of(values));
  }

  private static Spread exactly(double... values) {
    return Spread.of(Arrays.stream(values).mapToObj(Bounds::exactly).toList());
  }

  private static String text(Bounds bounds) {
    return bounds.text(value -> Long.toString(Math.round(value)));
  }

  @Test
  void ofFewValuesAllAreShownAndOfMoreTheRange() {
    assertThat(exactly(440, 330, 380).rangeText(SpreadTest::text)).contains("330, 380, 440");
    assertThat(of(Bounds.above(520), Bounds.exactly(330)).rangeText(SpreadTest::text))
        .contains("330, > 520");
    assertThat(exactly(440, 330, 380, 350, 480).rangeText(SpreadTest::text)).contains("330 .. 480");
    assertThat(exactly(7, 7, 7).rangeText(SpreadTest::text)).isEmpty();
    assertThat(exactly(440, 330, 380).count()).isEqualTo(3);
    assertThatThrownBy(() -> Spread.of(List.of())).hasMessage("a spread needs a value");
  }

  @Test
  void oneSpreadIsBelowAnotherWhereNothingOfThemOverlaps() {
    assertThat(exactly(100, 200).isBelow(exactly(300, 250))).isTrue();
    assertThat(exactly(100, 250).isBelow(exactly(300, 250))).isFalse();
    assertThat(exactly(100, 200).isBelow(of(Bounds.above(201), Bounds.exactly(300)))).isTrue();
    assertThat(of(Bounds.above(100)).isBelow(exactly(300))).isFalse();
  }

  @Test
  void whereTheMedianIsKnownKaplanAndMeierAddNothing() {
    assertThat(exactly(1, 2, 3).kaplanMeier()).isEmpty();
    assertThat(of(Bounds.exactly(1), Bounds.exactly(2), Bounds.above(9)).kaplanMeier()).isEmpty();
  }

  @Test
  void runsThatEndedEarlyLeaveTheEstimateByKaplanAndMeier() {
    // At risk at 300: 3 of 5, 2/3 left; at 400: 2, a third left. The plain median is 300 to 500.
    Spread early =
        of(
            Bounds.above(100),
            Bounds.above(100),
            Bounds.exactly(300),
            Bounds.exactly(400),
            Bounds.exactly(500));
    assertThat(early.median()).isEqualTo(new Bounds(300, 500));
    assertThat(early.kaplanMeier()).isEqualTo(OptionalDouble.of(400));
    // Exactly a half from 300 on: the mean with the next event.
    assertThat(
            of(
                    Bounds.above(100),
                    Bounds.above(100),
                    Bounds.above(100),
                    Bounds.exactly(300),
                    Bounds.exactly(400))
                .kaplanMeier())
        .isEqualTo(OptionalDouble.of(350));
  }

  @Test
  void anEstimateThatIsNotReachedIsNoNumber() {
    assertThat(of(Bounds.above(100), Bounds.above(90), Bounds.exactly(50)).kaplanMeier()).isEmpty();
    assertThat(of(new Bounds(1, 5), new Bounds(1, 7)).kaplanMeier()).isEmpty();
  }

  /** The textbook's patients: Freireich et al. 1963, 6-MP, remission in weeks; the median is 23. */
  @Test
  void theEstimateIsThatOfThePublishedExample() {
    List<Bounds> weeks = new ArrayList<>();
    for (int event : new int[] {6, 6, 6, 7, 10, 13, 16, 22, 23}) {
      weeks.add(Bounds.exactly(event));
    }
    for (int end : new int[] {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35}) {
      weeks.add(Bounds.above(end));
    }
    assertThat(Spread.of(weeks).kaplanMeier()).isEqualTo(OptionalDouble.of(23));
  }
}
