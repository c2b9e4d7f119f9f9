package org.grokfast.tests.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.grokfast.models.forecast.ForecastModel.Member;
import org.grokfast.models.forecast.ForecastModel.Scale;
import org.grokfast.tests.forecast.Scores.Figure;
import org.grokfast.tests.forecast.Scores.Outcome;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final StudySetting ANY = StudySetting.all().get(0);

  private static Outcome outcome(boolean generalised, double probability) {
    return new Outcome(row(generalised, 0), probability);
  }

  private static StudyRow row(boolean generalised, double x) {
    OptionalInt step = generalised ? OptionalInt.of(1_000) : OptionalInt.empty();
    return new StudyRow(ANY, Map.of("x", x), step, step);
  }

  @Test
  void theAurocIsTheShareOfPairsInTheRightOrder() {
    List<Outcome> outcomes =
        List.of(
            outcome(true, 0.9),
            outcome(true, 0.4),
            outcome(false, 0.4),
            outcome(false, 0.5),
            outcome(false, 0.1));
    // Of six pairs 0.9 wins three; 0.4 wins one, ties one and loses one.
    assertThat(Scores.auroc(outcomes)).isCloseTo(4.5 / 6, within(1e-15));
    assertThat(Scores.auroc(outcomes.subList(0, 2))).isNaN();
  }

  @Test
  void withinOperationsOnlyPairsOfOneOperationCount() {
    StudySetting add = with("add");
    StudySetting sub = with("sub");
    List<Outcome> outcomes =
        List.of(
            new Outcome(row(add, true), 0.3),
            new Outcome(row(add, false), 0.2),
            new Outcome(row(sub, true), 0.9),
            new Outcome(row(sub, false), 0.8));
    assertThat(Scores.within(outcomes)).isEqualTo(1);
    // Across operations the addition that generalised comes after the subtraction that didn't.
    assertThat(Scores.auroc(outcomes)).isEqualTo(0.75);
  }

  private static StudySetting with(String operation) {
    return StudySetting.all().stream()
        .filter(setting -> setting.operation().equals(operation))
        .findFirst()
        .orElseThrow();
  }

  private static StudyRow row(StudySetting setting, boolean generalised) {
    OptionalInt step = generalised ? OptionalInt.of(1_000) : OptionalInt.empty();
    return new StudyRow(setting, Map.of(), step, step);
  }

  @Test
  void theBrierScoreIsTheMeanSquaredDistance() {
    assertThat(Scores.brier(List.of(outcome(true, 0.8), outcome(false, 0.4))))
        .isCloseTo((0.04 + 0.16) / 2, within(1e-15));
  }

  @Test
  void theBootstrapIntervalOfAMeanIsAboutTwoStandardErrors() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      outcomes.add(outcome(i % 4 == 0, 0));
    }
    // With probability 0 the score is the share that generalised: 0.25, of standard error 0.0217.
    Figure figure = Scores.bootstrap(outcomes, Scores::brier);
    assertThat(figure.value()).isEqualTo(0.25);
    assertThat(figure.low()).isCloseTo(0.25 - 1.96 * 0.0217, within(0.006));
    assertThat(figure.high()).isCloseTo(0.25 + 1.96 * 0.0217, within(0.006));
  }

  /** At the optimum the gradient of penalty and losses is zero, which a solver can't fake. */
  @Test
  void theLogisticFitIsWhereTheGradientVanishes() {
    List<StudyRow> rows = rows();
    List<Scale> scales = Logistic.scales(rows, List.of("x"));
    Member member = Logistic.fit(rows, scales);
    double bias = 0;
    double weight = member.weights().get(0);
    for (StudyRow row : rows) {
      double[] values = Logistic.standardized(scales, row.features());
      double error = Logistic.probability(member, values) - (row.generalised() ? 1 : 0);
      bias += Logistic.COST * error;
      weight += Logistic.COST * error * values[0];
    }
    assertThat(member.weights().get(0)).isPositive();
    assertThat(bias).isCloseTo(0, within(1e-4));
    assertThat(weight).isCloseTo(0, within(1e-4));
  }

  @Test
  void scalesAreMeansAndDeviations() {
    Scale scale = Logistic.scales(List.of(row(true, 1), row(true, 5)), List.of("x")).get(0);
    assertThat(scale).isEqualTo(new Scale("x", 3, 2, 1, 5));
  }

  private static List<StudyRow> rows() {
    Random random = new Random(1);
    List<StudyRow> rows = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      double x = random.nextGaussian();
      rows.add(row(x + random.nextGaussian() > 0.5, x));
    }
    return rows;
  }
}
