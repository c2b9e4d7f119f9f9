package org.grokfast.tests.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.grokfast.models.forecast.Calibration;
import org.grokfast.models.forecast.Calibration.Range;
import org.grokfast.models.forecast.ForecastModel;
import org.grokfast.models.forecast.ForecastModel.Group;
import org.grokfast.models.forecast.ForecastModel.Member;
import org.grokfast.models.forecast.ForecastModel.Scale;
import org.grokfast.models.forecast.ForecastModel.Time;
import org.grokfast.models.forecast.Forecaster;
import org.grokfast.tests.forecast.Scores.Outcome;

/** Makes the shipped model from the table of the study. */
final class ShippedModel {
  private static final int VERSION = 1;
  private static final int SAMPLES = 60;
  private static final int GROUPS = 5;
  private static final double TAIL = 0.1;
  private static final List<String> VARIED =
      List.of("prime", "train-fraction", "learning-rate", "weight-decay");
  private static final List<String> NEVER_FIXED = List.of("operation", "seed", "threads", "until");

  private ShippedModel() {}

  /** The model of the rows in which something was left to forecast. */
  static ForecastModel of(List<StudyRow> all) {
    List<StudyRow> rows = all.stream().filter(StudyRow::open).toList();
    FeatureSet set = FeatureSet.SHIPPED;
    List<Scale> scales = Logistic.scales(rows, set.features());
    List<Member> members = new ArrayList<>();
    members.add(rounded(Logistic.fit(rows, scales)));
    Random random = new Random(0);
    for (int i = 0; i < SAMPLES; i++) {
      members.add(
          rounded(
              Logistic.fit(
                  random.ints(rows.size(), 0, rows.size()).mapToObj(rows::get).toList(), scales)));
    }
    return new ForecastModel(
        VERSION,
        StudySetting.EARLY_STEPS,
        StudySetting.BUDGET,
        StudySetting.THRESHOLD,
        calibration(rows),
        scales,
        members,
        time(rows, set, scales),
        groups(HeldOut.RUN.outcomes(rows, set)));
  }

  private static Time time(List<StudyRow> rows, FeatureSet set, List<Scale> scales) {
    double[] errors =
        HeldOut.RUN.timeErrors(rows, set).stream().mapToDouble(e -> e).sorted().toArray();
    return new Time(
        rounded(Logistic.line(rows.stream().filter(StudyRow::generalised).toList(), scales)),
        StudyTable.rounded(Scores.quantile(errors, TAIL)),
        StudyTable.rounded(Scores.quantile(errors, 1 - TAIL)));
  }

  private static Member rounded(Member member) {
    return new Member(
        StudyTable.rounded(member.bias()),
        member.weights().stream().map(StudyTable::rounded).toList());
  }

  /** Forecasts in groups of equal width against what became of them. */
  static List<Group> groups(List<Outcome> outcomes) {
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < GROUPS; i++) {
      double from = (double) i / GROUPS;
      double to = (double) (i + 1) / GROUPS;
      List<Outcome> in =
          outcomes.stream()
              .filter(o -> o.probability() >= from && (o.probability() < to || to == 1))
              .toList();
      groups.add(
          new Group(from, to, in.size(), (int) in.stream().filter(Outcome::generalised).count()));
    }
    return groups;
  }

  private static Calibration calibration(List<StudyRow> rows) {
    StudySetting first = rows.get(0).setting();
    SortedMap<String, String> settings = new TreeMap<>(first.task().settings());
    settings.putAll(first.training().validateEvery(1).build().trajectory());
    SortedMap<String, String> fixed = new TreeMap<>(Forecaster.describe(settings));
    fixed.keySet().removeAll(NEVER_FIXED);
    fixed.keySet().removeAll(VARIED);
    SortedMap<String, Range> ranges = new TreeMap<>();
    for (String name : VARIED) {
      ToDoubleFunction<StudyRow> value = row -> row.setting().numbers().get(name);
      ranges.put(
          name,
          new Range(
              rows.stream().mapToDouble(value).min().orElseThrow(),
              rows.stream().mapToDouble(value).max().orElseThrow()));
    }
    Map<String, Long> operations = new TreeMap<>();
    rows.forEach(row -> operations.merge(row.setting().operation(), 1L, Long::sum));
    return new Calibration(
        first.task().name(),
        fixed,
        ranges,
        StudySetting.OPERATIONS.stream().filter(operations::containsKey).toList());
  }
}
