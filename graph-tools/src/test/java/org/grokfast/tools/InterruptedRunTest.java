package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A signal that ends {@code grokfast train}, sent to a process of its own. It is TERM, which takes
 * the same way through the program as the INT of Ctrl-C: a build that runs in the background of a
 * shell inherits an ignored INT.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs kill -TERM")
@Tag("process")
class InterruptedRunTest {
  @TempDir Path folder;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anInterruptEndsTheRunWithItsCheckpointPicturesAndSummary()
      throws IOException, InterruptedException {
    Path out = folder.resolve("run");
    Process process =
        ForkedCli.builder(
                "train",
                "algorithmic",
                "--prime",
                "7",
                "--batch",
                "8",
                "--threads",
                "1",
                "--steps",
                "1000000",
                "--until",
                "1",
                "--sustain",
                "1000000",
                "--out",
                out)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      while (line != null && !line.startsWith("step 100 ")) {
        line = reader.readLine();
      }
      assertThat(line).as("the run's first line of progress").isNotNull();
      new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
      String rest = reader.lines().collect(Collectors.joining("\n"));
      assertThat(rest).contains("stopped; --resume continues").contains("peak memory");
    } finally {
      process.destroyForcibly();
    }
    assertThat(out.resolve("curves.png")).exists();
    try (Stream<Path> checkpoints = Files.list(out.resolve("checkpoints"))) {
      assertThat(checkpoints).isNotEmpty();
    }
  }
}
