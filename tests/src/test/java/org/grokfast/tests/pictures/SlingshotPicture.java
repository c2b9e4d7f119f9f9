package org.grokfast.tests.pictures;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.grokfast.models.picture.Svg;
import org.grokfast.models.picture.Theme;

/**
 * Loss, norm of the last matrix and saturation of runs under one another on one step axis: a thin
 * line a seed, a thick one for the first.
 */
final class SlingshotPicture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 670;
  private static final double LEFT = 70;
  private static final double RIGHT = 870;
  private static final double PANEL = 150;
  private static final int LAST_STEP = 4_000;

  /** What is known after a step. */
  record Row(int step, double loss, double accuracy, double norm, double saturation) {}

  /** A quantity and its axis: the ends, and the distance of two lines. */
  private record Panel(
      String title, ToDoubleFunction<Row> value, double low, double high, double lines) {}

  private static final List<Panel> PANELS =
      List.of(
          new Panel(
              "training loss, power of ten",
              row -> Math.max(-10, Math.log10(row.loss())),
              -10,
              2,
              2),
          new Panel("norm of the last matrix", Row::norm, 0, 16, 4),
          new Panel("share of saturated examples", Row::saturation, 0, 1, 0.25));

  private final Theme theme;
  private final Svg svg;

  private SlingshotPicture(Theme theme) {
    this.theme = theme;
    this.svg = new Svg(WIDTH, HEIGHT, theme.background());
  }

  /** Draws the runs of every arm. */
  static String draw(Map<String, List<List<Row>>> arms, Theme theme) {
    SlingshotPicture picture = new SlingshotPicture(theme);
    int place = 0;
    for (String name : arms.keySet()) {
      String colour = theme.line(place);
      double x = LEFT + place * 260;
      picture.svg.add(
          "<line x1=\"%.1f\" y1=\"24\" x2=\"%.1f\" y2=\"24\" stroke=\"%s\" stroke-width=\"3\"/>",
          x, x + 22, colour);
      picture.svg.add(
          "<text x=\"%.1f\" y=\"29\" class=\"arm\" fill=\"%s\">%s</text>", x + 28, colour, name);
      place++;
    }
    for (int i = 0; i < PANELS.size(); i++) {
      picture.panel(PANELS.get(i), 70 + i * (PANEL + 50), arms);
    }
    picture.svg.text((LEFT + RIGHT) / 2, HEIGHT - 10, "middle", "axis", "optimization steps");
    return picture.svg.document(
        "Slingshots with the loss in float32, none with float64 or gradient descent",
        ".axis{font-size:12px;fill:" + theme.text() + "}.arm{font-size:14px;font-weight:600}");
  }

  private void panel(Panel panel, double top, Map<String, List<List<Row>>> arms) {
    for (double value = panel.low; value <= panel.high; value += panel.lines) {
      double y = y(panel, top, value);
      line(LEFT, y, RIGHT, y);
      svg.text(
          LEFT - 8,
          y + 4,
          "end",
          "axis",
          new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(value));
    }
    for (int step = 0; step <= LAST_STEP; step += 1_000) {
      line(x(step), top, x(step), top + PANEL);
      svg.text(
          x(step), top + PANEL + 16, "middle", "axis", String.format(Locale.ROOT, "%,d", step));
    }
    svg.text(LEFT, top - 8, "start", "axis", panel.title);
    int place = 0;
    for (List<List<Row>> runs : arms.values()) {
      for (int seed = runs.size() - 1; seed >= 0; seed--) {
        curve(panel, top, runs.get(seed), theme.line(place), seed == 0);
      }
      place++;
    }
  }

  private void curve(Panel panel, double top, List<Row> run, String colour, boolean thick) {
    List<String> points = new ArrayList<>();
    for (Row row : run) {
      double value = panel.value.applyAsDouble(row);
      points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(row.step()), y(panel, top, value)));
    }
    svg.add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\""
            + " stroke-opacity=\"%.2f\" stroke-linejoin=\"round\"/>",
        String.join(" ", points), colour, thick ? 2.0 : 0.8, thick ? 1.0 : 0.4);
  }

  private void line(double x1, double y1, double x2, double y2) {
    svg.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        x1, y1, x2, y2, theme.grid());
  }

  private static double x(int step) {
    return LEFT + (double) step / LAST_STEP * (RIGHT - LEFT);
  }

  private static double y(Panel panel, double top, double value) {
    return top + PANEL * (panel.high - value) / (panel.high - panel.low);
  }
}
