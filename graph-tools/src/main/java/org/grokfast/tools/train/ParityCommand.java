package org.grokfast.tools.train;

import java.util.concurrent.Callable;
import org.grokfast.models.parity.ParityShape;
import org.grokfast.models.parity.ParityTask;
import org.grokfast.models.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code grokfast train parity}: a perceptron learns a sparse parity. */
@Command(
    name = "parity",
    description =
        "Trains a perceptron with one hidden layer on the parity of the first K of N random bits.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Ctrl-C ends the run after the current step with a checkpoint; --resume continues it.",
      "",
      "Examples:",
      "  grokfast train parity",
      "  grokfast train parity --bits 20 --subset 2 --filter none"
    })
final class ParityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--bits",
      paramLabel = "N",
      defaultValue = "40",
      description = "The number of inputs, 1 to 10000; default ${DEFAULT-VALUE}.")
  private int bits;

  @Option(
      names = "--subset",
      paramLabel = "K",
      defaultValue = "3",
      description = "How many of them count, 1 to N; default ${DEFAULT-VALUE}.")
  private int subset;

  @Option(
      names = "--training",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The number of training examples; default ${DEFAULT-VALUE}.")
  private int examples;

  @Option(
      names = "--validation",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The number of validation examples; default ${DEFAULT-VALUE}.")
  private int validation;

  @Option(
      names = "--width",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The number of hidden units; default ${DEFAULT-VALUE}.")
  private int width;

  @Mixin private TrainingArguments training;

  @Override
  public Integer call() {
    return new TrainingRun(spec, training, this::task).call();
  }

  private Task task() {
    return new ParityTask(
        new ParityShape(bits, subset, examples, validation, width), training.seed());
  }
}
