package org.grokfast.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is lost and what is made twice where executors and drivers are killed. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links to jars need rights there")
@Tag("process")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledProcessesTest {
  private static final String CLUSTER = "local-cluster[2,1,2048]";

  @TempDir Path folder;
  private Sweep sweep;

  @BeforeEach
  void here() {
    sweep = new Sweep(folder);
  }

  @Test
  void aKilledExecutorLosesNothingAndNothingThatIsFinishedIsMadeTwice()
      throws IOException, InterruptedException {
    List<Object> words = sweep.compare("plain,ema", "0-1", "spark");
    Process driver = sweep.onSpark(CLUSTER, words).start();
    List<String> said = new ArrayList<>();
    try (BufferedReader reader = SparkCli.reader(driver)) {
      awaitLine(reader, "[1/4] ", said);
      ProcessHandle executor = awaitHeld();
      assertThat(executor.info().commandLine().orElse("?"))
          .contains("CoarseGrainedExecutorBackend");
      assertThat(executor.destroyForcibly()).isTrue();
      reader.lines().forEach(said::add);
      assertThat(driver.waitFor()).as(String.join("\n", said)).isZero();
    } finally {
      SparkCli.end(driver);
    }
    // One was under way in that executor. The journal has every start of a run.
    assertThat(sweep.starts()).containsEntry("plain 0", 1L).containsEntry("plain 1", 1L);
    assertThat(List.of(sweep.starts().get("held 0"), sweep.starts().get("held 1")))
        .containsExactlyInAnyOrder(1L, 2L);

    SparkCli.Ended local =
        SparkCli.run(SparkCli.local(sweep.compare("plain,ema", "0-1", "local").toArray()));
    assertThat(local.code()).as(local.text()).isZero();
    assertThat(sweep.results("spark")).hasSize(4).isEqualTo(sweep.results("local"));
    assertThat(sweep.table("spark")).isEqualTo(sweep.table("local"));
    assertThat(sweep.files("spark")).isEqualTo(sweep.files("local"));

    List<String> journal = GatedSpec.journal(folder);
    SparkCli.Ended again = SparkCli.run(sweep.onSpark("local[1]", words));
    assertThat(again.code()).as(again.text()).isZero();
    assertThat(again.lines()).contains("4 of 4 runs are there already");
    assertThat(GatedSpec.journal(folder)).isEqualTo(journal);
  }

  @Test
  void afterAKilledDriverTheSameCommandMakesOnlyTheRest() throws IOException, InterruptedException {
    List<Object> words = sweep.compare("plain,ema", "0", "spark");
    Process driver = sweep.onSpark("local[2]", words).start();
    try (BufferedReader reader = SparkCli.reader(driver)) {
      awaitLine(reader, "[1/2] plain seed 0", new ArrayList<>());
      assertThat(awaitHeld().pid()).isEqualTo(driver.pid());
      assertThat(driver.destroyForcibly().waitFor()).isNotZero();
    } finally {
      SparkCli.end(driver);
    }
    assertThat(sweep.results("spark")).hasSize(1);
    SparkCli.Ended rest = SparkCli.run(sweep.onSpark("local[2]", words));
    assertThat(rest.code()).as(rest.text()).isZero();
    assertThat(rest.lines()).contains("1 of 2 runs are there already");
    assertThat(sweep.results("spark")).hasSize(2);
    assertThat(sweep.starts()).containsEntry("plain 0", 1L).containsEntry("held 0", 2L);
  }

  private static void awaitLine(BufferedReader reader, String start, List<String> said)
      throws IOException {
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      said.add(line);
      if (line.startsWith(start)) {
        return;
      }
    }
    throw new AssertionError("no line '" + start + "' in\n" + String.join("\n", said));
  }

  /** Waits until a run is held, and returns the process that it is a part of. */
  private ProcessHandle awaitHeld() throws IOException, InterruptedException {
    Path held = GatedSpec.held(folder);
    try (var watch = folder.getFileSystem().newWatchService()) {
      while (!Files.exists(held)) {
        watch.poll(50, TimeUnit.MILLISECONDS);
      }
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(held))).orElseThrow();
  }
}
