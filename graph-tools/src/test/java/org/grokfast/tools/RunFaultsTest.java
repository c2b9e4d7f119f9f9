package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.grokfast.tools.console.ExitCode;
import org.grokfast.tools.console.Folders;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with a run's folder ends the process, with one line. */
@Tag("process")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunFaultsTest {
  private static final List<String> TINY =
      List.of(
          "--bits=8",
          "--subset=2",
          "--width=8",
          "--training=64",
          "--validation=32",
          "--threads=1",
          "--full",
          "--validate-every=10");

  @TempDir private static Path original;

  @TempDir private Path folder;
  private Path run;

  @BeforeAll
  static void train() throws IOException, InterruptedException {
    assertThat(
            ForkedCli.run(
                    trains(
                        "--steps=40", "--checkpoint-every=20", "--out=" + original.resolve("run")))
                .code())
        .isZero();
  }

  @BeforeEach
  void copy() throws IOException {
    run = folder.resolve("a run");
    try (Stream<Path> files = Files.walk(original.resolve("run"))) {
      for (Path file : files.toList()) {
        Files.copy(file, run.resolve(original.resolve("run").relativize(file).toString()));
      }
    }
  }

  private static ProcessBuilder trains(String... more) {
    List<String> words = new ArrayList<>(List.of("train", "parity"));
    words.addAll(TINY);
    words.addAll(List.of(more));
    return ForkedCli.builder(words.toArray());
  }

  private Cli.Run resumes() throws IOException, InterruptedException {
    return ForkedCli.run(ForkedCli.builder("train", "parity", "--resume=" + run, "--steps=60"));
  }

  private Path checkpoint() {
    return run.resolve("checkpoints/step-000000040");
  }

  private static void isOneLine(Cli.Run result, String text) {
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.FAILED);
    assertThat(result.err().lines()).singleElement().asString().contains(text);
  }

  @Test
  void eventsThatCannotBeWritten() throws Exception {
    Folders.delete(run.resolve("events"));
    Files.writeString(run.resolve("events"), "x");
    isOneLine(resumes(), "no event file can be written into " + run.resolve("events"));
  }

  @Test
  void aStateWithAFlippedBit() throws Exception {
    Path state = checkpoint().resolve("state.json");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes);
    isOneLine(resumes(), "is damaged: state.json (");
    isOneLine(exports(), "is damaged: state.json (");
  }

  private Cli.Run exports() throws IOException, InterruptedException {
    return ForkedCli.run(ForkedCli.builder("export", run, "-o", folder.resolve("out")));
  }

  /** The digests of an older version, which anyone can write who changes a file. */
  private void asOlderVersion(String before, String after) throws Exception {
    Files.delete(checkpoint().resolve("SHA256SUMS"));
    StringBuilder files = new StringBuilder();
    for (String name : List.of("metrics.csv", "variables.data-00000-of-00001", "variables.index")) {
      byte[] bytes = Files.readAllBytes(checkpoint().resolve(name));
      String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      files.append(",\"").append(name).append("\":\"").append(digest).append('"');
    }
    Path state = checkpoint().resolve("state.json");
    String text =
        Files.readString(state)
            .strip()
            .replace("\"format\" : 2", "\"format\" : 1")
            .replace(before, after);
    Files.writeString(
        state, text.substring(0, text.length() - 1) + ",\"files\":{" + files.substring(1) + "}}");
  }

  @Test
  void variablesThatCannotBeRestored() throws Exception {
    Files.writeString(checkpoint().resolve("variables.index"), "garbage");
    asOlderVersion("", "");
    Cli.Run resumed = resumes();
    assertThat(resumed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(resumed.err().lines().toList())
        .satisfiesExactly(
            note -> assertThat(note).contains("note: the checkpoint").contains("older version"),
            fault -> assertThat(fault).contains("step-000000040 can't be restored: "));
    isOneLine(exports(), "step-000000040 can't be restored: ");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** Words that are read back are not files of words. */
  @Test
  void aStoredArgumentIsText() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "--bits=9 topsecret");
    asOlderVersion("\"--bits=8\"", "\"@" + secret + "\"");
    Cli.Run resumed = resumes();
    assertThat(resumed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(resumed.err())
        .contains("'--bits' is kept with '@" + secret + "'")
        .doesNotContain("topsecret");
  }

  @Test
  void theSecondOfTwoWritersIsRefused() throws Exception {
    Path shared = folder.resolve("shared");
    Process first = trains("--steps=1000000", "--checkpoint-every=20", "--out=" + shared).start();
    try {
      Path checkpoints = shared.resolve("checkpoints");
      while (!Files.exists(checkpoints) && first.isAlive()) {
        Thread.onSpinWait();
      }
      isOneLine(
          ForkedCli.run(trains("--steps=40", "--out=" + shared)),
          "another run writes into " + shared);
      isOneLine(
          ForkedCli.run(ForkedCli.builder("train", "parity", "--resume=" + shared)),
          "another run writes into " + shared);
    } finally {
      first.destroyForcibly().waitFor();
    }
    run = shared;
    Cli.Run after =
        ForkedCli.run(ForkedCli.builder("train", "parity", "--resume=" + run, "--steps=1"));
    assertThat(after.code()).as("after kill -9: " + after.err()).isZero();
  }

  /** At whatever point a run is killed, it goes on to the same bits. */
  @Test
  void aKilledRunContinuesBitForBit() throws Exception {
    Path whole = folder.resolve("whole");
    String end = "--steps=400";
    assertThat(ForkedCli.run(trains(end, "--checkpoint-every=0", "--out=" + whole)).code())
        .isZero();
    Path killed = folder.resolve("killed");
    Process first = trains("--steps=1000000", "--checkpoint-every=1", "--out=" + killed).start();
    try {
      // Between two checkpoints, one is nearly always under way.
      while (!Files.exists(killed.resolve("checkpoints/step-000000030")) && first.isAlive()) {
        Thread.onSpinWait();
      }
    } finally {
      first.destroyForcibly().waitFor();
    }
    Cli.Run resumed =
        ForkedCli.run(
            ForkedCli.builder(
                "train", "parity", "--resume=" + killed, end, "--checkpoint-every=0"));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    Path last = Path.of("checkpoints/step-000000400/variables.data-00000-of-00001");
    assertThat(
            Arrays.equals(
                Files.readAllBytes(killed.resolve(last)), Files.readAllBytes(whole.resolve(last))))
        .isTrue();
  }
}
