package org.grokfast.tools;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * Runs the same rewrite with one filter and another in turn, until the process is killed. A byte on
 * standard error says that the first is done.
 */
final class RepeatedRewrite {
  private RepeatedRewrite() {}

  /**
   * Rewrites.
   *
   * @param args of {@code rewrite}, to which {@code --lamb 1} is added in every other run
   */
  public static void main(String[] args) {
    List<String> one = new ArrayList<>(List.of("rewrite"));
    one.addAll(Arrays.asList(args));
    List<String> other = new ArrayList<>(one);
    other.addAll(List.of("--lamb", "1"));
    boolean ready = false;
    for (boolean first = true; ; first = !first) {
      String[] words = (first ? one : other).toArray(String[]::new);
      CommandLine commandLine = Main.commandLineFor(words);
      commandLine.setErr(new PrintWriter(Writer.nullWriter()));
      int code = commandLine.execute(words);
      if (code != 0) {
        System.exit(code);
      }
      if (!ready) {
        System.err.write('.');
        System.err.flush();
        ready = true;
      }
    }
  }
}
