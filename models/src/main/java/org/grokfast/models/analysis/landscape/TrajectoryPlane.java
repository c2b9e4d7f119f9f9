package org.grokfast.models.analysis.landscape;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.grokfast.models.analysis.linear.SymmetricEigen;
import org.hipparchus.linear.Array2DRowRealMatrix;

/**
 * The plane nearest to the points that a run went through: the first two principal components of
 * its checkpoints.
 *
 * <p>A large explained variance alone proves little: of a random walk in many dimensions two
 * components explain 76 % (Antognini and Sohl-Dickstein 2018, arXiv 1806.08805). What is below
 * {@link #FAITHFUL} is therefore named as not faithful, which is our choice.
 */
public final class TrajectoryPlane {
  /** The share of the variance from which on the plane shows the trajectory faithfully. */
  public static final double FAITHFUL = 0.9;

  private static final int FEWEST = 3;

  private final double[] mean;
  private final double[] first;
  private final double[] second;
  private final double[] explained;
  private final double[][] places;

  private TrajectoryPlane(
      double[] mean, double[] first, double[] second, double[] explained, double[][] places) {
    this.mean = mean;
    this.first = first;
    this.second = second;
    this.explained = explained;
    this.places = places;
  }

  /** The mean of the points, which lies in the plane. */
  public double[] mean() {
    return mean.clone();
  }

  /** The direction of the greatest variance, of length 1. */
  public double[] first() {
    return first.clone();
  }

  /** The next, of length 1 and at a right angle; all 0 if the points lie on a line. */
  public double[] second() {
    return second.clone();
  }

  /** The shares of the variance along the two, in [0, 1]. */
  public double[] explained() {
    return explained.clone();
  }

  /** Each point's place: along the first and along the second. */
  public double[][] places() {
    return places.clone();
  }

  /**
   * The plane of some points.
   *
   * @param points in the order of the run, at least 3
   * @throws IllegalArgumentException if there are fewer, or all are the same
   */
  public static TrajectoryPlane of(List<double[]> points) {
    int count = points.size();
    if (count < FEWEST) {
      throw new IllegalArgumentException(
          "the plane of a trajectory needs at least "
              + FEWEST
              + " checkpoints, there are "
              + count);
    }
    double[] mean = new double[points.get(0).length];
    points.forEach(point -> add(mean, 1.0 / count, point));
    double[][] centered = new double[count][];
    for (int i = 0; i < count; i++) {
      centered[i] = points.get(i).clone();
      add(centered[i], -1, mean);
    }
    double[][] products = new double[count][count];
    double total = 0;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j <= i; j++) {
        products[i][j] = dot(centered[i], centered[j]);
        products[j][i] = products[i][j];
      }
      total += products[i][i];
    }
    if (!(total > 0) || Double.isInfinite(total)) {
      throw new IllegalArgumentException(
          "the checkpoints have the total variance " + total + "; expected different points");
    }
    SymmetricEigen eigen = SymmetricEigen.of(new Array2DRowRealMatrix(products));
    double[] values = eigen.values();
    int top = greatest(values, -1);
    int next = greatest(values, top);
    double[] first = combined(centered, eigen.vector(top), values[top], total);
    double[] second = combined(centered, eigen.vector(next), values[next], total);
    double[][] places = new double[count][];
    for (int i = 0; i < count; i++) {
      places[i] = new double[] {dot(centered[i], first), dot(centered[i], second)};
    }
    double[] explained = {values[top] / total, values[next] / total};
    return new TrajectoryPlane(mean, first, second, explained, places);
  }

  /** The share of the variance that the plane holds. */
  public double explainedVariance() {
    return explained[0] + explained[1];
  }

  /** What is wrong with taking the plane for the trajectory, if something is. */
  public Optional<String> warning() {
    if (places.length == FEWEST) {
      return Optional.of(
          "three checkpoints always lie in a plane: that it holds all of their variance says"
              + " nothing of the trajectory");
    }
    double share = explainedVariance();
    return share >= FAITHFUL
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the plane holds %.0f %% of the trajectory's variance; below %.0f %% what it shows"
                    + " is not where the run was, and even a random walk has 76 %% in two"
                    + " components",
                100 * share,
                100 * FAITHFUL));
  }

  private static int greatest(double[] values, int except) {
    int best = except == 0 ? 1 : 0;
    for (int i = 0; i < values.length; i++) {
      if (i != except && values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  /** The direction in the space of the parameters that belongs to an eigenvector of products. */
  private static double[] combined(
      double[][] points, double[] weights, double value, double total) {
    double[] direction = new double[points[0].length];
    if (value <= 1e-12 * total) {
      return direction;
    }
    for (int i = 0; i < points.length; i++) {
      add(direction, weights[i] / Math.sqrt(value), points[i]);
    }
    return direction;
  }

  private static void add(double[] target, double factor, double[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * other[i];
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
