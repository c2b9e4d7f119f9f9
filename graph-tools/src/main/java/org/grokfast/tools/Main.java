package org.grokfast.tools;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.grokfast.models.TrainingException;
import org.grokfast.tools.analyze.AnalyzeVerb;
import org.grokfast.tools.compare.CompareVerb;
import org.grokfast.tools.compare.TuneVerb;
import org.grokfast.tools.console.Errors;
import org.grokfast.tools.console.NativeLibrary;
import org.grokfast.tools.console.SafeOutput;
import org.grokfast.tools.console.StandardError;
import org.grokfast.tools.console.StandardOutput;
import org.grokfast.tools.console.TextPage;
import org.grokfast.tools.console.UsageHelp;
import org.grokfast.tools.console.VersionProvider;
import org.grokfast.tools.forecast.ForecastVerb;
import org.grokfast.tools.manual.CompletionVerb;
import org.grokfast.tools.manual.HelpVerb;
import org.grokfast.tools.train.TrainVerb;
import org.grokfast.tools.verbs.CheckpointVerb;
import org.grokfast.tools.verbs.DiffVerb;
import org.grokfast.tools.verbs.ExportVerb;
import org.grokfast.tools.verbs.InspectVerb;
import org.grokfast.tools.verbs.RewriteVerb;
import org.grokfast.tools.verbs.StripVerb;
import org.grokfast.tools.verbs.VerifyVerb;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
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
  private static final String COMPLETION = "completion";
  private static final String HELP = "help";

  /** The verbs in the order of the help. */
  private static final Map<String, Supplier<Object>> VERBS = new LinkedHashMap<>();

  static {
    VERBS.put("train", TrainVerb::commandLine);
    VERBS.put("inspect", InspectVerb::new);
    VERBS.put("rewrite", RewriteVerb::new);
    VERBS.put("strip", StripVerb::new);
    VERBS.put("diff", DiffVerb::new);
    VERBS.put("checkpoint", CheckpointVerb::new);
    VERBS.put("verify", VerifyVerb::new);
    VERBS.put("export", ExportVerb::new);
    VERBS.put("compare", CompareVerb::new);
    VERBS.put("tune", TuneVerb::new);
    VERBS.put("analyze", AnalyzeVerb::new);
    VERBS.put("forecast", ForecastVerb::new);
    VERBS.put(COMPLETION, CompletionVerb::new);
    VERBS.put(HELP, HelpVerb::new);
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  /** Runs the program and ends the process with its exit code. */
  public static void main(String[] args) {
    NativeLibrary.writeNumbersPlainly();
    StandardOutput output = StandardOutput.install();
    StandardError.install();
    System.exit(output.finish(execute(args)));
  }

  private static int execute(String... args) {
    CommandLine commandLine;
    try {
      commandLine = commandLineFor(args);
    } catch (TrainingException e) {
      return Errors.setUp(e);
    }
    commandLine.setErr(new PrintWriter(StandardError.raw(), true, StandardCharsets.UTF_8));
    SafeOutput.on(commandLine);
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError e) {
      return Errors.memory(commandLine);
    } catch (StackOverflowError e) {
      return Errors.depth(commandLine);
    } catch (Error e) {
      // Whatever it is, the process ends: a thread of a library must not keep it alive.
      return Errors.fault(e, commandLine);
    }
  }

  /** The command line with all verbs, ready to execute. */
  public static CommandLine commandLine() {
    return commandLine(VERBS.keySet());
  }

  /**
   * The command line that these arguments need. Reading the options of all verbs and tasks takes
   * longer than most verbs take to run, so that only the verb that is called is set up, except for
   * what speaks of all of them.
   */
  public static CommandLine commandLineFor(String... args) {
    return Arrays.stream(args)
        .filter(arg -> !arg.startsWith("-"))
        .findFirst()
        .filter(verb -> VERBS.containsKey(verb) && !List.of(COMPLETION, HELP).contains(verb))
        .map(verb -> commandLine(Set.of(verb)))
        .orElseGet(Main::commandLine);
  }

  private static CommandLine commandLine(Set<String> verbs) {
    Main main = new Main();
    CommandLine program = new CommandLine(main);
    verbs.forEach(verb -> program.addSubcommand(verb, VERBS.get(verb).get()));
    return program
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setHelpFactory(UsageHelp::new)
        // A word '@file' is text: a file may be called so, and none is read for its words.
        .setExpandAtFiles(false)
        .setExecutionStrategy(Main::execute)
        .setParameterExceptionHandler(
            (error, args) -> {
              SafeOutput.on(error.getCommandLine());
              return Errors.usage(error);
            })
        .setExecutionExceptionHandler(
            (error, commandLine, result) -> Errors.execution(error, commandLine, main.debug));
  }

  /** Runs the last verb of a command line. The help is the program's own, with its colours. */
  private static int execute(ParseResult result) {
    CommandLine program = SafeOutput.on(result.commandSpec().commandLine());
    AtomicReference<Integer> helped = new AtomicReference<>();
    SafeOutput.own(
        program.getOut(),
        () ->
            SafeOutput.own(
                program.getErr(), () -> helped.set(CommandLine.executeHelpRequest(result))));
    return helped.get() != null ? helped.get() : new CommandLine.RunLast().execute(result);
  }

  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    SafeOutput.own(err, () -> spec.commandLine().usage(err, TextPage.colours(spec.commandLine())));
    throw new ParameterException(spec.commandLine(), "a verb is missing");
  }
}
