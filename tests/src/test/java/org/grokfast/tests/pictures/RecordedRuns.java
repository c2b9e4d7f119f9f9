package org.grokfast.tests.pictures;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.grokfast.models.comparison.Crossings;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.statistics.Spread;
import org.grokfast.models.training.files.MetricsRow;

/** A table of runs below {@code docs/results/data}, such as compare's {@code runs.csv}. */
final class RecordedRuns {
  private static final double THRESHOLD = 0.95;
  private static final int HOLD = 200;

  private final List<CSVRecord> rows;

  private RecordedRuns(List<CSVRecord> rows) {
    this.rows = rows;
  }

  static Path folder() {
    return Path.of(System.getProperty("grokfast.root"), "docs/results/data");
  }

  static RecordedRuns read(String file) {
    return new RecordedRuns(rows(file));
  }

  /** The rows of a table, by the names of their columns. */
  static List<CSVRecord> rows(String file) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader in = Files.newBufferedReader(folder().resolve(file))) {
      return format.parse(in).getRecords();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The arms, in the order in which they stand there. */
  List<String> arms() {
    return rows.stream().map(row -> row.get("arm")).distinct().toList();
  }

  /** A figure of every run of an arm, by seed. */
  NavigableMap<Integer, Bounds> values(String arm, String column) {
    NavigableMap<Integer, Bounds> values = new TreeMap<>();
    for (CSVRecord row : rows) {
      if (row.get("arm").equals(arm)) {
        values.put(Integer.valueOf(row.get("seed")), bounds(row.get(column)));
      }
    }
    return values;
  }

  private static Bounds bounds(String text) {
    return text.startsWith("> ")
        ? Bounds.above(Double.parseDouble(text.substring(2)))
        : Bounds.exactly(Double.parseDouble(text));
  }

  /** Median and range of a figure. */
  Spread spread(String arm, String column) {
    return Spread.of(new ArrayList<>(values(arm, column).values()));
  }

  /** The baseline over an arm, seed by seed; nothing if they have none in common. */
  Optional<SpeedUp> ratio(String baseline, String arm, String column) {
    return ratio(values(baseline, column), values(arm, column));
  }

  /** One over the other, over the seeds that both have. */
  static Optional<SpeedUp> ratio(
      NavigableMap<Integer, Bounds> baseline, NavigableMap<Integer, Bounds> arm) {
    List<Bounds> theirs = new ArrayList<>();
    List<Bounds> ours = new ArrayList<>();
    arm.forEach(
        (seed, value) -> {
          if (baseline.containsKey(seed)) {
            theirs.add(baseline.get(seed));
            ours.add(value);
          }
        });
    return ours.isEmpty() ? Optional.empty() : Optional.of(SpeedUp.of(theirs, ours));
  }

  /**
   * Where the runs of an arm cross 95 % and hold it for 200 steps, of a table with a row a
   * validation.
   *
   * @param until the step up to which they are looked at
   */
  NavigableMap<Integer, Crossings> crossings(String arm, int until) {
    Map<Integer, List<MetricsRow>> seeds = new TreeMap<>();
    for (CSVRecord row : rows) {
      int step = Integer.parseInt(row.get("step"));
      if (row.get("arm").equals(arm) && step <= until) {
        double accuracy = Double.parseDouble(row.get("validation_accuracy"));
        seeds
            .computeIfAbsent(Integer.valueOf(row.get("seed")), seed -> new ArrayList<>())
            .add(new MetricsRow(step, 0, 0, 0, accuracy, 0));
      }
    }
    NavigableMap<Integer, Crossings> crossings = new TreeMap<>();
    seeds.forEach((seed, run) -> crossings.put(seed, Crossings.of(run, THRESHOLD, HOLD)));
    return crossings;
  }

  /** The values of every run of an arm by step, of a table with a row a validation. */
  List<NavigableMap<Integer, Double>> curves(String arm, String column) {
    return curves(rows.stream().filter(row -> row.get("arm").equals(arm)).toList(), column);
  }

  /** The values of every seed by step, of a table without arms. */
  List<NavigableMap<Integer, Double>> curves(String column) {
    return curves(rows, column);
  }

  private static List<NavigableMap<Integer, Double>> curves(List<CSVRecord> rows, String column) {
    Map<String, NavigableMap<Integer, Double>> seeds = new LinkedHashMap<>();
    for (CSVRecord row : rows) {
      seeds
          .computeIfAbsent(row.get("seed"), seed -> new TreeMap<>())
          .put(Integer.valueOf(row.get("step")), Double.valueOf(row.get(column)));
    }
    return List.copyOf(seeds.values());
  }
}
