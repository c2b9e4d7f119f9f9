package org.grokfast.models.training.files;

import java.awt.BasicStroke;
import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The accuracy and the loss of a run over the step, which has a logarithmic axis, as PNG and SVG.
 * The loss has one too if all of it is positive and it spans a power of ten, as the axis has no
 * label within one. An accuracy that doesn't exist is left out.
 */
public final class Curves {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;

  private static final Color TRAINING = ChartSheet.colours()[0];
  private static final Color VALIDATION = ChartSheet.colours()[1];
  private static final Color THRESHOLD = new Color(0x7f7f7f);

  private final List<XYChart> charts = new ArrayList<>();

  public Curves(String title, List<MetricsRow> rows, double threshold) {
    List<MetricsRow> shown = LogarithmicAxis.thin(rows);
    if (shown.stream().anyMatch(r -> !Double.isNaN(r.validationAccuracy()))) {
      XYChart accuracy = chart(title, "Accuracy");
      accuracy.getStyler().setYAxisMin(0.0).setYAxisMax(1.05);
      add(accuracy, "training", shown, MetricsRow::trainAccuracy, TRAINING);
      add(accuracy, "validation", shown, MetricsRow::validationAccuracy, VALIDATION);
      addThreshold(accuracy, shown, threshold);
      charts.add(accuracy);
    }
    boolean decade = LogarithmicAxis.suits(losses(shown));
    XYChart loss = chart(charts.isEmpty() ? title : "", decade ? "Loss (logarithmic)" : "Loss");
    loss.getStyler().setYAxisLogarithmic(decade).setYAxisDecimalPattern("0.######");
    add(loss, "training", shown, MetricsRow::trainLoss, TRAINING);
    add(loss, "validation", shown, MetricsRow::validationLoss, VALIDATION);
    charts.add(loss);
  }

  private static DoubleStream losses(List<MetricsRow> rows) {
    return rows.stream()
        .flatMapToDouble(r -> DoubleStream.of(r.trainLoss(), r.validationLoss()))
        .filter(loss -> !Double.isNaN(loss));
  }

  public void writePng(Path file) {
    sheet().writePng(file);
  }

  public void writeSvg(Path file) {
    sheet().writeSvg(file);
  }

  private ChartSheet sheet() {
    return new ChartSheet(charts, WIDTH, HEIGHT);
  }

  private static XYChart chart(String title, String quantity) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("Optimization step (logarithmic)")
            .yAxisTitle(quantity)
            .build();
    chart
        .getStyler()
        .setXAxisLogarithmic(true)
        .setXAxisDecimalPattern("#,###")
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal)
        .setChartBackgroundColor(Color.WHITE);
    return chart;
  }

  private static void add(
      XYChart chart,
      String name,
      List<MetricsRow> rows,
      ToDoubleFunction<MetricsRow> value,
      Color color) {
    double[] steps = rows.stream().mapToDouble(MetricsRow::step).toArray();
    line(chart.addSeries(name, steps, rows.stream().mapToDouble(value).toArray()), color);
  }

  private static void addThreshold(XYChart chart, List<MetricsRow> rows, double threshold) {
    double[] ends = {rows.get(0).step(), rows.get(rows.size() - 1).step()};
    String name = "threshold " + Math.round(threshold * 100) + " %";
    XYSeries series = chart.addSeries(name, ends, new double[] {threshold, threshold});
    line(series, THRESHOLD)
        .setLineStyle(
            new BasicStroke(
                1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 4}, 0));
  }

  private static XYSeries line(XYSeries series, Color color) {
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    return series;
  }
}
