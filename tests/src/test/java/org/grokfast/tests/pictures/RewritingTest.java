package org.grokfast.tests.pictures;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.apache.commons.csv.CSVRecord;
import org.grokfast.models.picture.Svg;
import org.grokfast.tests.GeneratedFile;
import org.grokfast.tests.pictures.AccuracyPicture.Theme;
import org.grokfast.tests.pictures.LinePlot.Axis;
import org.grokfast.tests.pictures.LinePlot.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page of what a rewrite costs: its picture and its tables are those of the measurements. */
class RewritingTest {
  private static final Path PAGE = RecordedRuns.folder().resolveSibling("rewriting.md");

  /** What a heap is given in, of what a file is given in. */
  private static final double MEBIBYTE = 1.048576;

  private static List<CSVRecord> rows(Predicate<CSVRecord> kept) {
    return RecordedRuns.rows("rewriting.csv").stream().filter(kept).toList();
  }

  private static boolean isTimed(CSVRecord row) {
    return !row.get("seconds").isEmpty();
  }

  private static boolean isLargest(CSVRecord row) {
    return row.get("nodes").equals("1000003");
  }

  private static double number(CSVRecord row, String column) {
    return Double.parseDouble(row.get(column));
  }

  @ParameterizedTest
  @EnumSource
  void thePictureShowsTheMeasurements(Theme theme) throws IOException {
    Svg svg = new Svg(900, 330, theme.background());
    LinePlot time = new LinePlot(svg, theme, 0, 0, 444, 320);
    time.axes(
        "time of a rewrite, seconds",
        Axis.linear(0, 1.05, 0.0, 0.25, 0.5, 0.75, 1.0),
        Axis.linear(0, 3, 0.0, 1.0, 2.0, 3.0),
        "millions of nodes");
    time.curve("2,000 variables", 1, 2.4, times("2000", row -> number(row, "seconds")));
    time.dots(1, times("2000", row -> number(row, "seconds")));
    time.curve("100", 2, 2.4, times("100", row -> number(row, "seconds")));
    time.dots(2, times("100", row -> number(row, "seconds")));
    for (CSVRecord row : rows(RewritingTest::isTimed)) {
      double nodes = number(row, "nodes") / 1e6;
      List<Point> range =
          List.of(
              new Point(nodes, number(row, "least_seconds")),
              new Point(nodes, number(row, "most_seconds")));
      time.curve("", row.get("variables").equals("100") ? 2 : 1, 1.2, range);
    }
    LinePlot heap = new LinePlot(svg, theme, 450, 0, 444, 320);
    heap.axes(
        "smallest heap, MiB",
        Axis.linear(0, 55, 0.0, 10.0, 20.0, 30.0, 40.0, 50.0),
        Axis.linear(0, 1_000, 0.0, 250.0, 500.0, 750.0, 1_000.0),
        "megabytes of the file");
    heap.curve("node by node", 1, 2.4, heaps("heap_mebibytes"));
    heap.dots(1, heaps("heap_mebibytes"));
    heap.curve("parsed as one message", 0, 2.4, heaps("before_mebibytes"));
    heap.dots(0, heaps("before_mebibytes"));
    GeneratedFile.check(
        PAGE.resolveSibling("rewriting-" + theme.name().toLowerCase(Locale.ROOT) + ".svg"),
        svg.document("Time and memory of a rewrite", LinePlot.style(theme)),
        RewritingTest.class);
  }

  private static List<Point> times(String variables, ToDoubleFunction<CSVRecord> value) {
    return rows(row -> isTimed(row) && row.get("variables").equals(variables)).stream()
        .map(row -> new Point(number(row, "nodes") / 1e6, value.applyAsDouble(row)))
        .toList();
  }

  private static List<Point> heaps(String column) {
    return rows(row -> isTimed(row) && !row.get(column).isEmpty()).stream()
        .map(row -> new Point(number(row, "megabytes"), number(row, column)))
        .toList();
  }

  @Test
  void theTablesAreThoseOfTheMeasurements() throws IOException {
    check(
        "time",
        "nodes | filtered variables | file | a rewrite",
        RewritingTest::isTimed,
        row ->
            size(row)
                + " | "
                + row.get("seconds")
                + " s ("
                + row.get("least_seconds")
                + " to "
                + row.get("most_seconds")
                + ")");
    check(
        "memory",
        "nodes | filtered variables | file | heap | too small | heap / file | before",
        RewritingTest::isTimed,
        row -> size(row) + " | " + heap(row) + " | " + mebibytes(row, "before_mebibytes"));
    check(
        "forms",
        "form | file | heap | too small | heap / file",
        RewritingTest::isLargest,
        row -> row.get("form") + " | " + row.get("megabytes") + " MB | " + heap(row));
  }

  private static void check(
      String name, String head, Predicate<CSVRecord> kept, Function<CSVRecord, String> cells)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of("| " + head + " |"));
    lines.add("| --- ".repeat(head.split(" \\| ", -1).length) + "|");
    rows(kept).forEach(row -> lines.add(("| " + cells.apply(row) + " |").replace("|  |", "| |")));
    lines.add("");
    GeneratedTable.check(PAGE, name, String.join("\n", lines), RewritingTest.class);
  }

  private static String size(CSVRecord row) {
    return String.format(
        Locale.ROOT,
        "%,d | %,d | %s MB",
        Integer.valueOf(row.get("nodes")),
        Integer.valueOf(row.get("variables")),
        row.get("megabytes"));
  }

  private static String heap(CSVRecord row) {
    return mebibytes(row, "heap_mebibytes")
        + " | "
        + mebibytes(row, "too_small_mebibytes")
        + " | "
        + String.format(
            Locale.ROOT,
            "%.1f",
            number(row, "heap_mebibytes") * MEBIBYTE / number(row, "megabytes"));
  }

  private static String mebibytes(CSVRecord row, String column) {
    return row.get(column).isEmpty() ? "" : row.get(column) + " MiB";
  }
}
