package org.grokfast.tools;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.grokfast.tools.console.ChildJvm;

/** Runs the command line in a JVM of its own, as the launcher script does. */
final class ForkedCli {
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

  /** Runs to the end; standard output is kept, standard error is too. */
  static Cli.Run run(ProcessBuilder builder) throws IOException, InterruptedException {
    File errors = File.createTempFile("errors", ".txt");
    try {
      Process process = builder.redirectError(errors).start();
      process.getOutputStream().close();
      byte[] out = process.getInputStream().readAllBytes();
      int code = process.waitFor();
      return new Cli.Run(
          code,
          com.google.protobuf.ByteString.copyFrom(out),
          java.nio.file.Files.readString(errors.toPath()));
    } finally {
      errors.delete();
    }
  }
}
