package org.grokfast.tools.train;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.grokfast.models.TrainingException;
import org.grokfast.models.task.Setting;
import org.grokfast.models.task.SettingValues;
import org.grokfast.models.task.Task;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.models.task.TrainingOptions;
import org.grokfast.models.task.UnusedSettingException;
import org.grokfast.tools.console.DownloadDisplay;
import picocli.CommandLine;
import picocli.CommandLine.DuplicateOptionAnnotationsException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command {@code train NAME} of a task. Its options are the task's settings, and after them
 * those that all tasks share.
 */
public final class TaskCommand implements Callable<Integer> {
  private static final String ENDING =
      "Ctrl-C ends the run after the current step with a checkpoint; --resume continues it.";

  private final TaskSpec task;
  private final List<Setting<?>> settings;
  private final TrainingArguments training = new TrainingArguments();
  private final CommandSpec spec;

  private TaskCommand(TaskSpec task) {
    this.task = task;
    settings = task.settings();
    spec =
        CommandSpec.wrapWithoutInspection(this)
            .name(task.name())
            .resourceBundle(new DefaultTexts(task.reference()));
    spec.usageMessage()
        .description(task.description())
        .sortOptions(false)
        .footer(footer().toArray(new String[0]));
    try {
      settings.forEach(setting -> spec.addOption(SettingOptions.of(setting)));
      spec.addMixin("training", CommandSpec.forAnnotatedObject(training));
      spec.mixinStandardHelpOptions(true);
    } catch (DuplicateOptionAnnotationsException e) {
      throw new TrainingException(
          "the task "
              + task.name()
              + " has a setting with the name of an option of all tasks: "
              + e.getMessage(),
          e);
    }
  }

  /** The command of a task. */
  public static CommandLine of(TaskSpec task) {
    return new TaskCommand(task).commandLine();
  }

  /**
   * The options of the run that some words of this command line ask for.
   *
   * @throws ParameterException if a word is wrong
   * @throws IllegalArgumentException if a value is outside its range
   */
  public static TrainingOptions options(TaskSpec task, List<String> words) {
    TaskCommand command = new TaskCommand(task);
    command.commandLine().parseArgs(words.toArray(new String[0]));
    return command.training.options(task.reference(), Map.of());
  }

  /**
   * The task that some words of this command line make.
   *
   * @param err told how downloads go
   * @throws ParameterException if a word is wrong
   */
  public static Task task(TaskSpec task, List<String> words, PrintWriter err) {
    TaskCommand command = new TaskCommand(task);
    CommandLine line = command.commandLine().setErr(err);
    line.parseArgs(words.toArray(new String[0]));
    return command.create(command.training.options(task.reference(), Map.of()));
  }

  private CommandLine commandLine() {
    return new CommandLine(spec).setCaseInsensitiveEnumValuesAllowed(true);
  }

  private List<String> footer() {
    List<String> lines = new ArrayList<>(List.of(""));
    if (!task.notes().isEmpty()) {
      lines.addAll(task.notes());
      lines.add("");
    }
    lines.addAll(List.of(ENDING, "", "Examples:"));
    String command = "  grokfast train " + task.name() + " ";
    for (String example : task.examples()) {
      lines.addAll((command + example).stripTrailing().replace("\n", "\n      ").lines().toList());
    }
    return lines.stream().map(line -> line.replace("%", "%%")).toList();
  }

  @Override
  public Integer call() {
    return new TrainingRun(spec, task, training, this::create).call();
  }

  private Task create(TrainingOptions options) {
    CommandLine commandLine = spec.commandLine();
    ParseResult parsed = commandLine.getParseResult();
    PrintWriter err = commandLine.getErr();
    SettingValues values = SettingOptions.values(settings, parsed);
    try {
      Task made = task.create(values, options.seed(), new DownloadDisplay(err));
      made.standIn()
          .ifPresent(data -> err.println("SELF-CHECK on " + data + ": its figures are no result"));
      err.flush();
      return made;
    } catch (UnusedSettingException e) {
      throw new ParameterException(
          commandLine,
          "--"
              + e.setting()
              + " is not an option of --"
              + e.other()
              + " "
              + e.value()
              + ", "
              + e.reason(),
          e);
    }
  }
}
