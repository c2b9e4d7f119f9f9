package org.grokfast.models.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grokfast.models.analysis.curve.Slingshots;
import org.grokfast.models.analysis.graph.ParameterLayout;
import org.grokfast.models.analysis.graph.ParameterLayout.Parameter;
import org.grokfast.models.training.files.MetricsRow;
import org.junit.jupiter.api.Test;

class SlingshotRowsTest {
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new Parameter("first/weight", List.of(2, 3), 0),
              new Parameter("head/weight", List.of(3, 2), 6),
              new Parameter("head/bias", List.of(2), 12)));

  /** A cycle of 40 validations: growth, a leap at the 24th, a level norm. */
  private static List<MetricsRow> rows(boolean probed) {
    List<MetricsRow> rows = new ArrayList<>();
    double norm = 10;
    for (int i = 1; i <= 40; i++) {
      Map<String, Double> probes =
          Map.of(
              "weight-norm/first/weight",
              1.0,
              "weight-norm/head/weight",
              norm,
              "saturation",
              i == 20 ? 0.9 : 0.5);
      double loss = i == 24 ? 0.2 : 1e-6;
      rows.add(
          new MetricsRow(
              i * 25, loss, i == 24 ? 0.9 : 1, 1, 0.1, 1e-3, probed ? probes : Map.of()));
      norm *= i < 24 ? 1.01 : 1;
    }
    return rows;
  }

  private static Figures at(int step, double norm) {
    return new Figures(
        step, Map.of(), Map.of("head", Map.of(Quantity.WEIGHT_NORM, norm), "first", Map.of()));
  }

  @Test
  void theProbeOfTheLastMatrixGivesARowAValidation() {
    List<Slingshots.Row> rows = SlingshotRows.of(LAYOUT, rows(true), List.of(at(1000, 5)));
    assertThat(rows).hasSize(40);
    assertThat(rows.get(1)).isEqualTo(new Slingshots.Row(50, 10.1, 1e-6, 1, 0.5));
    assertThat(Slingshots.DEFAULTS.find(rows))
        .singleElement()
        .matches(event -> event.leap() == 600 && event.plateau() == 600)
        .matches(event -> event.saturation() == 0.9);
  }

  @Test
  void aCycleSaysWhatCameInFrontOfIt() {
    assertThat(new Slingshots.Event(100, 300, 350, 0.926).describe())
        .isEqualTo(
            "growth from step 100, leap at 300, level from 350; up to 93 % saturated in front of it");
    assertThat(new Slingshots.Event(100, 300, 350, Double.NaN).describe())
        .isEqualTo("growth from step 100, leap at 300, level from 350");
  }

  @Test
  void withoutItThereIsARowACheckpointWithTheGreatestLossSinceTheOneBefore() {
    List<Slingshots.Row> rows =
        SlingshotRows.of(LAYOUT, rows(false), List.of(at(500, 5), at(1000, 6)));
    assertThat(rows)
        .containsExactly(
            new Slingshots.Row(500, 5, 1e-6, 1, Double.NaN),
            new Slingshots.Row(1000, 6, 0.2, 0.9, Double.NaN));
  }
}
