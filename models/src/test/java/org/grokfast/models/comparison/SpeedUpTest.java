package org.grokfast.models.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
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
    SpeedUp ratio = SpeedUp.of(steps(200, 400, 800), steps(100, 200, 400));
    assertThat(ratio.ratio()).isEqualTo(Bounds.exactly(2));
    assertThat(ratio.interval()).isEqualTo(new Bounds(2, 2));
  }

  @Test
  void theIntervalHasTheQuantilesOfAllDrawsOfTwoSeeds() {
    // Of the four equally likely draws of two pairs one gives 100/100, one 300/100, and two the
    // medians of both, 200/100; the quantiles at 2.5 % and 97.5 % are the extremes.
    SpeedUp ratio = SpeedUp.of(steps(100, 300), steps(100, 100));
    assertThat(ratio.ratio()).isEqualTo(Bounds.exactly(2));
    assertThat(ratio.interval()).isEqualTo(new Bounds(1, 3));
  }

  @Test
  void aBaselineThatNeverCrossesGivesALowerBound() {
    List<Bounds> never = List.of(Bounds.above(3000), Bounds.above(3000));
    SpeedUp ratio = SpeedUp.of(never, steps(300, 300));
    assertThat(ratio.ratio()).isEqualTo(Bounds.above(10));
    assertThat(ratio.interval()).isEqualTo(Bounds.above(10));
  }

  @Test
  void anArmThatNeverCrossesGivesAnUpperBound() {
    SpeedUp ratio = SpeedUp.of(steps(300), List.of(Bounds.above(3000)));
    assertThat(ratio.ratio()).isEqualTo(new Bounds(0, 0.1));
    assertThat(ratio.interval()).isEqualTo(new Bounds(0, 0.1));
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
