package org.grokfast.models.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * Curves of all seeds against the step, which has a logarithmic axis: one thin line per seed, a
 * thick one for their median. A run that has ended counts with its last value.
 */
public final class CurvesPicture {
  private static final int WIDTH = 900;
  private static final double LEFT = 64;
  private static final double RIGHT = 866;
  private static final double HEIGHT = 330;
  private static final double NAMES = 24;

  /** Of a linear axis. */
  private static final int PARTS = 4;

  /** How many names stand side by side. */
  private static final int NAMES_A_ROW = 3;

  private final Theme theme;
  private final Svg svg;
  private final double top;
  private final double bottom;
  private final double firstStep;
  private final double lastStep;
  private final Scale scale;

  /**
   * The lines of an arm.
   *
   * @param name its name
   * @param runs the values of each seed by step
   */
  public record Arm(String name, List<NavigableMap<Integer, Double>> runs) {}

  /**
   * What is drawn.
   *
   * @param name what the values are
   * @param isShare whether they are in [0, 1], read in per cent; otherwise they have a logarithmic
   *     axis, or a linear one where one of them is not above 0
   * @param threshold a line across; empty for none
   */
  public record Scale(String name, boolean isShare, OptionalDouble threshold) {}

  private CurvesPicture(List<Arm> arms, Scale scale, Theme theme) {
    this.theme = theme;
    this.scale = scale;
    int rows = (arms.size() + NAMES_A_ROW - 1) / NAMES_A_ROW;
    top = 40 + NAMES * rows;
    bottom = top + HEIGHT;
    svg = new Svg(WIDTH, (int) bottom + 56, theme.background());
    int[] steps =
        arms.stream()
            .flatMap(arm -> arm.runs().stream())
            .flatMapToInt(run -> run.keySet().stream().mapToInt(Integer::intValue))
            .filter(step -> step > 0)
            .sorted()
            .toArray();
    firstStep = steps.length == 0 ? 1 : steps[0];
    lastStep = steps.length == 0 ? 10 : Math.max(firstStep * 2, steps[steps.length - 1]);
  }

  /**
   * The picture.
   *
   * @param arms in the order of the colours; not empty
   */
  public static String draw(List<Arm> arms, Scale scale, Theme theme) {
    CurvesPicture picture = new CurvesPicture(arms, scale, theme);
    double[] values =
        arms.stream()
            .flatMap(arm -> arm.runs().stream())
            .flatMapToDouble(run -> run.values().stream().mapToDouble(Double::doubleValue))
            .filter(Double::isFinite)
            .toArray();
    Axis up = scale.isShare() ? new Axis(0, 1, false) : Axis.around(values);
    picture.axes(up);
    for (int i = 0; i < arms.size(); i++) {
      picture.arm(arms.get(i), i, up);
    }
    return picture.svg.document(
        scale.name() + " against the optimization step",
        ".axis{font-size:13px;fill:" + theme.text() + "}.arm{font-size:14px;font-weight:600}");
  }

  /** The axis of the values. */
  private record Axis(double low, double high, boolean isLogarithmic) {
    static Axis around(double[] values) {
      double least = DoubleStream.of(values).min().orElse(1);
      double most = DoubleStream.of(values).max().orElse(10);
      if (least <= 0) {
        return new Axis(least, most > least ? most : least + 1, false);
      }
      double low = Math.pow(10, Math.floor(Math.log10(least)));
      double high = Math.pow(10, Math.ceil(Math.log10(most)));
      return new Axis(low, high > low ? high : 10 * low, true);
    }

    double share(double value) {
      double share =
          isLogarithmic
              ? Math.log(value / low) / Math.log(high / low)
              : (value - low) / (high - low);
      return Math.min(1, Math.max(0, share));
    }
  }

  private void axes(Axis up) {
    if (up.isLogarithmic()) {
      for (double value = up.low(); value <= up.high() * 1.001; value *= 10) {
        tick(up, value, String.format(Locale.ROOT, "%.3g", value));
      }
    } else if (!scale.isShare()) {
      for (int part = 0; part <= PARTS; part++) {
        double value = up.low() + part * (up.high() - up.low()) / PARTS;
        tick(up, value, String.format(Locale.ROOT, "%.3g", value));
      }
    } else {
      for (int percent = 0; percent <= 100; percent += 25) {
        tick(up, percent / 100.0, percent + " %");
      }
    }
    for (double power = 1; power <= lastStep; power *= 10) {
      for (int digit : new int[] {1, 2, 5}) {
        double step = digit * power;
        if (step >= firstStep && step <= lastStep) {
          line(x(step), top, x(step), bottom);
          String text = String.format(Locale.ROOT, "%,d", Math.round(step));
          svg.text(x(step), bottom + 20, "middle", "axis", text);
        }
      }
    }
    scale
        .threshold()
        .ifPresent(
            value ->
                svg.add(
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
                        + " stroke-dasharray=\"6 4\"/>",
                    LEFT, y(up, value), RIGHT, y(up, value), theme.text()));
    svg.text((LEFT + RIGHT) / 2, bottom + 44, "middle", "axis", "optimization steps");
    svg.text(LEFT, 22, "start", "axis", scale.name());
  }

  private void tick(Axis up, double value, String text) {
    line(LEFT, y(up, value), RIGHT, y(up, value));
    svg.text(LEFT - 8, y(up, value) + 4, "end", "axis", text);
  }

  private void line(double x1, double y1, double x2, double y2) {
    svg.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>",
        x1, y1, x2, y2, theme.grid());
  }

  private void arm(Arm arm, int place, Axis up) {
    String colour = theme.line(place);
    // Colours repeat: then the lines are broken.
    String stroke = colour + (place < Theme.LINES ? "" : "\" stroke-dasharray=\"6 3");
    for (NavigableMap<Integer, Double> run : arm.runs()) {
      curve(run, 1, 0.45, stroke, up);
    }
    curve(medians(arm.runs()), 2.6, 1, stroke, up);
    double x = LEFT + place % NAMES_A_ROW * (RIGHT - LEFT) / NAMES_A_ROW;
    int row = place / NAMES_A_ROW;
    double y = 42 + NAMES * row;
    svg.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"3\"/>",
        x, y, x + 22, y, stroke);
    svg.add(
        "<text x=\"%.1f\" y=\"%.1f\" class=\"arm\" fill=\"%s\">%s (n %d)</text>",
        x + 28,
        y + 5,
        colour,
        arm.name().replace("&", "&amp;").replace("<", "&lt;"),
        arm.runs().size());
  }

  /** Their median by step, where every run has a value or has ended. */
  public static NavigableMap<Integer, Double> medians(List<NavigableMap<Integer, Double>> runs) {
    TreeSet<Integer> steps = new TreeSet<>();
    runs.forEach(run -> steps.addAll(run.keySet()));
    NavigableMap<Integer, Double> medians = new TreeMap<>();
    for (int step : steps) {
      double[] values =
          runs.stream()
              .map(run -> run.floorEntry(step))
              .filter(entry -> entry != null)
              .mapToDouble(Map.Entry::getValue)
              .sorted()
              .toArray();
      if (values.length == runs.size()) {
        medians.put(step, (values[(values.length - 1) / 2] + values[values.length / 2]) / 2);
      }
    }
    return medians;
  }

  private void curve(
      Map<Integer, Double> values, double width, double opacity, String stroke, Axis up) {
    List<String> points = new ArrayList<>();
    values.forEach(
        (step, value) -> {
          if (step > 0 && Double.isFinite(value) && (value > 0 || !up.isLogarithmic())) {
            points.add(String.format(Locale.ROOT, "%.1f,%.1f", x(step), y(up, value)));
          }
        });
    svg.add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\""
            + " stroke-opacity=\"%.2f\" stroke-linejoin=\"round\"/>",
        String.join(" ", points), stroke, width, opacity);
  }

  private double x(double step) {
    return LEFT + Math.log(step / firstStep) / Math.log(lastStep / firstStep) * (RIGHT - LEFT);
  }

  private double y(Axis up, double value) {
    return bottom - up.share(value) * (bottom - top);
  }
}
