package org.grokfast.tools;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/** Runs the command line inside the test's JVM. */
final class Cli {
  private Cli() {}

  /**
   * What a run gave.
   *
   * @param code the exit code
   * @param bytes what went to standard output
   * @param err what went to standard error
   */
  record Run(int code, ByteString bytes, String err) {
    String out() {
      return bytes.toStringUtf8();
    }

    List<String> lines() {
      return out().lines().toList();
    }
  }

  static Run run(Object... args) {
    return feed(new byte[0], args);
  }

  /** Runs with bytes on standard input. */
  static Run feed(byte[] input, Object... args) {
    String[] words = new String[args.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = args[i].toString();
    }
    InputStream in = System.in;
    PrintStream out = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try (PrintStream captured = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      System.setIn(new ByteArrayInputStream(input));
      System.setOut(captured);
      CommandLine commandLine = Main.commandLineFor(words);
      commandLine.setOut(new PrintWriter(captured, true, StandardCharsets.UTF_8));
      commandLine.setErr(new PrintWriter(errors, true, StandardCharsets.UTF_8));
      int code = commandLine.execute(words);
      captured.flush();
      return new Run(
          code, ByteString.copyFrom(bytes.toByteArray()), errors.toString(StandardCharsets.UTF_8));
    } finally {
      System.setIn(in);
      System.setOut(out);
    }
  }
}
