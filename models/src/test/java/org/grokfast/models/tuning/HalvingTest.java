package org.grokfast.models.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.Crossings;
import org.grokfast.models.comparison.RunOutcome;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.models.tuning.Halving.Reach;
import org.grokfast.models.tuning.Halving.Rung;
import org.junit.jupiter.api.Test;

class HalvingTest {
  private static List<Rung> rungs(int trials, int factor, int steps) {
    return Halving.rungs(trials, factor, new Reach(steps, 2), new Reach(1, 2));
  }

  @Test
  void aThirdGoesOnThreeTimesAsFarUntilOneIsLeft() {
    assertThat(rungs(9, 3, 900))
        .containsExactly(new Rung(9, 100, 2), new Rung(3, 300, 2), new Rung(1, 900, 2));
    assertThat(rungs(8, 2, 800))
        .containsExactly(
            new Rung(8, 100, 2), new Rung(4, 200, 2), new Rung(2, 400, 2), new Rung(1, 800, 2));
  }

  @Test
  void whatDoesNotDivideIsRoundedSoThatTheLastRungHasAllSteps() {
    assertThat(rungs(10, 3, 1000))
        .containsExactly(new Rung(10, 112, 2), new Rung(3, 334, 2), new Rung(1, 1000, 2));
    assertThat(rungs(1, 3, 50)).containsExactly(new Rung(1, 50, 2));
    assertThat(rungs(2, 3, 50)).containsExactly(new Rung(2, 50, 2));
  }

  @Test
  void aFirstRoundThatGoesFurtherWithFewerSeedsIsFollowedByOneOfMoreSeeds() {
    assertThat(Halving.rungs(24, 3, new Reach(640, 3), new Reach(320, 1)))
        .containsExactly(new Rung(24, 320, 1), new Rung(8, 320, 3), new Rung(2, 640, 3));
  }

  @Test
  void noRoundSeesOnlyWhatTheOneBeforeHasSeen() {
    assertThat(Halving.rungs(24, 3, new Reach(640, 3), new Reach(320, 3)))
        .containsExactly(new Rung(24, 320, 3), new Rung(2, 640, 3));
    assertThat(Halving.rungs(9, 3, new Reach(900, 1), new Reach(900, 1)))
        .containsExactly(new Rung(9, 900, 1));
  }

  @Test
  void stepsThatWereMadeAreNotCountedTwice() {
    assertThat(Halving.steps(rungs(9, 3, 900))).isEqualTo(2 * (9 * 100 + 3 * 200 + 600));
    assertThat(Halving.steps(Halving.rungs(24, 3, new Reach(640, 3), new Reach(320, 1))))
        .isEqualTo(24 * 320 + 8 * 2 * 320 + 2 * 3 * 320);
  }

  @Test
  void aBudgetThatIsTooSmallIsRefused() {
    assertThatThrownBy(() -> rungs(0, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("trials must be >= 1, was 0");
    assertThatThrownBy(() -> rungs(1, 1, 1)).hasMessage("factor must be >= 2, was 1");
    Reach last = new Reach(100, 3);
    assertThatThrownBy(() -> Halving.rungs(9, 3, last, new Reach(101, 3)))
        .hasMessage("first-steps must be at most --steps, 100, was 101");
    assertThatThrownBy(() -> Halving.rungs(9, 3, last, new Reach(1, 4)))
        .hasMessage("first-seeds must be at most the number of --seeds, 3, was 4");
    assertThatThrownBy(() -> Halving.rungs(9, 3, last, new Reach(1, 0)))
        .hasMessage("first-seeds must be >= 1, was 0");
  }

  private static ArmResult result(Bounds first, Bounds sustained, double... accuracies) {
    List<RunOutcome> runs = new ArrayList<>();
    for (double accuracy : accuracies) {
      MetricsRow row = new MetricsRow(10, 1, 1, 1 - accuracy, accuracy, 1e-3);
      runs.add(
          new RunOutcome(
              runs.size(),
              10,
              new Crossings(first, sustained),
              1,
              1,
              List.of(row),
              true,
              Map.of(),
              Optional.empty()));
    }
    TrainingOptions settings = TrainingOptions.DEFAULTS;
    return new ArmResult(new Arm("a", "", ArmOptions.NONE, settings, Optional.empty()), runs);
  }

  @Test
  void theEarlierSustainedCrossingIsBetterThenTheFirstThenTheAccuracy() {
    ArmResult sustained = result(Bounds.exactly(90), Bounds.exactly(90), 0.96);
    ArmResult later = result(Bounds.exactly(50), Bounds.exactly(95), 0.99);
    ArmResult firstAlone = result(Bounds.exactly(60), Bounds.above(100), 0.98);
    ArmResult good = result(Bounds.above(100), Bounds.above(100), 0.5, 0.6, 0.9);
    ArmResult bad = result(Bounds.above(100), Bounds.above(100), 0.59, 0.59, 0.59);
    ArmResult nothing = result(Bounds.UNKNOWN, Bounds.UNKNOWN);
    List<ArmResult> results =
        new ArrayList<>(List.of(nothing, bad, good, firstAlone, later, sustained));
    results.sort(Halving.order(Metric.ACCURACY));
    assertThat(results).containsExactly(sustained, later, firstAlone, good, bad, nothing);
  }

  @Test
  void theOrderIsNoiseWhereOneIsNotBetterInEverySeed() {
    Bounds never = Bounds.above(100);
    ArmResult good = result(never, never, 0.5, 0.6, 0.9);
    ArmResult mixed = result(never, never, 0.4, 0.7, 0.5);
    ArmResult bad = result(never, never, 0.4, 0.5, 0.5);
    assertThat(Halving.isTold(good, mixed, Metric.ACCURACY)).isFalse();
    assertThat(Halving.isTold(good, bad, Metric.ACCURACY)).isTrue();
    assertThat(Halving.isTold(good, good, Metric.ACCURACY)).isFalse();
    ArmResult crossed = result(Bounds.exactly(60), Bounds.exactly(60), 0.9, 0.9, 0.9);
    assertThat(Halving.isTold(crossed, good, Metric.ACCURACY)).isTrue();
    // A single seed tells nothing, whatever the difference.
    assertThat(
            Halving.isTold(result(never, never, 0.9), result(never, never, 0.1), Metric.ACCURACY))
        .isFalse();
  }

  private static ArmResult failed(ArmResult result, int failures) {
    List<RunOutcome> runs = new ArrayList<>();
    for (RunOutcome run : result.runs()) {
      boolean fails = runs.size() < failures;
      runs.add(
          new RunOutcome(
              run.seed(),
              run.steps(),
              run.crossings(),
              run.seconds(),
              run.peakBytes(),
              run.rows(),
              !fails,
              Map.of(),
              fails ? Optional.of("the loss became NaN") : Optional.empty()));
    }
    return new ArmResult(result.arm(), runs);
  }

  /** Whatever they came to before. */
  @Test
  void trialsWithFailedRunsAreLast() {
    Bounds soon = Bounds.exactly(10);
    ArmResult poor = result(Bounds.above(10), Bounds.above(10), 0.1, 0.1, 0.1);
    ArmResult one = failed(result(soon, soon, 0.97, 0.97, 0.97), 1);
    ArmResult all = failed(result(soon, soon, 0.99, 0.99, 0.99), 3);
    List<ArmResult> results = new ArrayList<>(List.of(all, one, poor));
    results.sort(Halving.order(Metric.ACCURACY));
    assertThat(results).containsExactly(poor, one, all);
    assertThat(Halving.isTold(poor, all, Metric.ACCURACY)).isTrue();
    assertThat(Halving.isTold(poor, one, Metric.ACCURACY)).isFalse();
    assertThat(Halving.isTold(one, all, Metric.ACCURACY)).isFalse();
  }

  @Test
  void ofALossTheLowerIsBetter() {
    ArmResult low = result(Bounds.UNKNOWN, Bounds.UNKNOWN, 0.9);
    ArmResult high = result(Bounds.exactly(1), Bounds.exactly(1), 0.1);
    List<ArmResult> results = new ArrayList<>(List.of(high, low));
    results.sort(Halving.order(Metric.LOSS));
    assertThat(results).containsExactly(low, high);
  }
}
