package org.grokfast.models.analysis.spectrum;

/** A symmetric matrix that is known by its products with vectors. */
public interface SymmetricOperator {

  /** The number of rows. */
  int size();

  /**
   * The product with a vector.
   *
   * @param vector of length {@link #size()}; not changed
   * @return a new vector
   */
  double[] apply(double[] vector);

  /**
   * D·A·D with a diagonal D. With D = P^(−1/2) it has the eigenvalues of P⁻¹A (Cohen et al. 2022,
   * arXiv 2207.14484).
   *
   * @param diagonal D's diagonal
   * @throws IllegalArgumentException if it has another length than the matrix
   */
  default SymmetricOperator scaled(double[] diagonal) {
    int size = size();
    if (diagonal.length != size) {
      throw new IllegalArgumentException(
          "the matrix has " + size + " rows, but the scale has " + diagonal.length + " numbers");
    }
    SymmetricOperator self = this;
    return new SymmetricOperator() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public double[] apply(double[] vector) {
        return multiply(self.apply(multiply(vector.clone(), diagonal)), diagonal);
      }
    };
  }

  private static double[] multiply(double[] target, double[] factors) {
    for (int i = 0; i < target.length; i++) {
      target[i] *= factors[i];
    }
    return target;
  }
}
