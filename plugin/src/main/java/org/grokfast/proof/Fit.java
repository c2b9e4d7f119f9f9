package org.grokfast.proof;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well derivatives along directions agree with the inner products of the directions and a
 * tensor: {@code derivative = factor · ⟨direction, tensor⟩}.
 *
 * @param factor the factor that fits best
 * @param deviation how far the derivatives are off, as a share of what ⟨direction, tensor⟩ comes to
 *     where the signs of the direction are random; the median over the directions. For a tensor at
 *     an angle to the gradient it is about the tangent of the angle, whatever the dimension
 * @param noise how far off they may be by the roundings of the loss, as the same share
 */
record Fit(double factor, double deviation, double noise) {
  /** What can't be told from the gradient, as a share: the roundings of a backward pass. */
  static final double TOLERANCE = 1e-3;

  /** Derivatives that are more uncertain than this, as a share, decide nothing. */
  static final double MOST_NOISE = 0.02;

  /** An error estimate is a size, not a bound. */
  static final double SAFETY = 5;

  /** No agreement can be looked for: the tensor or the loss does not move. */
  static final Fit NONE = new Fit(0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  /**
   * Fits the factor.
   *
   * @param derivatives the derivative along each direction
   * @param directions the directions
   * @param tensor the tensor
   */
  static Fit of(RiddersDerivative.Estimate[] derivatives, double[][] directions, double[] tensor) {
    int count = directions.length;
    double[] products = new double[count];
    double[] scales = new double[count];
    int flat = 0;
    for (int k = 0; k < count; k++) {
      double squares = 0;
      for (int i = 0; i < tensor.length; i++) {
        double term = directions[k][i] * tensor[i];
        products[k] += term;
        squares += term * term;
      }
      scales[k] = Math.sqrt(squares);
      flat += Math.abs(derivatives[k].value()) <= derivatives[k].error() ? 1 : 0;
    }
    if (Arrays.stream(scales).anyMatch(scale -> !(scale > 0) || !Double.isFinite(scale))
        || Arrays.stream(products).allMatch(product -> product == 0)) {
      return NONE;
    }
    double factor = middleRatio(derivatives, products);
    double[] deviations = new double[count];
    double[] noises = new double[count];
    for (int k = 0; k < count; k++) {
      double unit = Math.abs(factor) * scales[k];
      deviations[k] = Math.abs(derivatives[k].value() - factor * products[k]) / unit;
      noises[k] = derivatives[k].error() / unit;
    }
    double noise = 2 * flat > count ? Double.POSITIVE_INFINITY : median(noises);
    return factor == 0 ? NONE : new Fit(factor, median(deviations), noise);
  }

  /** The median of the ratios, each counted as often as its inner product is large. */
  private static double middleRatio(RiddersDerivative.Estimate[] derivatives, double[] products) {
    int[] order =
        IntStream.range(0, products.length)
            .filter(k -> products[k] != 0)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> derivatives[k].value() / products[k]))
            .mapToInt(Integer::intValue)
            .toArray();
    double left = Arrays.stream(products).map(Math::abs).sum() / 2;
    for (int k : order) {
      left -= Math.abs(products[k]);
      if (left <= 0) {
        return derivatives[k].value() / products[k];
      }
    }
    return 0;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Whether the derivatives are certain enough to decide. */
  boolean decides() {
    return noise <= MOST_NOISE;
  }

  /** How far off the derivatives may be where they agree. */
  double allowed() {
    return Math.max(TOLERANCE, SAFETY * noise);
  }

  /** Whether the tensor is proportional to the gradient. */
  boolean agrees() {
    return decides() && deviation <= allowed();
  }

  /** Whether two factors are the same as far as can be told. */
  boolean hasFactorOf(Fit other) {
    double most = Math.max(Math.abs(factor), Math.abs(other.factor));
    return Math.abs(factor - other.factor) <= 2 * Math.max(allowed(), other.allowed()) * most;
  }
}
