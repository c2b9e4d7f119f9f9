package org.grokfast.models.comparison;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;
import org.grokfast.models.statistics.Spread;

/** A comparison in names and plain values, in a fixed order; null stands for what there isn't. */
public final class ComparisonJson {
  private static final int VERSION = 1;

  private final Comparison comparison;

  private ComparisonJson(Comparison comparison) {
    this.comparison = comparison;
  }

  /** The comparison as maps, lists, texts, numbers and truth values. */
  public static Map<String, Object> of(Comparison comparison) {
    return new ComparisonJson(comparison).all();
  }

  private Map<String, Object> all() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", VERSION);
    map.put("task", comparison.task());
    map.put("metric", comparison.metric().label());
    map.put("seeds", comparison.seeds());
    map.put("baseline", comparison.baseline().orElse(null));
    map.put("command", comparison.origin().command());
    map.put("versions", comparison.origin().versions());
    map.put("machine", comparison.origin().machine());
    map.put("time", comparison.origin().time());
    map.put("arms", comparison.results().stream().map(this::arm).toList());
    return map;
  }

  private Map<String, Object> arm(ArmResult result) {
    Arm arm = result.arm();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", arm.name());
    map.put("about", arm.about());
    map.put("options", arm.options().words());
    Map<String, String> settings = new LinkedHashMap<>(arm.settings().trajectory());
    settings.remove("seed");
    map.put("settings", settings);
    map.put("steps", arm.settings().steps());
    map.put("threshold", arm.settings().until());
    map.put("hold", arm.settings().sustain());
    map.put("cell", arm.cell().map(ComparisonJson::cell).orElse(null));
    map.put("folder", arm.folder());
    Map<String, Object> summary = new LinkedHashMap<>();
    for (Column column : Column.of(comparison.metric())) {
      summary.put(column.key(), result.spread(column).map(ComparisonJson::spread).orElse(null));
    }
    map.put("summary", summary);
    Map<String, Object> ratios = new LinkedHashMap<>();
    for (Column column : comparison.compared()) {
      ratios.put(
          column.key(), comparison.speedUp(result, column).map(ComparisonJson::ratio).orElse(null));
    }
    map.put("ratioToBaseline", ratios);
    map.put("runs", result.runs().stream().map(this::run).toList());
    return map;
  }

  private Map<String, Object> run(RunOutcome run) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seed", run.seed());
    map.put("steps", run.steps());
    map.put("seconds", Double.isFinite(run.seconds()) ? run.seconds() : null);
    for (Column column : Column.of(comparison.metric())) {
      Optional<Bounds> value = column.of(run);
      map.put(column.key(), value.map(ComparisonJson::bounds).orElse(null));
    }
    map.put("failure", run.failure().orElse(null));
    return map;
  }

  private static Map<String, Object> cell(Arm.Cell cell) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("arm", cell.arm());
    map.put("columnKey", cell.columnKey());
    map.put("column", cell.column());
    map.put("rowKey", cell.rowKey());
    map.put("row", cell.row());
    return map;
  }

  private static Map<String, Object> ratio(SpeedUp ratio) {
    Map<String, Object> map = bounds(ratio.ratio());
    map.put("interval", ratio.interval().map(ComparisonJson::bounds).orElse(null));
    map.put("pValue", ratio.pValue().isPresent() ? ratio.pValue().getAsDouble() : null);
    map.put("seeds", ratio.seeds());
    map.put("pairs", ratio.pairs().stream().map(ComparisonJson::bounds).toList());
    return map;
  }

  private static Map<String, Object> spread(Spread spread) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("median", bounds(spread.median()));
    map.put("min", bounds(spread.min()));
    map.put("max", bounds(spread.max()));
    map.put("count", spread.count());
    OptionalDouble estimate = spread.kaplanMeier();
    map.put("kaplanMeier", estimate.isPresent() ? estimate.getAsDouble() : null);
    return map;
  }

  /** {@code high} is null where it is infinite. */
  private static Map<String, Object> bounds(Bounds bounds) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("low", bounds.low());
    map.put("high", Double.isFinite(bounds.high()) ? bounds.high() : null);
    return map;
  }
}
