package org.grokfast.tests.pictures;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.grokfast.models.picture.Svg;
import org.grokfast.tests.pictures.AccuracyPicture.Theme;

/** One field of a picture: lines over an axis of numbers, with a title and their names. */
final class LinePlot {
  private static final double LEFT = 46;
  private static final double RIGHT = 12;
  private static final double TOP = 52;
  private static final double BOTTOM = 34;

  private final Svg svg;
  private final Theme theme;
  private final double left;
  private final double top;
  private final double width;
  private final double height;
  private Axis across = new Axis(0, 1, value -> value, List.of(), Double::toString);
  private Axis up = across;
  private double nextName;

  /** Lays a field into a picture, with its labels within the given bounds. */
  LinePlot(Svg svg, Theme theme, double left, double top, double width, double height) {
    this.svg = svg;
    this.theme = theme;
    this.left = left + LEFT;
    this.top = top + TOP;
    this.width = width - LEFT - RIGHT;
    this.height = height - TOP - BOTTOM;
    this.nextName = this.left;
  }

  /**
   * An axis.
   *
   * @param scale increasing; the identity for a linear axis
   * @param ticks the values with a line and a label
   */
  record Axis(
      double from,
      double to,
      DoubleUnaryOperator scale,
      List<Double> ticks,
      DoubleFunction<String> label) {
    double share(double value) {
      double low = scale.applyAsDouble(from);
      return (scale.applyAsDouble(value) - low) / (scale.applyAsDouble(to) - low);
    }

    /** A linear axis with labels such as 0, 0.5 and 10. */
    static Axis linear(double from, double to, Double... ticks) {
      return new Axis(from, to, value -> value, List.of(ticks), LinePlot::number);
    }
  }

  /** A point of a line. */
  record Point(double x, double y) {}

  static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString(Math.round(value))
        : String.format(Locale.ROOT, "%s", value);
  }

  /** Draws title, axes and their labels. */
  void axes(String title, Axis horizontal, Axis vertical, String below) {
    across = horizontal;
    up = vertical;
    svg.text(left, top - 32, "start", "title", title);
    for (double tick : vertical.ticks()) {
      line(left, y(tick), left + width, y(tick));
      svg.text(left - 6, y(tick) + 4, "end", "axis", vertical.label().apply(tick));
    }
    for (double tick : horizontal.ticks()) {
      line(x(tick), top, x(tick), top + height);
      svg.text(x(tick), top + height + 15, "middle", "axis", horizontal.label().apply(tick));
    }
    svg.text(left + width / 2, top + height + 30, "middle", "axis", below);
  }

  private void line(double x1, double y1, double x2, double y2) {
    svg.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        x1, y1, x2, y2, theme.grid());
  }

  /** Draws a line and its name above the field. */
  void curve(String name, int colour, double thickness, List<Point> points) {
    String stroke = theme.arms().get(colour);
    List<String> places = new ArrayList<>();
    points.forEach(
        point -> places.add(String.format(Locale.ROOT, "%.1f,%.1f", x(point.x()), y(point.y()))));
    svg.add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\""
            + " stroke-linejoin=\"round\"/>",
        places.stream().collect(Collectors.joining(" ")), stroke, thickness);
    if (!name.isEmpty()) {
      svg.add(
          "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
              + " stroke-width=\"3\"/>",
          nextName, top - 14, nextName + 18, top - 14, stroke);
      svg.add(
          "<text x=\"%.1f\" y=\"%.1f\" class=\"name\" fill=\"%s\">%s</text>",
          nextName + 23, top - 10, stroke, name);
      nextName += 40 + 7.6 * name.length();
    }
  }

  /** Draws a dot at each point. */
  void dots(int colour, List<Point> points) {
    points.forEach(
        point ->
            svg.add(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>",
                x(point.x()), y(point.y()), theme.arms().get(colour)));
  }

  private double x(double value) {
    return left + across.share(value) * width;
  }

  private double y(double value) {
    return top + height - Math.min(Math.max(up.share(value), 0), 1) * height;
  }

  /** The rules of the style sheet that the texts of a field need. */
  static String style(Theme theme) {
    return ".axis{font-size:12px;fill:%s}.title{font-size:14px;font-weight:600;fill:%s}"
            .formatted(theme.text(), theme.text())
        + ".name{font-size:12px;font-weight:600}";
  }
}
