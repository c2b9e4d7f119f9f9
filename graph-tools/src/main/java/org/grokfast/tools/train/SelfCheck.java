package org.grokfast.tools.train;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** A run on data that was made up: it shows that a task works, and nothing else. */
final class SelfCheck {
  private SelfCheck() {}

  /**
   * Says on standard error that a run is one.
   *
   * @param data what it runs on
   */
  static void announce(CommandSpec spec, String data) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("SELF-CHECK on " + data + ": its figures are no result");
    err.flush();
  }
}
