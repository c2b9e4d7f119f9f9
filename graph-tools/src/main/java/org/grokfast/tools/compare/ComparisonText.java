package org.grokfast.tools.compare;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.grokfast.models.comparison.ArmResult;
import org.grokfast.models.comparison.Column;
import org.grokfast.models.comparison.Comparison;
import org.grokfast.models.comparison.RunOutcome;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.statistics.Spread;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tools.console.TextPage;

/** A comparison for a person: a few narrow tables. */
final class ComparisonText {
  private static final String NONE = "-";

  private final Comparison comparison;
  private final TextPage page;

  ComparisonText(Comparison comparison, TextPage page) {
    this.comparison = comparison;
    this.page = page;
  }

  void print() {
    if (comparison.compared().contains(Column.SUSTAINED)) {
      figures(crossings(), List.of(Column.FIRST, Column.SUSTAINED));
      figures("On the validation data", List.of(Column.FINAL_ACCURACY, Column.BEST_ACCURACY));
      figures("", List.of(Column.FINAL_LOSS, Column.LOWEST_LOSS));
      figures("Cost", List.of(Column.RATE, Column.SECONDS_TO_SUSTAINED, Column.MEMORY));
    } else {
      figures("On the validation data", List.of(Column.LOWEST_LOSS, Column.FINAL_LOSS));
      figures("Cost", List.of(Column.RATE, Column.MEMORY));
    }
    comparison.baseline().ifPresent(this::ratios);
    failures(comparison.results(), page);
    page.flush();
  }

  private String crossings() {
    TrainingOptions settings = comparison.results().get(0).arm().settings();
    return "Steps to "
        + new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT))
            .format(100 * settings.until())
        + " % validation accuracy (sustained: not below for "
        + settings.sustain()
        + " steps)";
  }

  private void figures(String title, List<Column> columns) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("median (seeds)", "n"));
    columns.forEach(column -> header.add(column.label()));
    rows.add(header);
    for (ArmResult result : comparison.results()) {
      List<String> row =
          new ArrayList<>(List.of(result.arm().name(), Integer.toString(result.runs().size())));
      for (Column column : columns) {
        row.add(result.spread(column).map(spread -> text(column, spread)).orElse(NONE));
      }
      rows.add(row);
    }
    table(title, rows);
  }

  private static String text(Column column, Spread spread) {
    return column.text(spread)
        + spread.rangeText(column::text).map(range -> " (" + range + ")").orElse("");
  }

  private void ratios(String baseline) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("ratio", "n"));
    comparison.compared().forEach(column -> header.add(column.label()));
    rows.add(header);
    for (ArmResult result : comparison.results()) {
      List<String> row =
          new ArrayList<>(List.of(result.arm().name(), Integer.toString(pairs(result))));
      for (Column column : comparison.compared()) {
        row.add(comparison.speedUp(result, column).map(ComparisonText::text).orElse(NONE));
      }
      rows.add(row);
    }
    table("How many times less than " + baseline + " (medians; bootstrap paired by seed)", rows);
    comparison
        .unknowns()
        .ifPresent(
            text -> {
              page.text(0, text);
              page.blank();
            });
  }

  /** The seeds that the arm and the baseline have both. */
  private int pairs(ArmResult result) {
    return comparison.compared().stream()
        .flatMap(column -> comparison.speedUp(result, column).stream())
        .mapToInt(SpeedUp::seeds)
        .max()
        .orElse(result.runs().size());
  }

  private static String text(SpeedUp ratio) {
    String text = ratio.ratio().text(ComparisonText::number);
    return ratio.ratio().equals(Bounds.UNKNOWN)
        ? text
        : text + " (" + ratio.certainty(ComparisonText::number) + ")";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private void table(String title, List<List<String>> rows) {
    if (!title.isEmpty()) {
      page.heading(title);
    }
    page.table(2, rows);
    page.blank();
  }

  /** Names the runs that failed, and why. */
  static void failures(List<ArmResult> results, TextPage page) {
    for (ArmResult result : results) {
      for (RunOutcome run : result.runs()) {
        Optional<String> failure = run.failure();
        failure.ifPresent(
            text -> page.text(0, result.arm().name() + " seed " + run.seed() + " failed: " + text));
      }
    }
  }
}
