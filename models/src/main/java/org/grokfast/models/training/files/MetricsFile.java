package org.grokfast.models.training.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * Metrics as CSV, one row a validation. Numbers are written so that reading them gives the same
 * float64; a missing accuracy is an empty cell.
 */
public final class MetricsFile {
  private static final String[] HEADER = {
    "step",
    "train_loss",
    "train_accuracy",
    "validation_loss",
    "validation_accuracy",
    "learning_rate"
  };
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private MetricsFile() {}

  /** Replaces the file. */
  public static void write(Path file, List<MetricsRow> rows) {
    AtomicFiles.replace(
        file,
        out -> {
          CSVPrinter printer = new CSVPrinter(out, FORMAT);
          printer.printRecord((Object[]) HEADER);
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
   * @throws IOException if the file can't be read or a cell is no number
   */
  public static List<MetricsRow> read(Path file) throws IOException {
    List<MetricsRow> rows = new ArrayList<>();
    CSVFormat format = FORMAT.builder().setHeader(HEADER).setSkipHeaderRecord(true).get();
    try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
      for (CSVRecord row : parser) {
        if (row.size() < HEADER.length) {
          throw new IllegalArgumentException(
              "line "
                  + parser.getCurrentLineNumber()
                  + " has "
                  + row.size()
                  + " columns; expected "
                  + String.join(",", HEADER));
        }
        rows.add(
            new MetricsRow(
                Integer.parseInt(row.get(0)),
                number(row.get(1)),
                number(row.get(2)),
                number(row.get(3)),
                number(row.get(4)),
                number(row.get(5))));
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no metrics file: " + e.getMessage(), e);
    }
    return rows;
  }

  private static void print(CSVPrinter printer, MetricsRow row) throws IOException {
    printer.printRecord(
        row.step(),
        cell(row.trainLoss()),
        cell(row.trainAccuracy()),
        cell(row.validationLoss()),
        cell(row.validationAccuracy()),
        cell(row.learningRate()));
  }

  private static String cell(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  private static double number(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }
}
