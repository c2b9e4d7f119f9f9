package org.grokfast.models.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.grokfast.models.task.Metric;
import org.grokfast.models.training.files.LogarithmicAxis;
import org.grokfast.models.training.files.MetricsRow;

/** The validations of all runs, for a page that draws them. */
final class CurveData {
  private static final List<Quantity> ACCURACIES =
      List.of(
          new Quantity(
              "validationAccuracy",
              "validation accuracy",
              Axis.SHARE,
              MetricsRow::validationAccuracy),
          new Quantity(
              "trainAccuracy", "training accuracy", Axis.SHARE, MetricsRow::trainAccuracy));
  private static final List<Quantity> LOSSES =
      List.of(
          new Quantity(
              "validationLoss", "validation loss", Axis.LOGARITHMIC, MetricsRow::validationLoss),
          new Quantity("trainLoss", "training loss", Axis.LOGARITHMIC, MetricsRow::trainLoss));

  private final Comparison comparison;

  CurveData(Comparison comparison) {
    this.comparison = comparison;
  }

  /**
   * What can be drawn.
   *
   * @param key its name in the data
   * @param label its name for a reader
   * @param axis what it's drawn on
   * @param value what it is in a row; NaN where there's none
   */
  record Quantity(String key, String label, Axis axis, ToDoubleFunction<MetricsRow> value) {}

  /** What a quantity is drawn on. */
  enum Axis {
    /** From 0 to 1, read in per cent. */
    SHARE,
    /** For numbers above 0. */
    LOGARITHMIC,
    /** For all numbers. */
    LINEAR
  }

  /** What there is to be drawn, the most telling first. */
  List<Quantity> quantities() {
    List<Quantity> all = new ArrayList<>();
    if (comparison.metric() != Metric.LOSS) {
      all.addAll(ACCURACIES);
    }
    all.addAll(LOSSES);
    ProbeTables.totals(comparison).forEach(name -> all.add(probe(name)));
    return all;
  }

  private Quantity probe(String name) {
    boolean positive =
        comparison.results().stream()
            .flatMap(result -> result.runs().stream())
            .flatMap(run -> run.rows().stream())
            .map(row -> row.probes().get(name))
            .allMatch(value -> value == null || !Double.isFinite(value) || value > 0);
    return new Quantity(
        "probe:" + name,
        name,
        positive ? Axis.LOGARITHMIC : Axis.LINEAR,
        row -> row.probes().getOrDefault(name, Double.NaN));
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("quantities", quantities().stream().map(this::quantity).toList());
    map.put("arms", comparison.results().stream().map(this::arm).toList());
    return map;
  }

  private Map<String, Object> quantity(Quantity quantity) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("key", quantity.key());
    map.put("label", quantity.label());
    map.put("share", quantity.axis() == Axis.SHARE);
    map.put("logarithmic", quantity.axis() == Axis.LOGARITHMIC);
    boolean compared = quantity.equals(ACCURACIES.get(0));
    map.put("threshold", compared ? comparison.results().get(0).arm().settings().until() : null);
    return map;
  }

  private Map<String, Object> arm(ArmResult result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("label", result.arm().name());
    map.put("runs", result.runs().stream().map(this::run).toList());
    return map;
  }

  private Map<String, Object> run(RunOutcome run) {
    List<MetricsRow> rows = LogarithmicAxis.thin(run.rows());
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seed", run.seed());
    map.put("step", rows.stream().map(MetricsRow::step).toList());
    for (Quantity quantity : quantities()) {
      List<Double> values = new ArrayList<>();
      for (MetricsRow row : rows) {
        double value = quantity.value().applyAsDouble(row);
        values.add(Double.isFinite(value) ? (double) (float) value : null);
      }
      map.put(quantity.key(), values);
    }
    return map;
  }
}
