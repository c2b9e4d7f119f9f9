package org.grokfast.tests.forecast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grokfast.models.forecast.ForecastModel.Member;
import org.grokfast.models.forecast.ForecastModel.Scale;
import org.grokfast.tests.forecast.Scores.Outcome;

/**
 * Forecasts of runs by models that were fitted to others. What is held out goes by whole operations
 * and moduli; no run of the study shares its seed with another.
 */
enum HeldOut {
  /** Nothing but the run itself. */
  RUN("nothing but the run") {
    @Override
    boolean alike(StudySetting one, StudySetting other) {
      return one.id() == other.id();
    }
  },
  /** None of the run's operation. */
  OPERATION("operation") {
    @Override
    boolean alike(StudySetting one, StudySetting other) {
      return one.operation().equals(other.operation());
    }
  },
  /** None of its modulus. */
  MODULUS("modulus") {
    @Override
    boolean alike(StudySetting one, StudySetting other) {
      return one.prime() == other.prime();
    }
  },
  /** Neither. */
  BOTH("operation and modulus") {
    @Override
    boolean alike(StudySetting one, StudySetting other) {
      return OPERATION.alike(one, other) || MODULUS.alike(one, other);
    }
  };

  private final String title;

  HeldOut(String title) {
    this.title = title;
  }

  /** Whether the forecast of one setting may not be fitted to the other. */
  abstract boolean alike(StudySetting one, StudySetting other);

  String title() {
    return title;
  }

  /** The rows that the forecast of a setting may be fitted to. */
  private List<StudyRow> others(List<StudyRow> rows, StudySetting setting) {
    return rows.stream().filter(row -> !alike(row.setting(), setting)).toList();
  }

  /** The probability that each row generalises, in the order of the rows. */
  List<Outcome> outcomes(List<StudyRow> rows, FeatureSet set) {
    Map<List<StudyRow>, Fitted> fits = new HashMap<>();
    List<Outcome> outcomes = new ArrayList<>();
    for (StudyRow row : rows) {
      Fitted fitted =
          fits.computeIfAbsent(
              others(rows, row.setting()),
              others -> {
                List<Scale> scales = Logistic.scales(others, set.features());
                return new Fitted(Logistic.fit(others, scales), scales);
              });
      double[] values = Logistic.standardized(fitted.scales, row.features());
      outcomes.add(new Outcome(row, Logistic.probability(fitted.member, values)));
    }
    return outcomes;
  }

  /** How many rows have a feature that is far from those of the others. */
  long refused(List<StudyRow> rows, FeatureSet set) {
    return rows.stream()
        .filter(
            row ->
                Logistic.scales(others(rows, row.setting()), set.features()).stream()
                    .anyMatch(scale -> !scale.covers(row.features().get(scale.name()))))
        .count();
  }

  /** How far each row that generalised was from the step expected of it: the logarithms' rest. */
  List<Double> timeErrors(List<StudyRow> rows, FeatureSet set) {
    List<Double> errors = new ArrayList<>();
    for (StudyRow row : rows) {
      if (!row.generalised()) {
        continue;
      }
      List<StudyRow> others =
          others(rows, row.setting()).stream().filter(StudyRow::generalised).toList();
      List<Scale> scales = Logistic.scales(others, set.features());
      Member line = Logistic.line(others, scales);
      double[] values = Logistic.standardized(scales, row.features());
      double expected = line.bias();
      for (int f = 0; f < values.length; f++) {
        expected += line.weights().get(f) * values[f];
      }
      errors.add(Math.log10(row.reached().orElseThrow()) - expected);
    }
    return errors;
  }

  private record Fitted(Member member, List<Scale> scales) {}
}
