package org.grokfast.tools.train;

import java.nio.file.Path;
import java.util.Map;
import org.grokfast.models.task.TaskKind;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tools.options.FilterArguments;
import org.grokfast.tools.options.OptimizerArguments;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that all tasks share: filter, optimizer, limits, files. Their defaults are the
 * task's, from {@link TaskDefaults}.
 */
public final class TrainingArguments {
  /** Where runs go unless {@code --out} says otherwise. */
  public static final String RUNS = "runs";

  @Mixin private FilterArguments filter;

  @Mixin private OptimizerArguments optimizer;

  @Option(
      names = "--clip-norm",
      paramLabel = "NORM",
      description =
          "Clip the gradients to this global norm before the filter, 0 for not at all; default"
              + " ${DEFAULT-VALUE}.")
  private double clipNorm;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples a step; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "The largest number of steps; default ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--validate-every",
      paramLabel = "N",
      description = "Steps between validations; default ${DEFAULT-VALUE}.")
  private int validateEvery;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "Steps between checkpoints, 0 for one at the end; default ${DEFAULT-VALUE}.")
  private int checkpointEvery;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the split, the weights and the shuffles; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads within an operation; default: ${bundle:default.threads:-all processors}. A run is"
              + " the same bit for bit for one seed and one number of threads.")
  private Integer threads;

  @Option(
      names = "--until",
      paramLabel = "ACCURACY",
      description =
          "The validation accuracy to reach, in (0, 1]; not for a task without one; default"
              + " ${DEFAULT-VALUE}.")
  private double until;

  @Option(
      names = "--sustain",
      paramLabel = "N",
      description = "End once it has held for so many steps; default ${DEFAULT-VALUE}.")
  private int sustain;

  @Option(
      names = "--full",
      description = "Run all steps, also once the accuracy has held; default: no.")
  private boolean full;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "A new folder for the run's files; default: runs/<time>-<task>.")
  private Path out;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Continue the run in this folder from its newest checkpoint, bit for bit as if it had"
              + " not stopped; its options are read back, and --steps and --sustain may be changed;"
              + " default: a new run.")
  private Path resume;

  @Option(
      names = "--json",
      description =
          "Print the summary as JSON, with its version in the field 'version'; default: text.")
  private boolean json;

  long seed() {
    return seed;
  }

  Path out() {
    return out;
  }

  Path resume() {
    return resume;
  }

  boolean json() {
    return json;
  }

  /**
   * The options of the run.
   *
   * @param kind the task
   * @param arguments what is to be read back when the run is resumed
   * @throws IllegalArgumentException if a value is out of its range
   */
  public TrainingOptions options(TaskKind kind, Map<String, String> arguments) {
    TrainingOptions.Builder builder =
        TrainingOptions.builder()
            .optimizer(optimizer.kind())
            .adam(optimizer.options())
            .clipNorm(clipNorm)
            .batch(batch)
            .steps(steps)
            .validateEvery(validateEvery)
            .checkpointEvery(checkpointEvery)
            .seed(seed)
            .until(until)
            .sustain(sustain)
            .stopEarly(!full)
            .arguments(arguments);
    builder.threads(threads == null ? kind.reference().threads() : threads);
    kind.reference()
        .filter()
        .map(filter::filter)
        .orElseGet(filter::filter)
        .ifPresent(builder::filter);
    return builder.build();
  }
}
