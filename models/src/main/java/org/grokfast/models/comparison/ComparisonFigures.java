package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.grokfast.models.picture.CurvesPicture;
import org.grokfast.models.picture.ForestPicture;
import org.grokfast.models.picture.Theme;
import org.grokfast.models.task.Metric;
import org.grokfast.models.training.files.LogarithmicAxis;
import org.grokfast.models.training.files.MetricsRow;

/** The figures of a comparison as SVG: the curves of all seeds, and the ratios to the baseline. */
public final class ComparisonFigures {
  private ComparisonFigures() {}

  /** Accuracy, or loss for a regression, on the validation data. */
  public static String curves(Comparison comparison, Theme theme) {
    boolean accuracy = comparison.metric() == Metric.ACCURACY;
    List<CurvesPicture.Arm> arms = new ArrayList<>();
    for (ArmResult result : comparison.results()) {
      List<NavigableMap<Integer, Double>> runs = new ArrayList<>();
      for (RunOutcome run : result.runs()) {
        NavigableMap<Integer, Double> values = new TreeMap<>();
        for (MetricsRow row : LogarithmicAxis.thin(run.rows())) {
          values.put(row.step(), accuracy ? row.validationAccuracy() : row.validationLoss());
        }
        runs.add(values);
      }
      arms.add(new CurvesPicture.Arm(result.arm().name(), runs));
    }
    OptionalDouble threshold =
        accuracy
            ? OptionalDouble.of(comparison.results().get(0).arm().settings().until())
            : OptionalDouble.empty();
    return CurvesPicture.draw(
        arms,
        new CurvesPicture.Scale(
            accuracy ? "validation accuracy" : "validation loss", accuracy, threshold),
        theme);
  }

  /**
   * The ratios to the baseline of the sustained crossing, or of the lowest loss for a regression.
   *
   * @return nothing if there is no baseline or nothing beside it
   */
  public static Optional<String> forest(Comparison comparison, Theme theme) {
    if (comparison.baseline().isEmpty()) {
      return Optional.empty();
    }
    Column column = comparison.metric() == Metric.ACCURACY ? Column.SUSTAINED : Column.LOWEST_LOSS;
    List<ForestPicture.Row> rows = new ArrayList<>();
    for (ArmResult result : comparison.results()) {
      boolean isBaseline =
          comparison.baselineOf(result).filter(other -> other.equals(result)).isPresent();
      if (!isBaseline) {
        rows.add(new ForestPicture.Row(result.arm().name(), comparison.speedUp(result, column)));
      }
    }
    String baseline = comparison.baseline().get();
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ForestPicture.draw(
                comparison.task() + ": " + column.label() + ", " + baseline + " over the arm",
                "times less than " + baseline + " (above 1 the arm is better)",
                rows,
                theme));
  }
}
