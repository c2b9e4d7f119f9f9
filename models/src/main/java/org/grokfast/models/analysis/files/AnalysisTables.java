package org.grokfast.models.analysis.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.grokfast.models.analysis.AnalysisReport;
import org.grokfast.models.analysis.Figures;
import org.grokfast.models.analysis.LayerQuantities;
import org.grokfast.models.analysis.Quantity;
import org.grokfast.models.analysis.RunFigures;
import org.grokfast.models.analysis.landscape.TrajectoryPlane;

/** An analysis as tables in CSV. What there isn't is an empty cell. */
final class AnalysisTables {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private AnalysisTables() {}

  /** A row a checkpoint. */
  static String checkpoints(AnalysisReport report) {
    List<List<?>> rows = new ArrayList<>();
    rows.add(
        Stream.concat(Stream.of("step"), Stream.of(Quantity.values()).map(Quantity::key)).toList());
    for (Figures at : report.checkpoints()) {
      List<Object> row = new ArrayList<>(List.of(at.step()));
      for (Quantity quantity : Quantity.values()) {
        row.add(cell(at.total().get(quantity)));
      }
      rows.add(row);
    }
    return text(rows);
  }

  /** A row a checkpoint and layer. */
  static String layers(AnalysisReport report) {
    List<List<?>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("step", "layer"));
    LayerQuantities.ALL.forEach(quantity -> head.add(quantity.key()));
    rows.add(head);
    for (Figures at : report.checkpoints()) {
      at.layers()
          .forEach(
              (name, values) -> {
                List<Object> row = new ArrayList<>(List.of(at.step(), name));
                LayerQuantities.ALL.forEach(quantity -> row.add(cell(values.get(quantity))));
                rows.add(row);
              });
    }
    return text(rows);
  }

  /**
   * A row a point of the pictures of the landscape: the places of the checkpoints in their plane,
   * the losses in that plane, and those along the line, where y is empty.
   */
  static String landscape(AnalysisReport report) {
    List<List<?>> rows = new ArrayList<>();
    rows.add(List.of("picture", "step", "x", "y", "loss"));
    report.run().plane().ifPresent(plane -> places(plane, report.checkpoints(), rows));
    report.run().landscape().ifPresent(surface -> surface(surface, rows));
    report.run().line().ifPresent(line -> line(line, rows));
    return text(rows);
  }

  private static void places(TrajectoryPlane plane, List<Figures> checkpoints, List<List<?>> rows) {
    for (int i = 0; i < plane.places().length; i++) {
      double[] place = plane.places()[i];
      rows.add(List.of("trajectory", checkpoints.get(i).step(), place[0], place[1], ""));
    }
  }

  private static void surface(RunFigures.Surface surface, List<List<?>> rows) {
    double[][] losses = surface.losses();
    for (int y = 0; y < losses.length; y++) {
      for (int x = 0; x < losses[y].length; x++) {
        rows.add(List.of("plane", "", surface.xs()[x], surface.ys()[y], finite(losses[y][x])));
      }
    }
  }

  private static void line(RunFigures.Line line, List<List<?>> rows) {
    for (int i = 0; i < line.xs().length; i++) {
      rows.add(List.of("line", "", line.xs()[i], "", finite(line.losses()[i])));
    }
  }

  private static Object cell(Double value) {
    return value == null ? "" : value;
  }

  /** A loss too far out is no number that a picture could show. */
  private static Object finite(double loss) {
    return Double.isFinite(loss) ? loss : "";
  }

  private static String text(List<List<?>> rows) {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
      for (List<?> row : rows) {
        printer.printRecord(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a table in memory could not be written", e);
    }
    return text.toString();
  }
}
