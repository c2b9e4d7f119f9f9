package org.grokfast.proof;

/**
 * The derivative of functions along a direction, by central differences with halved steps that are
 * extrapolated to a step of zero.
 *
 * <p>C. J. F. Ridders, "Accurate computation of F'(x) and F'(x)F''(x)", Advances in Engineering
 * Software 4 (1982): of the triangle of extrapolated values the one is taken that differs least
 * from its neighbours, and that difference is its error. Here the rounding of the function counts
 * too, so that a long step is preferred where the function is coarse, and a short one where it has
 * a kink nearby. A kink that is nearer than the shortest step shows in the differences to one side:
 * what is left of their disagreement at a step of zero is part of the error, as the gradient is the
 * slope on one of the two sides, and a central difference the mean of both.
 */
final class RiddersDerivative {
  private static final int STEPS = 7;

  /** How many times its error the disagreement of two sides is where there is a kink. */
  private static final double KINK = 5;

  private RiddersDerivative() {}

  /**
   * A derivative.
   *
   * @param value its value
   * @param error how far off it may be
   */
  record Estimate(double value, double error) {}

  /**
   * The derivatives of some losses.
   *
   * @param losses the functions
   * @param here their values there
   * @param at where
   * @param direction along which direction, of the same number of elements
   * @param longest the longest step
   * @param rounding the relative rounding error of the losses
   */
  static Estimate[] of(
      Losses losses,
      double[] here,
      double[] at,
      double[] direction,
      double longest,
      double rounding) {
    int count = here.length;
    double[][] differences = new double[STEPS][count];
    double[][] bends = new double[STEPS][count];
    double[] size = new double[count];
    double step = longest;
    for (int i = 0; i < STEPS; i++, step /= 2) {
      double[] up = losses.at(moved(at, direction, step));
      double[] down = losses.at(moved(at, direction, -step));
      for (int loss = 0; loss < count; loss++) {
        differences[i][loss] = (up[loss] - down[loss]) / (2 * step);
        bends[i][loss] = ((up[loss] - here[loss]) - (here[loss] - down[loss])) / step;
        size[loss] = Math.max(size[loss], Math.max(Math.abs(up[loss]), Math.abs(down[loss])));
      }
    }
    Estimate[] estimates = new Estimate[count];
    for (int loss = 0; loss < count; loss++) {
      double coarse = rounding * size[loss];
      // In even powers of the step, and in odd ones.
      Estimate slope = extrapolated(differences, loss, 4, longest, coarse);
      Estimate bend = extrapolated(bends, loss, 2, longest, 4 * coarse);
      double kink = Math.abs(bend.value()) > KINK * bend.error() ? Math.abs(bend.value()) / 2 : 0;
      estimates[loss] = new Estimate(slope.value(), slope.error() + kink);
    }
    return estimates;
  }

  private static double[] moved(double[] at, double[] direction, double step) {
    double[] moved = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      moved[i] = at[i] + step * direction[i];
    }
    return moved;
  }

  private static Estimate extrapolated(
      double[][] differences, int loss, double first, double longest, double rounding) {
    double[] above = new double[STEPS];
    Estimate best = new Estimate(differences[0][loss], Double.POSITIVE_INFINITY);
    double step = longest;
    for (int i = 0; i < STEPS; i++, step /= 2) {
      double[] row = new double[i + 1];
      row[0] = differences[i][loss];
      double factor = first;
      for (int j = 1; j <= i; j++, factor *= 4) {
        row[j] = (row[j - 1] * factor - above[j - 1]) / (factor - 1);
        double error =
            Math.max(Math.abs(row[j] - row[j - 1]), Math.abs(row[j] - above[j - 1]))
                + rounding / step;
        if (error < best.error()) {
          best = new Estimate(row[j], error);
        }
      }
      above = java.util.Arrays.copyOf(row, STEPS);
    }
    return best;
  }
}
