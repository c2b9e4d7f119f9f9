package org.grokfast.models.training.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * Metrics as CSV, one row a validation. Numbers are written so that reading them gives the same
 * float64; a missing accuracy is an empty cell. What probes measured stands in columns behind the
 * others, under the probes' names.
 */
public final class MetricsFile {
  private static final List<String> HEADER =
      List.of(
          "step",
          "train_loss",
          "train_accuracy",
          "validation_loss",
          "validation_accuracy",
          "learning_rate");
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private MetricsFile() {}

  /** Replaces the file; its columns are those of the rows. */
  public static void write(Path file, List<MetricsRow> rows) {
    write(file, rows, rows.isEmpty() ? List.of() : rows.get(0).probes().keySet());
  }

  /**
   * Replaces the file.
   *
   * @param probes the names of what probes measure
   */
  public static void write(Path file, List<MetricsRow> rows, Collection<String> probes) {
    AtomicFiles.replace(
        file,
        out -> {
          CSVPrinter printer = new CSVPrinter(out, FORMAT);
          List<String> header = new ArrayList<>(HEADER);
          header.addAll(probes);
          printer.printRecord(header);
          for (MetricsRow row : rows) {
            print(printer, row);
          }
        });
  }

  /** Adds a row to the end of the file. */
  public static void append(Path file, MetricsRow row) {
    try (Writer out =
            Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
        CSVPrinter printer = new CSVPrinter(out, FORMAT)) {
      print(printer, row);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /**
   * Reads a file of a run.
   *
   * @throws IOException if the file can't be read, a column is missing or at another place, or a
   *     cell is no number
   */
  public static List<MetricsRow> read(Path file) throws IOException {
    List<MetricsRow> rows = new ArrayList<>();
    List<String> header = List.of();
    try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, FORMAT)) {
      for (CSVRecord row : parser) {
        if (header.isEmpty()) {
          header = row.toList();
          requireColumns(header);
          continue;
        }
        int columns = Math.max(HEADER.size(), header.size());
        if (row.size() < columns) {
          throw new IllegalArgumentException(
              "line "
                  + parser.getCurrentLineNumber()
                  + " has "
                  + row.size()
                  + " columns; expected "
                  + String.join(",", header.size() < columns ? HEADER : header));
        }
        Map<String, Double> probes = new LinkedHashMap<>();
        for (int i = HEADER.size(); i < columns; i++) {
          probes.put(header.get(i), number(row.get(i)));
        }
        rows.add(
            new MetricsRow(
                Integer.parseInt(row.get(0)),
                number(row.get(1)),
                number(row.get(2)),
                number(row.get(3)),
                number(row.get(4)),
                number(row.get(5)),
                probes));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no metrics file: " + e.getMessage(), e);
    }
    return rows;
  }

  /** Cells are taken by their place, so that another order would be read as other figures. */
  private static void requireColumns(List<String> header) {
    if (header.size() < HEADER.size() || !header.subList(0, HEADER.size()).equals(HEADER)) {
      throw new IllegalArgumentException(
          "its first line is "
              + String.join(",", header)
              + "; expected it to begin with "
              + String.join(",", HEADER));
    }
  }

  private static void print(CSVPrinter printer, MetricsRow row) throws IOException {
    List<Object> cells = new ArrayList<>();
    cells.add(row.step());
    cells.add(cell(row.trainLoss()));
    cells.add(cell(row.trainAccuracy()));
    cells.add(cell(row.validationLoss()));
    cells.add(cell(row.validationAccuracy()));
    cells.add(cell(row.learningRate()));
    row.probes().values().forEach(value -> cells.add(cell(value)));
    printer.printRecord(cells);
  }

  private static String cell(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }
}
