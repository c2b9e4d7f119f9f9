package org.grokfast.tools.options;

import org.grokfast.models.optimizer.AdamOptions;
import org.grokfast.models.optimizer.LearningRateDecay;
import org.grokfast.models.optimizer.OptimizerKind;
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
          "adam (weight decay is added to the gradient, after the filter) or adamw (it shrinks the"
              + " weights); default ${DEFAULT-VALUE}.")
  private OptimizerKind kind;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "The learning rate, after the warm-up; default ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--warmup-steps",
      paramLabel = "N",
      description =
          "Let the learning rate rise linearly from 0 over so many steps; default"
              + " ${DEFAULT-VALUE}.")
  private int warmupSteps;

  @Option(
      names = "--schedule",
      paramLabel = "SHAPE",
      defaultValue = "constant",
      description =
          "How the learning rate falls from --decay-from to --decay-until: constant, linear or"
              + " cosine; default ${DEFAULT-VALUE}.")
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
      description = "What is left of it then, as a share, in [0, 1]; default ${DEFAULT-VALUE}.")
  private double finalShare;

  @Option(
      names = "--weight-decay",
      paramLabel = "D",
      description = "The weight decay, >= 0; default ${DEFAULT-VALUE}.")
  private double weightDecay;

  @Option(
      names = "--beta1",
      paramLabel = "B",
      description =
          "How much of the optimizer's first moment is kept, in [0, 1); default ${DEFAULT-VALUE}.")
  private double beta1;

  @Option(
      names = "--beta2",
      paramLabel = "B",
      description =
          "How much of the optimizer's second moment is kept, in [0, 1); default ${DEFAULT-VALUE}.")
  private double beta2;

  @Option(
      names = "--epsilon",
      paramLabel = "E",
      defaultValue = "1e-8",
      description =
          "What is added to the root of the second moment, >= 0; default ${DEFAULT-VALUE}.")
  private double epsilon;

  public OptimizerKind kind() {
    return kind;
  }

  /**
   * The optimizer's options.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public AdamOptions options() {
    return AdamOptions.builder()
        .learningRate(learningRate)
        .betas(beta1, beta2)
        .epsilon(epsilon)
        .weightDecay(weightDecay)
        .warmupSteps(warmupSteps)
        .decay(decay())
        .build();
  }

  private LearningRateDecay decay() {
    if (schedule == LearningRateDecay.Shape.CONSTANT) {
      if (decayUntil != null || decayFrom != 0 || finalShare != 0) {
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
          "--schedule " + schedule.cliName() + " needs --decay-until, the step at which it ends");
    }
    return new LearningRateDecay(schedule, decayFrom, decayUntil, finalShare);
  }
}
