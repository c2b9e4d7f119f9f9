package org.grokfast.models.forecast.features;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.grokfast.models.training.files.MetricsRow;

/**
 * The first steps of a run: one row a step, from step 1 on.
 *
 * @param rows by step
 * @param settings what the run was given, such as {@code learning-rate}, by name
 */
public record EarlyRun(List<MetricsRow> rows, Map<String, String> settings) {
  /** How many of the last steps a level is the mean of. */
  static final int LEVEL_STEPS = 20;

  /** Below it a loss in float32 says nothing more. Logarithms are taken of no less. */
  static final double LEAST = 1e-9;

  /**
   * @throws IllegalArgumentException if a step is missing, or there are fewer than 40
   */
  public EarlyRun {
    rows = List.copyOf(rows);
    settings = Map.copyOf(settings);
    if (rows.size() < 2 * LEVEL_STEPS) {
      throw new IllegalArgumentException(
          "features need at least " + 2 * LEVEL_STEPS + " steps, was given " + rows.size());
    }
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).step() != i + 1) {
        throw new IllegalArgumentException(
            "expected a row for step " + (i + 1) + ", was step " + rows.get(i).step());
      }
    }
  }

  /** The training loss by step. */
  double[] trainLoss() {
    return column(MetricsRow::trainLoss);
  }

  /** A column by step. */
  double[] column(ToDoubleFunction<MetricsRow> cell) {
    return rows.stream().mapToDouble(cell).toArray();
  }

  /** The mean of a column over the last steps. */
  double level(ToDoubleFunction<MetricsRow> cell) {
    return rows.subList(rows.size() - LEVEL_STEPS, rows.size()).stream()
        .mapToDouble(cell)
        .average()
        .orElseThrow();
  }

  /** The decimal logarithm of a loss, an energy or a ratio, which is not below 0. */
  static double log(double value) {
    return Math.log10(Math.max(value, LEAST));
  }
}
