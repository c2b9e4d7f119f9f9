package org.grokfast.models.forecast;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.grokfast.models.TrainingException;
import org.grokfast.models.forecast.ForecastModel.Member;
import org.grokfast.models.forecast.ForecastModel.Scale;
import org.grokfast.models.forecast.features.EarlyRun;
import org.grokfast.models.forecast.features.Feature;
import org.grokfast.models.forecast.features.Features;

/** Forecasts runs. Immutable. */
public final class Forecaster {
  private static final double TAIL = 0.05;

  private final ForecastModel model;

  /** A forecaster with the shipped model. */
  public static Forecaster shipped() {
    return new Forecaster(ForecastModel.shipped());
  }

  /** A forecaster with a model of one's own. */
  public Forecaster(ForecastModel model) {
    this.model = model;
  }

  /**
   * Forecasts a run from the first steps in its output folder. The run is not changed, and may go
   * on meanwhile.
   *
   * @param run the output folder
   * @throws TrainingException if the folder is no run's, something is damaged, or a loss isn't a
   *     number
   * @throws NoForecastException if the run is sound but too short, has generalised already, or is
   *     outside the calibration, naming what is outside
   */
  public Forecast of(Path run) {
    RunStart start = RunStart.read(run);
    requireInside(model.calibration().outside(start.task(), start.settings()));
    List<Feature> features = model.features().stream().map(f -> Features.of(f.name())).toList();
    EarlyRun early = start.early(model.steps());
    OptionalInt reached = start.reached(model.threshold(), model.steps());
    if (reached.isPresent()) {
      throw new NoForecastException(
          "the run has generalised already: its validation accuracy reached "
              + model.threshold()
              + " at step "
              + reached.getAsInt()
              + ", so that nothing is left to forecast");
    }
    Map<String, Double> values = new LinkedHashMap<>();
    features.forEach(feature -> values.put(feature.name(), feature.of(early)));
    return of(values);
  }

  /**
   * The settings of a run in the words of a calibration: as in its checkpoint, with {@code
   * full-batch} for {@code batch}, and {@code none} for a filter that only measures.
   *
   * @param settings the task's and those of the training
   */
  public static SortedMap<String, String> describe(SortedMap<String, String> settings) {
    return RunStart.described(settings);
  }

  /**
   * Forecasts from features.
   *
   * @param values by name, at least those of the model
   * @throws NoForecastException if one is far from all that the model was fitted to
   */
  public Forecast of(Map<String, Double> values) {
    requireInside(
        model.features().stream()
            .filter(scale -> !scale.covers(values.get(scale.name())))
            .map(scale -> outside(scale, values.get(scale.name())))
            .toList());
    double[] standardized = model.standardized(values);
    double probability = model.members().get(0).probability(standardized);
    double[] samples =
        model.members().stream()
            .skip(1)
            .mapToDouble(member -> member.probability(standardized))
            .sorted()
            .toArray();
    return new Forecast(
        model.steps(),
        model.budget(),
        model.threshold(),
        probability,
        Math.min(probability, quantile(samples, TAIL)),
        Math.max(probability, quantile(samples, 1 - TAIL)),
        model.heldOut().stream().filter(g -> g.runs() > 0 && g.has(probability)).findFirst(),
        probability >= 0.5 ? Optional.of(time(standardized)) : Optional.empty(),
        values);
  }

  private Forecast.Time time(double[] standardized) {
    Member line = model.time().line();
    double log = line.sum(standardized);
    return new Forecast.Time(
        step(log), step(log + model.time().low()), step(log + model.time().high()));
  }

  /** No step that has been looked at, and none after the budget, of which nothing is known. */
  private int step(double log) {
    return (int)
        Math.round(Math.max(model.steps() + 1, Math.min(model.budget(), Math.pow(10, log))));
  }

  private static double quantile(double[] sorted, double share) {
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }

  private static String outside(Scale scale, double value) {
    return "the feature "
        + scale.name()
        + " is "
        + value
        + ", far from "
        + scale.least()
        + " to "
        + scale.most();
  }

  private static void requireInside(List<String> outside) {
    if (!outside.isEmpty()) {
      throw new NoForecastException(
          "no forecast outside the runs that it was made from: " + String.join("; ", outside));
    }
  }
}
