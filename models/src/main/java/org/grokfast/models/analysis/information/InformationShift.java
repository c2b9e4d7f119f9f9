package org.grokfast.models.analysis.information;

/**
 * How much a perturbation of the inputs changes what layers know (Tan and Huang, arXiv 2311.06597,
 * section 4). The paper's two differences are signed nowhere that we found: these are absolute.
 *
 * @param entropy E, the entropy of the second layer's Gram matrix
 * @param perturbedEntropy PE, the same of the perturbed inputs
 * @param mutualInformation MI of the two layers
 * @param perturbedMutualInformation PMI, the same of the perturbed inputs
 */
public record InformationShift(
    double entropy,
    double perturbedEntropy,
    double mutualInformation,
    double perturbedMutualInformation) {

  /**
   * Measures it.
   *
   * @param first the first layer's features by example
   * @param second the second layer's
   * @param perturbedFirst the first layer's features of the perturbed inputs
   * @param perturbedSecond the second layer's
   */
  public static InformationShift of(
      float[][] first, float[][] second, float[][] perturbedFirst, float[][] perturbedSecond) {
    GramMatrix in = GramMatrix.ofCosines(first);
    GramMatrix out = GramMatrix.ofCosines(second);
    GramMatrix perturbedIn = GramMatrix.ofCosines(perturbedFirst);
    GramMatrix perturbedOut = GramMatrix.ofCosines(perturbedSecond);
    double entropy = MatrixEntropy.of(out);
    double perturbed = MatrixEntropy.of(perturbedOut);
    return new InformationShift(
        entropy,
        perturbed,
        MatrixEntropy.of(in) + entropy - MatrixEntropy.of(in.hadamard(out)),
        MatrixEntropy.of(perturbedIn)
            + perturbed
            - MatrixEntropy.of(perturbedIn.hadamard(perturbedOut)));
  }

  /** MID = |PMI − MI|. */
  public double mutualInformationDifference() {
    return Math.abs(perturbedMutualInformation - mutualInformation);
  }

  /** ED = |PE − E|. */
  public double entropyDifference() {
    return Math.abs(perturbedEntropy - entropy);
  }
}
