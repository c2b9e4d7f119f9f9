package org.grokfast.models.analysis.spectrum;

import org.grokfast.models.analysis.response.FrequencyResponse;
import org.hipparchus.complex.Complex;

/**
 * The largest eigenvalue with which an optimizer is stable on a quadratic. Past it the parameter
 * along that eigenvector oscillates with a growing amplitude.
 */
public final class StabilityThreshold {
  /** Fine enough to see every change of sign of a window of hundreds of steps. */
  private static final int GRID = 20_000;

  private static final int BISECTIONS = 80;

  private StabilityThreshold() {}

  /**
   * Gradient descent: 2/η.
   *
   * @param rate the learning rate η, &gt; 0
   */
  public static double gradientDescent(double rate) {
    return 2 / rate;
  }

  /**
   * Adam with a preconditioner that stands still: (2 + 2β1)/((1 − β1)·η) (Cohen et al. 2022, arXiv
   * 2207.14484), for the preconditioned Hessian.
   *
   * @param rate the learning rate η, &gt; 0
   * @param beta1 of the first moment, in [0, 1)
   */
  public static double adam(double rate, double beta1) {
    return (2 + 2 * beta1) / ((1 - beta1) * rate);
  }

  /**
   * Adam behind a gradient filter. With the filter's transfer function the parameter along an
   * eigenvector follows (z − 1)(z − β1) + ηλ(1 − β1)·z·(1 + H(z)) = 0. A root leaves the unit
   * circle at z = e^(iω) where ηλ = −(z − 1)(z − β1)/((1 − β1)·z·(1 + H)) is real and positive; the
   * threshold is the least of these values over ω in (0, π]. For the moving averages it's mostly
   * that of ω = π, where the parameter changes its sign in every step.
   *
   * @param rate the learning rate η, &gt; 0
   * @param beta1 of the first moment, in [0, 1)
   * @param filter the response 1 + H
   */
  public static double filtered(double rate, double beta1, FrequencyResponse filter) {
    double least = Double.POSITIVE_INFINITY;
    double from = Math.PI / GRID;
    double before = product(from, beta1, filter).getImaginary();
    for (int i = 2; i < GRID; i++) {
      double to = Math.PI * i / GRID;
      double now = product(to, beta1, filter).getImaginary();
      if (Math.signum(now) != Math.signum(before)) {
        least =
            Math.min(least, positive(product(crossing(from, to, beta1, filter), beta1, filter)));
      }
      from = to;
      before = now;
    }
    return Math.min(least, positive(product(Math.PI, beta1, filter))) / rate;
  }

  private static double positive(Complex value) {
    return value.getReal() > 0 ? value.getReal() : Double.POSITIVE_INFINITY;
  }

  private static double crossing(double from, double to, double beta1, FrequencyResponse filter) {
    double low = from;
    double high = to;
    double sign = Math.signum(product(low, beta1, filter).getImaginary());
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (Math.signum(product(middle, beta1, filter).getImaginary()) == sign) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** ηλ for which e^(iω) is a root; complex where there's none. */
  private static Complex product(double omega, double beta1, FrequencyResponse filter) {
    Complex z = new Complex(Math.cos(omega), Math.sin(omega));
    Complex above = z.subtract(1).multiply(z.subtract(beta1)).negate();
    Complex below = z.multiply(filter.at(omega)).multiply(1 - beta1);
    return above.divide(below);
  }
}
