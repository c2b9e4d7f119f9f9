package org.grokfast.tools.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.grokfast.models.training.files.MetricsRow;
import org.junit.jupiter.api.Test;

/** The accuracies of a run on one line of a terminal. */
class SparklineTest {
  private static String of(int width, double... values) {
    Sparkline line = new Sparkline(width);
    for (double value : values) {
      line.add(value);
    }
    return line.text();
  }

  @Test
  void aValueIsABarOfItsHeight() {
    assertThat(of(9, 0, 0.125, 0.25, 0.374, 0.5, 0.63, 0.8, 1)).isEqualTo("▁▂▃▃▅▆▇█");
    assertThat(of(9, -1, 2, Double.NaN)).isEqualTo("▁█ ");
    assertThat(of(9)).isEmpty();
  }

  @Test
  void moreValuesThanCharactersAreAveragedOverTheWholeRun() {
    assertThat(of(2, 0, 0, 0, 1, 1, 1)).isEqualTo("▁█");
    assertThat(of(3, 0, 1, 0, 1, 0, 1)).isEqualTo("▅▅▅");
    assertThat(of(2, 0, Double.NaN, 1, Double.NaN)).isEqualTo("▁█");
    double[] many = new double[10_001];
    for (int i = 0; i < many.length; i++) {
      many[i] = i / 10_000.0;
    }
    assertThat(of(8, many)).isEqualTo("▁▂▃▄▅▆▇█");
  }

  @Test
  void anEncodingWithoutTheBarsShowsNone() {
    assertThat(Sparkline.isShownIn(StandardCharsets.UTF_8)).isTrue();
    assertThat(Sparkline.isShownIn(StandardCharsets.US_ASCII)).isFalse();
    assertThat(Sparkline.isShownIn(StandardCharsets.ISO_8859_1)).isFalse();
  }

  private static MetricsRow row(int step, double train, double validation) {
    return new MetricsRow(step, 0.5, train, 0.7, validation, 0.001, Map.of());
  }

  @Test
  void bothAccuraciesAreDrawnWithTheirLatestValues() {
    ProgressDisplay.Curves curves = new ProgressDisplay.Curves(true);
    curves.with(row(10, 0, 0));
    curves.with(row(10, 0, 0));
    assertThat(curves.with(row(20, 1, 0.3))).isEqualTo("train 100.0 %  validation  30.0 %  ▁█ ▁▃");
  }

  @Test
  void withoutBarsAndOfALossTheFiguresStandAlone() {
    assertThat(new ProgressDisplay.Curves(false).with(row(10, 1, 0.3)))
        .isEqualTo("train 100.0 %  validation  30.0 %");
    assertThat(new ProgressDisplay.Curves(true).with(row(10, Double.NaN, Double.NaN)))
        .startsWith("train loss ")
        .contains("validation loss");
  }
}
