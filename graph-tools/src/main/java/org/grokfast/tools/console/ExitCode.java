package org.grokfast.tools.console;

/** What the process returns to the shell. */
public final class ExitCode {
  /** What was asked for was done. */
  public static final int DONE = 0;

  /** It could not be done: a file, a graph or a run was at fault. */
  public static final int FAILED = 1;

  /** The command line, or a configuration file that holds options, is wrong. */
  public static final int USAGE = 2;

  /** The input is sound, but nothing in it matches what was asked for. */
  public static final int NOTHING_MATCHED = 3;

  private ExitCode() {}
}
