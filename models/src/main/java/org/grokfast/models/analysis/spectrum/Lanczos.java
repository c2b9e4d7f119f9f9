package org.grokfast.models.analysis.spectrum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * The Lanczos decomposition A·Q = Q·T + r with a tridiagonal T, started at one vector and with full
 * reorthogonalisation (Golub and Van Loan, Matrix Computations, 4th edition, section 10.3). The
 * eigenvalues of T (Ritz values) approach those of A from within, the outermost first.
 */
public final class Lanczos {
  /** Below this share of the matrix's size the next vector is rounding: the space is exhausted. */
  private static final double EXHAUSTED = 1e-12;

  private final List<double[]> basis = new ArrayList<>();
  private final List<Double> diagonal = new ArrayList<>();
  private final List<Double> beside = new ArrayList<>();
  private EigenDecompositionSymmetric ritz;
  private boolean exhausted;

  private Lanczos() {}

  /** The outermost eigenvalues. */
  public static final class Extremes {
    private final double least;
    private final double most;
    private final double leastResidual;
    private final double mostResidual;
    private final double[] mostVector;
    private final int products;

    Extremes(
        double least,
        double most,
        double leastResidual,
        double mostResidual,
        double[] mostVector,
        int products) {
      this.least = least;
      this.most = most;
      this.leastResidual = leastResidual;
      this.mostResidual = mostResidual;
      this.mostVector = mostVector;
      this.products = products;
    }

    /** The smallest eigenvalue. */
    public double least() {
      return least;
    }

    /** The largest eigenvalue. */
    public double most() {
      return most;
    }

    /** ‖A·x − least·x‖ of its vector: an eigenvalue is within that distance. */
    public double leastResidual() {
      return leastResidual;
    }

    /** The same for the largest. */
    public double mostResidual() {
      return mostResidual;
    }

    /** The vector of the largest, of length 1. */
    public double[] mostVector() {
      return mostVector.clone();
    }

    /** How many products with the matrix it took. */
    public int products() {
      return products;
    }
  }

  /**
   * What the eigenvalues of T weigh in the vector that the decomposition was started at: the nodes
   * and weights of a Gauss quadrature.
   */
  static final class Quadrature {
    private final double[] values;
    private final double[] weights;

    Quadrature(double[] values, double[] weights) {
      this.values = values;
      this.weights = weights;
    }

    /** The nodes, in ascending order. */
    double[] values() {
      return values.clone();
    }

    /** Their weights, of sum 1. */
    double[] weights() {
      return weights.clone();
    }
  }

  /**
   * Finds the largest and the smallest eigenvalue.
   *
   * @param matrix the matrix
   * @param most the largest number of products, ≥ 1
   * @param tolerance when to stop: both residuals are at most this share of the largest absolute
   *     eigenvalue
   * @param seed of the start
   * @throws ArithmeticException if a product has a number that isn't finite
   */
  public static Extremes extremes(SymmetricOperator matrix, int most, double tolerance, long seed) {
    Lanczos lanczos = new Lanczos();
    double[] next = Vectors.gaussian(matrix.size(), new Random(seed));
    int limit = Math.min(most, matrix.size());
    Extremes extremes = null;
    while (next != null && lanczos.basis.size() < limit) {
      next = lanczos.step(matrix, next);
      extremes = lanczos.outermost();
      double size = Math.max(Math.abs(extremes.most), Math.abs(extremes.least));
      if (extremes.mostResidual <= tolerance * size && extremes.leastResidual <= tolerance * size) {
        break;
      }
    }
    return lanczos.withVector(extremes);
  }

  /** The quadrature of a decomposition that starts at a vector of length 1. */
  static Quadrature quadrature(SymmetricOperator matrix, double[] start, int steps) {
    Lanczos lanczos = new Lanczos();
    double[] next = start;
    int limit = Math.min(steps, matrix.size());
    while (next != null && lanczos.basis.size() < limit) {
      next = lanczos.step(matrix, next);
    }
    lanczos.decompose();
    int count = lanczos.basis.size();
    Integer[] order = lanczos.ascending();
    double[] values = new double[count];
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = lanczos.ritz.getEigenvalue(order[i]);
      double first = lanczos.ritz.getEigenvector(order[i]).getEntry(0);
      weights[i] = first * first;
    }
    return new Quadrature(values, weights);
  }

  /** Takes a vector into the basis; returns the next one, or null if the space is exhausted. */
  private double[] step(SymmetricOperator matrix, double[] vector) {
    double[] image = matrix.apply(vector);
    basis.add(vector);
    double own = Vectors.dot(image, vector);
    if (!Double.isFinite(own)) {
      throw new ArithmeticException("the product with the matrix is not finite");
    }
    diagonal.add(own);
    double size = Vectors.norm(image);
    // Twice is enough (Parlett): the second pass takes out what rounding left of the first.
    for (int pass = 0; pass < 2; pass++) {
      for (double[] earlier : basis) {
        Vectors.add(image, -Vectors.dot(image, earlier), earlier);
      }
    }
    double rest = Vectors.norm(image);
    beside.add(rest);
    exhausted = rest <= EXHAUSTED * Math.max(size, Double.MIN_NORMAL);
    return exhausted ? null : Vectors.scaled(image, 1 / rest);
  }

  private void decompose() {
    int count = basis.size();
    double[] main = diagonal.stream().mapToDouble(Double::doubleValue).toArray();
    double[] secondary =
        beside.subList(0, count - 1).stream().mapToDouble(Double::doubleValue).toArray();
    ritz = new EigenDecompositionSymmetric(main, secondary);
  }

  private Integer[] ascending() {
    Integer[] order = new Integer[basis.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(ritz.getEigenvalue(a), ritz.getEigenvalue(b)));
    return order;
  }

  private Extremes outermost() {
    decompose();
    Integer[] order = ascending();
    int least = order[0];
    int most = order[order.length - 1];
    return new Extremes(
        ritz.getEigenvalue(least),
        ritz.getEigenvalue(most),
        residual(least),
        residual(most),
        new double[0],
        basis.size());
  }

  private double residual(int index) {
    int last = basis.size() - 1;
    return exhausted ? 0 : beside.get(last) * Math.abs(ritz.getEigenvector(index).getEntry(last));
  }

  private Extremes withVector(Extremes extremes) {
    Integer[] order = ascending();
    int index = order[order.length - 1];
    double[] vector = new double[basis.get(0).length];
    for (int i = 0; i < basis.size(); i++) {
      Vectors.add(vector, ritz.getEigenvector(index).getEntry(i), basis.get(i));
    }
    return new Extremes(
        extremes.least,
        extremes.most,
        extremes.leastResidual,
        extremes.mostResidual,
        vector,
        extremes.products);
  }
}
