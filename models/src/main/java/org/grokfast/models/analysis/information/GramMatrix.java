package org.grokfast.models.analysis.information;

import org.grokfast.models.analysis.linear.SymmetricEigen;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;

/**
 * The matrix of the cosines between the features of any two examples: symmetric, positive
 * semidefinite, with ones on the diagonal.
 */
public final class GramMatrix {
  private final double[][] cosines;

  private GramMatrix(double[][] cosines) {
    this.cosines = cosines;
  }

  /**
   * The cosines of features.
   *
   * @param features by example; a feature vector that is 0 has the cosine 0 with every other
   * @throws IllegalArgumentException if there are no examples, they differ in length, or a feature
   *     isn't finite
   */
  public static GramMatrix ofCosines(float[][] features) {
    int n = features.length;
    if (n == 0) {
      throw new IllegalArgumentException("a Gram matrix needs at least one example, was given 0");
    }
    double[][] unit = new double[n][];
    for (int i = 0; i < n; i++) {
      unit[i] = normalized(features[i], i, features[0].length);
    }
    double[][] cosines = new double[n][n];
    for (int i = 0; i < n; i++) {
      cosines[i][i] = 1;
      for (int j = 0; j < i; j++) {
        double sum = 0;
        for (int k = 0; k < unit[i].length; k++) {
          sum += unit[i][k] * unit[j][k];
        }
        cosines[i][j] = sum;
        cosines[j][i] = sum;
      }
    }
    return new GramMatrix(cosines);
  }

  private static double[] normalized(float[] features, int example, int length) {
    if (features.length != length) {
      throw new IllegalArgumentException(
          "example " + example + " has " + features.length + " features, the first " + length);
    }
    double squares = 0;
    for (float feature : features) {
      squares += (double) feature * feature;
    }
    if (!Double.isFinite(squares)) {
      throw new IllegalArgumentException("a feature of example " + example + " is not finite");
    }
    double[] unit = new double[length];
    for (int i = 0; i < length && squares > 0; i++) {
      unit[i] = features[i] / Math.sqrt(squares);
    }
    return unit;
  }

  /** The number of examples. */
  public int size() {
    return cosines.length;
  }

  /** Two examples' cosine. */
  public double cosine(int i, int j) {
    return cosines[i][j];
  }

  /**
   * The product number by number, the Gram matrix of both features' tensor products.
   *
   * @throws IllegalArgumentException if the other one is of another number of examples
   */
  public GramMatrix hadamard(GramMatrix other) {
    int n = size();
    if (other.size() != n) {
      throw new IllegalArgumentException(
          "one Gram matrix is of " + n + " examples, the other of " + other.size());
    }
    double[][] product = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        product[i][j] = cosines[i][j] * other.cosines[i][j];
      }
    }
    return new GramMatrix(product);
  }

  /** The eigenvalues of the matrix over its size, which sum to 1; rounding below 0 is 0. */
  double[] shares() {
    RealMatrix matrix = new Array2DRowRealMatrix(cosines).scalarMultiply(1.0 / size());
    return SymmetricEigen.of(matrix).values();
  }
}
