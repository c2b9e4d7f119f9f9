package org.grokfast.tools.runs;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.grokfast.io.FileTrees;
import org.grokfast.models.training.files.FolderLock;
import org.grokfast.tools.console.ChildJvm;

/** A process that makes one run. */
final class TrainProcess {
  /** The property that names the process without which a run has no purpose. */
  private static final String PARENT = "grokfast.parent";

  private static final long NANOSECONDS_BETWEEN_LOOKS = 100_000_000;

  /** A minute's. */
  private static final int LAST_STEP_LOOKS = 600;

  private final PlannedRun run;
  private final Class<?> program;
  private Process process;

  /**
   * A process that is not started yet.
   *
   * @param program the class whose main method is the command line
   */
  TrainProcess(PlannedRun run, Class<?> program) {
    this.run = run;
    this.program = program;
  }

  /** Starts the run, or continues it where its newest checkpoint was made. */
  synchronized void start() throws IOException {
    Path folder = run.folder().path();
    Files.createDirectories(folder.getParent());
    awaitEarlier(folder);
    List<String> command = java();
    command.addAll(run.command());
    if (run.folder().canBeResumed()) {
      command.add("--resume=" + folder);
    } else {
      // What an attempt without a checkpoint left can't be continued.
      FileTrees.delete(folder);
      command.add("--out=" + folder);
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(run.folder().log().toFile());
    process = builder.start();
    process.getOutputStream().close();
  }

  /**
   * Waits for its end.
   *
   * @return what it said last, if it failed
   */
  Optional<String> await() throws InterruptedException, IOException {
    int code = process.waitFor();
    if (code == 0) {
      return Optional.empty();
    }
    List<String> lines =
        new String(Files.readAllBytes(run.folder().log()), StandardCharsets.UTF_8).lines().toList();
    String last = lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1);
    return Optional.of("exit code " + code + ": " + last);
  }

  /** Ends it at once. */
  synchronized void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /** Asks it to end with a checkpoint. */
  synchronized void stop() {
    if (process != null) {
      process.destroy();
    }
  }

  /**
   * A run whose parent was killed ends with the step that is under way, and until then has the
   * folder.
   */
  private static void awaitEarlier(Path folder) throws IOException {
    for (int i = 0; Files.exists(folder); i++) {
      Optional<FolderLock> lock = FolderLock.take(folder);
      if (lock.isPresent()) {
        lock.get().close();
        return;
      }
      if (i == LAST_STEP_LOOKS) {
        throw new IOException("another process trains in " + folder);
      }
      LockSupport.parkNanos(NANOSECONDS_BETWEEN_LOOKS);
    }
  }

  /** This JVM with its options, on its class path. */
  private List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-X"))
        .forEach(command::add);
    command.addAll(ChildJvm.options());
    command.add("-Djava.awt.headless=true");
    command.add("-D" + PARENT + "=" + ProcessHandle.current().pid());
    String classPath = String.join(File.pathSeparator, ChildJvm.classPath());
    command.addAll(List.of("-cp", classPath, program.getName()));
    return command;
  }
}
