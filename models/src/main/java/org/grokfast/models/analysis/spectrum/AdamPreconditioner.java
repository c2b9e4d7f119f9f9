package org.grokfast.models.analysis.spectrum;

/**
 * What Adam divides its step by: P = (1 − β1ᵗ)·(√(v/(1 − β2ᵗ)) + ε) (Cohen et al. 2022, arXiv
 * 2207.14484; the factor for the first moment's bias is theirs and tends to 1).
 */
public final class AdamPreconditioner {
  private AdamPreconditioner() {}

  /**
   * P^(−1/2), by which {@link SymmetricOperator#scaled} turns the Hessian into the preconditioned
   * one.
   *
   * @param secondMoment v as the optimizer keeps it, before its bias is taken out; ≥ 0
   * @param updates how many updates were made, t ≥ 1
   * @param beta1 of the first moment, in [0, 1)
   * @param beta2 of the second moment, in [0, 1)
   * @param epsilon what is added to the root; &gt; 0
   * @throws IllegalArgumentException if an argument is outside its range or a moment isn't a number
   *     ≥ 0
   */
  public static double[] inverseRoot(
      double[] secondMoment, int updates, double beta1, double beta2, double epsilon) {
    if (updates < 1) {
      throw new IllegalArgumentException(
          "Adam's second moment has no meaning before the first update; expected a checkpoint of"
              + " step 1 or later");
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon must be > 0, was " + epsilon);
    }
    double first = 1 - Math.pow(beta1, updates);
    double second = 1 - Math.pow(beta2, updates);
    double[] result = new double[secondMoment.length];
    for (int i = 0; i < result.length; i++) {
      if (!(secondMoment[i] >= 0)) {
        throw new IllegalArgumentException(
            "a second moment must be >= 0, was " + secondMoment[i] + " at place " + i);
      }
      result[i] = 1 / Math.sqrt(first * (Math.sqrt(secondMoment[i] / second) + epsilon));
    }
    return result;
  }
}
