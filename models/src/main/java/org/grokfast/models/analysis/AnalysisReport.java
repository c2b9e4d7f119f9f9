package org.grokfast.models.analysis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an analysis found.
 *
 * @param task the task's name
 * @param title the task's title
 * @param settings the task's settings
 * @param trajectory the run's options
 * @param options the analysis's options
 * @param exactProducts whether products with the Hessian were exact
 * @param checkpoints by step
 * @param run of the run as a whole
 */
public record AnalysisReport(
    String task,
    String title,
    Map<String, String> settings,
    Map<String, String> trajectory,
    AnalysisOptions options,
    boolean exactProducts,
    List<Figures> checkpoints,
    RunFigures run) {
  /** The version of {@link #toMap}. */
  public static final int VERSION = 1;

  /** Takes copies. */
  public AnalysisReport {
    settings = new TreeMap<>(settings);
    trajectory = new TreeMap<>(trajectory);
    checkpoints = List.copyOf(checkpoints);
  }

  /** Names and plain values in a fixed order; null stands for what could not be measured. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", VERSION);
    map.put("task", task);
    map.put("settings", settings);
    map.put("trajectoryOptions", trajectory);
    map.put("analysisOptions", options.figures());
    map.put("exactHessianProducts", exactProducts);
    map.put("checkpoints", checkpoints.stream().map(Figures::toMap).toList());
    map.putAll(run.toMap(checkpoints));
    return map;
  }
}
