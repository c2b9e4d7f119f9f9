package org.grokfast.tests.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.grokfast.models.picture.ForestPicture;
import org.grokfast.models.picture.Theme;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.tests.GeneratedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page of held-out operations: its table and its picture are those of the recorded runs. */
class HeldOutTest {
  private static final Path PAGE = RecordedRuns.folder().resolveSibling("held-out.md");
  private static final String BEGIN = "<!-- the table: HeldOutTest writes it -->\n";
  private static final String END = "<!-- the end of the table -->\n";
  private static final String BASELINE = "adamw";
  private static final String ARM = "best";
  private static final String FIRST = "first_crossing";
  private static final String SUSTAINED = "sustained_crossing";

  /** Where both arms were tuned: recorded for other pages, a row a validation. */
  private static final String TUNED_ON = "mul";

  /** As far as all of those runs went. */
  private static final int STEPS = 1_000;

  /** The folders of the runs and what they are called. */
  private static final Map<String, String> TASKS = new LinkedHashMap<>();

  static {
    TASKS.put(TUNED_ON, "x · y mod 97 (tuned on it)");
    TASKS.put("add", "x + y");
    TASKS.put("sub", "x − y");
    TASKS.put("div", "x ÷ y");
    TASKS.put("p113", "x · y mod 113");
    TASKS.put("tf30", "x · y, 30 % of the equations");
    TASKS.put("tf70", "x · y, 70 % of the equations");
    TASKS.put("x2xyy2", "x² + xy + y²");
    TASKS.put("s5", "S5");
  }

  private static NavigableMap<Integer, Bounds> values(String task, String arm, String column) {
    if (task.equals(TUNED_ON)) {
      NavigableMap<Integer, Bounds> all = new TreeMap<>();
      for (String file : List.of("algorithmic-accuracy.csv", "arms.csv")) {
        RecordedRuns.read(file)
            .crossings(arm, STEPS)
            .forEach(
                (seed, run) ->
                    all.put(seed, column.equals(SUSTAINED) ? run.sustained() : run.first()));
      }
      return all;
    }
    String file = "held-out/" + task + ".csv";
    return Files.exists(RecordedRuns.folder().resolve(file))
        ? RecordedRuns.read(file).values(arm, column)
        : new TreeMap<>();
  }

  private static Optional<SpeedUp> ratio(String task, String column) {
    return RecordedRuns.ratio(values(task, BASELINE, column), values(task, ARM, column));
  }

  @ParameterizedTest
  @EnumSource
  void thePictureShowsTheRecordedRuns(Theme theme) throws IOException {
    List<ForestPicture.Row> rows = new ArrayList<>();
    TASKS.forEach(
        (task, name) -> {
          Optional<SpeedUp> first = ratio(task, FIRST);
          if (first.isPresent()) {
            rows.add(new ForestPicture.Row(name + ": first", first));
            rows.add(new ForestPicture.Row("sustained", ratio(task, SUSTAINED)));
          }
        });
    GeneratedFile.check(
        PAGE.resolveSibling("held-out-" + theme.fileName() + ".svg"),
        ForestPicture.draw(
            "Steps to 95 %, AdamW over the orthogonal arm",
            "times fewer steps than AdamW (both untouched)", rows, theme),
        HeldOutTest.class);
  }

  @Test
  void theTableIsThatOfTheRecordedRuns() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(BEGIN).contains(END);
    String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
    String after = page.substring(page.indexOf(END));
    GeneratedFile.check(PAGE, before + "\n" + table() + "\n" + after, HeldOutTest.class);
  }

  private static String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        "| task | arm | n | first at 95 %, seed by seed | sustained | ratio, first | ratio, sustained |\n");
    table.append("| --- | --- | --- | --- | --- | --- | --- |\n");
    TASKS.forEach(
        (task, name) -> {
          for (String arm : List.of(BASELINE, ARM)) {
            NavigableMap<Integer, Bounds> first = values(task, arm, FIRST);
            NavigableMap<Integer, Bounds> sustained = values(task, arm, SUSTAINED);
            String ratios =
                arm.equals(ARM)
                    ? text(ratio(task, FIRST)) + " | " + text(ratio(task, SUSTAINED))
                    : " | ";
            table.append(
                String.join(
                    " | ",
                    "| " + (arm.equals(BASELINE) ? name : ""),
                    arm.equals(BASELINE) ? "AdamW" : "orthogonal",
                    Integer.toString(first.size()),
                    first.isEmpty() ? "not run" : text(first),
                    text(sustained),
                    ratios + " |\n"));
          }
        });
    return table.toString().replaceAll("\\|  +(?=\\|)", "| ");
  }

  private static String text(NavigableMap<Integer, Bounds> seeds) {
    return seeds.values().stream()
        .map(value -> value.text(HeldOutTest::whole))
        .collect(Collectors.joining(", "));
  }

  private static String text(Optional<SpeedUp> ratio) {
    return ratio.map(HeldOutTest::text).orElse("");
  }

  private static String text(SpeedUp ratio) {
    return ratio.ratio().equals(Bounds.UNKNOWN)
        ? "?"
        : "**"
            + ratio.ratio().text(HeldOutTest::hundredths)
            + "** ("
            + ratio.certainty(HeldOutTest::hundredths)
            + ")";
  }

  private static String whole(double value) {
    return Long.toString(Math.round(value));
  }

  private static String hundredths(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
