package org.grokfast.tools.manual;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.grokfast.tools.console.Errors;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.SafeOutput;
import org.grokfast.tools.console.VersionProvider;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The verb {@code help}; unlike picocli's own it knows the tasks of {@code train} too. */
@Command(
    name = "help",
    description = "Prints the help of the program, of a verb or of a task.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Examples:",
      "  grokfast help rewrite",
      "  grokfast help train algorithmic",
    })
public final class HelpVerb implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "VERB",
      arity = "0..*",
      description = "The verb, and after 'train' the task; default: the program itself.")
  private List<String> words = List.of();

  @Override
  public Integer call() {
    CommandLine command = spec.root().commandLine();
    for (String word : words) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new ParameterException(
            command,
            command.getSubcommands().isEmpty()
                ? "'" + command.getCommandSpec().qualifiedName() + "' has no '" + word + "'"
                : Errors.unknown(command, word));
      }
      command = next;
    }
    CommandLine helped = command;
    PrintWriter out = spec.commandLine().getOut();
    SafeOutput.own(out, () -> helped.usage(out));
    return ExitCode.DONE;
  }
}
