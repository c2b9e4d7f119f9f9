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
import org.grokfast.tools.console.ChildJvm;
import org.grokfast.tools.console.NativeLibrary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that may crash or hang without taking this one with it. */
public final class ChildProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

  /** Exit codes above this are those of processes that a signal ended. */
  private static final int SIGNALS = 128;

  private static final String CRASH_REPORT = "crash.log";
  private static final String OUTPUT = "output.log";
  private static final String WORK = "work";

  private final Path folder;
  private final Purpose purpose;
  private final List<String> command;

  /**
   * What a child is for, in messages.
   *
   * @param runtime the native library that it runs
   * @param nothing what has not happened if it fails: {@code nothing was compared}
   * @param less what shortens its work besides more time; may be empty
   */
  public record Purpose(String runtime, String nothing, String less) {}

  /**
   * A Java program.
   *
   * @param main the class to run, which gets the folder as its argument
   * @param purpose what it is for
   * @param options for its JVM
   * @param classPath what comes before this JVM's class path
   */
  public record Program(
      Class<?> main, Purpose purpose, List<String> options, List<Path> classPath) {
    /** Makes the lists immutable. */
    public Program {
      options = List.copyOf(options);
      classPath = List.copyOf(classPath);
    }

    /** A program on this JVM's class path. */
    public static Program of(Class<?> main, Purpose purpose) {
      return new Program(main, purpose, List.of(), List.of());
    }
  }

  /**
   * A process that is not started yet.
   *
   * @param folder where it may leave its output and its crash report
   * @param purpose what it is for
   * @param command the program and its arguments
   */
  ChildProcess(Path folder, Purpose purpose, List<String> command) {
    this.folder = folder;
    this.purpose = purpose;
    this.command = List.copyOf(command);
  }

  /**
   * A Java program with limits, in a working directory that goes with the folder. Where there is no
   * POSIX shell, its heap alone is limited, besides the time ({@link ChildShell#notice}).
   */
  public static ChildProcess java(Path folder, ChildLimits limits, Program program)
      throws IOException {
    Path work = Files.createDirectories(folder.resolve(WORK));
    List<String> command = new ArrayList<>(ChildShell.ofSystem().words(limits));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + limits.heapMegabytes() + "m");
    command.add("-XX:+UseSerialGC");
    // A child lives for seconds, most of them in native code.
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:ErrorFile=" + folder.resolve(CRASH_REPORT));
    command.add("-Djava.io.tmpdir=" + work.toAbsolutePath());
    command.addAll(NativeLibrary.options());
    command.addAll(ChildJvm.options());
    command.addAll(program.options());
    List<String> classPath = new ArrayList<>();
    program.classPath().forEach(place -> classPath.add(place.toAbsolutePath().toString()));
    classPath.addAll(ChildJvm.classPath());
    // In a file: ONNX Runtime 1.29 overflows its stack over a command line of some 4,000
    // characters.
    Path arguments = folder.resolve("arguments");
    String joined = String.join(File.pathSeparator, classPath);
    Files.writeString(
        arguments, "-cp \"" + joined.replace("\\", "\\\\") + "\"", StandardCharsets.UTF_8);
    command.addAll(
        List.of(
            "@" + arguments.toAbsolutePath(),
            program.main().getName(),
            folder.toAbsolutePath().toString()));
    return new ChildProcess(folder, program.purpose(), command);
  }

  /** For the main method of a child: ends the process as soon as its parent is gone. */
  public static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // The parent says nothing.
                }
              } catch (IOException e) {
                LOG.debug("the parent can't be heard", e);
              }
              Runtime.getRuntime().halt(SIGNALS);
            },
            "parent");
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * Runs the process to its end.
   *
   * @throws GraphFileException if it crashes, is killed, fails or takes too long
   */
  public void run(int timeoutSeconds) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(folder.resolve(OUTPUT).toFile());
    Path work = folder.resolve(WORK);
    if (Files.isDirectory(work)) {
      builder.directory(work.toFile());
      builder.environment().put("TMPDIR", work.toAbsolutePath().toString());
    }
    builder.environment().putIfAbsent("TF_CPP_MIN_LOG_LEVEL", "2");
    Process process = builder.start();
    Thread hook = new Thread(process::destroyForcibly, "end-child");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
        throw new GraphFileException(
            "the child process had not ended after "
                + timeoutSeconds
                + " s and was killed; "
                + purpose.nothing()
                + "; give more time with --timeout"
                + purpose.less());
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
      return purpose.runtime()
          + " crashed the child process"
          + Files.readString(crash, StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.contains("SIG"))
              .findFirst()
              .map(line -> " (" + line.replace("#", "").strip() + ")")
              .orElse("")
          + "; "
          + purpose.nothing();
    }
    if (code > SIGNALS) {
      return "the child process was ended by signal "
          + (code - SIGNALS)
          + signal(code - SIGNALS)
          + "; "
          + purpose.nothing();
    }
    List<String> lines =
        Files.readString(folder.resolve(OUTPUT), StandardCharsets.UTF_8).lines().toList();
    String last = lines.isEmpty() ? "it said nothing" : "it said: " + lines.get(lines.size() - 1);
    return "the child process ended with exit code " + code + "; " + last + advice(last);
  }

  private static String advice(String last) {
    if (last.contains("OutOfMemory")) {
      return "; give more memory with --heap";
    }
    return last.contains("Could not reserve") || last.contains("Cannot allocate memory")
        ? "; give more memory with --memory"
        : "";
  }

  private static String signal(int number) {
    return switch (number) {
      case 6 -> " (SIGABRT)";
      case 9 -> " (SIGKILL)";
      case 11 -> " (SIGSEGV)";
      case 15 -> " (SIGTERM)";
      case 25 -> " (SIGXFSZ: a file grew over --file-size)";
      default -> "";
    };
  }
}
