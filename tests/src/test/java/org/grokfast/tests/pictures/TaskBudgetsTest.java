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
import java.util.function.Function;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.Spread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * AdamW and the filters with an orthogonal factor, tuned on equal budgets for other tasks than the
 * algorithmic one: the tables of their pages are those of the recorded searches and runs.
 */
class TaskBudgetsTest {
  private static final String BASELINE = "adamw";
  private static final String BEST_ACCURACY = "best_accuracy";
  private static final Map<String, String> CONTENDERS = new LinkedHashMap<>();

  static {
    CONTENDERS.put(BASELINE, "AdamW, no filter");
    CONTENDERS.put("spectral", "spectral filter");
    CONTENDERS.put("orthogonal", "orthogonal filter");
  }

  /** A figure of the runs of a table. */
  private record Figure(String name, String file, String column, Function<Bounds, String> form) {}

  private static final Figure LOWEST_LOSS =
      new Figure("lowest validation loss", "runs.csv", "lowest_loss", TaskBudgetsTest::loss);

  private static String percent(Bounds share) {
    return share.text(value -> String.format(Locale.ROOT, "%.1f %%", 100 * value));
  }

  private static String loss(Bounds value) {
    return value.text(loss -> String.format(Locale.ROOT, "%.3f", loss));
  }

  private enum Task {
    MNIST,
    IMDB,
    QM9;

    List<Figure> figures() {
      return switch (this) {
        case MNIST ->
            List.of(
                new Figure("first at 85 %", "85.csv", "first_crossing", RatioText::of),
                new Figure("sustained", "85.csv", "sustained_crossing", RatioText::of),
                new Figure("first at 91 %", "91.csv", "first_crossing", RatioText::of),
                new Figure("sustained", "91.csv", "sustained_crossing", RatioText::of));
        case IMDB ->
            List.of(
                new Figure(
                    "best validation accuracy",
                    "runs.csv",
                    BEST_ACCURACY,
                    TaskBudgetsTest::percent),
                LOWEST_LOSS);
        case QM9 -> List.of(LOWEST_LOSS);
      };
    }

    String folder() {
      return "equal-budgets/" + name().toLowerCase(Locale.ROOT) + "/";
    }

    Path page() {
      return RecordedRuns.folder().resolveSibling(name().toLowerCase(Locale.ROOT) + ".md");
    }

    /**
     * The names of those that were searched for, which are the baseline and one filter at least.
     */
    Map<String, String> contenders() {
      Map<String, String> searched = new LinkedHashMap<>(CONTENDERS);
      searched.keySet().removeIf(arm -> !isSearched(arm));
      assertThat(searched).containsKey(BASELINE).hasSizeGreaterThan(1);
      return searched;
    }

    private boolean isSearched(String arm) {
      return Files.exists(RecordedRuns.folder().resolve(folder() + "tune-" + arm + ".json"));
    }

    RecordedSearch search(String arm) {
      return RecordedSearch.read(folder() + "tune-" + arm + ".json");
    }

    NavigableMap<Integer, Bounds> values(Figure figure, String arm) {
      return RecordedRuns.read(folder() + figure.file()).values(arm, figure.column());
    }
  }

  @ParameterizedTest
  @EnumSource
  void budgetsAreEqualAndTheSeedsOthers(Task task) {
    Map<String, String> contenders = task.contenders();
    assertThat(contenders.keySet().stream().map(arm -> task.search(arm).budget()).distinct())
        .hasSize(1);
    for (String arm : contenders.keySet()) {
      for (Figure figure : task.figures()) {
        assertThat(task.values(figure, arm).keySet())
            .isNotEmpty()
            .doesNotContainAnyElementsOf(task.search(arm).seeds());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theTableIsThatOfTheRecordedRuns(Task task) throws IOException {
    StringBuilder table = new StringBuilder();
    table.append("| contender | | seed by seed | median | ratio |\n");
    table.append("| --- | --- | --- | --- | --- |\n");
    Map<String, String> contenders = task.contenders();
    contenders.forEach(
        (arm, name) -> {
          String label = name;
          for (Figure figure : task.figures()) {
            NavigableMap<Integer, Bounds> values = task.values(figure, arm);
            Bounds median = Spread.of(new ArrayList<>(values.values())).median();
            table.append(
                String.join(
                    " | ",
                    "| " + label,
                    figure.name(),
                    RatioText.of(values, figure.form()),
                    "**" + figure.form().apply(median) + "**",
                    (arm.equals(BASELINE)
                            ? ""
                            : against(figure, task.values(figure, BASELINE), values))
                        + " |\n"));
            label = "";
          }
        });
    contenders.forEach(
        (arm, name) ->
            table.append("\n- ").append(name).append(": ").append(task.search(arm).settings()));
    GeneratedTable.check(task.page(), "the budgets", table + "\n", TaskBudgetsTest.class);
  }

  /** How an arm stands to the baseline: as a ratio where less is better. */
  private static String against(
      Figure figure, NavigableMap<Integer, Bounds> baseline, NavigableMap<Integer, Bounds> arm) {
    if (!figure.column().equals(BEST_ACCURACY)) {
      return RatioText.of(RecordedRuns.ratio(baseline, arm));
    }
    long higher =
        arm.entrySet().stream()
            .filter(seed -> seed.getValue().low() > baseline.get(seed.getKey()).low())
            .count();
    return "higher in " + higher + " of " + arm.size();
  }

  /** What of the wider search brings AdamW forward on MNIST. */
  @Test
  void theTableOfSingleChangesIsThatOfTheRecordedRuns() throws IOException {
    RecordedRuns runs = RecordedRuns.read(Task.MNIST.folder() + "apart.csv");
    Map<String, String> names = new LinkedHashMap<>();
    runs.arms().forEach(arm -> names.put(arm, arm.equals(BASELINE) ? "as it is" : "`" + arm + "`"));
    CrossingsTable.check(
        Task.MNIST.page(),
        "single changes",
        "AdamW of the first search",
        "first at 85 %",
        runs,
        names,
        TaskBudgetsTest.class);
  }
}
