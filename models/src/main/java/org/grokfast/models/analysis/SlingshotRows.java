package org.grokfast.models.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.grokfast.models.analysis.curve.Slingshots.Row;
import org.grokfast.models.analysis.graph.ParameterLayout;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.grokfast.models.layers.LogitMeasures;
import org.grokfast.models.training.files.MetricsRow;

/**
 * What slingshots are looked for in: the last matrix's norm beside the training loss. A run that
 * was trained with {@code --probe weight-norm} has a row a validation, any other a row a
 * checkpoint.
 */
final class SlingshotRows {
  private static final String PROBE = "weight-norm/";

  private SlingshotRows() {}

  /**
   * The rows.
   *
   * @param rows the run's metrics
   * @param figures by checkpoint
   */
  static List<Row> of(ParameterLayout layout, List<MetricsRow> rows, List<Figures> figures) {
    List<Parameter> matrices =
        layout.parameters().stream().filter(p -> p.shape().size() == 2).toList();
    if (matrices.isEmpty()) {
      return List.of();
    }
    Parameter last = matrices.get(matrices.size() - 1);
    String probe = PROBE + last.name();
    boolean probed =
        !rows.isEmpty() && rows.stream().allMatch(row -> row.probes().containsKey(probe));
    return probed ? ofValidations(probe, rows) : ofCheckpoints(last.layer(), rows, figures);
  }

  private static List<Row> ofValidations(String probe, List<MetricsRow> rows) {
    return rows.stream()
        .map(
            row ->
                new Row(
                    row.step(),
                    row.probes().get(probe),
                    row.trainLoss(),
                    row.trainAccuracy(),
                    row.probes().getOrDefault(LogitMeasures.SATURATION, Double.NaN)))
        .filter(row -> !Double.isNaN(row.accuracy()))
        .toList();
  }

  /** Between two checkpoints the greatest loss counts, and the least accuracy. */
  private static List<Row> ofCheckpoints(
      String layer, List<MetricsRow> rows, List<Figures> figures) {
    List<Row> seen = new ArrayList<>();
    int from = -1;
    for (Figures at : figures) {
      int start = from;
      List<MetricsRow> between =
          rows.stream().filter(row -> row.step() > start && row.step() <= at.step()).toList();
      OptionalDouble leap = between.stream().mapToDouble(MetricsRow::trainLoss).max();
      OptionalDouble accuracy = between.stream().mapToDouble(MetricsRow::trainAccuracy).min();
      Double norm = at.layers().get(layer).get(Quantity.WEIGHT_NORM);
      if (leap.isPresent() && accuracy.isPresent() && norm != null && norm > 0) {
        double saturation = at.get(Quantity.SATURATION).orElse(Double.NaN);
        seen.add(new Row(at.step(), norm, leap.getAsDouble(), accuracy.getAsDouble(), saturation));
      }
      from = at.step();
    }
    return seen;
  }
}
