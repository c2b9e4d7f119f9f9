package org.grokfast.tests.pictures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.grokfast.models.picture.ForestPicture;
import org.grokfast.models.picture.Theme;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page of held-out tasks: its table and its picture are those of the recorded runs. */
class HeldOutTest {
  private static final Path PAGE = RecordedRuns.folder().resolveSibling("held-out.md");
  private static final String UNTOUCHED = "adamw";
  private static final String ANEW = "adamw-anew";
  private static final String STEADY = "adamw-holds";
  private static final String SCHEDULED = "adamw-scheduled";
  private static final String ORTHOGONAL = "best";
  private static final String SPECTRAL = "spectral";
  private static final String FASTEST = "both-scheduled";
  private static final String FIRST = "first_crossing";
  private static final String SUSTAINED = "sustained_crossing";

  /** The filters, and the rows of AdamW that each is compared with: those with its means. */
  private static final Map<String, List<String>> FILTERS = new LinkedHashMap<>();

  /** What an arm is called on the page. */
  private static final Map<String, String> ARMS = new LinkedHashMap<>();

  /** The files of the runs below {@code docs/results/data}, and what the tasks are called. */
  private static final Map<String, String> TASKS = new LinkedHashMap<>();

  static {
    ARMS.put(UNTOUCHED, "AdamW, untouched");
    ARMS.put(ANEW, "AdamW, tuned on it");
    ARMS.put(STEADY, "AdamW that holds, untouched");
    ARMS.put(SCHEDULED, "AdamW, scheduled, untouched");
    ARMS.put(ORTHOGONAL, "orthogonal, untouched");
    ARMS.put(SPECTRAL, "spectral, untouched");
    ARMS.put(FASTEST, "spectral and Muon, scheduled, untouched");
    List<String> unscheduled = List.of(UNTOUCHED, ANEW, STEADY);
    FILTERS.put(ORTHOGONAL, unscheduled);
    FILTERS.put(SPECTRAL, unscheduled);
    FILTERS.put(FASTEST, List.of(UNTOUCHED, ANEW, STEADY, SCHEDULED));
    TASKS.put("held-out/add.csv", "x + y");
    TASKS.put("held-out/sub.csv", "x − y");
    TASKS.put("held-out/div.csv", "x ÷ y");
    TASKS.put("held-out/p113.csv", "x · y mod 113");
    TASKS.put("held-out/tf30.csv", "x · y, 30 % of equations");
    TASKS.put("held-out/tf70.csv", "x · y, 70 % of equations");
    TASKS.put("held-out/x2xyy2.csv", "x² + xy + y²");
    TASKS.put("held-out/s5.csv", "S5");
  }

  private static NavigableMap<Integer, Bounds> values(String file, String arm, String column) {
    return Files.exists(RecordedRuns.folder().resolve(file))
        ? RecordedRuns.read(file).values(arm, column)
        : new TreeMap<>();
  }

  /**
   * AdamW over an arm: of AdamW's rows the one whose median of the same figure is sooner, a known
   * one before one that most runs didn't reach.
   */
  private static Optional<SpeedUp> ratio(String file, String arm, String column) {
    String baseline =
        FILTERS.get(arm).stream()
            .min(
                Comparator.comparing(
                    row -> median(values(file, row, column)),
                    Comparator.comparingDouble(Bounds::high).thenComparingDouble(Bounds::low)))
            .orElseThrow();
    return RecordedRuns.ratio(values(file, baseline, column), values(file, arm, column));
  }

  private static Bounds median(NavigableMap<Integer, Bounds> crossings) {
    return crossings.isEmpty()
        ? Bounds.above(Double.POSITIVE_INFINITY)
        : Bounds.median(List.copyOf(crossings.values()));
  }

  @ParameterizedTest
  @EnumSource
  void thePictureShowsTheRecordedRuns(Theme theme) throws IOException {
    List<ForestPicture.Row> rows = new ArrayList<>();
    TASKS.forEach(
        (file, name) -> {
          rows.add(new ForestPicture.Row(name + ": orthogonal", ratio(file, ORTHOGONAL, FIRST)));
          rows.add(new ForestPicture.Row("spectral", ratio(file, SPECTRAL, FIRST)));
          rows.add(
              new ForestPicture.Row("spectral and Muon, scheduled", ratio(file, FASTEST, FIRST)));
        });
    GeneratedFile.check(
        PAGE.resolveSibling("held-out-" + theme.fileName() + ".svg"),
        ForestPicture.draw(
            "Steps to the first crossing of 95 %, AdamW over filters, untouched",
            "times fewer steps than AdamW", rows, theme),
        HeldOutTest.class);
  }

  @Test
  void theTableIsThatOfTheRecordedRuns() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append(
        "| task | arm | n | first at 95 %, seed by seed | sustained | ratio: first |"
            + " sustained |\n");
    table.append("| --- | --- | --- | --- | --- | --- | --- |\n");
    TASKS.forEach(
        (file, name) -> {
          String task = name;
          for (Map.Entry<String, String> arm : ARMS.entrySet()) {
            NavigableMap<Integer, Bounds> first = values(file, arm.getKey(), FIRST);
            if (!first.isEmpty()) {
              boolean filtered = FILTERS.containsKey(arm.getKey());
              table.append(
                  String.join(
                      " | ",
                      "| " + task,
                      arm.getValue(),
                      Integer.toString(first.size()),
                      RatioText.of(first),
                      RatioText.of(values(file, arm.getKey(), SUSTAINED)),
                      filtered ? RatioText.of(ratio(file, arm.getKey(), FIRST)) : "",
                      filtered ? RatioText.of(ratio(file, arm.getKey(), SUSTAINED)) : ""));
              table.append(" |\n");
              task = "";
            }
          }
        });
    GeneratedTable.check(PAGE, "the table", table.toString(), HeldOutTest.class);
  }
}
