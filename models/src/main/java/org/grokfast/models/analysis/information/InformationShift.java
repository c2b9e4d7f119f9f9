package org.grokfast.models.analysis.information;

/**
 * How much a perturbation of the inputs changes what layers know (Tan and Huang, arXiv 2311.06597,
 * section 4): see {@link InputLayer}. The paper's two differences are signed nowhere that we found:
 * these are absolute.
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

  /** MID = |PMI − MI|. */
  public double mutualInformationDifference() {
    return Math.abs(perturbedMutualInformation - mutualInformation);
  }

  /** ED = |PE − E|. */
  public double entropyDifference() {
    return Math.abs(perturbedEntropy - entropy);
  }
}
