package org.grokfast.tools.train;

import java.util.concurrent.Callable;
import org.grokfast.models.algorithmic.AlgorithmicTask;
import org.grokfast.models.algorithmic.Equations;
import org.grokfast.models.algorithmic.NamedEquations;
import org.grokfast.models.task.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code grokfast train algorithmic}: a transformer learns arithmetic modulo a prime. */
@Command(
    name = "algorithmic",
    description =
        "Trains a decoder-only transformer (2 blocks, width 128, 4 heads) on x o y = z modulo a"
            + " prime, or in the group S5. The defaults are the Grokfast-EMA run of the reference implementation.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Ctrl-C ends the run after the current step with a checkpoint; --resume continues it.",
      "",
      "Examples:",
      "  grokfast train algorithmic",
      "  grokfast train algorithmic --filter ma --weight-decay 0.01 \\",
      "      --seed 1 --out runs/ma-1",
      "  grokfast train algorithmic --filter none --optimizer adamw \\",
      "      --lr 0.003 --weight-decay 1",
      "  grokfast train algorithmic --resume runs/ma-1 --steps 20000"
    })
final class AlgorithmicCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--op",
      paramLabel = "OP",
      defaultValue = "mul",
      description =
          "mul, add, sub, div, x2xyy2 (x² + xy + y²), x3xy (x³ + xy) or s5 (composition of"
              + " permutations of five things); default ${DEFAULT-VALUE}.")
  private String operation;

  @Option(
      names = "--prime",
      paramLabel = "P",
      defaultValue = "97",
      description =
          "The modulus, a prime from 3 to 997; not for --op s5; default ${DEFAULT-VALUE}.")
  private int prime;

  @Option(
      names = "--train-fraction",
      paramLabel = "F",
      defaultValue = "0.5",
      description = "The share of the equations to train on, in (0, 1); default ${DEFAULT-VALUE}.")
  private double trainFraction;

  @Mixin private TrainingArguments training;

  @Override
  public Integer call() {
    return new TrainingRun(spec, training, this::task).call();
  }

  private Task task() {
    Equations data = NamedEquations.of(operation, prime);
    if (data.settings().get("prime") == null
        && spec.commandLine().getParseResult().hasMatchedOption("--prime")) {
      throw new ParameterException(
          spec.commandLine(), "--prime is not an option of --op " + operation + ", which has none");
    }
    return new AlgorithmicTask(data, trainFraction, training.seed());
  }
}
