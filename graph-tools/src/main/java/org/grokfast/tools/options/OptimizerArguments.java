package org.grokfast.tools.options;

import java.util.Optional;
import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.LearningRateDecay;
import org.grokfast.models.optimizer.OptimizerKind;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that describe an optimizer and its learning rate over time. */
public final class OptimizerArguments {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description =
          "adam (weight decay is added to the gradient, after the filter), adamw (it shrinks the"
              + " weights), muon (adamw, and orthogonal steps for --matrices) or own (the one in the graph of a"
              + " task that has one); default ${bundle:default.optimizer}.")
  private OptimizerKind kind;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "The learning rate, after the warm-up; default ${bundle:default.lr}.")
  private Double learningRate;

  @Option(
      names = "--warmup-steps",
      paramLabel = "N",
      description =
          "The number of steps over which the learning rate rises linearly from 0; default"
              + " ${bundle:default.warmup-steps}.")
  private Integer warmupSteps;

  @Option(
      names = "--schedule",
      paramLabel = "SHAPE",
      description =
          "How the learning rate falls from --decay-from to --decay-until: constant, linear or"
              + " cosine; default ${bundle:default.schedule}.")
  private LearningRateDecay.Shape schedule;

  @Option(
      names = "--decay-from",
      paramLabel = "N",
      defaultValue = "0",
      description = "The step at which the learning rate begins to fall; default ${DEFAULT-VALUE}.")
  private int decayFrom;

  @Option(
      names = "--decay-until",
      paramLabel = "N",
      description =
          "The step from which on it no longer falls; no default, linear and cosine need it.")
  private Integer decayUntil;

  @Option(
      names = "--final-share",
      paramLabel = "F",
      defaultValue = "0",
      description =
          "The final learning rate as a fraction of the peak, in [0, 1]; default ${DEFAULT-VALUE}.")
  private double finalShare;

  @Option(
      names = "--weight-decay",
      paramLabel = "D",
      description = "The weight decay, >= 0; default ${bundle:default.weight-decay}.")
  private Double weightDecay;

  @Option(
      names = "--beta1",
      paramLabel = "B",
      description =
          "How much of the optimizer's first moment is kept, in [0, 1); default ${bundle:default.beta1}.")
  private Double beta1;

  @Option(
      names = "--beta2",
      paramLabel = "B",
      description =
          "How much of the optimizer's second moment is kept, in [0, 1); default ${bundle:default.beta2}.")
  private Double beta2;

  @Option(
      names = "--epsilon",
      paramLabel = "E",
      description =
          "What is added to the root of the second moment, >= 0; default ${bundle:default.epsilon}.")
  private Double epsilon;

  @Mixin private MuonArguments muon;

  /**
   * The optimizer.
   *
   * @param standard the one where none is given
   */
  public OptimizerKind kind(OptimizerKind standard) {
    return kind == null ? standard : kind;
  }

  /**
   * The optimizer's options.
   *
   * @param kind the optimizer
   * @param standard their values where none are given
   * @throws IllegalArgumentException if a value is out of its range, or belongs to another
   *     optimizer
   */
  public AdamOptions options(OptimizerKind kind, AdamOptions standard) {
    AdamOptions.Builder builder =
        standard.toBuilder()
            .betas(
                beta1 == null ? standard.beta1() : beta1, beta2 == null ? standard.beta2() : beta2)
            .decay(decay(standard.decay()))
            .muon(muon.options(kind, standard.muon()));
    Optional.ofNullable(learningRate).ifPresent(builder::learningRate);
    Optional.ofNullable(epsilon).ifPresent(builder::epsilon);
    Optional.ofNullable(weightDecay).ifPresent(builder::weightDecay);
    Optional.ofNullable(warmupSteps).ifPresent(builder::warmupSteps);
    return builder.build();
  }

  private LearningRateDecay decay(LearningRateDecay standard) {
    boolean detailed = decayUntil != null || decayFrom != 0 || finalShare != 0;
    if (schedule == null && !detailed) {
      return standard;
    }
    LearningRateDecay.Shape shape = schedule == null ? standard.shape() : schedule;
    if (shape == LearningRateDecay.Shape.CONSTANT) {
      if (detailed) {
        throw new ParameterException(
            spec.commandLine(),
            "--decay-from, --decay-until and --final-share are options of --schedule linear and"
                + " cosine, not of --schedule constant");
      }
      return LearningRateDecay.NONE;
    }
    if (decayUntil == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--schedule " + shape.cliName() + " needs --decay-until, the step at which it ends");
    }
    return new LearningRateDecay(shape, decayFrom, decayUntil, finalShare);
  }
}
