package org.grokfast.models.comparison;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.training.files.MetricsRow;

/**
 * What one run came to.
 *
 * @param seed its seed
 * @param steps the number of updates made, at most those of its settings
 * @param crossings where the accuracy crossed the threshold; unknown for a regression
 * @param seconds the time that the steps took, validations included; NaN if unknown
 * @param peakBytes the most memory that its process had; 0 if unknown
 * @param rows its validations
 * @param isFinished whether it went as far as its settings have it go
 * @param analysis what {@code analyze} found at the last checkpoint, by name; empty if it was not
 *     analyzed
 * @param failure why it failed
 */
public record RunOutcome(
    long seed,
    int steps,
    Crossings crossings,
    double seconds,
    long peakBytes,
    List<MetricsRow> rows,
    boolean isFinished,
    Map<String, Double> analysis,
    Optional<String> failure) {
  private static final double MEBIBYTE = 1 << 20;

  /** Takes copies. */
  public RunOutcome {
    analysis = Collections.unmodifiableMap(new LinkedHashMap<>(analysis));
    rows = List.copyOf(rows);
  }

  static RunOutcome of(
      long seed, List<MetricsRow> all, RunTotals totals, TrainingOptions settings) {
    int steps = Math.min(totals.steps(), settings.steps());
    List<MetricsRow> rows = all.stream().filter(row -> row.step() <= steps).toList();
    Crossings crossings = Crossings.of(rows, settings.until(), settings.sustain());
    boolean held = settings.stopEarly() && crossings.sustained().isExact();
    return new RunOutcome(
        seed,
        steps,
        crossings,
        totals.seconds() / totals.steps() * steps,
        totals.peakBytes(),
        rows,
        held || totals.steps() >= settings.steps(),
        Map.of(),
        Optional.empty());
  }

  RunOutcome withFailure(String message) {
    return new RunOutcome(
        seed, steps, crossings, seconds, peakBytes, rows, false, analysis, Optional.of(message));
  }

  RunOutcome withAnalysis(Map<String, Double> found) {
    return new RunOutcome(
        seed, steps, crossings, seconds, peakBytes, rows, isFinished, found, failure);
  }

  /** The mean rate, validations included; NaN if unknown. */
  public double stepsPerSecond() {
    return steps / seconds;
  }

  /**
   * The time to a crossing at the run's mean rate, in seconds. The rate is that of the machine as
   * it was then, with whatever else ran on it.
   */
  public Bounds secondsTo(Bounds crossing) {
    return Double.isFinite(seconds) && steps > 0 ? crossing.times(seconds / steps) : Bounds.UNKNOWN;
  }

  /** The most memory that the process had, in MiB; NaN if unknown. */
  public double peakMebibytes() {
    return peakBytes == 0 ? Double.NaN : peakBytes / MEBIBYTE;
  }

  /** The last validation; empty if there was none. */
  public Optional<MetricsRow> last() {
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(rows.size() - 1));
  }

  /** The highest validation accuracy; NaN for a regression. */
  public double bestAccuracy() {
    return rows.stream().mapToDouble(MetricsRow::validationAccuracy).max().orElse(Double.NaN);
  }

  /** The lowest validation loss; NaN if there was no validation. */
  public double lowestLoss() {
    return rows.stream().mapToDouble(MetricsRow::validationLoss).min().orElse(Double.NaN);
  }
}
