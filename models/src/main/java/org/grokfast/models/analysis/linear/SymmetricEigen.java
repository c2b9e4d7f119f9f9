package org.grokfast.models.analysis.linear;

import org.hipparchus.linear.EigenDecompositionSymmetric;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * Eigenvalues and eigenvectors of a symmetric, positive semidefinite matrix that may have far fewer
 * eigenvalues above 0 than rows. Their absolute error is of the order of 1e-15 traces.
 */
public final class SymmetricEigen {
  private final EigenDecompositionSymmetric shifted;
  private final double shift;

  private SymmetricEigen(EigenDecompositionSymmetric shifted, double shift) {
    this.shifted = shifted;
    this.shift = shift;
  }

  /**
   * Decomposes a matrix.
   *
   * <p>A multiple of the identity is added and subtracted from the eigenvalues again. Without it,
   * where many of them are 0, the library's iteration compares what is left beside the diagonal
   * with a diagonal of 0, and doesn't converge.
   *
   * @param matrix symmetric; its numbers are finite
   */
  public static SymmetricEigen of(RealMatrix matrix) {
    double trace = matrix.getTrace();
    double shift = trace > 0 ? trace : 1;
    RealMatrix identity = MatrixUtils.createRealIdentityMatrix(matrix.getRowDimension());
    return new SymmetricEigen(
        new EigenDecompositionSymmetric(matrix.add(identity.scalarMultiply(shift))), shift);
  }

  /** The eigenvalues, in no order; what rounding leaves below 0 is 0. */
  public double[] values() {
    double[] values = shifted.getEigenvalues();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i] - shift);
    }
    return values;
  }

  /** The eigenvector of the eigenvalue at a place, of length 1. */
  public double[] vector(int place) {
    return shifted.getEigenvector(place).toArray();
  }
}
