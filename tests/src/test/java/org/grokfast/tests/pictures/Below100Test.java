package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.models.picture.ForestPicture;
import org.grokfast.models.picture.Theme;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The page of AdamW and a filter with a schedule and small position embeddings: its tables and its
 * picture are those of the recorded searches and runs.
 */
class Below100Test {
  private static final String FOLDER = "below-100/";
  private static final Path PAGE = RecordedRuns.folder().resolveSibling("below-100.md");
  private static final RecordedRuns RUNS = RecordedRuns.read(FOLDER + "runs.csv");
  private static final String BASELINE = "adamw";
  private static final String FASTEST = "both";
  private static final String FIRST = "first_crossing";
  private static final String SUSTAINED = "sustained_crossing";

  /** What the arms are called on the page. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  /** The soonest arm with one thing taken from it. */
  private static final Map<String, String> WITHOUT = new LinkedHashMap<>();

  static {
    NAMES.put(FASTEST, "spectral filter, Muon for the tokens");
    NAMES.put("spectral", "spectral filter");
    NAMES.put(BASELINE, "AdamW, no filter");
    WITHOUT.put(FASTEST, "as it is");
    WITHOUT.put("short-warm-up", "warm-up of 10 steps");
    WITHOUT.put("large-positions", "position embeddings that decay as all else");
    WITHOUT.put("constant", "the rate stays where it is");
    WITHOUT.put("no-muon", "AdamW for the tokens too");
    WITHOUT.put("no-filter", "no filter in the blocks");
  }

  private static RecordedSearch search(String arm) {
    return RecordedSearch.read(FOLDER + "tune-" + arm + ".json");
  }

  @Test
  void budgetsAreEqualAndTheSeedsOthers() {
    assertThat(NAMES.keySet().stream().map(arm -> search(arm).budget()).distinct()).hasSize(1);
    for (String arm : NAMES.keySet()) {
      assertThat(RUNS.values(arm, FIRST).keySet())
          .hasSize(10)
          .doesNotContainAnyElementsOf(search(arm).seeds());
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePictureShowsTheRecordedRuns(Theme theme) throws IOException {
    RecordedRuns before = RecordedRuns.read("equal-budgets/runs.csv");
    List<ForestPicture.Row> rows = new ArrayList<>();
    for (String arm : NAMES.keySet()) {
      if (!arm.equals(BASELINE)) {
        String name = arm.equals(FASTEST) ? "spectral, Muon for the tokens" : NAMES.get(arm);
        rows.add(new ForestPicture.Row(name + ": first", RUNS.ratio(BASELINE, arm, FIRST)));
        rows.add(new ForestPicture.Row("sustained", RUNS.ratio(BASELINE, arm, SUSTAINED)));
      }
    }
    rows.add(
        new ForestPicture.Row(
            "AdamW of equal budgets: first",
            RecordedRuns.ratio(RUNS.values(BASELINE, FIRST), before.values(BASELINE, FIRST))));
    GeneratedFile.check(
        PAGE.resolveSibling("below-100-" + theme.fileName() + ".svg"),
        ForestPicture.draw(
            "Steps to 95 %, AdamW with a schedule and small positions over the same with a filter",
            "times fewer steps than AdamW", rows, theme),
        Below100Test.class);
  }

  @Test
  void theResultsAreThoseOfTheRecordedRuns() throws IOException {
    GeneratedTable.check(
        PAGE, "the results", CrossingsTable.withRatios(RUNS, BASELINE, NAMES), Below100Test.class);
  }

  @Test
  void theSettingsAreThoseOfTheRecordedSearches() throws IOException {
    Map<String, RecordedSearch> searches = new LinkedHashMap<>();
    NAMES.forEach((arm, name) -> searches.put(name, search(arm)));
    GeneratedTable.check(PAGE, "the settings", RecordedSearch.table(searches), Below100Test.class);
  }

  @Test
  void whatEachPartDoesIsThatOfTheRecordedRuns() throws IOException {
    CrossingsTable.check(
        PAGE,
        "the parts",
        "the soonest arm",
        "first at 95 %",
        RecordedRuns.read(FOLDER + "parts.csv"),
        WITHOUT,
        Below100Test.class);
  }

  /** Runs that went on to five times the steps of the crossing, where sustained is for so long. */
  @Test
  void whetherItHoldsIsThatOfTheRecordedRuns() throws IOException {
    CrossingsTable.check(
        PAGE,
        "the held",
        "arm",
        "first at 95 %",
        RecordedRuns.read(FOLDER + "held.csv"),
        Map.of(FASTEST, NAMES.get(FASTEST)),
        Below100Test.class);
  }

  /** By the clock, on a machine that had nothing else to do. */
  @Test
  void theSecondsAreThoseOfTheRecordedRuns() throws IOException {
    Map<String, String> clocked = new LinkedHashMap<>();
    clocked.put("equal-budgets", "AdamW of equal budgets");
    for (String arm : List.of(BASELINE, FASTEST)) {
      clocked.put(arm, NAMES.get(arm));
    }
    String table =
        CrossingsTable.seconds(RecordedRuns.read(FOLDER + "clock.csv"), BASELINE, clocked);
    GeneratedTable.check(PAGE, "the seconds", table, Below100Test.class);
  }
}
