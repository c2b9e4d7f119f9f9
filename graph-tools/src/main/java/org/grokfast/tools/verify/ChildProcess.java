package org.grokfast.tools.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.grokfast.file.GraphFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that may crash or hang without taking this one with it. */
final class ChildProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

  /** Exit codes above this are those of processes that a signal ended. */
  private static final int SIGNALS = 128;

  private static final String CRASH_REPORT = "crash.log";
  private static final String OUTPUT = "output.log";

  private final Path folder;
  private final List<String> command;

  /**
   * A process that is not started yet.
   *
   * @param folder where it may leave its output and its crash report
   * @param command the program and its arguments
   */
  ChildProcess(Path folder, List<String> command) {
    this.folder = folder;
    this.command = List.copyOf(command);
  }

  /** A Java program on this JVM's class path. */
  static ChildProcess java(Path folder, int heapMegabytes, Class<?> program) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapMegabytes + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + folder.resolve(CRASH_REPORT));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(program.getName(), folder.toString()));
    return new ChildProcess(folder, command);
  }

  /**
   * Runs the process to its end.
   *
   * @throws GraphFileException if it crashes, is killed, fails or takes too long
   */
  void run(int timeoutSeconds) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve(OUTPUT).toFile());
    builder.environment().putIfAbsent("TF_CPP_MIN_LOG_LEVEL", "2");
    Process process = builder.start();
    Thread hook = new Thread(process::destroyForcibly, "end-child");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
        throw new GraphFileException(
            "the child process had not ended after "
                + timeoutSeconds
                + " s and was killed; give more time with --timeout, or fewer --steps");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GraphFileException("interrupted while the child process ran");
    } finally {
      process.destroyForcibly();
      removeHook(hook);
    }
    if (process.exitValue() != 0) {
      throw new GraphFileException(ending(process.exitValue()));
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the program is ending, and the hook runs", e);
    }
  }

  private String ending(int code) throws IOException {
    Path crash = folder.resolve(CRASH_REPORT);
    if (Files.exists(crash)) {
      return "TensorFlow crashed the child process"
          + Files.readString(crash, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.contains("SIG"))
              .findFirst()
              .map(line -> " (" + line.replace("#", "").strip() + ")")
              .orElse("")
          + "; nothing was compared";
    }
    if (code > SIGNALS) {
      return "the child process was ended by signal "
          + (code - SIGNALS)
          + signal(code - SIGNALS)
          + "; nothing was compared";
    }
    List<String> lines =
        Files.readString(folder.resolve(OUTPUT), StandardCharsets.UTF_8).lines().toList();
    String last = lines.isEmpty() ? "it said nothing" : "it said: " + lines.get(lines.size() - 1);
    return "the child process ended with exit code "
        + code
        + "; "
        + last
        + (last.contains("OutOfMemory") ? "; give more memory with --heap" : "");
  }

  private static String signal(int number) {
    return switch (number) {
      case 6 -> " (SIGABRT)";
      case 9 -> " (SIGKILL)";
      case 11 -> " (SIGSEGV)";
      case 15 -> " (SIGTERM)";
      default -> "";
    };
  }
}
