package org.grokfast.models.analysis.files;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.grokfast.models.analysis.AnalysisReport;
import org.grokfast.models.analysis.Figures;
import org.grokfast.models.analysis.Quantity;
import org.grokfast.models.analysis.RunFigures;
import org.grokfast.models.analysis.landscape.TrajectoryPlane;
import org.grokfast.models.training.files.ChartSheet;
import org.grokfast.models.training.files.LogarithmicAxis;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures of an analysis: quantities under one another on one step axis, and landscapes. */
final class AnalysisCharts {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 260;
  private static final int LANDSCAPE_HEIGHT = 420;

  /** What stands together in a panel. */
  private record Panel(String title, boolean logarithmic, List<Quantity> quantities) {}

  private static final List<Panel> PANELS =
      List.of(
          new Panel(
              "Accuracy",
              false,
              List.of(
                  Quantity.TRAIN_ACCURACY, Quantity.VALIDATION_ACCURACY, Quantity.NOISY_ACCURACY)),
          new Panel("Loss", true, List.of(Quantity.TRAIN_LOSS, Quantity.VALIDATION_LOSS)),
          new Panel("Weight norm", false, List.of(Quantity.WEIGHT_NORM)),
          new Panel("Gradient norm", true, List.of(Quantity.GRADIENT_NORM)),
          new Panel(
              "Information (nats)",
              false,
              List.of(Quantity.MUTUAL_INFORMATION_DIFFERENCE, Quantity.ENTROPY_DIFFERENCE)),
          new Panel("Share", false, List.of(Quantity.COMMUTATIVITY, Quantity.SATURATION)),
          new Panel("Commutator defect", true, List.of(Quantity.COMMUTATOR_DEFECT)),
          new Panel(
              "Hessian", true, List.of(Quantity.HESSIAN_MAX, Quantity.THRESHOLD_GRADIENT_DESCENT)),
          new Panel(
              "Preconditioned",
              true,
              List.of(
                  Quantity.PRECONDITIONED_HESSIAN_MAX,
                  Quantity.THRESHOLD_ADAM,
                  Quantity.THRESHOLD_FILTERED)),
          new Panel("Tail exponent α", false, List.of(Quantity.HEAVY_TAIL_ALPHA)));

  private AnalysisCharts() {}

  /** The panels that have something to show. */
  static ChartSheet quantities(AnalysisReport report) {
    List<XYChart> charts = new ArrayList<>();
    for (Panel panel : PANELS) {
      XYChart chart = chart(charts.isEmpty() ? report.title() : "", panel.title());
      boolean logarithmic =
          panel.logarithmic() && LogarithmicAxis.suits(positive(panel, report.checkpoints()));
      boolean any = false;
      for (Quantity quantity : panel.quantities()) {
        any |= add(chart, quantity, report.checkpoints(), logarithmic);
      }
      if (any) {
        chart
            .getStyler()
            .setYAxisLogarithmic(logarithmic)
            .setXAxisMin((double) report.checkpoints().get(0).step())
            .setXAxisMax((double) report.checkpoints().get(report.checkpoints().size() - 1).step());
        if (logarithmic) {
          chart.getStyler().setYAxisDecimalPattern("0.#E0");
        }
        charts.add(chart);
      }
    }
    return new ChartSheet(charts, WIDTH, HEIGHT);
  }

  /** Entropies of the layers, each a line; nothing if the task's layers aren't known. */
  static Optional<ChartSheet> layers(AnalysisReport report) {
    List<Figures> checkpoints = report.checkpoints();
    List<Integer> steps = checkpoints.stream().map(Figures::step).toList();
    List<XYChart> charts = new ArrayList<>();
    for (Quantity quantity :
        List.of(
            Quantity.ENTROPY,
            Quantity.ENTROPY_DIFFERENCE,
            Quantity.MUTUAL_INFORMATION_DIFFERENCE)) {
      List<String> measured =
          checkpoints.get(0).layers().keySet().stream()
              .filter(name -> checkpoints.stream().allMatch(at -> has(at, name, quantity)))
              .toList();
      XYChart chart = chart("", quantity.label());
      for (String name : measured) {
        List<Double> values =
            checkpoints.stream().map(at -> at.layers().get(name).get(quantity)).toList();
        chart.addSeries(name, steps, values).setMarker(SeriesMarkers.CIRCLE);
      }
      if (!measured.isEmpty()) {
        charts.add(chart);
      }
    }
    return charts.isEmpty()
        ? Optional.empty()
        : Optional.of(new ChartSheet(charts, WIDTH, LANDSCAPE_HEIGHT));
  }

  private static boolean has(Figures at, String layer, Quantity quantity) {
    return at.layers().containsKey(layer) && at.layers().get(layer).containsKey(quantity);
  }

  /** What a logarithmic axis can show. */
  private static DoubleStream positive(Panel panel, List<Figures> checkpoints) {
    return checkpoints.stream()
        .flatMap(at -> panel.quantities().stream().map(at::get))
        .mapToDouble(value -> value.orElse(Double.NaN))
        .filter(value -> value > 0);
  }

  /** Whether there was a value to add. */
  private static boolean add(
      XYChart chart, Quantity quantity, List<Figures> checkpoints, boolean logarithmic) {
    List<Integer> steps = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (Figures at : checkpoints) {
      double value = at.get(quantity).orElse(Double.NaN);
      if (logarithmic ? value > 0 : Double.isFinite(value)) {
        steps.add(at.step());
        values.add(value);
      }
    }
    if (!steps.isEmpty()) {
      chart.addSeries(quantity.label(), steps, values).setMarker(SeriesMarkers.CIRCLE);
    }
    return !steps.isEmpty();
  }

  private static XYChart chart(String title, String quantity) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("Optimization step")
            .yAxisTitle(quantity)
            .build();
    chart
        .getStyler()
        .setXAxisDecimalPattern("#,###")
        .setSeriesColors(ChartSheet.colours())
        .setMarkerSize(4)
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal)
        .setChartBackgroundColor(Color.WHITE);
    return chart;
  }

  /** The trajectory, the loss in its plane and along a direction; nothing if there's none. */
  static Optional<ChartSheet> landscape(AnalysisReport report) {
    List<Chart<?, ?>> charts = new ArrayList<>();
    report.run().plane().ifPresent(plane -> charts.add(trajectory(plane)));
    report.run().landscape().ifPresent(surface -> charts.add(surface(surface)));
    report.run().line().ifPresent(line -> charts.add(line(line)));
    return charts.isEmpty()
        ? Optional.empty()
        : Optional.of(new ChartSheet(charts, WIDTH, LANDSCAPE_HEIGHT));
  }

  private static XYChart trajectory(TrajectoryPlane plane) {
    XYChart chart =
        chart(
            String.format(
                Locale.ROOT,
                "The plane of the checkpoints holds %.1f %% of their variance",
                100 * plane.explainedVariance()),
            percent("second component", plane.explained()[1]));
    chart.setXAxisTitle(percent("first component", plane.explained()[0]));
    chart.getStyler().setXAxisDecimalPattern("0.##");
    chart.getStyler().setLegendVisible(false);
    double[] xs = new double[plane.places().length];
    double[] ys = new double[xs.length];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = plane.places()[i][0];
      ys[i] = plane.places()[i][1];
    }
    chart.addSeries("checkpoints", xs, ys).setMarker(SeriesMarkers.CIRCLE);
    return chart;
  }

  private static String percent(String name, double share) {
    return String.format(Locale.ROOT, "%s (%.1f %%)", name, 100 * share);
  }

  private static HeatMapChart surface(RunFigures.Surface surface) {
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(WIDTH)
            .height(LANDSCAPE_HEIGHT)
            .title("log10 of the loss in that plane")
            .xAxisTitle("first component")
            .yAxisTitle("second component")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setHeatMapValueDecimalPattern("0.##");
    List<Number[]> cells = new ArrayList<>();
    for (int y = 0; y < surface.ys().length; y++) {
      for (int x = 0; x < surface.xs().length; x++) {
        double loss = surface.losses()[y][x];
        if (loss > 0 && Double.isFinite(loss)) {
          cells.add(new Number[] {x, y, Math.log10(loss)});
        }
      }
    }
    chart.addSeries("loss", labels(surface.xs()), labels(surface.ys()), cells);
    return chart;
  }

  private static List<String> labels(double[] values) {
    List<String> labels = new ArrayList<>();
    for (double value : values) {
      labels.add(String.format(Locale.ROOT, "%.3g", value));
    }
    return labels;
  }

  private static XYChart line(RunFigures.Line line) {
    XYChart chart = chart("Along a filter-normalised direction from the last checkpoint", "Loss");
    chart.setXAxisTitle("distance, in lengths of the network's filters");
    chart.getStyler().setXAxisDecimalPattern("0.##");
    chart.getStyler().setLegendVisible(false);
    List<Double> xs = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < line.xs().length; i++) {
      if (Double.isFinite(line.losses()[i])) {
        xs.add(line.xs()[i]);
        losses.add(line.losses()[i]);
      }
    }
    chart.addSeries("loss", xs, losses).setMarker(SeriesMarkers.NONE);
    return chart;
  }
}
