package org.grokfast.tools;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code grokfast}. */
@Command(
    name = "grokfast",
    description =
        "Grokfast puts a filter between the gradients and the optimizer of a training graph, which"
            + " amplifies their slow part, so that generalisation comes sooner.",
    versionProvider = VersionProvider.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB",
    commandListHeading = "%nVerbs:%n",
    subcommands = {
      TrainVerb.class,
      InspectVerb.class,
      RewriteVerb.class,
      StripVerb.class,
      DiffVerb.class,
      CheckpointVerb.class,
      VerifyVerb.class,
      ExportVerb.class,
      CompareVerb.class,
      TuneVerb.class,
      CompletionVerb.class,
      HelpVerb.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed: a file, a graph or a run was at fault",
      "2:usage: the command line is wrong",
      "3:nothing matched: the input is sound but holds nothing of what was asked for"
    },
    footer = {
      "",
      "Examples:",
      "  grokfast train algorithmic --filter ema --alpha 0.98 --lamb 2",
      "  grokfast inspect model.pb",
      "  grokfast help rewrite"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  /** Runs the program and ends the process with its exit code. */
  public static void main(String[] args) {
    StandardOutput output = StandardOutput.install();
    System.exit(output.finish(commandLine().execute(args)));
  }

  /** The command line, ready to execute. */
  public static CommandLine commandLine() {
    Main main = new Main();
    CommandLine program = new CommandLine(main);
    TaskDefaults.install(program.getSubcommands().get("train"));
    return program
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setHelpFactory(UsageHelp::new)
        .setParameterExceptionHandler((error, args) -> Errors.usage(error))
        .setExecutionExceptionHandler(
            (error, commandLine, result) -> Errors.execution(error, commandLine, main.debug));
  }

  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().usage(err, TextPage.colours(spec.commandLine()));
    throw new ParameterException(spec.commandLine(), "a verb is missing");
  }
}
