package org.grokfast.models.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpeedUpTest {
  private static List<Bounds> steps(double... values) {
    return Arrays.stream(values).mapToObj(Bounds::exactly).toList();
  }

  @Test
  void theRatioIsThatOfTheMedians() {
    SpeedUp ratio = SpeedUp.of(steps(330, 440, 380, 350, 480), steps(100, 200, 300, 190, 110));
    assertThat(ratio.ratio()).isEqualTo(Bounds.exactly(2));
    assertThat(ratio.seeds()).isEqualTo(5);
  }

  @Test
  void seedsAreDrawnInPairs() {
    // Seed by seed the arm takes half as long; unpaired, the interval would reach from 0.25 to 8.
    SpeedUp ratio = SpeedUp.of(steps(200, 400, 800, 300, 600), steps(100, 200, 400, 150, 300));
    assertThat(ratio.ratio()).isEqualTo(Bounds.exactly(2));
    assertThat(ratio.interval()).contains(new Bounds(2, 2));
  }

  @Test
  void theIntervalHasTheQuantilesOfAllDrawsOfTwoSeeds() {
    // Of the four equally likely draws of two pairs one gives 100/100, one 300/100, and two the
    // medians of both, 200/100; the quantiles at 2.5 % and 97.5 % are the extremes.
    SpeedUp ratio = SpeedUp.of(steps(100, 300), steps(100, 100));
    assertThat(ratio.ratio()).isEqualTo(Bounds.exactly(2));
    assertThat(SpeedUp.bootstrap(steps(100, 300), steps(100, 100))).isEqualTo(new Bounds(1, 3));
  }

  @Test
  void aBaselineThatNeverCrossesGivesALowerBound() {
    List<Bounds> never = Collections.nCopies(5, Bounds.above(3000));
    SpeedUp ratio = SpeedUp.of(never, steps(300, 300, 300, 300, 300));
    assertThat(ratio.ratio()).isEqualTo(Bounds.above(10));
    assertThat(ratio.interval()).contains(Bounds.above(10));
    assertThat(ratio.certainty(value -> String.format(Locale.ROOT, "%.1f", value)))
        .isEqualTo("95 %: > 10.0, p 0.063");
  }

  @Test
  void anArmThatNeverCrossesGivesAnUpperBound() {
    SpeedUp ratio =
        SpeedUp.of(steps(300, 300, 300, 300, 300), Collections.nCopies(5, Bounds.above(3000)));
    assertThat(ratio.ratio()).isEqualTo(new Bounds(0, 0.1));
    assertThat(ratio.interval()).contains(new Bounds(0, 0.1));
  }

  @Test
  void belowFiveSeedsThereIsNoInterval() {
    SpeedUp four = SpeedUp.of(steps(330, 440, 380, 350), steps(300, 410, 290, 380));
    assertThat(four.interval()).isEmpty();
    assertThat(four.pValue()).isEmpty();
    assertThat(four.pairs()).hasSize(4).contains(Bounds.exactly(1.1), Bounds.exactly(350.0 / 380));
    assertThat(four.certainty(Double::toString)).isEqualTo("4 seeds: no interval");
    assertThat(SpeedUp.of(steps(1), steps(1)).certainty(Double::toString))
        .isEqualTo("1 seed: no interval");
    assertThat(SpeedUp.of(steps(1, 2, 3, 4, 5), steps(1, 2, 3, 4, 5)).interval())
        .contains(Bounds.exactly(1));
  }

  @Test
  void theSameRunsGiveTheSameInterval() {
    List<Bounds> baseline = steps(330, 440, 380, 350, 480);
    List<Bounds> arm = steps(300, 410, 290, 380, 350);
    assertThat(SpeedUp.of(baseline, arm)).isEqualTo(SpeedUp.of(baseline, arm));
  }

  @Test
  void aQuantileIsTheSmallestValueWithItsShareAtOrBelow() {
    double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> i).toArray();
    assertThat(SpeedUp.quantile(hundred, 0.025)).isEqualTo(3, within(0.0));
    assertThat(SpeedUp.quantile(hundred, 0.975)).isEqualTo(98, within(0.0));
    assertThat(SpeedUp.quantile(new double[] {7}, 0.025)).isEqualTo(7, within(0.0));
  }
}
