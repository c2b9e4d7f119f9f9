package org.grokfast.models.training.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** The SVG of several charts. */
class ChartSheetTest {
  /** What is drawn in a gradient is an image in an SVG. */
  @Test
  void onlyTheLegendOfAHeatMapIsDrawnInItsGradient() throws IOException {
    HeatMapChart map = new HeatMapChartBuilder().width(300).height(200).build();
    map.addSeries(
        "loss",
        List.of("a", "b"),
        List.of("c"),
        List.of(new Number[] {0, 0, 1.0}, new Number[] {1, 0, 2.0}));
    XYChart below = new XYChartBuilder().width(300).height(200).title("below").build();
    below.addSeries("line", new double[] {1, 2}, new double[] {3, 4});
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    new ChartSheet(List.of(map, below), 300, 200).writeSvg(svg);
    assertThat(svg.toString(StandardCharsets.UTF_8)).containsOnlyOnce("<image");
  }
}
