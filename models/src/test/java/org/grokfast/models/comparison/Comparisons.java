package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.task.Metric;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.MetricsRow;

/** Comparisons of made-up runs: the accuracy is 0.1, and 0.99 from a chosen step on. */
final class Comparisons {
  static final TrainingOptions SETTINGS =
      TrainingOptions.builder().steps(1_000).sustain(100).validateEvery(10).threads(1).build();

  private Comparisons() {}

  static Arm arm(String name) {
    return new Arm(
        name,
        name + " & <more>",
        ArmOptions.NONE.with("lr", List.of("1")),
        SETTINGS,
        Optional.empty());
  }

  static Arm cell(String name, String column, String row) {
    Arm.Cell cell = new Arm.Cell(name, "lr", column, "weight-decay", row);
    return new Arm(
        name + "@lr=" + column + ",weight-decay=" + row,
        "",
        ArmOptions.NONE,
        SETTINGS,
        Optional.of(cell));
  }

  /**
   * An arm with runs of seeds 0, 1 and so on.
   *
   * @param crossings the step from which the accuracy is high; 0 for never
   */
  static ArmResult result(Arm arm, int... crossings) {
    List<RunOutcome> runs = new ArrayList<>();
    for (int seed = 0; seed < crossings.length; seed++) {
      runs.add(run(seed, crossings[seed]));
    }
    return new ArmResult(arm, runs);
  }

  static RunOutcome run(long seed, int crossing) {
    int end = crossing == 0 ? SETTINGS.steps() : crossing + SETTINGS.sustain();
    List<MetricsRow> rows = new ArrayList<>();
    for (int step = 10; step <= end; step += 10) {
      boolean high = crossing != 0 && step >= crossing;
      rows.add(
          new MetricsRow(step, 1.0 / step, 0.5, high ? 0.01 : 2 + seed, high ? 0.99 : 0.1, 1e-3));
    }
    return RunOutcome.of(
        seed, rows, new RunTotals(end, end / 10.0, 3 << 20, crossing != 0), SETTINGS);
  }

  /** The same run with probes: a norm that is the step times a factor, and a cosine below 0. */
  static RunOutcome probed(RunOutcome run, double factor) {
    List<MetricsRow> rows = new ArrayList<>();
    for (MetricsRow row : run.rows()) {
      Map<String, Double> probes = new LinkedHashMap<>();
      probes.put("weight-norm", factor * row.step());
      probes.put("cosine", -0.5);
      probes.put("weight-norm/a<b", 7.0);
      rows.add(
          new MetricsRow(
              row.step(),
              row.trainLoss(),
              row.trainAccuracy(),
              row.validationLoss(),
              row.validationAccuracy(),
              row.learningRate(),
              probes));
    }
    return RunOutcome.of(run.seed(), rows, new RunTotals(run.steps(), 1, 0, false), SETTINGS);
  }

  static Comparison of(String baseline, ArmResult... results) {
    return new Comparison(
        "algorithmic",
        Metric.ACCURACY,
        List.of(0L, 1L, 2L),
        Optional.ofNullable(baseline),
        List.of(results),
        new Comparison.Origin(
            List.of("grokfast", "compare", "algorithmic"),
            List.of("grokfast 1"),
            "2 processors",
            "2026-01-01T00:00:00Z"));
  }
}
