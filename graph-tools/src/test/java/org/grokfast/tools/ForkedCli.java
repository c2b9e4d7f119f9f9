package org.grokfast.tools;

import com.google.protobuf.ByteString;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.grokfast.tools.console.ChildJvm;

/** Runs the command line in a JVM of its own, as the launcher script does. */
final class ForkedCli {
  /**
   * Lines of TensorFlow's own log, which from 2.18 on no setting silences; versions.md has them.
   */
  private static final Pattern TENSORFLOW_LOG =
      Pattern.compile(
          "(?m)^(WARNING: All log messages before absl::InitializeLog|I0000 [0-9:.]+ ).*\\R");

  private ForkedCli() {}

  /** A process that has yet to be started. */
  static ProcessBuilder builder(Object... args) {
    return builder(Main.class, args);
  }

  /** The same for another program of the tests. */
  static ProcessBuilder builder(Class<?> main, Object... args) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto"));
    command.addAll(ChildJvm.options());
    command.addAll(
        List.of("-cp", String.join(File.pathSeparator, ChildJvm.classPath()), main.getName()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"));
    return builder;
  }

  /** Runs to the end; standard output is kept, and of standard error what the program wrote. */
  static Cli.Run run(ProcessBuilder builder) throws IOException, InterruptedException {
    File errors = File.createTempFile("errors", ".txt");
    try {
      Process process = builder.redirectError(errors).start();
      process.getOutputStream().close();
      byte[] out = process.getInputStream().readAllBytes();
      int code = process.waitFor();
      return new Cli.Run(
          code,
          ByteString.copyFrom(out),
          TENSORFLOW_LOG.matcher(Files.readString(errors.toPath())).replaceAll(""));
    } finally {
      errors.delete();
    }
  }
}
