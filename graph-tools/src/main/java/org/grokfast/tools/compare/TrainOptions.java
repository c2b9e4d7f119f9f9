package org.grokfast.tools.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.grokfast.models.comparison.Arm;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.task.TaskKind;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.tools.Main;
import org.grokfast.tools.train.TrainingArguments;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The options of {@code train TASK}, to check what a file sets before a process is started. */
final class TrainOptions {
  /** What the caller of a run decides, not its settings. */
  private static final Set<String> NOT_SETTINGS =
      Set.of("--out", "--resume", "--json", "--seed", "--help", "--version", "--debug");

  private final TaskKind kind;

  TrainOptions(TaskKind kind) {
    this.kind = kind;
  }

  /** The option of a key, which is its name without dashes. */
  Optional<OptionSpec> find(String key) {
    return Optional.ofNullable(command(Main.commandLine()).getCommandSpec().findOption("--" + key))
        .filter(option -> !NOT_SETTINGS.contains(option.longestName()));
  }

  /** All keys. */
  Stream<String> keys() {
    return command(Main.commandLine()).getCommandSpec().options().stream()
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
    return new Arm(name, about, options, settings(options.words()), cell);
  }

  private TrainingOptions settings(List<String> words) {
    CommandLine program = Main.commandLine();
    List<String> all = new ArrayList<>(List.of("train", kind.name()));
    all.addAll(words);
    program.parseArgs(all.toArray(new String[0]));
    TrainingArguments arguments =
        command(program).getMixins().values().stream()
            .filter(TrainingArguments.class::isInstance)
            .map(TrainingArguments.class::cast)
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("train " + kind.name() + " has no options"));
    return arguments.options(kind, Map.of());
  }

  private CommandLine command(CommandLine program) {
    return program.getSubcommands().get("train").getSubcommands().get(kind.name());
  }
}
