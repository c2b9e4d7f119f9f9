package org.grokfast.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code grokfast compare --spark}: what is lost, what is made twice, and what is reported. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links to jars need rights there")
@Tag("process")
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkSweepTest {
  /** The even one of two bits is learned in some ten steps. */
  private static final String ARMS =
      """
      all: {bits: 2, subset: 1, training: 64, validation: 64, width: 16, optimizer: adamw,
            lr: 0.01, weight-decay: 0, steps: 60, sustain: 10, validate-every: 1}
      baseline: plain
      arms:
        plain: {filter: none, mark: plain}
        ema: {filter: ema, alpha: 0.9, lamb: 1, mark: held}
        windowed: {filter: ma, window: 5, lamb: 1, mark: throws}
        diverging: {filter: none, lr: 1e+30, mark: diverges}
        impossible: {filter: none, subset: 9, mark: impossible}
      """;

  private static final String CLUSTER = "local-cluster[2,1,2048]";

  @TempDir Path folder;

  private Object[] compare(String only, String seeds, String out) throws IOException {
    Path arms = folder.resolve("arms.yaml");
    Files.writeString(arms, ARMS);
    return new Object[] {
      "compare", "gated", "--arms", arms, "--only", only, "--seeds", seeds, "--out", out(out)
    };
  }

  private Path out(String name) {
    return folder.resolve(name);
  }

  private ProcessBuilder onSpark(String master, Object... args) throws IOException {
    Path home = folder.resolve("spark");
    if (!Files.exists(home)) {
      SparkCli.home(home);
    }
    List<Object> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--spark", master));
    ProcessBuilder builder = SparkCli.driver(home, all.toArray());
    builder.environment().put(GatedSpec.FOLDER, folder.toString());
    return builder;
  }

  /** What a process printed, and its exit code. */
  private record Ended(int code, List<String> lines) {
    static Ended of(ProcessBuilder builder) throws IOException, InterruptedException {
      Process process = builder.start();
      try (BufferedReader reader = reader(process)) {
        List<String> lines = reader.lines().toList();
        return new Ended(process.waitFor(), lines);
      } finally {
        end(process);
      }
    }
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Test
  void anExecutorThatIsKilledLosesNothingAndMakesNothingTwiceThatIsFinished()
      throws IOException, InterruptedException {
    Process driver = onSpark(CLUSTER, compare("plain,ema,windowed", "0-1", "spark")).start();
    List<String> said = new ArrayList<>();
    try (BufferedReader reader = reader(driver)) {
      awaitLine(reader, "[1/6] ", said);
      ProcessHandle executor = awaitHeld();
      assertThat(executor.info().commandLine().orElse("?"))
          .contains("CoarseGrainedExecutorBackend");
      assertThat(executor.destroyForcibly()).isTrue();
      reader.lines().forEach(said::add);
      assertThat(driver.waitFor()).as(String.join("\n", said)).isZero();
    } finally {
      end(driver);
    }
    // One of two was under way in the executor; two others are told to throw at first.
    assertThat(starts())
        .containsEntry("plain 0", 1L)
        .containsEntry("plain 1", 1L)
        .containsEntry("throws 0", 2L)
        .containsEntry("throws 1", 2L);
    assertThat(starts().get("held 0") + starts().get("held 1")).isEqualTo(3);

    Ended local = Ended.of(SparkCli.local(compare("plain,ema,windowed", "0-1", "local")));
    assertThat(local.code()).as(String.join("\n", local.lines())).isZero();
    assertThat(results("spark")).hasSize(6).isEqualTo(results("local"));
    assertThat(table("spark")).isEqualTo(table("local"));
    assertThat(Files.readString(folder.resolve("spark/report.html"))).contains("windowed");

    List<String> journal = GatedSpec.journal(folder);
    Ended again = Ended.of(onSpark("local[1]", compare("plain,ema,windowed", "0-1", "spark")));
    assertThat(again.code()).isZero();
    assertThat(again.lines()).contains("6 of 6 runs are there already");
    assertThat(GatedSpec.journal(folder)).isEqualTo(journal);
  }

  @Test
  void aDriverThatIsKilledMakesOnlyTheRestTheNextTime() throws IOException, InterruptedException {
    Process driver = onSpark("local[2]", compare("plain,ema", "0-1", "spark")).start();
    List<String> said = new ArrayList<>();
    try (BufferedReader reader = reader(driver)) {
      awaitLine(reader, "[1/4] ", said);
      assertThat(awaitHeld().pid()).isEqualTo(driver.pid());
      assertThat(driver.destroyForcibly().waitFor()).isNotZero();
    } finally {
      end(driver);
    }
    long finished = results("spark").size();
    assertThat(finished).isPositive();
    Ended rest = Ended.of(onSpark("local[2]", compare("plain,ema", "0-1", "spark")));
    assertThat(rest.code()).as(String.join("\n", rest.lines())).isZero();
    assertThat(rest.lines()).contains(finished + " of 4 runs are there already");
    assertThat(results("spark")).hasSize(4);
    assertThat(starts().values().stream().mapToLong(n -> n).sum()).isBetween(5L, 6L);
  }

  @Test
  void aRunThatFailsForGoodIsOneLineAndIsTriedOnceAndTheOthersAreKept()
      throws IOException, InterruptedException {
    Ended run =
        Ended.of(onSpark("local[2,4]", compare("plain,diverging,impossible", "0", "spark")));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.lines())
        .anyMatch(line -> line.contains("plain seed 0: first crossing "))
        .anyMatch(line -> line.contains("] diverging seed 0: failed at step 1, exit code 1: "))
        .anyMatch(line -> line.contains("impossible seed 0: failed at step 0, exit code 2: "));
    assertThat(starts()).isEqualTo(Map.of("plain 0", 1L, "diverges 0", 1L, "impossible 0", 1L));
    assertThat(Files.readAllLines(folder.resolve("spark/runs.csv"))).hasSize(4);
    assertThat(results("spark")).hasSize(1);
  }

  @Test
  void aRunThatFailsEveryTimeIsGivenUpWithWhatItSaidLast()
      throws IOException, InterruptedException {
    // Spark tries once in this mode.
    Ended run = Ended.of(onSpark("local[1]", compare("windowed", "0", "spark")));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.lines())
        .anyMatch(
            line ->
                line.contains("failed at step 0, exit code 1: grokfast: the first attempt fails"));
  }

  @Test
  void aWrongMasterIsOneLineAndExitCode2() throws IOException, InterruptedException {
    Ended run = Ended.of(onSpark("nowhere", compare("plain", "0", "spark")));
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
    Object[] args =
        Stream.of(compare("plain", "0", "spark"), new Object[] {"--spark", "local"})
            .flatMap(Stream::of)
            .toArray();
    Ended run = Ended.of(SparkCli.local(args));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.lines()).hasSize(1);
    assertThat(run.lines().get(0)).contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
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
    try (var watch = folder.getFileSystem().newWatchService()) {
      while (!Files.exists(GatedSpec.held(folder))) {
        watch.poll(50, TimeUnit.MILLISECONDS);
      }
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(GatedSpec.held(folder)))).orElseThrow();
  }

  private Map<String, Long> starts() throws IOException {
    return GatedSpec.journal(folder).stream()
        .collect(Collectors.groupingBy(run -> run, TreeMap::new, Collectors.counting()));
  }

  /** The metrics of the finished runs, which are the same bits wherever a run is made. */
  private Map<String, String> results(String name) throws IOException {
    Path runs = folder.resolve(name).resolve("runs");
    Map<String, String> results = new TreeMap<>();
    try (Stream<Path> files = Files.walk(runs)) {
      for (Path result : files.filter(file -> file.endsWith("result.json")).toList()) {
        Path run = result.getParent();
        results.put(runs.relativize(run).toString(), Files.readString(run.resolve("metrics.csv")));
      }
    }
    return results;
  }

  /** The table of runs without what depends on how busy the machine was. */
  private List<List<String>> table(String name) throws IOException {
    List<String[]> rows =
        Files.readAllLines(folder.resolve(name).resolve("runs.csv")).stream()
            .map(row -> row.split(",", -1))
            .toList();
    List<Integer> kept =
        IntStream.range(0, rows.get(0).length)
            .filter(i -> !rows.get(0)[i].matches("seconds.*|steps_per_second|peak_mebibytes"))
            .boxed()
            .toList();
    assertThat(kept).hasSizeGreaterThan(6);
    return rows.stream().map(row -> kept.stream().map(i -> row[i]).toList()).toList();
  }
}
