package org.grokfast.tools.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tools.options.FilterArguments;
import org.grokfast.tools.options.OptimizerArguments;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options that all tasks share: filter, optimizer, limits, files. Their defaults are those of
 * the task's reference run, which {@link DefaultTexts} names in the help.
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
              + " ${bundle:default.clip-norm}.")
  private Double clipNorm;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Examples per step; default ${bundle:default.batch}.")
  private Integer batch;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "The largest number of steps; default ${bundle:default.steps}.")
  private Integer steps;

  @Option(
      names = "--validate-every",
      paramLabel = "N",
      description = "Steps between validations; default ${bundle:default.validate-every}.")
  private Integer validateEvery;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description =
          "Steps between checkpoints, 0 for one at the end; default ${bundle:default.checkpoint-every}.")
  private Integer checkpointEvery;

  @Option(
      names = "--keep-checkpoints",
      paramLabel = "N",
      description =
          "How many of the newest checkpoints to keep, 0 for all of them, which 'analyze' can then"
              + " look at; default 2.")
  private Integer keepCheckpoints;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the split, the weights and the shuffles; default ${bundle:default.seed}.")
  private Long seed;

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
              + " ${bundle:default.until}.")
  private Double until;

  @Option(
      names = "--sustain",
      paramLabel = "N",
      description = "End once it has held for so many steps; default ${bundle:default.sustain}.")
  private Integer sustain;

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
   * @param standard their values where none are given: the task's reference run
   * @param arguments what is to be read back when the run is resumed
   * @throws IllegalArgumentException if a value is out of its range
   */
  public TrainingOptions options(TrainingOptions standard, Map<String, String> arguments) {
    TrainingOptions.Builder builder =
        standard.toBuilder()
            .optimizer(optimizer.kind(standard.optimizer()))
            .adam(optimizer.options(optimizer.kind(standard.optimizer()), standard.adam()))
            .stopEarly(!full)
            .arguments(arguments);
    Optional.ofNullable(clipNorm).ifPresent(builder::clipNorm);
    Optional.ofNullable(batch).ifPresent(builder::batch);
    Optional.ofNullable(steps).ifPresent(builder::steps);
    Optional.ofNullable(validateEvery).ifPresent(builder::validateEvery);
    Optional.ofNullable(checkpointEvery).ifPresent(builder::checkpointEvery);
    Optional.ofNullable(keepCheckpoints).ifPresent(builder::keepCheckpoints);
    Optional.ofNullable(seed).ifPresent(builder::seed);
    Optional.ofNullable(threads).ifPresent(builder::threads);
    Optional.ofNullable(until).ifPresent(builder::until);
    Optional.ofNullable(sustain).ifPresent(builder::sustain);
    return builder.filter(standard.filter().map(filter::filter).orElseGet(filter::filter)).build();
  }
}
