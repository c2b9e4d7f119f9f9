package org.grokfast.tests.forecast;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.grokfast.models.forecast.features.EarlyRun;
import org.grokfast.models.forecast.features.Feature;
import org.grokfast.models.forecast.features.Features;
import org.grokfast.models.training.files.MetricsFile;
import org.grokfast.models.training.files.MetricsRow;

/** The table of the study's runs: settings, features and what became of each. */
final class StudyTable {
  static final String NORM_SLOPE = "weight-norm-slope";
  static final Path FILE =
      Path.of(System.getProperty("grokfast.root"), "docs", "results", "data", "forecast.csv");

  private static final double HALF = 0.5;
  private static final List<String> SETTINGS =
      List.of("run", "operation", "prime", "fraction", "rate", "decay");
  private static final List<String> OUTCOMES = List.of("step-50", "step-95");
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private StudyTable() {}

  private static List<String> features() {
    return Stream.concat(Features.ALL.stream().map(Feature::name), Stream.of(NORM_SLOPE)).toList();
  }

  /** Reads the committed table. */
  static List<StudyRow> read() throws IOException {
    List<StudyRow> rows = new ArrayList<>();
    CSVFormat format = FORMAT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser = format.parse(new StringReader(Files.readString(FILE)))) {
      for (CSVRecord row : parser) {
        StudySetting setting = StudySetting.all().get(Integer.parseInt(row.get("run")));
        Map<String, Double> features = new LinkedHashMap<>();
        features().forEach(name -> features.put(name, Double.valueOf(row.get(name))));
        rows.add(
            new StudyRow(setting, features, step(row.get("step-50")), step(row.get("step-95"))));
      }
    }
    return rows;
  }

  /** The table as text; reading it gives the same numbers. */
  static String text(List<StudyRow> rows) {
    StringBuilder text = new StringBuilder();
    try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
      List<String> header = new ArrayList<>(SETTINGS);
      header.addAll(features());
      header.addAll(OUTCOMES);
      printer.printRecord(header);
      for (StudyRow row : rows) {
        StudySetting setting = row.setting();
        List<Object> cells =
            new ArrayList<>(
                List.of(
                    setting.id(),
                    setting.operation(),
                    setting.prime(),
                    setting.trainFraction(),
                    setting.learningRate(),
                    setting.weightDecay()));
        features().forEach(name -> cells.add(row.features().get(name)));
        cells.add(cell(row.half()));
        cells.add(cell(row.reached()));
        printer.printRecord(cells);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static String cell(OptionalInt step) {
    return step.isPresent() ? Integer.toString(step.getAsInt()) : "";
  }

  private static OptionalInt step(String cell) {
    return cell.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(cell));
  }

  /** What is kept of a run that has ended. */
  static StudyRow of(Path folder, StudySetting setting) throws IOException {
    List<MetricsRow> early = MetricsFile.read(StudyRuns.early(folder, setting));
    List<MetricsRow> late = MetricsFile.read(StudyRuns.late(folder, setting));
    requireSame(setting, early, late);
    EarlyRun run = new EarlyRun(early, setting.words());
    Map<String, Double> features = new LinkedHashMap<>();
    Features.ALL.forEach(feature -> features.put(feature.name(), rounded(feature.of(run))));
    features.put(NORM_SLOPE, rounded(normSlope(StudyRuns.norms(folder, setting))));
    List<MetricsRow> all = new ArrayList<>(early);
    late.stream().filter(row -> row.step() > early.size()).forEach(all::add);
    return new StudyRow(setting, features, first(all, HALF), first(all, StudySetting.THRESHOLD));
  }

  /** Six digits: what is left doesn't depend on the last bit of a machine's logarithm. */
  static double rounded(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.5e", value));
  }

  /** The two trainings of a run have to be one: the same loss where both have a row. */
  private static void requireSame(
      StudySetting setting, List<MetricsRow> early, List<MetricsRow> late) {
    for (MetricsRow row : late) {
      if (row.step() <= early.size()) {
        double other = early.get(row.step() - 1).validationLoss();
        if (other != row.validationLoss()) {
          throw new IllegalStateException(
              setting.folder()
                  + ": the validation loss at step "
                  + row.step()
                  + " is "
                  + row.validationLoss()
                  + " and was "
                  + other);
        }
      }
    }
  }

  private static OptionalInt first(List<MetricsRow> rows, double accuracy) {
    return rows.stream()
        .filter(row -> row.validationAccuracy() >= accuracy)
        .mapToInt(MetricsRow::step)
        .findFirst();
  }

  /** The decimal logarithm's change from step 200 to step 400, a step. */
  private static double normSlope(Path norms) throws IOException {
    Map<Integer, Double> logs = new LinkedHashMap<>();
    for (String line : Files.readAllLines(norms)) {
      String[] cells = line.split(",", -1);
      logs.put(Integer.valueOf(cells[0]), Math.log10(Double.parseDouble(cells[1])));
    }
    int last = StudySetting.EARLY_STEPS;
    return (logs.get(last) - logs.get(last / 2)) / (last / 2.0);
  }
}
