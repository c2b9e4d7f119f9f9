package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class ForecastVerbTest {
  private static final Map<String, String> INSIDE =
      Map.ofEntries(
          Map.entry("op", "add"),
          Map.entry("prime", "13"),
          Map.entry("train-fraction", "0.7"),
          Map.entry("width", "32"),
          Map.entry("blocks", "1"),
          Map.entry("filter", "none"),
          Map.entry("optimizer", "adamw"),
          Map.entry("lr", "0.002"),
          Map.entry("weight-decay", "0.3"),
          Map.entry("validate-every", "1"),
          Map.entry("threads", "1"),
          Map.entry("checkpoint-every", "100"),
          Map.entry("keep-checkpoints", "0"));

  @TempDir static Path folder;

  @BeforeAll
  static void train() {
    train("run", 400, Map.of("probe", "weight-norm"));
  }

  private static Path train(String name, int steps, Map<String, String> changed) {
    Map<String, String> options = new TreeMap<>(INSIDE);
    options.putAll(changed);
    List<Object> words = new ArrayList<>(List.of("train", "algorithmic", "--full"));
    options.forEach((option, value) -> words.add("--" + option + "=" + value));
    words.add("--steps=" + steps);
    words.add("--out=" + folder.resolve(name));
    Cli.Run run = Cli.run(words.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return folder.resolve(name);
  }

  /** A copy of the run with other metrics, whose only checkpoint is that of step 100. */
  private static Path changed(String name, UnaryOperator<List<String>> change) throws IOException {
    Path copy = folder.resolve(name);
    PathUtils.copyDirectory(folder.resolve("run"), copy);
    try (Stream<Path> checkpoints = Files.list(copy.resolve("checkpoints"))) {
      for (Path checkpoint : checkpoints.toList()) {
        if (!checkpoint.endsWith("step-000000100")) {
          PathUtils.deleteDirectory(checkpoint);
        }
      }
    }
    Path metrics = copy.resolve("metrics.csv");
    Files.write(metrics, change.apply(new ArrayList<>(Files.readAllLines(metrics))));
    return copy;
  }

  private static void refused(Path run, int code, String... parts) {
    Cli.Run forecast = Cli.run("forecast", run);
    assertThat(forecast.code()).as(forecast.err()).isEqualTo(code);
    assertThat(forecast.out()).isEmpty();
    assertThat(forecast.err().lines()).hasSize(1);
    assertThat(forecast.err()).contains(parts);
  }

  @Test
  void theJsonIsAsItsSchemaSays() {
    Cli.Run run = Cli.run("forecast", folder.resolve("run"), "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode root = Schemas.parse("forecast", run.out());
    assertThat(root.path("probability").asDouble()).isBetween(0.0, 1.0);
    assertThat(root.path("probabilityLow").asDouble())
        .isLessThanOrEqualTo(root.path("probability").asDouble());
    assertThat(root.path("steps").asInt()).isEqualTo(400);
    assertThat(root.path("features").path("train-fraction").asDouble()).isEqualTo(0.7);
  }

  @Test
  void theTextSaysHowLikelyAndHowSure() {
    Cli.Run run = Cli.run("forecast", folder.resolve("run"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines().get(0))
        .matches("[0-9]+ % likely to reach 95 % validation accuracy by step 2,000");
    assertThat(run.out()).contains("how sure", "tried on", "when", "the first 400 steps");
    assertThat(run.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void settingsOutsideTheCalibrationAreNamed() {
    Path filtered = train("filtered", 2, Map.of("filter", "ema", "lr", "0.1", "batch", "16"));
    refused(
        filtered,
        3,
        "no forecast outside the runs that it was made from: ",
        "filter is ema(",
        "full-batch is no, not yes",
        "learning-rate is 0.1, not from ");
    Path wide = train("wide", 2, Map.of("width", "64", "validate-every", "2"));
    refused(wide, 3, "validate-every is 2, not 1; width is 64, not 32");
  }

  /** Unlike a probe, a pass changes the run. */
  @Test
  void aRunWithPassesIsOutsideWithoutAFilterToo() {
    refused(
        train("lookahead", 2, Map.of("lookahead", "5,0.5", "probe", "weight-norm")),
        3,
        "filter is none(probes=[weight-norm:every=10], passes=[lookahead(5,0.5)]), not none");
    refused(
        train("muon", 2, Map.of("muon", "0.02", "muon-matrices", "qkv|mlp|attention")),
        3,
        "filter is none(passes=[muon(");
  }

  @Test
  void aRunOfAnotherTaskIsNamed() {
    Cli.Run parity =
        Cli.run(
            "train",
            "parity",
            "--bits=8",
            "--subset=2",
            "--steps=2",
            "--threads=1",
            "--out=" + folder.resolve("parity"));
    assertThat(parity.code()).as(parity.err()).isZero();
    refused(folder.resolve("parity"), 3, "the task is parity, not algorithmic");
  }

  @Test
  void aRunThatIsTooShortSaysHowFarItHasToGo() {
    refused(
        train("short", 30, Map.of()),
        3,
        "the run has 30 steps; a forecast needs 400: continue it with 'train' and --resume");
  }

  @Test
  void aLossThatIsNoNumberIsNamedWithItsStep() throws IOException {
    Path run =
        changed(
            "nan",
            lines -> {
              lines.set(300, lines.get(300).replaceFirst("^300,[^,]*,", "300,,"));
              return lines;
            });
    refused(run, 1, "the loss at step 300 is NaN; expected a number");
  }

  @Test
  void aMissingStepIsNotFilledIn() throws IOException {
    Path run =
        changed(
            "gap",
            lines -> {
              lines.remove(300);
              return lines;
            });
    refused(run, 3, "the metrics have no row for step 300", "--validate-every 1");
  }

  @Test
  void aMissingColumnIsNamed() throws IOException {
    Path run =
        changed(
            "column",
            lines ->
                lines.stream().map(line -> line.replaceFirst("^([^,]*),[^,]*", "$1")).toList());
    refused(run, 1, "is no metrics file: its first line is step,train_accuracy,");
  }

  @Test
  void metricsOfAnotherRunAreRefused() throws IOException {
    Path run =
        changed(
            "other",
            lines -> {
              lines.set(50, lines.get(50).replaceFirst("^50,[^,]*,", "50,1.5,"));
              return lines;
            });
    refused(run, 1, "is not of the run whose checkpoint is ", "row 50 differs");
  }

  @Test
  void aRunThatHasGeneralisedNeedsNoForecast() throws IOException {
    Path run =
        changed(
            "done",
            lines -> {
              String[] cells = lines.get(350).split(",", -1);
              cells[4] = "0.96";
              lines.set(350, String.join(",", cells));
              return lines;
            });
    refused(run, 3, "has generalised already", "reached 0.95 at step 350");
  }

  @Test
  void aFolderThatIsNoRunIsNamed() throws IOException {
    refused(folder.resolve("nowhere"), 1, "there is no folder '");
    refused(Files.createDirectory(folder.resolve("empty")), 1, "no checkpoint in ");
    Path without = changed("without", lines -> lines);
    Files.delete(without.resolve("metrics.csv"));
    refused(without, 1, "cannot read the metrics of the run", "metrics.csv");
  }
}
