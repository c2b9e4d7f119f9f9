package org.grokfast.models.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.statistics.Spread;
import org.grokfast.models.training.files.LogarithmicAxis;
import org.grokfast.models.training.files.MetricsRow;

/**
 * A comparison as two tables in CSV. A number of which only bounds are known is written as {@code >
 * 3000}; what there isn't, or what is infinite, is an empty cell.
 */
public final class ComparisonCsv {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
  private static final double LARGEST_WHOLE = 1e15;

  private ComparisonCsv() {}

  /** One row a run. */
  public static void runs(Comparison comparison, Appendable out) throws IOException {
    List<Column> columns = Column.of(comparison.metric());
    CSVPrinter printer = new CSVPrinter(out, FORMAT);
    List<Object> header = new ArrayList<>(List.of("arm", "seed", "steps", "seconds"));
    columns.forEach(column -> header.add(name(column)));
    header.add("failure");
    printer.printRecord(header);
    for (ArmResult result : comparison.results()) {
      for (RunOutcome run : result.runs()) {
        List<Object> row = new ArrayList<>();
        row.addAll(List.of(result.arm().name(), run.seed(), run.steps(), number(run.seconds())));
        columns.forEach(column -> row.add(column.of(run).map(ComparisonCsv::cell).orElse("")));
        row.add(run.failure().orElse(""));
        printer.printRecord(row);
      }
    }
  }

  /** One row a validation, as many as the curves of the page have. */
  public static void curves(Comparison comparison, Appendable out) throws IOException {
    CSVPrinter printer = new CSVPrinter(out, FORMAT);
    printer.printRecord(
        "arm",
        "seed",
        "step",
        "train_loss",
        "train_accuracy",
        "validation_loss",
        "validation_accuracy");
    for (ArmResult result : comparison.results()) {
      for (RunOutcome run : result.runs()) {
        for (MetricsRow row : LogarithmicAxis.thin(run.rows())) {
          printer.printRecord(
              result.arm().name(),
              run.seed(),
              row.step(),
              number(row.trainLoss()),
              number(row.trainAccuracy()),
              number(row.validationLoss()),
              number(row.validationAccuracy()));
        }
      }
    }
  }

  /** One row an arm: median, least and most over its seeds, and the ratios to the baseline. */
  public static void summary(Comparison comparison, Appendable out) throws IOException {
    List<Column> columns = Column.of(comparison.metric());
    CSVPrinter printer = new CSVPrinter(out, FORMAT);
    List<Object> header = new ArrayList<>(List.of("arm", "seeds"));
    for (Column column : columns) {
      header.addAll(List.of(name(column), name(column) + "_min", name(column) + "_max"));
    }
    for (Column column : comparison.compared()) {
      String ratio = name(column) + "_ratio";
      header.addAll(List.of(ratio, ratio + "_low", ratio + "_high", ratio + "_p"));
    }
    printer.printRecord(header);
    for (ArmResult result : comparison.results()) {
      List<Object> row = new ArrayList<>(List.of(result.arm().name(), result.runs().size()));
      for (Column column : columns) {
        row.addAll(result.spread(column).map(ComparisonCsv::cells).orElse(List.of("", "", "")));
      }
      for (Column column : comparison.compared()) {
        row.addAll(
            comparison
                .speedUp(result, column)
                .map(ComparisonCsv::cells)
                .orElse(List.of("", "", "", "")));
      }
      printer.printRecord(row);
    }
  }

  private static List<String> cells(Spread spread) {
    return List.of(cell(spread.median()), cell(spread.min()), cell(spread.max()));
  }

  private static List<String> cells(SpeedUp ratio) {
    return List.of(
        cell(ratio.ratio()),
        ratio.interval().map(interval -> number(interval.low())).orElse(""),
        ratio.interval().map(interval -> number(interval.high())).orElse(""),
        ratio.pValue().isPresent() ? number(ratio.pValue().getAsDouble()) : "");
  }

  /** {@code first_crossing} for {@code firstCrossing}. */
  private static String name(Column column) {
    return column.key().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static String cell(Bounds bounds) {
    return bounds.equals(Bounds.UNKNOWN) ? "" : bounds.text(ComparisonCsv::number);
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "";
    }
    return value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
