package org.grokfast.models.comparison;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.Spread;
import org.grokfast.models.task.Metric;
import org.grokfast.models.training.files.MetricsRow;

/** A figure of a run, of which tables show median, least and most over the seeds. */
public enum Column {
  /** The step of the first crossing. */
  FIRST("firstCrossing", "first crossing", "%.0f", run -> bounds(run.crossings().first())),
  /** The step of the sustained crossing. */
  SUSTAINED(
      "sustainedCrossing",
      "sustained crossing",
      "%.0f",
      run -> bounds(run.crossings().sustained())),
  /** The time to the first crossing at the run's mean rate. */
  SECONDS_TO_FIRST(
      "secondsToFirst",
      "s to first",
      "%.1f",
      run -> bounds(run.secondsTo(run.crossings().first()))),
  /** The time to the sustained crossing at that rate. */
  SECONDS_TO_SUSTAINED(
      "secondsToSustained",
      "s to sustained",
      "%.1f",
      run -> bounds(run.secondsTo(run.crossings().sustained()))),
  /** The accuracy at the end of the run, in [0, 1]. */
  FINAL_ACCURACY(
      "finalAccuracy", "final accuracy", "%.4f", run -> last(run, MetricsRow::validationAccuracy)),
  /** The highest accuracy, in [0, 1]. */
  BEST_ACCURACY("bestAccuracy", "best accuracy", "%.4f", run -> number(run.bestAccuracy())),
  /** The loss at the end of the run. */
  FINAL_LOSS("finalLoss", "final loss", "%.4g", run -> last(run, MetricsRow::validationLoss)),
  /** The lowest loss. */
  LOWEST_LOSS("lowestLoss", "lowest loss", "%.4g", run -> number(run.lowestLoss())),
  /** The mean rate, validations included. */
  RATE("stepsPerSecond", "steps/s", "%.1f", run -> number(run.stepsPerSecond())),
  /** The most memory that the process had, in MiB. */
  MEMORY("peakMebibytes", "peak MiB", "%.0f", run -> number(run.peakMebibytes()));

  private static final Set<Column> OF_CROSSINGS =
      EnumSet.of(FIRST, SUSTAINED, SECONDS_TO_FIRST, SECONDS_TO_SUSTAINED);
  private static final List<Column> OF_ACCURACY = List.of(values());
  private static final List<Column> OF_LOSS = List.of(LOWEST_LOSS, FINAL_LOSS, RATE, MEMORY);

  private final String key;
  private final String label;
  private final String format;

  /** All of them are lambdas without state. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Function<RunOutcome, Optional<Bounds>> value;

  Column(String key, String label, String format, Function<RunOutcome, Optional<Bounds>> value) {
    this.key = key;
    this.label = label;
    this.format = format;
    this.value = value;
  }

  /** Whether it says when a run crosses the threshold. */
  boolean isOfCrossing() {
    return OF_CROSSINGS.contains(this);
  }

  /** The columns of a task. */
  public static List<Column> of(Metric metric) {
    return metric == Metric.ACCURACY ? OF_ACCURACY : OF_LOSS;
  }

  /** The name in files. */
  public String key() {
    return key;
  }

  /** The heading in tables. */
  public String label() {
    return label;
  }

  /** Whether the larger of two values is the better one. */
  public boolean moreIsBetter() {
    return this == FINAL_ACCURACY || this == BEST_ACCURACY || this == RATE;
  }

  /** The figure of a run; nothing if it has none. */
  public Optional<Bounds> of(RunOutcome run) {
    return value.apply(run);
  }

  /** A value as text. */
  public String text(Bounds bounds) {
    return bounds.text(number -> String.format(Locale.ROOT, format, number));
  }

  /** A median as text, with an estimate where runs ended too early for it to be known. */
  public String text(Spread spread) {
    String median = text(spread.median());
    return spread.kaplanMeier().isEmpty()
        ? median
        : median
            + " (Kaplan-Meier "
            + text(Bounds.exactly(spread.kaplanMeier().getAsDouble()))
            + ")";
  }

  private static Optional<Bounds> bounds(Bounds value) {
    return Optional.of(value);
  }

  private static Optional<Bounds> last(RunOutcome run, Function<MetricsRow, Double> value) {
    return run.last().flatMap(row -> number(value.apply(row)));
  }

  private static Optional<Bounds> number(double value) {
    return Double.isFinite(value) ? Optional.of(Bounds.exactly(value)) : Optional.empty();
  }
}
