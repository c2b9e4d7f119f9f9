package org.grokfast.tools.options;

import org.grokfast.models.optimizer.MuonOptions;
import org.grokfast.models.optimizer.OptimizerKind;
import picocli.CommandLine.Option;

/** The options of Muon's matrices. */
final class MuonArguments {
  @Option(
      names = "--matrices",
      paramLabel = "REGEX",
      description =
          "The variables of two dimensions that muon updates, by their names; no default, muon needs"
              + " it: the hidden layers' matrices without embeddings and the last layer.")
  private String matrices;

  @Option(
      names = "--matrix-lr",
      paramLabel = "RATE",
      description = "The learning rate of muon's matrices; default 0.02.")
  private Double learningRate;

  @Option(
      names = "--momentum",
      paramLabel = "M",
      description =
          "How much of the average of gradients muon keeps for its matrices, in [0, 1); default"
              + " 0.95.")
  private Double momentum;

  @Option(
      names = "--matrix-weight-decay",
      paramLabel = "D",
      description = "The weight decay of muon's matrices, >= 0; default 0.")
  private Double weightDecay;

  /**
   * The options.
   *
   * @param kind the optimizer
   * @param standard their values where none are given
   * @throws IllegalArgumentException if a value is out of its range, or the optimizer isn't muon
   */
  MuonOptions options(OptimizerKind kind, MuonOptions standard) {
    boolean given =
        matrices != null || learningRate != null || momentum != null || weightDecay != null;
    if (given && kind != OptimizerKind.MUON) {
      throw new IllegalArgumentException(
          "matrices, matrix-lr, momentum and matrix-weight-decay are options of optimizer muon, not"
              + " of "
              + kind.cliName());
    }
    return new MuonOptions(
        matrices == null ? standard.matrices() : matrices,
        learningRate == null ? standard.learningRate() : learningRate,
        momentum == null ? standard.momentum() : momentum,
        weightDecay == null ? standard.weightDecay() : weightDecay);
  }
}
