package org.grokfast.tests.pictures;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.filter.Normalized;
import org.grokfast.filter.Orthogonal;
import org.grokfast.filter.Perpendicular;
import org.grokfast.filter.Spectral;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.arrays.ArrayFilter;
import org.grokfast.models.analysis.response.FrequencyResponse;
import org.grokfast.models.picture.Svg;
import org.grokfast.tests.pictures.AccuracyPicture.Theme;
import org.grokfast.tests.pictures.LinePlot.Axis;
import org.grokfast.tests.pictures.LinePlot.Point;

/** What the filters do: to the frequencies of a gradient, and to signals. */
final class FilterPictures {
  private static final int STEPS = 240;
  private static final int BEFORE = 0;
  private static final int AFTER = 1;

  private FilterPictures() {}

  /** The gain of the averages over the frequency, from their formula. */
  static String response(Theme theme) {
    Svg svg = new Svg(900, 380, theme.background());
    LinePlot plot = new LinePlot(svg, theme, 0, 0, 890, 370);
    Axis frequency =
        new Axis(
            0.001,
            Math.PI,
            Math::log,
            List.of(0.001, 0.01, 0.1, 1.0, Math.PI),
            value -> value == Math.PI ? "π" : LinePlot.number(value));
    plot.axes(
        "times as much as the gradient",
        frequency,
        Axis.linear(0, 6.2, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0),
        "frequency, radians a step (2π/period)");
    plot.curve("no filter", 0, 2, gain(FrequencyResponse.NONE));
    plot.curve("ema(alpha=0.98, lamb=2)", 1, 2.4, gain(FrequencyResponse.ema(0.98, 2)));
    plot.curve("ema(alpha=0.8, lamb=2)", 2, 2, gain(FrequencyResponse.ema(0.8, 2)));
    plot.curve("ma(window=100, lamb=5)", 3, 1.4, gain(FrequencyResponse.movingAverage(100, 5)));
    return svg.document("What a filter makes of each frequency", LinePlot.style(theme));
  }

  private static List<Point> gain(FrequencyResponse response) {
    List<Point> points = new ArrayList<>();
    int count = 1_500;
    for (int i = 0; i <= count; i++) {
      double omega = 0.001 * Math.pow(Math.PI / 0.001, (double) i / count);
      points.add(new Point(omega, response.at(omega).norm()));
    }
    return points;
  }

  /** Each filter over a signal; the numbers are those of the plain-array interpreter. */
  static String signals(Theme theme) {
    Svg svg = new Svg(900, 660, theme.background());
    average(svg, theme, 0, "ema(alpha=0.9, lamb=2)", Ema.of(0.9, 2));
    average(svg, theme, 1, "ma(window=20, lamb=2)", MovingAverage.of(20, 2));
    matrices(svg, theme, 2, "perp: the part along θ", Perpendicular.defaults(), m -> m[0], 2.5);
    matrices(svg, theme, 3, "normalize: the norm", Normalized.defaults(), FilterPictures::norm, 5);
    matrices(svg, theme, 4, "spectral", Spectral.defaults(), null, 5);
    matrices(svg, theme, 5, "orthogonal", Orthogonal.defaults(), null, 5);
    return svg.document("What each filter does to a signal", LinePlot.style(theme));
  }

  private static LinePlot field(Svg svg, Theme theme, int place) {
    return new LinePlot(svg, theme, (place % 2) * 450, (place / 2) * 218, 444, 214);
  }

  private static Axis steps() {
    return Axis.linear(0, STEPS, 0.0, 60.0, 120.0, 180.0, 240.0);
  }

  /** A gradient that oscillates fast around a level, which changes its sign once. */
  private static double level(int step) {
    return (step < 120 ? 1 : -1) + 0.8 * Math.sin(2.2 * step);
  }

  private static void average(
      Svg svg, Theme theme, int place, String title, GradientFilter filter) {
    LinePlot plot = field(svg, theme, place);
    plot.axes(title, steps(), Axis.linear(-5, 5, -3.0, -1.0, 0.0, 1.0, 3.0), "step");
    ArrayFilter array = new ArrayFilter(filter, Precision.FLOAT32, 1);
    List<Point> before = new ArrayList<>();
    List<Point> after = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      double gradient = (float) level(step);
      before.add(new Point(step, gradient));
      after.add(new Point(step, array.step(new double[] {gradient})[0]));
    }
    plot.curve("g'", AFTER, 1.6, after);
    plot.curve("g", BEFORE, 1.2, before);
  }

  /**
   * Two by two matrices with a strong direction that oscillates and a weak one that persists.
   *
   * @param measure what is drawn of a matrix, by rows; null for both singular values
   */
  private static void matrices(
      Svg svg,
      Theme theme,
      int place,
      String title,
      GradientFilter filter,
      ToDoubleFunction<double[]> measure,
      double most) {
    LinePlot plot = field(svg, theme, place);
    String shown = measure == null ? title + ": both singular values" : title;
    double least = measure == null || filter instanceof Normalized ? 0 : -most;
    Double[] ticks =
        least == 0
            ? new Double[] {0.0, 1.0, 2.0, 3.0, 4.0}
            : new Double[] {-2.0, -1.0, 0.0, 1.0, 2.0};
    plot.axes(shown, steps(), Axis.linear(least, most, ticks), "step");
    ArrayFilter array = new ArrayFilter(filter, Precision.FLOAT32, 2, 2);
    double[] variable = {1, 0, 0, 0};
    List<double[]> before = new ArrayList<>();
    List<double[]> after = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      double[] gradient = matrix(step);
      before.add(gradient);
      after.add(array.step(gradient, variable));
    }
    List<ToDoubleFunction<double[]>> measures =
        measure == null ? List.of(m -> singular(m, 1), m -> singular(m, -1)) : List.of(measure);
    for (int i = 0; i < measures.size(); i++) {
      plot.curve(i == 0 ? "g'" : "", AFTER, 1.8, points(after::get, measures.get(i)));
      plot.curve(i == 0 ? "g" : "", BEFORE, 1.2, points(before::get, measures.get(i)));
    }
  }

  private static double[] matrix(int step) {
    double strong = 2 + 1.2 * Math.sin(0.13 * step);
    double sign = Math.cos(0.9 * step);
    double angle = 0.5;
    double cosine = Math.cos(angle);
    double sine = Math.sin(angle);
    double weak = 0.3;
    return new double[] {
      (float) (strong * sign * cosine * cosine + weak * sine * sine),
      (float) ((strong * sign - weak) * cosine * sine),
      (float) ((strong * sign - weak) * cosine * sine),
      (float) (strong * sign * sine * sine + weak * cosine * cosine)
    };
  }

  private static List<Point> points(
      IntFunction<double[]> matrices, ToDoubleFunction<double[]> measure) {
    List<Point> points = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      points.add(new Point(step, measure.applyAsDouble(matrices.apply(step))));
    }
    return points;
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  /** The larger (1) or the smaller (-1) singular value of a two by two matrix. */
  private static double singular(double[] m, int which) {
    double sum = Math.hypot(m[0] + m[3], m[2] - m[1]);
    double difference = Math.hypot(m[0] - m[3], m[2] + m[1]);
    return Math.abs(sum + which * difference) / 2;
  }
}
