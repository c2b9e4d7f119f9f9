package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code grokfast tune}, with runs of seconds in processes of their own. */
@Tag("process")
class TuneVerbTest {
  @TempDir Path folder;

  private Invocation tune(Object... more) {
    return tuneOn("0", more);
  }

  private Invocation tuneOn(String seeds, Object... more) {
    List<Object> args =
        new ArrayList<>(List.of("tune", "parity", "--out", folder, "--seeds", seeds));
    for (String option :
        List.of(
            "bits=2",
            "subset=1",
            "training=64",
            "validation=64",
            "width=16",
            "sustain=10",
            "validate-every=1",
            "lr=0.003")) {
      args.addAll(List.of("--set", option));
    }
    args.addAll(List.of(more));
    return Invocation.of(args.toArray());
  }

  @Test
  void theBestTrialGoesOnAndIsWrittenAsAnArm() throws IOException {
    Invocation first = tune("--trials", 2, "--factor", 2, "--steps", 60, "--json");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err())
        .startsWith("budget: 2 trials, seeds 0; 2 to step 30, then 1 to step 60; at most 90");
    JsonNode json = Schemas.parse("tune", first.out());
    JsonNode rounds = json.get("rounds");
    assertThat(rounds).hasSize(2);
    JsonNode kept = rounds.get(0).get("trials").get(0);
    assertThat(rounds.get(1).get("trials")).hasSize(1);
    assertThat(rounds.get(1).get("trials").get(0).get("name")).isEqualTo(kept.get("name"));
    assertThat(json.get("best")).contains(rounds.get(1).get("trials").get(0).get("options").get(0));

    String best = Files.readString(folder.resolve("best.yaml"));
    assertThat(best).contains("ema-tuned:", "steps: '20000'").doesNotContain("threads");
    Invocation dry =
        Invocation.of(
            "compare", "parity", "--arms", folder.resolve("best.yaml"), "--dry-run", "--seeds", 0);
    assertThat(dry.out()).contains("grokfast train parity --filter=ema ");

    Invocation again = tune("--trials", 2, "--factor", 2, "--steps", 60);
    assertThat(again.err())
        .contains("2 of 2 runs are there already", "1 of 1 runs are there already");
    assertThat(again.out())
        .contains("Round to step 30: kept " + kept.get("name").asText())
        .contains("Best: " + kept.get("name").asText())
        .contains(
            "noise: " + kept.get("name").asText() + " has one seed, which can't tell it from");
    assertThat(rounds.get(0).get("indistinguishable")).hasSize(1);
    assertThat(rounds.get(1).get("indistinguishable")).isEmpty();
  }

  @Test
  void aFailedTrialIsNamedAndAnotherWins() {
    Invocation run =
        tune(
            "--trials",
            2,
            "--factor",
            2,
            "--steps",
            20,
            "--arm",
            "adamw",
            "--set",
            "lr=1e30",
            "--range",
            "lr=1e-5..1e-3");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out())
        .contains("adamw-00 seed 0 failed: exit code 1: grokfast: the loss became NaN in step")
        .contains("Best: adamw-01");
    assertThat(folder.resolve("best.yaml")).exists();
  }

  @Test
  void whereAllFailedThereIsNoWinner() throws IOException {
    Files.writeString(folder.resolve("best.yaml"), "of an earlier search");
    Object[] command = {"--trials", 1, "--steps", 20, "--set", "lr=1e30", "--json"};
    Invocation run = tune(command);
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.FAILED);
    assertThat(Schemas.parse("tune", run.out()).get("best").isNull()).isTrue();
    assertThat(folder.resolve("best.yaml")).doesNotExist();
    Invocation text = tune(Arrays.copyOf(command, command.length - 1));
    assertThat(text.out())
        .contains("Best: none\n  every run of the last round failed")
        .doesNotContain("best.yaml");
  }

  @Test
  void theFirstRoundCanGoFurtherWithFewerSeeds() {
    Invocation run =
        tuneOn(
            "3-5",
            "--trials",
            4,
            "--factor",
            2,
            "--steps",
            40,
            "--first-steps",
            30,
            "--first-seeds",
            1,
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .startsWith(
            "budget: 4 trials, seeds 3,4,5; 4 to step 30 with the first seed, then 2 to step 30"
                + " with the first 2 seeds, then 1 to step 40; at most 240 steps altogether");
    JsonNode json = Schemas.parse("tune", run.out());
    assertThat(json.get("stepsBudget").asInt()).isEqualTo(4 * 30 + 2 * 30 + (3 * 40 - 2 * 30));
    assertThat(json.get("rounds"))
        .extracting(round -> round.get("seeds").asInt())
        .containsExactly(1, 2, 3);
  }

  @Test
  void anArmWithoutAFilterIsTunedOnTheSameBudget() {
    Object[] small = {"--trials", 1, "--steps", 1, "--json"};
    Invocation filtered = tune(Stream.concat(Stream.of(small), Stream.of("--arm", "ma")).toArray());
    Invocation plain = tune(Stream.concat(Stream.of(small), Stream.of("--arm", "adamw")).toArray());
    assertThat(Schemas.parse("tune", plain.out()).get("stepsBudget"))
        .isEqualTo(Schemas.parse("tune", filtered.out()).get("stepsBudget"));
    assertThat(plain.out()).doesNotContain("--lamb").contains("--weight-decay=1");
    assertThat(filtered.out()).contains("--window=20", "--lamb=1");
  }

  /** 0.1^(1/100), whatever the arm has. */
  @Test
  void aSpeedUpStartsAveragesAtTheRuleOfThumb() throws IOException {
    Path arms = folder.resolveSibling("orthogonal.yaml");
    Files.writeString(
        arms,
        "arms: {orth: {filter: orthogonal, alpha: 0.9, lamb: 1.5, include: 'weight', steps: 1}}");
    Invocation run =
        tune("--arms", arms, "--arm", "orth", "--speed-up", 100, "--trials", 1, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Schemas.parse("tune", run.out()).get("best"))
        .extracting(JsonNode::asText)
        .contains("--filter=orthogonal", "--alpha=0.97724", "--lamb=1.5");
    Invocation wrong = tune("--arms", arms, "--arm", "orth", "--range", "window=2..9");
    assertThat(wrong.err())
        .startsWith("grokfast: 'window' is not varied; these are: lr, weight-decay, alpha, lamb");
  }

  @Test
  void aNumberOfTheOptimizerOrTheTaskIsVariedOnceItHasARange() {
    Invocation run =
        tune(
            "--arm",
            "adamw",
            "--trials",
            2,
            "--factor",
            2,
            "--steps",
            2,
            "--json",
            "--range",
            "beta1=0.1..0.97",
            "--range",
            "clip-norm=0.3..10",
            "--range",
            "batch=8..64");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode trials = Schemas.parse("tune", run.out()).get("rounds").get(0).get("trials");
    List<String> with = new ArrayList<>();
    trials.forEach(trial -> with.add(trial.get("options").toString()));
    assertThat(with).filteredOn(options -> options.contains("--beta1=0.")).hasSize(1);
    assertThat(with).filteredOn(options -> options.contains("--clip-norm=")).hasSize(1);
    assertThat(with).filteredOn(options -> options.contains("--batch=")).hasSize(1);
  }

  @Test
  void theMembersOfAChainAreTunedAndWrittenBack() throws IOException {
    Path arms = folder.resolveSibling("chain.yaml");
    Files.writeString(
        arms,
        """
        arms:
          both: {filter: "ema(alpha=0.9, lamb=0.5), perp"}
        """);
    Invocation run =
        tune(
            "--arms",
            arms,
            "--arm",
            "both",
            "--trials",
            2,
            "--factor",
            2,
            "--steps",
            2,
            "--range",
            "1.ema.lamb=1..2",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("--filter=ema(alpha=0.9, lamb=0.5), perp");
    Invocation dry =
        Invocation.of(
            "compare", "parity", "--arms", folder.resolve("best.yaml"), "--dry-run", "--seeds", 0);
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(dry.out()).contains("'--filter=ema(alpha=").contains("perp'");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            List.of("--arm", "x"), "--arm: there is no arm 'x'; the arms are adamw, ema, ma"),
        Arguments.of(List.of("--trials", "0"), "trials must be >= 1, was 0"),
        Arguments.of(List.of("--factor", "1"), "factor must be >= 2, was 1"),
        Arguments.of(
            List.of("--steps", "5", "--first-steps", "6"),
            "first-steps must be at most --steps, 5, was 6"),
        Arguments.of(List.of("--first-steps", "0"), "first-steps must be >= 1, was 0"),
        Arguments.of(
            List.of("--first-seeds", "2"),
            "first-seeds must be at most the number of --seeds, 1, was 2"),
        Arguments.of(List.of("--speed-up", "0"), "speed-up must be >= 1, was 0"),
        Arguments.of(List.of("--range", "lr"), "--range must be KEY=LOW..HIGH, was 'lr'"),
        Arguments.of(List.of("--range", "lr=a..b"), "--range lr=a..b: For input string: \"a\""),
        Arguments.of(
            List.of("--range", "lr=2..1"), "the range of lr must be of positive numbers with"),
        Arguments.of(
            List.of("--range", "window=2..9"),
            "'window' is not varied; these are: lr, weight-decay, alpha, lamb; and with a range"
                + " these can be: batch, beta1, beta2, bits, clip-norm, epsilon,"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aWrongOptionIsOneLineAndExitCode2(List<String> options, String message) {
    Invocation run = tune(options.toArray());
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("grokfast: " + message);
    assertThat(folder).isEmptyDirectory();
  }
}
