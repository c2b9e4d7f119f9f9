package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.NavigableMap;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.Spread;

/** A part of a page with the crossings of recorded runs, seed by seed, a row an arm. */
final class CrossingsTable {
  private static final String FIRST = "first_crossing";
  private static final String SUSTAINED = "sustained_crossing";
  private static final String SECONDS = "seconds_to_first";

  private CrossingsTable() {}

  /**
   * Checks or writes the part.
   *
   * @param what the rows are
   * @param first what the first crossing is called
   * @param names what the arms are called, in the order of the rows; exactly those of the runs
   */
  static void check(
      Path page,
      String part,
      String what,
      String first,
      RecordedRuns runs,
      Map<String, String> names,
      Class<?> test)
      throws IOException {
    assertThat(names.keySet()).containsExactlyInAnyOrderElementsOf(runs.arms());
    StringBuilder table = new StringBuilder();
    table.append(String.join(" | ", "| " + what, "n", first + ", seed by seed", "sustained |\n"));
    table.append("| --- | --- | --- | --- |\n");
    names.forEach(
        (arm, name) -> {
          NavigableMap<Integer, Bounds> crossings = runs.values(arm, FIRST);
          table.append(
              String.join(
                  " | ",
                  "| " + name,
                  Integer.toString(crossings.size()),
                  RatioText.of(crossings),
                  RatioText.of(runs.values(arm, SUSTAINED)) + " |\n"));
        });
    GeneratedTable.check(page, part, table.toString(), test);
  }

  /**
   * Two rows an arm, with medians and the ratios of a baseline to it.
   *
   * @param baseline the arm without ratios
   * @param names what the arms are called, in the order of the rows
   */
  static String withRatios(RecordedRuns runs, String baseline, Map<String, String> names) {
    StringBuilder table = new StringBuilder();
    table.append("| contender | n | first at 95 %, seed by seed | median | ratio |\n");
    table.append("| --- | --- | --- | --- | --- |\n");
    names.forEach(
        (arm, name) -> {
          int n = runs.values(arm, FIRST).size();
          ratios(table, name, Integer.toString(n), runs, baseline, arm, FIRST);
          ratios(table, "sustained", "", runs, baseline, arm, SUSTAINED);
        });
    return table.toString();
  }

  private static void ratios(
      StringBuilder table,
      String name,
      String n,
      RecordedRuns runs,
      String baseline,
      String arm,
      String column) {
    NavigableMap<Integer, Bounds> values = runs.values(arm, column);
    Bounds median = Spread.of(new ArrayList<>(values.values())).median();
    table.append(
        String.join(
            " | ",
            "| " + name,
            n,
            RatioText.of(values),
            "**" + RatioText.of(median) + "**",
            ratio(runs, baseline, arm, column) + " |\n"));
  }

  /**
   * A row an arm, with the seconds to the first crossing and a baseline's over them.
   *
   * @param names what the arms are called, in the order of the rows
   */
  static String seconds(RecordedRuns runs, String baseline, Map<String, String> names) {
    StringBuilder table = new StringBuilder();
    table.append("| contender | n | seconds to the first crossing, seed by seed | ratio |\n");
    table.append("| --- | --- | --- | --- |\n");
    names.forEach(
        (arm, name) -> {
          NavigableMap<Integer, Bounds> seconds = runs.values(arm, SECONDS);
          table.append(
              String.join(
                  " | ",
                  "| " + name,
                  Integer.toString(seconds.size()),
                  RatioText.of(seconds),
                  ratio(runs, baseline, arm, SECONDS) + " |\n"));
        });
    return table.toString();
  }

  private static String ratio(RecordedRuns runs, String baseline, String arm, String column) {
    return arm.equals(baseline) ? "" : RatioText.of(runs.ratio(baseline, arm, column));
  }
}
