package org.grokfast.models.optimizer;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What {@link Muon} does with the matrices that it takes; {@code AdamOptions} say what becomes of
 * the other variables. The defaults are Muon's (K. Jordan et al. 2024).
 *
 * @param matrices a regular expression; a variable of two dimensions is taken if its name contains
 *     a match. Empty for none: embeddings and the last layer have two dimensions too and don't
 *     belong there, so that there is nothing to take by default
 * @param learningRate the rate of the matrices after the warm-up; ≥ 0
 * @param momentum how much of the average of the gradients is kept; in [0, 1)
 * @param weightDecay the coefficient of their decoupled decay; ≥ 0
 */
public record MuonOptions(
    String matrices, double learningRate, double momentum, double weightDecay) {

  /** No matrices; rate 0.02, momentum 0.95, no decay. */
  public static final MuonOptions DEFAULTS = new MuonOptions("", 0.02, 0.95, 0);

  /**
   * @throws IllegalArgumentException if a value is outside its range or the expression is none
   */
  public MuonOptions {
    OptionRange.requireNonNegative("matrix learning rate", learningRate);
    OptionRange.requireFraction("momentum", momentum);
    OptionRange.requireNonNegative("matrix weight decay", weightDecay);
    try {
      Pattern.compile(matrices);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "matrices must be a regular expression, was '" + matrices + "': " + e.getDescription(),
          e);
    }
  }

  /** These options for other matrices. */
  public MuonOptions withMatrices(String value) {
    return new MuonOptions(value, learningRate, momentum, weightDecay);
  }

  /** These options with another rate of the matrices. */
  public MuonOptions withLearningRate(double value) {
    return new MuonOptions(matrices, value, momentum, weightDecay);
  }

  /** These options with another momentum. */
  public MuonOptions withMomentum(double value) {
    return new MuonOptions(matrices, learningRate, value, weightDecay);
  }

  /** These options with another decay of the matrices. */
  public MuonOptions withWeightDecay(double value) {
    return new MuonOptions(matrices, learningRate, momentum, value);
  }
}
