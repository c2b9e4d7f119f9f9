package org.grokfast.tools.verify;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How two graphs are compared.
 *
 * @param steps the number of training steps
 * @param tolerance the largest relative difference that passes
 * @param random what random inputs are like
 * @param feeds a file with inputs; empty for random ones alone
 * @param trainOp the node to run in every step; empty for what runs all updates
 * @param initOp the node that initialises the original; empty for the one that initialises the
 *     filter's state
 * @param proof whether and how to prove that the filters stand on gradients
 */
public record VerifySettings(
    int steps,
    double tolerance,
    RandomInputs random,
    Optional<Path> feeds,
    Optional<String> trainOp,
    Optional<String> initOp,
    Proof proof) {

  /**
   * Whether and how to prove that filters stand on gradients.
   *
   * @param isWanted whether to
   * @param loss the tensor with the loss; empty for the one that is found
   */
  public record Proof(boolean isWanted, Optional<String> loss) {
    /** No proof. */
    public static final Proof NONE = new Proof(false, Optional.empty());
  }

  /**
   * What random inputs are like.
   *
   * @param seed of all random numbers
   * @param batch the size of a dimension that the graph leaves open
   * @param intRange integers are drawn from 0 to this, exclusive
   */
  public record RandomInputs(long seed, int batch, int intRange) {}
}
