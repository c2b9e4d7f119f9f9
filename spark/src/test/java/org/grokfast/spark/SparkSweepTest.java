package org.grokfast.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code --spark}: which runs are tried again, what is said of those that fail, and where it runs.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links to jars need rights there")
@Tag("process")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkSweepTest {
  @TempDir Path folder;
  private Sweep sweep;

  @BeforeEach
  void here() {
    sweep = new Sweep(folder);
  }

  @Test
  void whatThrowsIsTriedAgainAndWhatCannotSucceedIsNot() throws IOException, InterruptedException {
    SparkCli.Ended run =
        SparkCli.run(
            sweep.onSpark(
                "local[2,4]", sweep.compare("plain,windowed,diverging,impossible", "0", "spark")));
    assertThat(run.code()).as(run.text()).isEqualTo(1);
    assertThat(run.lines())
        .anyMatch(line -> line.contains("] plain seed 0: first crossing "))
        .anyMatch(line -> line.contains("] windowed seed 0: first crossing "))
        .anyMatch(line -> line.contains("] diverging seed 0: failed at step 1, exit code 1: "))
        .anyMatch(line -> line.contains("] impossible seed 0: failed at step 0, exit code 2: "));
    assertThat(sweep.starts())
        .isEqualTo(Map.of("plain 0", 1L, "throws 0", 2L, "diverges 0", 1L, "impossible 0", 1L));
    assertThat(Files.readAllLines(folder.resolve("spark/runs.csv"))).hasSize(5);
    assertThat(sweep.results("spark")).hasSize(2);
  }

  @Test
  void aRunOnWhichSparkGivesUpIsReportedWithWhatItSaidLast()
      throws IOException, InterruptedException {
    // This master tries once.
    SparkCli.Ended run =
        SparkCli.run(sweep.onSpark("local[1]", sweep.compare("windowed", "0", "spark")));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.lines())
        .anyMatch(
            line ->
                line.contains("failed at step 0, exit code 1: grokfast: the first attempt fails"));
  }

  @Test
  void theRoundsOfASearchGoOnFromTheCheckpointsOfTheLast()
      throws IOException, InterruptedException {
    List<Object> words = new ArrayList<>(List.of("tune", "parity", "--trials", 2, "--seeds", 0));
    for (String fixed : List.of("bits=2", "subset=1", "training=64", "validation=64", "width=16")) {
      words.addAll(List.of("--set", fixed));
    }
    words.addAll(
        List.of("--factor", 2, "--steps", 20, "--set", "full", "--out", folder.resolve("spark")));
    SparkCli.Ended run = SparkCli.run(sweep.onSpark("local[2]", words));
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(folder.resolve("spark/best.yaml")).exists();
    // A session of training writes a file of events; that of the second round is beside the first.
    List<String> events =
        sweep.files("spark").stream().filter(name -> name.endsWith("tfevents")).toList();
    assertThat(events).hasSize(3);
    assertThat(events.stream().distinct()).hasSize(2);
  }

  @Test
  void sparkSubmitMakesRunsWithTheJarsThatItBrings() throws IOException, InterruptedException {
    List<Path> jars = SparkCli.jars(folder.resolve("lib"));
    List<Object> words = new ArrayList<>(List.of("--master", "local[2]"));
    words.addAll(List.of("--class", SparkMain.class.getName(), "--jars", SparkCli.joined(jars)));
    words.add(jars.get(0));
    words.addAll(sweep.compare("plain", "0", "spark"));
    SparkCli.Ended run = SparkCli.run(SparkCli.submission(words.toArray()));
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.lines()).anyMatch(line -> line.startsWith("[1/1] plain seed 0: first crossing"));
    assertThat(sweep.results("spark")).hasSize(1);
    assertThat(Files.readString(folder.resolve("spark/comparison.json")))
        .contains("\"--spark=local[2]\"");
  }

  @Test
  void bothLaunchersOpenTheSamePackages() throws IOException {
    assertThat(SparkCli.packages("grokfast"))
        .contains("sun.nio.ch")
        .isEqualTo(SparkCli.packages("graph-tools/src/distribution/bin/grokfast"));
  }

  @Test
  void aWrongMasterIsOneLineAndExitCode2() throws IOException, InterruptedException {
    SparkCli.Ended run =
        SparkCli.run(sweep.onSpark("nowhere", sweep.compare("plain", "0", "spark")));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.lines())
        .containsExactly(
            "grokfast: --spark: 'nowhere' is no master; expected one such as local[4] or"
                + " spark://host:7077",
            "Try 'grokfast compare --help'.");
  }

  @Test
  void aJvmThatKeepsItsInternalsClosedIsToldWhichOptionIsMissing()
      throws IOException, InterruptedException {
    Object[] words =
        Stream.concat(
                sweep.compare("plain", "0", "spark").stream(), Stream.of("--spark", "local[1]"))
            .toArray();
    SparkCli.Ended run = SparkCli.run(SparkCli.local(words));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.lines()).hasSize(1);
    assertThat(run.lines().get(0)).contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
  }
}
