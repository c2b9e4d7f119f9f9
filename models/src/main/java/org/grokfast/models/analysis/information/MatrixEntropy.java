package org.grokfast.models.analysis.information;

import java.util.Arrays;

/**
 * Rényi's entropy of a matrix: H_α(R) = log tr((R/n)^α)/(1 − α), for α = 1 von Neumann's −tr(R/n ·
 * log(R/n)); and the mutual information I(R1; R2) = H(R1) + H(R2) − H(R1 ∘ R2) with the product
 * number by number (Giraldo, Rao and Principe 2014, arXiv 1211.2459; as used in arXiv 2311.06597
 * and its group's code). In nats; an entropy is in [0, log n].
 */
public final class MatrixEntropy {
  private MatrixEntropy() {}

  /** The entropy of order 1. */
  public static double of(GramMatrix matrix) {
    return of(matrix, 1);
  }

  /**
   * The entropy.
   *
   * @param order α, &gt; 0
   * @throws IllegalArgumentException if the order isn't positive and finite
   */
  public static double of(GramMatrix matrix, double order) {
    if (!(order > 0) || Double.isInfinite(order)) {
      throw new IllegalArgumentException("order must be > 0 and finite, was " + order);
    }
    double[] shares = matrix.shares();
    if (order == 1) {
      return Arrays.stream(shares).filter(p -> p > 0).map(p -> -p * Math.log(p)).sum();
    }
    double trace = Arrays.stream(shares).map(p -> Math.pow(p, order)).sum();
    return Math.log(trace) / (1 - order);
  }

  /** The mutual information of order 1. */
  public static double mutual(GramMatrix first, GramMatrix second) {
    return of(first) + of(second) - of(first.hadamard(second));
  }
}
