package org.grokfast.models.comparison;

import java.util.List;
import java.util.Optional;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.task.Metric;

/**
 * Arms with their runs, and the arm that the others are compared with.
 *
 * @param task the task's name
 * @param metric what the task's runs are compared by
 * @param seeds the seeds that were asked for
 * @param baseline the name of the arm that ratios refer to; within a grid, of the arm that has a
 *     variant in every cell
 * @param results the arms with their runs
 * @param origin where the figures come from
 */
public record Comparison(
    String task,
    Metric metric,
    List<Long> seeds,
    Optional<String> baseline,
    List<ArmResult> results,
    Origin origin) {

  /** Takes copies of the lists. */
  public Comparison {
    seeds = List.copyOf(seeds);
    results = List.copyOf(results);
  }

  /**
   * Where figures come from.
   *
   * @param command the words of the command line
   * @param versions the program and what it runs on, one a line
   * @param machine processors and system
   * @param time when it was written, ISO 8601
   */
  public record Origin(List<String> command, List<String> versions, String machine, String time) {
    /** Takes copies of the lists. */
    public Origin {
      command = List.copyOf(command);
      versions = List.copyOf(versions);
    }
  }

  /**
   * The figures of which ratios are taken; less is better in all of them. The lowest loss is one of
   * them where all runs made all their steps: what ended early might have come lower.
   */
  public List<Column> compared() {
    if (metric == Metric.LOSS) {
      return List.of(Column.LOWEST_LOSS);
    }
    boolean whole =
        results.stream()
            .allMatch(
                result ->
                    result.runs().stream()
                        .allMatch(run -> run.steps() == result.arm().settings().steps()));
    return whole
        ? List.of(Column.FIRST, Column.SUSTAINED, Column.LOWEST_LOSS)
        : List.of(Column.FIRST, Column.SUSTAINED);
  }

  /** The result that an arm is compared with: the baseline, or its variant in the same cell. */
  public Optional<ArmResult> baselineOf(ArmResult result) {
    Optional<Arm.Cell> place = result.arm().cell();
    return results.stream().filter(other -> isBaseline(other.arm(), place)).findFirst();
  }

  private boolean isBaseline(Arm arm, Optional<Arm.Cell> place) {
    String name = arm.cell().map(Arm.Cell::arm).orElse(arm.name());
    boolean samePlace =
        place.map(cell -> arm.cell().filter(cell::isAt).isPresent()).orElse(arm.cell().isEmpty());
    return samePlace && baseline.equals(Optional.of(name));
  }

  /** How an arm compares with the baseline; nothing for the baseline itself. */
  public Optional<SpeedUp> speedUp(ArmResult result, Column column) {
    return baselineOf(result)
        .filter(other -> !other.equals(result))
        .flatMap(other -> result.over(other, column));
  }

  /** What a question mark among the figures stands for; nothing if there is none. */
  public Optional<String> unknowns() {
    boolean ratios =
        results.stream()
            .flatMap(
                result -> compared().stream().flatMap(column -> speedUp(result, column).stream()))
            .anyMatch(speedUp -> speedUp.ratio().equals(Bounds.UNKNOWN));
    boolean figures =
        results.stream()
            .flatMap(
                result ->
                    Column.of(metric).stream().flatMap(column -> result.spread(column).stream()))
            .anyMatch(spread -> spread.median().equals(Bounds.UNKNOWN));
    if (ratios) {
      return Optional.of(
          "?: neither the arm nor the baseline got there in most seeds, so that their ratio may be"
              + " anything");
    }
    return figures
        ? Optional.of("?: most runs ended before there was anything to tell it from")
        : Optional.empty();
  }

  /** Whether a run failed. */
  public boolean hasFailures() {
    return results.stream().anyMatch(result -> result.failures() > 0);
  }
}
