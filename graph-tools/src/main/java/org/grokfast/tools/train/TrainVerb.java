package org.grokfast.tools.train;

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
    subcommands = {
      AlgorithmicCommand.class,
      ParityCommand.class,
      MnistCommand.class,
      ImdbCommand.class,
      Qm9Command.class
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  grokfast train algorithmic --filter ma --weight-decay 0.01"})
public final class TrainVerb implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a task is missing; there is " + String.join(", ", spec.subcommands().keySet()));
  }
}
