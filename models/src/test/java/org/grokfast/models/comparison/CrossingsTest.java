package org.grokfast.models.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.training.files.MetricsRow;
import org.junit.jupiter.api.Test;

/** Crossings of 0.95 that have to hold for 30 steps, validated every 10 steps. */
class CrossingsTest {
  private static Crossings of(double... accuracies) {
    List<MetricsRow> rows = new ArrayList<>();
    for (int i = 0; i < accuracies.length; i++) {
      rows.add(new MetricsRow(10 * (i + 1), 1, 1, 1, accuracies[i], 1e-3));
    }
    return Crossings.of(rows, 0.95, 30);
  }

  @Test
  void aCrossingThatHoldsIsBothFirstAndSustained() {
    Crossings crossings = of(0.5, 0.95, 0.96, 0.97, 0.98);
    assertThat(crossings.first()).isEqualTo(Bounds.exactly(20));
    assertThat(crossings.sustained()).isEqualTo(Bounds.exactly(20));
  }

  @Test
  void aDipMovesTheSustainedCrossingAndNotTheFirst() {
    Crossings crossings = of(0.96, 0.5, 0.96, 0.97, 0.97, 0.99);
    assertThat(crossings.first()).isEqualTo(Bounds.exactly(10));
    assertThat(crossings.sustained()).isEqualTo(Bounds.exactly(30));
  }

  @Test
  void whatComesAfterACrossingHasHeldDoesNotMatter() {
    assertThat(of(0.96, 0.96, 0.96, 0.96, 0.1).sustained()).isEqualTo(Bounds.exactly(10));
  }

  @Test
  void aRunThatEndsTooSoonAfterItsCrossingHasALowerBoundAlone() {
    Crossings crossings = of(0.5, 0.5, 0.96, 0.97);
    assertThat(crossings.first()).isEqualTo(Bounds.exactly(30));
    assertThat(crossings.sustained()).isEqualTo(Bounds.above(20));
  }

  @Test
  void aRunThatNeverCrossesIsAboveItsLastValidation() {
    assertThat(of(0.1, 0.2, Double.NaN))
        .isEqualTo(new Crossings(Bounds.above(30), Bounds.above(30)));
  }

  @Test
  void nothingIsKnownOfARunWithoutValidations() {
    assertThat(of()).isEqualTo(new Crossings(Bounds.UNKNOWN, Bounds.UNKNOWN));
  }
}
