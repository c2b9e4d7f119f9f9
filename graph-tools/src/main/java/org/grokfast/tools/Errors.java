package org.grokfast.tools;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.grokfast.rewrite.NothingToRewriteException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns an exception into one line and an exit code. */
final class Errors {
  private Errors() {}

  /** A wrong command line: one line, and where the help is. */
  static int usage(ParameterException error) {
    CommandLine commandLine = error.getCommandLine();
    PrintWriter err = commandLine.getErr();
    print(commandLine, error.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, err)) {
      err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    }
    err.flush();
    return ExitCode.USAGE;
  }

  /** A verb that failed: one line; the stack trace where it was asked for. */
  static int execution(Exception error, CommandLine commandLine, boolean debug) {
    if (error instanceof ParameterException parameter) {
      return usage(parameter);
    }
    print(commandLine, message(error));
    if (debug) {
      error.printStackTrace(commandLine.getErr());
    }
    commandLine.getErr().flush();
    return error instanceof NothingToRewriteException ? ExitCode.NOTHING_MATCHED : ExitCode.FAILED;
  }

  private static void print(CommandLine commandLine, String message) {
    commandLine.getErr().println("grokfast: " + message);
  }

  private static String message(Exception error) {
    if (error instanceof FileSystemException file && file.getReason() == null) {
      return "'" + file.getFile() + "': " + reason(file);
    }
    if (error instanceof UncheckedIOException io && io.getCause().getMessage() != null) {
      return io.getMessage() + ": " + message(io.getCause());
    }
    return error.getMessage() == null ? error.toString() : error.getMessage();
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
