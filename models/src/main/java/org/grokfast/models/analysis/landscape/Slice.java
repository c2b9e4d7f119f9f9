package org.grokfast.models.analysis.landscape;

import java.util.function.ToDoubleFunction;

/** Values of a loss on a line or in a plane through a point. */
public final class Slice {
  private Slice() {}

  /**
   * loss(center + x·direction) for every x.
   *
   * @param loss the loss of a point
   * @param center the point
   * @param direction of the same length
   * @param xs where to look
   */
  public static double[] line(
      ToDoubleFunction<double[]> loss, double[] center, double[] direction, double[] xs) {
    double[] values = new double[xs.length];
    for (int i = 0; i < xs.length; i++) {
      values[i] = loss.applyAsDouble(at(center, direction, xs[i]));
    }
    return values;
  }

  /**
   * loss(center + x·first + y·second) for every x and y.
   *
   * @return by y, then by x
   */
  public static double[][] plane(
      ToDoubleFunction<double[]> loss,
      double[] center,
      double[] first,
      double[] second,
      double[] xs,
      double[] ys) {
    double[][] values = new double[ys.length][];
    for (int i = 0; i < ys.length; i++) {
      values[i] = line(loss, at(center, second, ys[i]), first, xs);
    }
    return values;
  }

  /**
   * Numbers at equal distances.
   *
   * @param count how many, ≥ 2
   */
  public static double[] grid(double from, double to, int count) {
    double[] grid = new double[count];
    for (int i = 0; i < count; i++) {
      grid[i] = from + (to - from) * i / (count - 1);
    }
    return grid;
  }

  private static double[] at(double[] center, double[] direction, double x) {
    double[] point = center.clone();
    for (int i = 0; i < point.length; i++) {
      point[i] += x * direction[i];
    }
    return point;
  }
}
