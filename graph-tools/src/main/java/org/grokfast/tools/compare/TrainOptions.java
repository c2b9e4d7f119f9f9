package org.grokfast.tools.compare;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.tools.train.TaskCommand;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of {@code train TASK}, to check what a file sets before a process is started. */
final class TrainOptions {
  /** What the caller of a run decides, not its settings. */
  private static final Set<String> NOT_SETTINGS =
      Set.of("--out", "--resume", "--json", "--seed", "--help", "--version", "--debug");

  private final TaskSpec task;
  private final CommandSpec command;

  TrainOptions(TaskSpec task) {
    this.task = task;
    this.command = TaskCommand.of(task).getCommandSpec();
  }

  /** The option of a key, which is its name without dashes. */
  Optional<OptionSpec> find(String key) {
    return Optional.ofNullable(command.findOption("--" + key))
        .filter(option -> !NOT_SETTINGS.contains(option.longestName()));
  }

  /** All keys. */
  Stream<String> keys() {
    return command.options().stream()
        .map(OptionSpec::longestName)
        .filter(name -> !NOT_SETTINGS.contains(name))
        .map(name -> name.substring(2));
  }

  /**
   * An arm with what its options come to.
   *
   * @throws CommandLine.ParameterException if an option is wrong
   * @throws IllegalArgumentException if a value is out of its range or the name can't be one
   */
  Arm arm(String name, String about, ArmOptions options, Optional<Arm.Cell> cell) {
    return new Arm(name, about, options, TaskCommand.options(task, options.words()), cell);
  }
}
