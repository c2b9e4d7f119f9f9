package org.grokfast.tools.train;

import org.grokfast.models.registry.TaskRegistry;
import org.grokfast.models.task.TaskSpec;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code grokfast train TASK}: trains one of the tasks. */
@Command(
    name = "train",
    description = "Trains a task as a TensorFlow Java graph, with or without a filter.",
    synopsisSubcommandLabel = "TASK",
    commandListHeading = "%nTasks:%n",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  grokfast train algorithmic --filter ma --weight-decay 0.01"})
public final class TrainVerb implements Runnable {
  @Spec private CommandSpec spec;

  private TrainVerb() {}

  /** The verb with a command for every registered task. */
  public static CommandLine commandLine() {
    CommandLine verb = new CommandLine(new TrainVerb());
    for (TaskSpec task : TaskRegistry.all()) {
      verb.addSubcommand(task.name(), TaskCommand.of(task));
    }
    return verb;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a task is missing; there is " + String.join(", ", spec.subcommands().keySet()));
  }
}
