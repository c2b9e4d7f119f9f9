package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.grokfast.tools.compare.ManyRuns;
import org.grokfast.tools.runs.Processes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A signal that ends {@code grokfast compare}. It is TERM, which takes the same way through the
 * program as the INT of Ctrl-C.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs kill -TERM")
@Tag("process")
class InterruptedComparisonTest {
  /** The quick arm ends by itself; the endless one is interrupted. */
  private static final String ARMS =
      """
      all: {bits: 2, subset: 1, training: 64, validation: 64, width: 16, filter: none,
            validate-every: 1, until: 1, sustain: 10000000, full: true}
      arms:
        quick: {steps: 5}
        endless: {steps: %d}
      """;

  @TempDir Path folder;

  private Object[] compare(int steps) throws IOException {
    Path file = folder.resolve("arms.yaml");
    Files.writeString(file, ARMS.formatted(steps));
    return new Object[] {
      "compare", "parity", "--arms", file, "--seeds", 0, "--jobs", 1, "--out", out()
    };
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path endless() throws IOException {
    try (Stream<Path> arms = Files.list(out().resolve("runs"))) {
      return arms.filter(path -> path.getFileName().toString().startsWith("endless-"))
          .findFirst()
          .orElseThrow()
          .resolve("seed-0");
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anInterruptEndsTheRunsWithACheckpointAndTheSameCommandContinuesThem()
      throws IOException, InterruptedException {
    Process process = ForkedCli.builder(compare(10_000_000)).redirectErrorStream(true).start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(reader.readLine()).startsWith("grokfast: note: with steps 5 and sustain");
      assertThat(reader.readLine()).startsWith("grokfast: note: with steps 10000000 and sustain");
      assertThat(reader.readLine()).startsWith("[1/2] quick seed 0: first crossing");
      awaitRows();
      new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
      assertThat(reader.lines())
          .containsExactly("stopped; the same command continues what is in " + out());
      assertThat(process.waitFor()).isNotZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertThat(endless().resolve("checkpoints")).isNotEmptyDirectory();
    List<String> before = Files.readAllLines(endless().resolve("metrics.csv"));

    // With a nearer end, which isn't the run's past.
    Invocation rest = Invocation.of(compare(before.size() + 20));
    assertThat(rest.err()).contains("1 of 2 runs are there already", "[2/2] endless seed 0: ");
    assertThat(Files.readAllLines(endless().resolve("metrics.csv")))
        .startsWith(before.toArray(new String[0]));
  }

  /** Waits until the run has begun: its process writes a row for every step. */
  private void awaitRows() throws IOException, InterruptedException {
    try (var watch = folder.getFileSystem().newWatchService()) {
      while (!Files.isDirectory(out().resolve("runs")) || rows() < 5) {
        watch.poll(50, TimeUnit.MILLISECONDS);
      }
    }
  }

  private long rows() throws IOException {
    try {
      Path metrics = endless().resolve("metrics.csv");
      return Files.exists(metrics) ? Files.readAllLines(metrics).size() : 0;
    } catch (java.util.NoSuchElementException e) {
      return 0;
    }
  }

  @Test
  void aFolderInUseIsRefused() throws IOException {
    Files.createDirectories(out());
    PrintWriter err = new PrintWriter(new StringWriter());
    try (ManyRuns other = new ManyRuns(() -> new Processes(Main.class), out(), 1, err)) {
      assertThat(other).isNotNull();
      Process process = ForkedCli.builder(compare(1)).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text)
          .contains("another process makes runs in " + out() + "; wait for it, or choose another");
    }
  }
}
