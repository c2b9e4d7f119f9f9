package org.grokfast.tools.verify;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.grokfast.io.GraphFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that may crash or hang without taking this one with it. */
public final class ChildProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

  /** Exit codes above this are those of processes that a signal ended. */
  private static final int SIGNALS = 128;

  private static final String CRASH_REPORT = "crash.log";
  private static final String OUTPUT = "output.log";

  private final Path folder;
  private final String runtime;
  private final List<String> command;

  /**
   * A Java program.
   *
   * @param main the class to run, which gets the folder as its argument
   * @param runtime the native library that it runs, for messages
   * @param options for its JVM
   * @param classPath what comes before this JVM's class path
   */
  public record Program(Class<?> main, String runtime, List<String> options, List<Path> classPath) {
    /** Makes the lists immutable. */
    public Program {
      options = List.copyOf(options);
      classPath = List.copyOf(classPath);
    }

    /** A program on this JVM's class path. */
    public static Program of(Class<?> main, String runtime) {
      return new Program(main, runtime, List.of(), List.of());
    }
  }

  /**
   * A process that is not started yet.
   *
   * @param folder where it may leave its output and its crash report
   * @param runtime the native library that it runs, for messages
   * @param command the program and its arguments
   */
  ChildProcess(Path folder, String runtime, List<String> command) {
    this.folder = folder;
    this.runtime = runtime;
    this.command = List.copyOf(command);
  }

  /** A Java program with a heap of its own. */
  public static ChildProcess java(Path folder, int heapMegabytes, Program program)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapMegabytes + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + folder.resolve(CRASH_REPORT));
    command.addAll(program.options());
    List<String> classPath = new ArrayList<>();
    program.classPath().forEach(place -> classPath.add(place.toString()));
    classPath.add(System.getProperty("java.class.path"));
    // In a file: ONNX Runtime 1.29 overflows its stack over a command line of some 4,000
    // characters.
    Path arguments = folder.resolve("arguments");
    String joined = String.join(File.pathSeparator, classPath);
    Files.writeString(
        arguments, "-cp \"" + joined.replace("\\", "\\\\") + "\"", StandardCharsets.UTF_8);
    command.addAll(List.of("@" + arguments, program.main().getName(), folder.toString()));
    return new ChildProcess(folder, program.runtime(), command);
  }

  /**
   * Runs the process to its end.
   *
   * @throws GraphFileException if it crashes, is killed, fails or takes too long
   */
  public void run(int timeoutSeconds) throws IOException {
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
      return runtime
          + " crashed the child process"
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
