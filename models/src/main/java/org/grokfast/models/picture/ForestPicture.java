package org.grokfast.models.picture;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.grokfast.models.statistics.Bounds;
import org.grokfast.models.statistics.SpeedUp;

/**
 * A forest plot: ratios on a logarithmic axis, a row each. A dot is a seed, a square the ratio of
 * the medians, a bar its 95 % interval, which there is from five seeds on. An arrow stands for what
 * is at least or at most so much; what may be anything is said in words.
 */
public final class ForestPicture {
  private static final int WIDTH = 900;
  private static final int ROW = 30;
  private static final double LEFT = 280;
  private static final double RIGHT = 700;
  private static final double TOP = 70;
  private static final double ARROW = 9;

  /** The axis reaches at least so far on both sides of 1. */
  private static final double LEAST_REACH = 2;

  /** Ticks, as far as the axis reaches. */
  private static final List<Double> TICKS =
      List.of(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0);

  private final Theme theme;
  private final Svg svg;
  private final double reachDown;
  private final double reachUp;

  /**
   * A row.
   *
   * @param label what is compared
   * @param ratio its ratio; nothing if there is none
   */
  public record Row(String label, Optional<SpeedUp> ratio) {}

  private ForestPicture(List<Row> rows, Theme theme) {
    this.theme = theme;
    svg = new Svg(WIDTH, (int) TOP + ROW * rows.size() + 48, theme.background());
    double[] ends =
        rows.stream()
            .flatMap(row -> row.ratio().stream())
            .flatMapToDouble(ForestPicture::ends)
            .filter(value -> value > 0 && Double.isFinite(value))
            .toArray();
    reachDown = Math.min(1 / LEAST_REACH, DoubleStream.of(ends).min().orElse(1)) / 1.1;
    reachUp = Math.max(LEAST_REACH, DoubleStream.of(ends).max().orElse(1)) * 1.1;
  }

  private static DoubleStream ends(SpeedUp ratio) {
    return DoubleStream.concat(
        DoubleStream.of(ratio.ratio().low(), ratio.ratio().high()),
        DoubleStream.concat(
            ratio.pairs().stream()
                .flatMapToDouble(pair -> DoubleStream.of(pair.low(), pair.high())),
            ratio.interval().stream()
                .flatMapToDouble(ends -> DoubleStream.of(ends.low(), ends.high()))));
  }

  /**
   * The picture.
   *
   * @param title what the ratio is of
   * @param better what a ratio above 1 means
   * @param rows from the top; not empty
   */
  public static String draw(String title, String better, List<Row> rows, Theme theme) {
    ForestPicture picture = new ForestPicture(rows, theme);
    picture.axes(title, better, rows.size());
    for (int i = 0; i < rows.size(); i++) {
      picture.row(rows.get(i), TOP + ROW * (i + 0.5));
    }
    return picture.svg.document(
        title.replace("&", "&amp;").replace("<", "&lt;"),
        ".axis{font-size:13px;fill:"
            + theme.text()
            + "}.label{font-size:14px;fill:"
            + theme.text()
            + "}.title{font-size:15px;font-weight:600;fill:"
            + theme.text()
            + "}");
  }

  private void axes(String title, String better, int rows) {
    double bottom = TOP + ROW * rows;
    svg.text(12, 24, "start", "title", title);
    svg.text(
        12,
        46,
        "start",
        "axis",
        "dot: a seed; square: medians; bar: 95 % interval, from 5 seeds on");
    for (double tick : TICKS) {
      if (tick >= reachDown && tick <= reachUp) {
        line(x(tick), TOP, x(tick), bottom, theme.grid(), 1);
        String text = tick < 1 ? String.valueOf(tick) : String.valueOf(Math.round(tick));
        svg.text(x(tick), bottom + 18, "middle", "axis", text);
      }
    }
    line(x(1), TOP, x(1), bottom, theme.text(), 1.5);
    svg.text((LEFT + RIGHT) / 2, bottom + 38, "middle", "axis", better);
  }

  private void row(Row row, double y) {
    svg.text(LEFT - 12, y + 5, "end", "label", row.label());
    if (row.ratio().isEmpty()) {
      svg.text(RIGHT + 14, y + 5, "start", "axis", "nothing to compare");
      return;
    }
    SpeedUp ratio = row.ratio().get();
    String colour = theme.line(0);
    ratio
        .interval()
        .ifPresent(
            ends -> {
              double low = ends.low() > 0 ? x(ends.low()) : LEFT;
              double high = Double.isFinite(ends.high()) ? x(ends.high()) : RIGHT;
              line(low, y, high, y, colour, 2.5);
            });
    ratio.pairs().forEach(pair -> mark(pair, y, colour, true));
    mark(ratio.ratio(), y, colour, false);
    svg.text(
        RIGHT + 14,
        y + 5,
        "start",
        "axis",
        ratio.ratio().equals(Bounds.UNKNOWN)
            ? "? neither got there (n " + ratio.seeds() + ")"
            : ratio.ratio().text(ForestPicture::number) + " (n " + ratio.seeds() + ")");
  }

  /** A seed or the medians, with an arrow to where it may be instead. */
  private void mark(Bounds value, double y, String colour, boolean seed) {
    boolean open = Double.isInfinite(value.high());
    if (value.equals(Bounds.UNKNOWN)) {
      return;
    }
    double x = x(open ? value.low() : value.high());
    if (seed) {
      svg.add(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\" fill-opacity=\"%s\" stroke=\"%s\"/>",
          x, y, colour, value.isExact() ? "0.35" : "0", colour);
    } else {
      svg.add(
          "<rect x=\"%.1f\" y=\"%.1f\" width=\"10\" height=\"10\" fill=\"%s\"/>",
          x - 5, y - 5, colour);
    }
    if (!value.isExact()) {
      double tip = open ? x + 2 * ARROW : x - 2 * ARROW;
      double back = open ? tip - ARROW / 2 : tip + ARROW / 2;
      svg.add(
          "<path d=\"M%.1f,%.1f L%.1f,%.1f M%.1f,%.1f L%.1f,%.1f L%.1f,%.1f\" fill=\"none\""
              + " stroke=\"%s\" stroke-width=\"1.5\"/>",
          x, y, tip, y, back, y - ARROW / 2, tip, y, back, y + ARROW / 2, colour);
    }
  }

  private void line(double x1, double y1, double x2, double y2, String colour, double width) {
    svg.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
        x1, y1, x2, y2, colour, width);
  }

  private double x(double ratio) {
    double share = Math.log(ratio / reachDown) / Math.log(reachUp / reachDown);
    return LEFT + Math.min(1, Math.max(0, share)) * (RIGHT - LEFT);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
