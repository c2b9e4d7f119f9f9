package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process that is stopped in the middle of its work and goes on. While it stands still, the disk
 * shows what it would show if the process had been killed at that moment, and looking at many
 * moments takes one process instead of one each.
 */
final class StoppedProcess implements AutoCloseable {
  private final Process process;

  StoppedProcess(ProcessBuilder builder) throws IOException {
    process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** Waits for the first byte on standard error, with which the process says that it works. */
  void awaitWork() throws IOException {
    assertThat(process.getErrorStream().read()).as("a byte on standard error").isPositive();
  }

  /** Lets it run for a time, and stops it. */
  void stopAfter(long nanoseconds) throws IOException, InterruptedException {
    assertThat(process.waitFor(nanoseconds, TimeUnit.NANOSECONDS)).as("ended").isFalse();
    signal("STOP");
    while (!standsStill()) {
      Thread.onSpinWait();
    }
  }

  /** Lets it go on. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Kills it, stopped or not. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
    assertThat(kill.waitFor()).as(name).isZero();
  }

  /** Whether all its threads have left what they did in the kernel. */
  private boolean standsStill() throws IOException, InterruptedException {
    Path threads = Path.of("/proc/" + process.pid() + "/task");
    if (!Files.isDirectory(threads)) {
      Process ps = new ProcessBuilder("ps", "-o", "stat=", "-p", "" + process.pid()).start();
      String state = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(ps.waitFor()).isZero();
      return state.startsWith("T");
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(threads)) {
      for (Path thread : entries) {
        String line = Files.readString(thread.resolve("stat"));
        if (!line.substring(line.lastIndexOf(')')).startsWith(") T")) {
          return false;
        }
      }
      return true;
    } catch (NoSuchFileException e) {
      // A thread has ended meanwhile.
      return false;
    }
  }
}
