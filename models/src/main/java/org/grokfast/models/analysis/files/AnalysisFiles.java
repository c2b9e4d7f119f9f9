package org.grokfast.models.analysis.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.grokfast.models.analysis.AnalysisReport;
import org.grokfast.models.analysis.Figures;
import org.grokfast.models.analysis.LayerQuantities;
import org.grokfast.models.analysis.Quantity;
import org.grokfast.models.training.files.AtomicFiles;

/**
 * The files of an analysis: {@code analysis.json}, {@code analysis.csv} with a row a checkpoint,
 * {@code layers.csv} with a row a checkpoint and layer, {@code analysis.png} and {@code
 * analysis.svg}, {@code landscape.png} and {@code landscape.svg}, and {@code analysis.html}.
 */
public final class AnalysisFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private AnalysisFiles() {}

  /**
   * Writes them, each whole or not at all.
   *
   * @param folder made if it isn't there
   * @return the files by what they hold
   */
  public static Map<String, Path> write(AnalysisReport report, Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the folder " + folder, e);
    }
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("json", folder.resolve("analysis.json"));
    AtomicFiles.replaceBytes(
        files.get("json"), out -> out.write(JSON.writeValueAsBytes(report.toMap())));
    files.put("csv", write(folder.resolve("analysis.csv"), rows(report)));
    files.put("layersCsv", write(folder.resolve("layers.csv"), layerRows(report)));
    files.put("png", folder.resolve("analysis.png"));
    files.put("svg", folder.resolve("analysis.svg"));
    AnalysisCharts.quantities(report).writePng(files.get("png"));
    AnalysisCharts.quantities(report).writeSvg(files.get("svg"));
    AnalysisCharts.landscape(report)
        .ifPresent(
            sheet -> {
              files.put("landscapePng", folder.resolve("landscape.png"));
              files.put("landscapeSvg", folder.resolve("landscape.svg"));
              sheet.writePng(files.get("landscapePng"));
              sheet.writeSvg(files.get("landscapeSvg"));
            });
    files.put("html", folder.resolve("analysis.html"));
    byte[] page = AnalysisPage.of(report).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.replaceBytes(files.get("html"), out -> out.write(page));
    return files;
  }

  private static List<List<Object>> rows(AnalysisReport report) {
    List<List<Object>> rows = new ArrayList<>();
    rows.add(
        Stream.concat(Stream.of("step"), Stream.of(Quantity.values()).map(Quantity::key))
            .map(Object.class::cast)
            .toList());
    for (Figures at : report.checkpoints()) {
      List<Object> row = new ArrayList<>(List.of(at.step()));
      for (Quantity quantity : Quantity.values()) {
        row.add(cell(at.total().get(quantity)));
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<List<Object>> layerRows(AnalysisReport report) {
    List<List<Object>> rows = new ArrayList<>();
    List<Object> head = new ArrayList<>(List.of("step", "layer"));
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
    return rows;
  }

  /** What there isn't is an empty cell. */
  private static Object cell(Double value) {
    return value == null ? "" : value;
  }

  private static Path write(Path file, List<List<Object>> rows) {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, CSV)) {
      for (List<Object> row : rows) {
        printer.printRecord(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    AtomicFiles.replaceBytes(file, out -> out.write(bytes));
    return file;
  }
}
