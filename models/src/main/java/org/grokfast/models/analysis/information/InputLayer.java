package org.grokfast.models.analysis.information;

/**
 * What the input layer knows of some examples, clean and perturbed: what others are held against.
 */
public final class InputLayer {
  private final GramMatrix clean;
  private final GramMatrix perturbed;
  private final double entropy;
  private final double perturbedEntropy;

  /**
   * The input layer.
   *
   * @param features by example
   * @param perturbedFeatures those of the perturbed inputs
   * @throws IllegalArgumentException if there are no examples, they differ in length, or a feature
   *     isn't finite
   */
  public InputLayer(float[][] features, float[][] perturbedFeatures) {
    clean = GramMatrix.ofCosines(features);
    perturbed = GramMatrix.ofCosines(perturbedFeatures);
    entropy = MatrixEntropy.of(clean);
    perturbedEntropy = MatrixEntropy.of(perturbed);
  }

  /**
   * How much the perturbation changes what a layer knows.
   *
   * @param features the layer's, of the same examples
   * @param perturbedFeatures those of the perturbed inputs
   */
  public InformationShift shiftOf(float[][] features, float[][] perturbedFeatures) {
    GramMatrix layer = GramMatrix.ofCosines(features);
    GramMatrix moved = GramMatrix.ofCosines(perturbedFeatures);
    double layerEntropy = MatrixEntropy.of(layer);
    double movedEntropy = MatrixEntropy.of(moved);
    return new InformationShift(
        layerEntropy,
        movedEntropy,
        entropy + layerEntropy - MatrixEntropy.of(clean.hadamard(layer)),
        perturbedEntropy + movedEntropy - MatrixEntropy.of(perturbed.hadamard(moved)));
  }
}
