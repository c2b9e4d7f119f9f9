package org.grokfast.models.analysis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a run is analyzed.
 *
 * @param examples over how many training examples losses, gradients and products with the Hessian
 *     are means; 2 to 100,000, at most all
 * @param informationExamples how many examples a Gram matrix has; 2 to 2,000
 * @param noise the standard deviation of the noise on the inputs, ≥ 0; 0.4 is what arXiv 2311.06597
 *     takes for modular arithmetic once it's learned
 * @param products the largest number of products for an eigenvalue, ≥ 2
 * @param layerProducts the same for a layer's block; 0 leaves the layers' eigenvalues out
 * @param probes how many random vectors the spectral density takes; 0 leaves it out
 * @param grid how many points a side of the landscape has; 0 leaves it out, otherwise ≥ 3
 * @param firstLayer the tensor whose features are the input layer's; empty for the inputs
 * @param secondLayer the tensor whose features are the output layer's; empty for the outputs
 * @param seed of the noise, the directions and the starts
 * @param threads within an operation, ≥ 1
 */
public record AnalysisOptions(
    int examples,
    int informationExamples,
    double noise,
    int products,
    int layerProducts,
    int probes,
    int grid,
    Optional<String> firstLayer,
    Optional<String> secondLayer,
    long seed,
    int threads) {

  /** What the command line does unless told otherwise, on one thread. */
  public static final AnalysisOptions DEFAULTS =
      new AnalysisOptions(512, 256, 0.4, 30, 6, 2, 13, Optional.empty(), Optional.empty(), 0, 1);

  /**
   * @throws IllegalArgumentException if a number is outside its range
   */
  public AnalysisOptions {
    require("examples", examples, 2, 100_000);
    require("information examples", informationExamples, 2, 2_000);
    require("products", products, 2, 1_000);
    require("layer products", layerProducts, 0, 1_000);
    require("probes", probes, 0, 1_000);
    require("grid", grid, 0, 200);
    require("threads", threads, 1, Integer.MAX_VALUE);
    if (grid == 1 || grid == 2) {
      throw new IllegalArgumentException("grid must be 0 or at least 3, was " + grid);
    }
    if (!(noise >= 0) || Double.isInfinite(noise)) {
      throw new IllegalArgumentException("noise must be finite and >= 0, was " + noise);
    }
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be in [" + least + ", " + most + "], was " + value);
    }
  }

  /** What a checkpoint's figures depend on, as text. */
  Map<String, String> figures() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("examples", Integer.toString(examples));
    map.put("informationExamples", Integer.toString(informationExamples));
    map.put("noise", Double.toString(noise));
    map.put("products", Integer.toString(products));
    map.put("layerProducts", Integer.toString(layerProducts));
    map.put("firstLayer", firstLayer.orElse(""));
    map.put("secondLayer", secondLayer.orElse(""));
    map.put("seed", Long.toString(seed));
    return map;
  }
}
