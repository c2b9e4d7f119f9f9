package org.grokfast.models.forecast;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.forecast.ForecastModel.Group;

/**
 * What is expected of a run.
 *
 * @param steps how many of its steps were looked at
 * @param budget the step by which it generalises or doesn't
 * @param threshold the validation accuracy that counts as generalising
 * @param probability that it generalises by then, in (0, 1)
 * @param low the probability that 95 % of the models fitted to samples of the runs are above
 * @param high the probability that 95 % of them are below
 * @param heldOut held-out runs of the study with a forecast like it; empty if there were none
 * @param time when, if it does; empty where it is more likely not to
 * @param features what was looked at, by name
 */
public record Forecast(
    int steps,
    int budget,
    double threshold,
    double probability,
    double low,
    double high,
    Optional<Group> heldOut,
    Optional<Time> time,
    Map<String, Double> features) {

  /** Keeps the order of the features. */
  public Forecast {
    features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
  }

  /**
   * Steps at which the threshold is reached.
   *
   * @param step the expected one
   * @param low one that nine of ten held-out runs came after
   * @param high one that nine of ten held-out runs came before
   */
  public record Time(int step, int low, int high) {}

  /** This forecast for JSON. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("version", ForecastModel.VERSION);
    map.put("steps", steps);
    map.put("budget", budget);
    map.put("threshold", threshold);
    map.put("probability", probability);
    map.put("probabilityLow", low);
    map.put("probabilityHigh", high);
    map.put("heldOut", heldOut.map(Forecast::group).orElse(null));
    map.put("time", time.map(Forecast::time).orElse(null));
    map.put("features", features);
    return map;
  }

  private static Map<String, Object> group(Group group) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("from", group.from());
    map.put("to", group.to());
    map.put("runs", group.runs());
    map.put("generalised", group.generalised());
    return map;
  }

  private static Map<String, Object> time(Time time) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("step", time.step());
    map.put("low", time.low());
    map.put("high", time.high());
    return map;
  }
}
