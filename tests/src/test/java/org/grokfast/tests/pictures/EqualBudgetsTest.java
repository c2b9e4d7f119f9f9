package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.grokfast.models.picture.ForestPicture;
import org.grokfast.models.picture.Theme;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The page of contenders that were tuned on equal budgets: its tables and its picture are those of
 * the recorded searches and runs.
 */
class EqualBudgetsTest {
  private static final String FOLDER = "equal-budgets/";
  private static final Path PAGE = RecordedRuns.folder().resolveSibling("equal-budgets.md");
  private static final RecordedRuns RUNS = RecordedRuns.read(FOLDER + "runs.csv");
  private static final String BASELINE = "adamw";
  private static final String FIRST = "first_crossing";
  private static final String SUSTAINED = "sustained_crossing";

  /** What an arm of the contenders' file is called on the page. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("spectral", "spectral filter");
    NAMES.put("orthogonal", "orthogonal filter");
    NAMES.put("muon", "Muon, no filter");
    NAMES.put("chain", "EMA, then spectral");
    NAMES.put("normalize", "`normalize`");
    NAMES.put("perp", "`perp`");
    NAMES.put("ma", "moving average");
    NAMES.put("ema", "EMA");
    NAMES.put("lookahead", "Lookahead, no filter");
    NAMES.put("noise", "noise on the inputs");
    NAMES.put("commutativity", "commutativity loss");
    NAMES.put(BASELINE, "AdamW, no filter");
  }

  /** Filters that were put in front of an AdamW that was tuned, or not, without them. */
  private static final Map<String, String> UNTUNED = new LinkedHashMap<>();

  static {
    UNTUNED.put("spectral-on-tuned", "`spectral` in the blocks, AdamW of its search");
    UNTUNED.put("spectral-on-tuned-without-clipping", "the same, not clipped");
    UNTUNED.put("spectral-everywhere-on-tuned", "`spectral` in all matrices, AdamW of its search");
    UNTUNED.put("orthogonal-on-tuned", "`orthogonal`, 0.9, 1, in the blocks, AdamW of its search");
    UNTUNED.put("spectral-on-untuned-betas", "`spectral` in the blocks, AdamW 3e-3, decay 1");
    UNTUNED.put("chain-by-hand", "`ema`, 0.5, 1, then `spectral`, AdamW of the spectral winner");
    UNTUNED.put("orthogonal-on-untuned-betas", "`orthogonal`, 0.9, 1, in the blocks, that AdamW");
  }

  /** Chains with the spectral filter that were tried before one was searched for. */
  private static final Map<String, String> CHAINS = new LinkedHashMap<>();

  static {
    CHAINS.put("spectral", "`spectral` alone");
    CHAINS.put("ema-spectral", "`ema`, 0.5, 1, before it");
    CHAINS.put("ema-long-spectral", "`ema`, 0.9, 1, before it");
    CHAINS.put("perp-spectral", "`perp` before it");
    CHAINS.put("spectral-ema", "`ema`, 0.9, 1, behind it");
    CHAINS.put("spectral-perp", "`perp` behind it");
  }

  /** The contenders that were searched for and judged, in the order of the page. */
  private static List<String> contenders() {
    assertThat(NAMES.keySet()).containsAll(RUNS.arms());
    return NAMES.keySet().stream().filter(RUNS.arms()::contains).toList();
  }

  private static RecordedSearch search(String arm) {
    return RecordedSearch.read(FOLDER + "tune-" + arm + ".json");
  }

  @Test
  void everySearchHadTheSameBudget() {
    assertThat(contenders().stream().map(arm -> search(arm).budget()).distinct()).hasSize(1);
  }

  /** A contender of which no setting crossed in its search has no runs to be judged by. */
  @Test
  void theCommutativityLossGotNowhereOnTheSameBudget() {
    RecordedSearch search = search("commutativity");
    assertThat(search.budget()).isEqualTo(search(BASELINE).budget());
    assertThat(search.winners("firstCrossing")).isEqualTo("> 640");
    assertThat(RUNS.arms()).doesNotContain("commutativity");
  }

  @Test
  void noSeedThatWasSearchedOnIsJudgedOn() {
    for (String arm : contenders()) {
      assertThat(RUNS.values(arm, FIRST).keySet()).doesNotContainAnyElementsOf(search(arm).seeds());
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePictureShowsTheRecordedRuns(Theme theme) throws IOException {
    List<ForestPicture.Row> rows = new ArrayList<>();
    for (String arm : contenders()) {
      if (!arm.equals(BASELINE)) {
        String name = NAMES.get(arm).replace("`", "");
        rows.add(new ForestPicture.Row(name + ": first", RUNS.ratio(BASELINE, arm, FIRST)));
        rows.add(new ForestPicture.Row("sustained", RUNS.ratio(BASELINE, arm, SUSTAINED)));
      }
    }
    GeneratedFile.check(
        PAGE.resolveSibling("equal-budgets-" + theme.fileName() + ".svg"),
        ForestPicture.draw(
            "Steps to 95 %, tuned AdamW over each contender, tuned on the same budget",
            "times fewer steps than AdamW", rows, theme),
        EqualBudgetsTest.class);
  }

  @Test
  void theResultsAreThoseOfTheRecordedRuns() throws IOException {
    Map<String, String> names = new LinkedHashMap<>(NAMES);
    names.keySet().retainAll(contenders());
    String table = CrossingsTable.withRatios(RUNS, BASELINE, names);
    GeneratedTable.check(PAGE, "the results", table, EqualBudgetsTest.class);
  }

  @Test
  void whatWasPutInFrontUntunedIsThatOfTheRecordedRuns() throws IOException {
    checkCrossings("the untuned", "auto.csv", UNTUNED);
  }

  @Test
  void theChainsAreThoseOfTheRecordedRuns() throws IOException {
    checkCrossings("the chains", "chains.csv", CHAINS);
  }

  /** Runs that went on to five times the steps of the crossing, where sustained is for so long. */
  @Test
  void whetherTheyHoldItIsThatOfTheRecordedRuns() throws IOException {
    Map<String, String> held = new LinkedHashMap<>(NAMES);
    held.keySet().retainAll(List.of("spectral", "orthogonal"));
    held.put("spectral-falling", "spectral filter, with a rate that falls");
    checkCrossings("the held", "held.csv", held);
  }

  /** The AdamW of the moving average's search without it, and the contenders beside that. */
  @Test
  void theRatiosToTheAdamWOfTheMovingAverageAreThoseOfTheRecordedRuns() throws IOException {
    RecordedRuns control = RecordedRuns.read(FOLDER + "control.csv");
    StringBuilder table = new StringBuilder();
    table.append("| | n | first at 95 %, then ratios to it | sustained, then ratios to it |\n");
    table.append("| --- | --- | --- | --- |\n");
    NavigableMap<Integer, Bounds> first = control.values("ma-without", FIRST);
    NavigableMap<Integer, Bounds> sustained = control.values("ma-without", SUSTAINED);
    table.append(
        String.join(
            " | ",
            "| AdamW of the moving average, without it",
            Integer.toString(first.size()),
            RatioText.of(first),
            RatioText.of(sustained) + " |\n"));
    for (String arm : List.of("spectral", "orthogonal", "muon", "ma", BASELINE)) {
      table.append(
          String.join(
              " | ",
              "| " + NAMES.get(arm),
              Integer.toString(RUNS.values(arm, FIRST).size()),
              RatioText.of(RecordedRuns.ratio(first, RUNS.values(arm, FIRST))),
              RatioText.of(RecordedRuns.ratio(sustained, RUNS.values(arm, SUSTAINED))) + " |\n"));
    }
    GeneratedTable.check(PAGE, "the control", table.toString(), EqualBudgetsTest.class);
  }

  /** By the clock, on a machine that had nothing else to do. */
  @Test
  void theSecondsAreThoseOfTheRecordedRuns() throws IOException {
    Map<String, String> clocked = new LinkedHashMap<>();
    for (String arm : List.of(BASELINE, "spectral", "orthogonal")) {
      clocked.put(arm, NAMES.get(arm));
    }
    String table =
        CrossingsTable.seconds(RecordedRuns.read(FOLDER + "clock.csv"), BASELINE, clocked);
    GeneratedTable.check(PAGE, "the seconds", table, EqualBudgetsTest.class);
  }

  private static void checkCrossings(String part, String file, Map<String, String> names)
      throws IOException {
    RecordedRuns runs = RecordedRuns.read(FOLDER + file);
    CrossingsTable.check(
        PAGE, part, "filter", "first at 95 %", runs, names, EqualBudgetsTest.class);
  }

  @Test
  void theSettingsAreThoseOfTheRecordedSearches() throws IOException {
    Map<String, RecordedSearch> searches = new LinkedHashMap<>();
    contenders().forEach(arm -> searches.put(NAMES.get(arm), search(arm)));
    String table = RecordedSearch.table(searches);
    GeneratedTable.check(PAGE, "the settings", table, EqualBudgetsTest.class);
  }
}
