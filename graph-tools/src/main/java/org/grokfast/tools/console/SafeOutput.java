package org.grokfast.tools.console;

import java.io.PrintWriter;
import picocli.CommandLine;

/**
 * The one way out for text: standard output and standard error of all verbs. What comes from a file
 * passes a {@link ControlFilter}; only the program's own texts bring colours along.
 */
public final class SafeOutput extends PrintWriter {
  private final ControlFilter filter;

  private SafeOutput(ControlFilter filter) {
    super(filter, true);
    this.filter = filter;
  }

  /** A program whose output, and that of its commands, is safe. */
  public static CommandLine on(CommandLine command) {
    CommandLine root = command.getCommandSpec().root().commandLine();
    root.setOut(of(root.getOut()));
    root.setErr(of(root.getErr()));
    return command;
  }

  static PrintWriter of(PrintWriter out) {
    return out instanceof SafeOutput ? out : new SafeOutput(new ControlFilter(out));
  }

  /** Prints what holds nothing from a file, or that as {@link Printable}: colours stay. */
  public static void own(PrintWriter out, Runnable printing) {
    if (!(out instanceof SafeOutput safe)) {
      printing.run();
      return;
    }
    safe.flush();
    boolean before = safe.filter.isOwn();
    safe.filter.setOwn(true);
    try {
      printing.run();
    } finally {
      safe.flush();
      safe.filter.setOwn(before);
    }
  }
}
