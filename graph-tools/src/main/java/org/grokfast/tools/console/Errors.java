package org.grokfast.tools.console;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grokfast.models.forecast.NoForecastException;
import org.grokfast.rewrite.NothingToRewriteException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns an exception into one line and an exit code. */
public final class Errors {
  private static final long BYTES_A_MEBIBYTE = 1 << 20;

  /** How picocli lists the constants of an enumeration. */
  private static final Pattern CONSTANTS =
      Pattern.compile("expected one of \\[(.*)] \\(case-(?:in)?sensitive\\) but was (.*)$");

  private static final Pattern OPTION = Pattern.compile("^-.");

  private Errors() {}

  /** A wrong command line: one line, and where the help is. */
  public static int usage(ParameterException error) {
    CommandLine commandLine = error.getCommandLine();
    PrintWriter err = commandLine.getErr();
    print(commandLine, usageMessage(error));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, err)) {
      err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    }
    err.flush();
    return ExitCode.USAGE;
  }

  /** For a name that is no verb or task, the names that are. */
  private static String usageMessage(ParameterException error) {
    CommandLine commandLine = error.getCommandLine();
    if (error instanceof CommandLine.UnmatchedArgumentException unmatched
        && !commandLine.getSubcommands().isEmpty()
        && !unmatched.getUnmatched().get(0).startsWith("-")) {
      return unknown(commandLine, unmatched.getUnmatched().get(0));
    }
    return usageText(error);
  }

  /** What is wrong with a command line, with the values of options as users spell them. */
  public static String usageText(ParameterException error) {
    if (error instanceof CommandLine.UnmatchedArgumentException unmatched
        && unmatched.isUnknownOption()) {
      // What follows an unknown option is its value, for all that is known.
      List<String> names = unmatched.getUnmatched().stream().filter(OPTION.asPredicate()).toList();
      return (names.size() <= 1 ? "Unknown option: '" : "Unknown options: '")
          + String.join("', '", names)
          + "'";
    }
    Matcher matcher = CONSTANTS.matcher(String.valueOf(error.getMessage()));
    return matcher.replaceFirst(
        found ->
            Matcher.quoteReplacement(
                "expected one of "
                    + found.group(1).toLowerCase(Locale.ROOT)
                    + ", was "
                    + found.group(2)));
  }

  /** What to say of a word that is no verb of the program, or no task of {@code train}. */
  public static String unknown(CommandLine commandLine, String word) {
    return "unknown "
        + commandLine
            .getCommandSpec()
            .usageMessage()
            .synopsisSubcommandLabel()
            .toLowerCase(Locale.ROOT)
        + " '"
        + word
        + "'; expected one of "
        + String.join(", ", commandLine.getSubcommands().keySet());
  }

  /** A verb that failed: one line; the stack trace where it was asked for. */
  public static int execution(Exception error, CommandLine commandLine, boolean debug) {
    if (error instanceof ParameterException parameter) {
      return usage(parameter);
    }
    print(commandLine, message(error));
    if (debug) {
      error.printStackTrace(commandLine.getErr());
    }
    commandLine.getErr().flush();
    if (error instanceof NothingToRewriteException || error instanceof NoForecastException) {
      return ExitCode.NOTHING_MATCHED;
    }
    return error instanceof ConfigException ? ExitCode.USAGE : ExitCode.FAILED;
  }

  /** An input that the heap can't hold. */
  public static int memory(CommandLine commandLine) {
    print(
        commandLine,
        "out of memory: the heap is limited to "
            + Runtime.getRuntime().maxMemory() / BYTES_A_MEBIBYTE
            + " MiB, too little for this input; raise the limit, as with"
            + " GROKFAST_JAVA_OPTS=-Xmx8g");
    commandLine.getErr().flush();
    return ExitCode.FAILED;
  }

  /** An input that is nested deeper than the stack of a thread. */
  public static int depth(CommandLine commandLine) {
    print(
        commandLine,
        "the input is nested too deeply for the stack of a thread; raise its limit, as with"
            + " GROKFAST_JAVA_OPTS=-Xss64m");
    commandLine.getErr().flush();
    return ExitCode.FAILED;
  }

  /** An error of the platform, such as a library that can't be loaded. */
  public static int fault(Error error, CommandLine commandLine) {
    print(commandLine, firstLine(error) + " (" + error.getClass().getSimpleName() + ")");
    commandLine.getErr().flush();
    return ExitCode.FAILED;
  }

  /** A program whose commands can't be set up: a task on the class path is at fault. */
  public static int setUp(Exception error) {
    PrintStream err = System.err;
    err.println("grokfast: " + error.getMessage());
    return ExitCode.FAILED;
  }

  private static void print(CommandLine commandLine, String message) {
    commandLine.getErr().println("grokfast: " + Printable.text(message));
  }

  private static String message(Exception error) {
    if (error instanceof UncheckedIOException) {
      Throwable root = root(error);
      return error.getMessage()
          + ": "
          + (root instanceof FileSystemException file ? message(file) : firstLine(root));
    }
    if (error instanceof FileSystemException file && file.getReason() == null) {
      return "'" + file.getFile() + "': " + reason(file);
    }
    return error.getMessage() == null ? error.toString() : error.getMessage();
  }

  /** The cause that tells most: writers of pictures and the like wrap what the disk said. */
  private static Throwable root(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String firstLine(Throwable error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse(error.toString());
  }

  private static String reason(FileSystemException error) {
    if (error instanceof NoSuchFileException) {
      return "no such file or folder";
    }
    if (error instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (error instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    return error.getClass().getSimpleName();
  }
}
