package org.grokfast.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A comparison of runs of seconds, and what it left.
 *
 * @param folder where the arms, the journal of the runs and the outputs are
 */
record Sweep(Path folder) {
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

  /** The words of a comparison of some of the arms. */
  List<Object> compare(String only, String seeds, String out) throws IOException {
    Path arms = folder.resolve("arms.yaml");
    Files.writeString(arms, ARMS);
    return List.of(
        "compare",
        "gated",
        "--arms",
        arms,
        "--only",
        only,
        "--seeds",
        seeds,
        "--out",
        folder.resolve(out));
  }

  /** The same on Spark, with a journal. */
  ProcessBuilder onSpark(String master, List<Object> words) throws IOException {
    List<Object> all = new ArrayList<>(words);
    all.addAll(List.of("--spark", master));
    ProcessBuilder builder = SparkCli.driver(all.toArray());
    builder.environment().put(GatedSpec.FOLDER, folder.toString());
    return builder;
  }

  /** How often every run was started, by what the journal calls it. */
  Map<String, Long> starts() throws IOException {
    return GatedSpec.journal(folder).stream()
        .collect(Collectors.groupingBy(run -> run, TreeMap::new, Collectors.counting()));
  }

  /** The metrics of the finished runs, which are the same bits wherever a run is made. */
  Map<String, String> results(String out) throws IOException {
    Path runs = folder.resolve(out).resolve("runs");
    Map<String, String> results = new TreeMap<>();
    try (Stream<Path> files = Files.walk(runs)) {
      for (Path result : files.filter(file -> file.endsWith("result.json")).toList()) {
        Path run = result.getParent();
        results.put(runs.relativize(run).toString(), Files.readString(run.resolve("metrics.csv")));
      }
    }
    return results;
  }

  /** The names of the files of the runs. */
  List<String> files(String out) throws IOException {
    Path runs = folder.resolve(out).resolve("runs");
    try (Stream<Path> files = Files.walk(runs)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> runs.relativize(file).toString())
          // The lock of a run is where the run was; TensorBoard's files are named by time and host.
          .filter(name -> !name.endsWith(".lock"))
          .map(name -> name.replaceFirst("tfevents.*", "tfevents"))
          .sorted()
          .toList();
    }
  }

  /** The table of runs without what depends on how busy the machine was. */
  List<List<String>> table(String out) throws IOException {
    List<String[]> rows =
        Files.readAllLines(folder.resolve(out).resolve("runs.csv")).stream()
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
