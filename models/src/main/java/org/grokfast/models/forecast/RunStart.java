package org.grokfast.models.forecast;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grokfast.filter.FilterDescription;
import org.grokfast.models.TrainingException;
import org.grokfast.models.algorithmic.NamedEquations;
import org.grokfast.models.forecast.features.EarlyRun;
import org.grokfast.models.training.files.Checkpoints;
import org.grokfast.models.training.files.MetricsFile;
import org.grokfast.models.training.files.MetricsRow;
import org.grokfast.models.training.files.OutputFolder;

/**
 * The first steps of a run and its settings, read from its folder.
 *
 * @param task the task's name
 * @param settings what the run was given: the task's settings and those of the training, by name
 * @param rows the metrics by step
 */
record RunStart(String task, SortedMap<String, String> settings, List<MetricsRow> rows) {
  /** Whether a step sees all training examples, as {@code yes} or {@code no}. */
  static final String FULL_BATCH = "full-batch";

  private static final String BATCH = "batch";
  private static final String FILTER = "filter";
  private static final String NONE = "none";

  /**
   * Reads a run. Its settings are in its checkpoints, its metrics in {@code metrics.csv}.
   *
   * @throws TrainingException if the folder is no run's, something is damaged, or the metrics are
   *     those of another run
   */
  static RunStart read(Path run) {
    if (!Files.isDirectory(run)) {
      throw new TrainingException(
          "there is no folder '" + run + "'; give the output folder of a run of 'train'");
    }
    Checkpoints.Loaded checkpoint = new Checkpoints(run).newest();
    Path metrics = new OutputFolder(run).metrics();
    List<MetricsRow> rows;
    try {
      rows = MetricsFile.read(metrics);
    } catch (IOException e) {
      throw new TrainingException("cannot read the metrics of the run: " + e.getMessage(), e);
    }
    int same = Math.min(rows.size(), checkpoint.rows().size());
    for (int i = 0; i < same; i++) {
      // Probes and all: a row is written twice from the same numbers.
      if (!rows.get(i).equals(checkpoint.rows().get(i))) {
        throw new TrainingException(
            metrics
                + " is not of the run whose checkpoint is "
                + checkpoint.folder()
                + ": row "
                + (i + 1)
                + " differs; give the folder as 'train' wrote it");
      }
    }
    SortedMap<String, String> settings = new TreeMap<>(checkpoint.state().settings());
    settings.putAll(checkpoint.state().trajectory());
    return new RunStart(checkpoint.state().task(), described(settings), rows);
  }

  /** Settings in the words of a calibration. */
  static SortedMap<String, String> described(SortedMap<String, String> given) {
    SortedMap<String, String> settings = new TreeMap<>(given);
    settings.computeIfPresent(FILTER, (name, filter) -> filter(filter));
    if (settings.containsKey("operation") && settings.containsKey(BATCH)) {
      double examples =
          Double.parseDouble(settings.get("train-fraction"))
              * NamedEquations.of(
                      settings.get("operation"),
                      Integer.parseInt(settings.getOrDefault("prime", "0")))
                  .size();
      boolean full = Integer.parseInt(settings.remove(BATCH)) >= (int) examples;
      settings.put(FULL_BATCH, full ? "yes" : "no");
    }
    return settings;
  }

  /** Probes change no run, so that "none" may have them; passes do. */
  private static String filter(String description) {
    return description.startsWith(NONE + "(") && !description.contains(", passes=[")
        ? NONE
        : FilterDescription.brief(description);
  }

  /**
   * The first steps.
   *
   * @throws NoForecastException if there are too few, or not one row a step
   * @throws TrainingException if a loss isn't a number
   */
  EarlyRun early(int steps) {
    for (MetricsRow row : rows) {
      for (double loss : new double[] {row.trainLoss(), row.validationLoss()}) {
        if (row.step() <= steps && !Double.isFinite(loss)) {
          throw new TrainingException(
              "the loss at step " + row.step() + " is " + loss + "; expected a number");
        }
      }
    }
    List<MetricsRow> early = new ArrayList<>();
    for (MetricsRow row : rows.subList(0, Math.min(steps, rows.size()))) {
      if (row.step() != early.size() + 1) {
        throw new NoForecastException(
            String.format(
                Locale.ROOT,
                "the metrics have no row for step %d; a forecast needs one a step up to step %,d:"
                    + " train with --validate-every 1",
                early.size() + 1,
                steps));
      }
      early.add(row);
    }
    if (early.size() < steps) {
      throw new NoForecastException(
          String.format(
              Locale.ROOT,
              "the run has %,d steps; a forecast needs %,d: continue it with 'train' and --resume",
              early.size(),
              steps));
    }
    return new EarlyRun(early, settings);
  }

  /** The first step at which the validation accuracy reached a threshold, up to a step. */
  OptionalInt reached(double threshold, int steps) {
    return rows.stream()
        .filter(row -> row.step() <= steps && row.validationAccuracy() >= threshold)
        .mapToInt(MetricsRow::step)
        .findFirst();
  }
}
