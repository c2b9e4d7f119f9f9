package org.grokfast.models.analysis.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.grokfast.models.analysis.curve.Slingshots.Event;
import org.grokfast.models.analysis.curve.Slingshots.Row;
import org.junit.jupiter.api.Test;

class SlingshotsTest {
  private final List<Row> rows = new ArrayList<>();
  private double norm = 10;

  private void phase(int count, double growth, double loss, double accuracy) {
    for (int i = 0; i < count; i++) {
      rows.add(new Row((rows.size() + 1) * 10, norm, loss, accuracy));
      norm *= 1 + growth;
    }
  }

  @Test
  void growthThenALeapThenALevelNormIsACycle() {
    phase(10, 0.02, 1, 0.5);
    phase(10, 0, 1e-3, 1);
    phase(12, 0.02, 1e-4, 1);
    phase(1, 0, 0.3, 0.9);
    phase(12, 0, 1e-3, 1);
    List<Event> events = Slingshots.DEFAULTS.find(rows);
    assertThat(events).hasSize(1);
    Event event = events.get(0);
    assertThat(event.leap()).isEqualTo(330);
    assertThat(event.growth()).isBetween(170, 220);
    assertThat(event.plateau()).isBetween(330, 350);
    assertThat(event.saturation()).isNaN();
  }

  @Test
  void everyCycleIsCounted() {
    phase(6, 0, 1e-3, 1);
    for (int cycle = 0; cycle < 3; cycle++) {
      phase(10, 0.02, 1e-4, 1);
      phase(1, 0, 0.3, 0.95);
      phase(15, 0, 1e-3, 1);
    }
    assertThat(Slingshots.DEFAULTS.find(rows)).hasSize(3);
  }

  @Test
  void growthBeforeTheTrainingSetIsLearnedIsNone() {
    phase(12, 0.02, 1e-1, 0.9);
    phase(1, 0, 5, 0.5);
    phase(30, 0, 1e-1, 0.9);
    assertThat(Slingshots.DEFAULTS.find(rows)).isEmpty();
  }

  @Test
  void aLeapWithoutGrowthIsNone() {
    phase(20, 0, 1e-3, 1);
    phase(1, 0, 0.5, 0.9);
    phase(20, 0, 1e-3, 1);
    assertThat(Slingshots.DEFAULTS.find(rows)).isEmpty();
  }

  @Test
  void growthWithoutALeapIsNone() {
    phase(30, 0.02, 1e-4, 1);
    phase(20, 0, 1e-4, 1);
    assertThat(Slingshots.DEFAULTS.find(rows)).isEmpty();
  }

  @Test
  void aLeapAfterWhichTheNormGrowsOnIsNone() {
    phase(10, 0.02, 1e-4, 1);
    phase(1, 0.02, 0.3, 0.9);
    phase(20, 0.02, 1e-3, 1);
    assertThat(Slingshots.DEFAULTS.find(rows)).isEmpty();
  }

  @Test
  void aRunThatIsTooShortIsRefused() {
    phase(10, 0, 1, 1);
    assertThatThrownBy(() -> Slingshots.DEFAULTS.find(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("slingshots of windows of 5 need at least 11 rows, was given 10");
  }
}
