package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.grokfast.tools.console.ExitCode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code grokfast train}, on a problem that is small enough to train within a second. */
@Tag("native")
class TrainVerbTest {
  private static final List<String> SMALL =
      List.of("train", "algorithmic", "--prime", "7", "--batch", "8", "--threads", "1");

  @TempDir Path folder;

  private record Run(int exitCode, String out, String err) {
    static Run of(List<String> arguments) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      CommandLine commandLine =
          Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
      int exitCode = commandLine.execute(arguments.toArray(new String[0]));
      return new Run(exitCode, out.toString(), err.toString());
    }

    static Run of(String... arguments) {
      return of(List.of(arguments));
    }
  }

  private static Run small(String... more) {
    return Run.of(Stream.concat(SMALL.stream(), Stream.of(more)).toList());
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(List.of("train"), "a task is missing; there is algorithmic"),
        Arguments.of(
            List.of("train", "chess"), "unknown task 'chess'; expected one of algorithmic"),
        Arguments.of(
            List.of("train", "algorithmic", "--alpha", "2", "--lamb", "0.98"),
            "alpha must be in [0, 1), was 2.0; lamb is 0.98: were alpha and lamb swapped?"),
        Arguments.of(
            List.of("train", "algorithmic", "--filter", "ma", "--alpha", "0.9"),
            "--alpha is an option of --filter ema or orthogonal, not of --filter ma"),
        Arguments.of(
            List.of("train", "algorithmic", "--prime", "98"),
            "prime must be a prime number from 3 to 997, was 98"),
        Arguments.of(
            List.of("train", "algorithmic", "--until", "2"), "until must be in (0, 1], was 2.0"),
        Arguments.of(
            List.of("train", "algorithmic", "--schedule", "linear"),
            "--schedule linear needs --decay-until, the step at which it ends"),
        Arguments.of(
            List.of("train", "algorithmic", "--decay-until", "100"),
            "--decay-from, --decay-until and --final-share are options of --schedule linear"),
        Arguments.of(
            List.of("train", "algorithmic", "--beta2", "1"), "beta2 must be in [0, 1), was 1.0"),
        Arguments.of(List.of("train", "algorithmic", "--op", "root"), "unknown operation 'root'"),
        Arguments.of(
            List.of("train", "algorithmic", "--op", "s5", "--prime", "5"),
            "--prime is not an option of --op s5, which has none"),
        Arguments.of(
            List.of("train", "qm9", "--generated", "--until", "0.5"),
            "--until is about an accuracy, which train qm9 has none of"),
        Arguments.of(
            List.of("train", "mnist", "--generated", "--training", "0"),
            "training images must be from 1 to 1000, as many as there are, was 0"),
        Arguments.of(
            List.of("train", "qm9", "--generated", "--molecules", "1"),
            "molecules must be from 2, one for either split, to 133885, was 1"),
        Arguments.of(
            List.of("train", "algorithmic", "--override", "w:beta=1"),
            "--override 'w:beta=1': 'beta' can't be overridden; ema has alpha, lamb"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aWrongCommandLineIsOneLineAndExitCode2(List<String> arguments, String message) {
    Run run = Run.of(arguments);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err().lines().findFirst()).get().asString().startsWith("grokfast: " + message);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aRunLeavesItsFilesAndASummary() {
    Path out = folder.resolve("run");
    Run run = small("--steps", "20", "--out", out.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .contains("ended               at step 20: the last one")
        .contains("first crossing")
        .contains("sustained crossing")
        .contains("peak memory");
    assertThat(out.resolve("metrics.csv")).exists();
    assertThat(out.resolve("curves.png")).exists();
    assertThat(out.resolve("curves.svg")).exists();
    assertThat(out.resolve("events")).isNotEmptyDirectory();
    assertThat(out.resolve("checkpoints")).isNotEmptyDirectory();
  }

  @Test
  void aResumedRunGivesTheSameMetricsAsOneThatWasNotInterrupted() throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    small("--steps", "40", "--seed", "3", "--lamb", "1.5", "--out", whole.toString());
    small("--steps", "20", "--seed", "3", "--lamb", "1.5", "--out", parts.toString());

    Run resumed =
        Run.of("train", "algorithmic", "--resume", parts.toString(), "--steps", "40", "--json");

    assertThat(resumed.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(Schemas.parse("train", resumed.out()).get("steps").asInt()).isEqualTo(40);
    assertThat(Files.readString(parts.resolve("metrics.csv")))
        .isEqualTo(Files.readString(whole.resolve("metrics.csv")));
  }

  /** As text, the number 10 would come before 2, and the eleventh override would lose. */
  @Test
  void aRunWithElevenOverridesIsResumedAndAnalyzed() {
    Path out = folder.resolve("many");
    List<String> words = new ArrayList<>(List.of("--steps", "10", "--out", out.toString()));
    for (int i = 0; i < 11; i++) {
      words.addAll(List.of("--override", "weight:lamb=" + i));
    }
    assertThat(small(words.toArray(new String[0])).exitCode()).isEqualTo(ExitCode.DONE);

    Run resumed = Run.of("train", "algorithmic", "--resume", out.toString(), "--steps", "20");
    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.DONE);
    Run analyzed =
        Run.of("analyze", out.toString(), "--grid=0", "--probes=0", "--layer-products=0");
    assertThat(analyzed.exitCode()).as(analyzed.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aRunIsNotResumedIntoAnotherFolder() throws IOException {
    Path out = folder.resolve("a");
    small("--steps", "10", "--out", out.toString());
    String metrics = Files.readString(out.resolve("metrics.csv"));
    Path other = folder.resolve("b");
    Run run =
        Run.of(List.of("train", "algorithmic", "--resume=" + out, "--steps=20", "--out=" + other));
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .startsWith(
            "grokfast: --resume goes on in the folder of its run, '"
                + out
                + "', not in --out '"
                + other
                + "'; leave --out out, or resume a copy of the folder");
    assertThat(Files.readString(out.resolve("metrics.csv"))).isEqualTo(metrics);
    Run seed = Run.of("train", "algorithmic", "--resume", out.toString(), "--seed", "3");
    assertThat(seed.err()).contains("another run: seed is 0 there and 3 here. Give");
  }

  @Test
  void aRunThatWasNotValidatedSaysSo() {
    Run run = small("--steps", "2", "--out", folder.resolve("short").toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .contains("\nvalidation          not measured\n")
        .contains("\nbest validation     not measured\n")
        .contains("\ntraining            not measured\n")
        .doesNotContain("NaN");
    Run again = Run.of("train", "algorithmic", "--resume", folder.resolve("short").toString());
    assertThat(again.out()).contains(" s, step not measured\n").doesNotContain("NaN");
  }

  @Test
  void anOutputFolderThatIsInUseIsLeftAlone() throws IOException {
    Files.writeString(folder.resolve("mine.txt"), "mine");
    Run run = small("--steps", "10", "--out", folder.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("is not empty; choose another one, or resume the run");
    assertThat(folder).isDirectoryContaining(path -> path.endsWith("mine.txt"));
  }

  @Test
  void aFolderWithoutACheckpointCannotBeResumed() {
    Run run = Run.of("train", "algorithmic", "--resume", folder.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("no checkpoint in").contains("expected a folder step-<number>");
  }

  @Test
  void aPatternThatMatchesNothingNamesTheVariables() {
    Run run =
        small("--include", "nosuch", "--steps", "10", "--out", folder.resolve("x").toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.NOTHING_MATCHED);
    assertThat(run.err())
        .contains("include pattern 'nosuch' matches none of the trained variables")
        .contains("token_embeddings/weight");
  }
}
