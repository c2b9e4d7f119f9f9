package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import org.grokfast.models.statistics.Bounds;

/** A part of a page with the crossings of recorded runs, seed by seed, a row an arm. */
final class CrossingsTable {
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
          NavigableMap<Integer, Bounds> crossings = runs.values(arm, "first_crossing");
          table.append(
              String.join(
                  " | ",
                  "| " + name,
                  Integer.toString(crossings.size()),
                  RatioText.of(crossings),
                  RatioText.of(runs.values(arm, "sustained_crossing")) + " |\n"));
        });
    GeneratedTable.check(page, part, table.toString(), test);
  }
}
