package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.models.comparison.ArmOptions;
import org.grokfast.models.registry.TaskRegistry;
import org.grokfast.models.task.TaskSpec;
import org.grokfast.tools.compare.ArmsFile;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code grokfast compare}, with runs of seconds in processes of their own. */
@Tag("process")
class CompareVerbTest {
  /** The even one of two bits is learned in some ten steps; a rate of 1e30 gives NaN at once. */
  private static final String ARMS =
      """
      all: {bits: 2, subset: 1, training: 64, validation: 64, width: 16, optimizer: adamw,
            lr: 0.01, weight-decay: 0, steps: 60, sustain: 10, validate-every: 1}
      baseline: plain
      arms:
        plain: {about: without a filter, filter: none}
        ema: {filter: ema, alpha: 0.9, lamb: 1}
        hopeless: {filter: none, lr: 1e-30}
        broken: {filter: none, lr: 1e+30}
      """;

  @TempDir Path folder;

  private Invocation compare(String arms, Object... more) {
    Path file = folder.resolve("arms.yaml");
    try {
      Files.writeString(file, arms);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    List<Object> args =
        new ArrayList<>(List.of("compare", "parity", "--arms", file, "--out", out()));
    args.addAll(List.of(more));
    return Invocation.of(args.toArray());
  }

  private Path out() {
    return folder.resolve("out");
  }

  @Test
  void armsAreComparedAndFinishedRunsAreNotMadeAgain() throws IOException {
    Invocation first = compare(ARMS, "--only", "plain,ema,hopeless", "--seeds", "0-1", "--json");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("[6/6]", "ema seed 1: first crossing ");
    JsonNode json = Schemas.parse("compare", first.out());
    assertThat(json.get("baseline").asText()).isEqualTo("plain");
    JsonNode plain = json.get("arms").get(0);
    JsonNode ema = json.get("arms").get(1);
    JsonNode hopeless = json.get("arms").get(2);
    assertThat(plain.get("ratioToBaseline").get("firstCrossing").isNull()).isTrue();
    JsonNode ratio = ema.get("ratioToBaseline").get("firstCrossing");
    assertThat(ratio.get("low").asDouble())
        .isEqualTo(median(plain, "firstCrossing") / median(ema, "firstCrossing"));
    assertThat(ratio.get("seeds").asInt()).isEqualTo(2);
    assertThat(ratio.get("interval").isNull()).as("an interval of two seeds").isTrue();
    assertThat(ratio.get("pairs")).hasSize(2);
    JsonNode never = hopeless.get("summary").get("sustainedCrossing").get("median");
    assertThat(never.get("low").asInt()).isEqualTo(60);
    assertThat(never.get("high").isNull()).isTrue();
    assertThat(Files.readString(out().resolve("summary.csv")))
        .contains("\nhopeless,2,> 60,> 60,> 60,");
    assertThat(Files.readAllLines(out().resolve("runs.csv"))).hasSize(7);
    String log = Files.readString(log("ema", 1));

    Invocation again = compare(ARMS, "--only", "plain,ema,hopeless", "--seeds", "0-1");
    assertThat(again.code()).isZero();
    assertThat(again.err()).isEqualTo("6 of 6 runs are there already" + System.lineSeparator());
    assertThat(again.out())
        .contains("Steps to 95 % validation accuracy (sustained: not below for 10 steps)")
        .contains("hopeless        2  > 60")
        .contains("2 seeds: no interval");
    assertThat(Files.readString(log("ema", 1))).isEqualTo(log);
  }

  @Test
  void stepsThatAreTooFewToHoldAreWarnedOfBeforeTheRun() {
    Invocation run = compare(ARMS, "--only", "plain,hopeless", "--seeds", "0", "--set", "steps=10");
    assertThat(run.err())
        .startsWith(
            "grokfast: note: with steps 10 and sustain 10 no run can have a sustained crossing: it"
                + " needs at least 11 steps, the first validation and those for which the accuracy"
                + " has to hold (plain, hopeless)");
    Invocation enough = compare(ARMS, "--only", "hopeless", "--seeds", "0", "--set", "steps=11");
    assertThat(enough.err()).doesNotContain("note: with steps");
  }

  private static double median(JsonNode arm, String column) {
    return arm.get("summary").get(column).get("median").get("low").asDouble();
  }

  private Path log(String arm, int seed) throws IOException {
    try (Stream<Path> arms = Files.list(out().resolve("runs"))) {
      return arms.filter(path -> path.getFileName().toString().startsWith(arm + "-"))
          .findFirst()
          .orElseThrow()
          .resolve("seed-" + seed + ".log");
    }
  }

  @Test
  void aRunThatFailsIsReportedAndTheOthersAreNotLost() throws IOException {
    Invocation run = compare(ARMS, "--only", "plain,broken", "--seeds", "0");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("broken seed 0: failed at step").contains("plain seed 0: first");
    assertThat(run.out())
        .contains("broken seed 0 failed: exit code 1: grokfast: the loss became NaN in step");
    JsonNode json = Schemas.parse("compare", Files.readString(out().resolve("comparison.json")));
    JsonNode broken = json.get("arms").get(1);
    assertThat(broken.get("runs").get(0).get("failure").asText()).contains("the loss became NaN");
    assertThat(broken.get("summary").get("firstCrossing").get("median").get("high").isNull())
        .isTrue();
    assertThat(median(json.get("arms").get(0), "firstCrossing")).isPositive();
  }

  @Test
  void aRunGoesOnWhereALowerLimitHadEndedIt() throws IOException {
    compare(ARMS, "--only", "hopeless", "--seeds", "0", "--set", "steps=20");
    Invocation further = compare(ARMS, "--only", "hopeless", "--seeds", "0");
    assertThat(further.err()).contains("[1/1] hopeless seed 0: first crossing > 60");
    try (Stream<Path> folders = Files.list(out().resolve("runs"))) {
      assertThat(folders).hasSize(1);
    }
    // And back: what lies beyond a limit doesn't count.
    Invocation shorter =
        compare(ARMS, "--only", "hopeless", "--seeds", "0", "--set", "steps=20", "--json");
    assertThat(shorter.err()).contains("1 of 1 runs are there already");
    JsonNode arm = Schemas.parse("compare", shorter.out()).get("arms").get(0);
    assertThat(median(arm, "firstCrossing")).isEqualTo(20);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("", "arms.yaml: the file is empty; expected a key 'arms'"),
        Arguments.of("all: {lr: 1}", "line 1: expected a key 'arms' with the arms by name"),
        Arguments.of("armz: {}", "line 1: unknown key 'armz'; did you mean 'arms'?"),
        Arguments.of("arms: {}", "line 1: expected at least one arm"),
        Arguments.of("arms: [a]", "line 1: expected arms by name"),
        Arguments.of(
            "arms:\n  a:\n    alpa: 0.9", "line 3: unknown key 'alpa'; did you mean 'alpha'?"),
        Arguments.of("arms:\n  a:\n    out: x", "line 3: unknown key 'out'"),
        Arguments.of("arms:\n  a:\n    lr: x", "line 3: arm 'a': Invalid value for option '--lr'"),
        Arguments.of(
            "all:\n  lamb: 1\narms:\n  a:\n    alpha: 2", "line 5: arm 'a': alpha must be in"),
        Arguments.of(
            "arms:\n  a:\n    schedule: linear", "line 3: arm 'a': --schedule linear needs"),
        Arguments.of("arms:\n  a/b: {lr: 1}", "line 2: arm 'a/b': the name of an arm must be"),
        Arguments.of("arms:\n  a: {lr: 1}\n  a: {lr: 1}", "line 3: "),
        Arguments.of(
            "baseline: b\narms:\n  a: {lr: 1}", "line 1: there is no arm 'b'; the arms are a"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aWrongFileIsOneLineThatSaysWhere(String arms, String message) {
    Invocation run = compare(arms);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(message);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(out()).doesNotExist();
  }

  static Stream<Arguments> wrongOptions() {
    return Stream.of(
        Arguments.of(List.of("--seeds", "4-0"), "--seeds must be numbers and ranges"),
        Arguments.of(List.of("--seeds", "0,0"), "--seeds '0,0' has 0 twice"),
        Arguments.of(List.of("--jobs", "0"), "--jobs must be >= 1, was 0"),
        Arguments.of(List.of("--only", "x"), "--only: there is no arm 'x'; the arms are plain"),
        Arguments.of(List.of("--set", "stepz=1"), "--set stepz=1: unknown key 'stepz'; did you"),
        Arguments.of(List.of("--set", "steps"), "--set steps: 'steps' needs a value"),
        Arguments.of(List.of("--set", "full=1"), "--set full=1: 'full' takes no value"));
  }

  @ParameterizedTest
  @MethodSource("wrongOptions")
  void aWrongOptionIsOneLineAndExitCode2(List<String> options, String message) {
    Invocation run = compare(ARMS, options.toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains(message);
    assertThat(out()).doesNotExist();
  }

  @Test
  void anUnknownTaskIsNamedWithThoseThatThereAre() {
    Invocation run = Invocation.of("compare", "chess");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("unknown task 'chess'; expected one of algorithmic, parity");
  }

  @Test
  void sparkWithoutItsModuleIsOneLineWithTheJarThatIsMissing() {
    Invocation run = compare(ARMS, "--only", "plain", "--seeds", "0", "--spark", "local[2]");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err())
        .contains("--spark needs a jar that is not on the class path; expected org.grokfast:")
        .contains("mvn dependency:copy -Dartifact=org.grokfast:grokfast-spark:");
  }

  static Stream<TaskSpec> tasks() {
    return TaskRegistry.all().stream();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void everyTaskComesWithArmsAndATunedBaseline(TaskSpec kind) throws IOException {
    ArmsFile.Content content = ArmsFile.shipped(kind, ArmOptions.NONE);
    assertThat(content.arms()).hasSizeGreaterThan(2);
    assertThat(content.baseline()).isPresent();
    assertThat(content.arms()).allMatch(arm -> !arm.about().isBlank());
    Invocation shown = Invocation.of("compare", kind.name(), "--show-arms");
    assertThat(shown.out()).isEqualTo(ArmsFile.shippedText(kind));
  }

  @Test
  void aDryRunPrintsTheCommandsAndMakesNothing() {
    Invocation run = compare(ARMS, "--only", "ema", "--seeds", "3", "--dry-run");
    assertThat(run.out())
        .startsWith("to be run: grokfast train parity --bits=2")
        .contains(" --alpha=0.9 ", " --threads=1 --seed=3");
    assertThat(out()).doesNotExist();
  }
}
