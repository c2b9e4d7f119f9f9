package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class AnalyzeVerbTest {
  private static final String[] FEW = {
    "--examples=64",
    "--information-examples=32",
    "--products=4",
    "--layer-products=2",
    "--probes=1",
    "--grid=3",
    "--threads=1"
  };

  @TempDir static Path folder;

  @BeforeAll
  static void train() {
    Cli.Run run =
        Cli.run(
            "train",
            "parity",
            "--bits=8",
            "--subset=2",
            "--steps=30",
            "--full",
            "--validate-every=2",
            "--checkpoint-every=10",
            "--keep-checkpoints=0",
            "--threads=1",
            "--out=" + folder.resolve("run"));
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static Cli.Run analyze(Object... more) {
    Object[] words = new Object[1 + FEW.length + more.length];
    words[0] = "analyze";
    System.arraycopy(FEW, 0, words, 1, FEW.length);
    System.arraycopy(more, 0, words, 1 + FEW.length, more.length);
    return Cli.run(words);
  }

  @Test
  void theJsonIsAsItsSchemaSays() throws IOException {
    Path out = folder.resolve("json");
    Cli.Run run = analyze(folder.resolve("run"), "--json", "-o", out);
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode root = Schemas.parse("analyze", run.out());
    assertThat(root.path("checkpoints")).hasSize(3);
    assertThat(root.path("checkpoints").path(0).path("hessianMax").isNumber()).isTrue();
    assertThat(root.path("checkpoints").path(0).path("layers")).hasSize(2);
    assertThat(root.path("trajectory").path("faithful").asBoolean()).isFalse();
    assertThat(root.path("files")).isNotEmpty();
    Schemas.parse("analyze", Files.readString(out.resolve("analysis.json")));
    root.path("files").forEach(file -> assertThat(Path.of(file.asText())).isNotEmptyFile());
    assertThat(run.err()).contains("analyze: 3 of 4 done, the run as a whole");
  }

  @Test
  void theTextHasARowACheckpointAndTheFiles() {
    Cli.Run run = analyze(folder.resolve("run"), "--until-step=20");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lines().get(0)).endsWith(", 2 checkpoints");
    assertThat(run.out()).containsPattern("(?m)^ +10 .*\\n +20 ");
    assertThat(run.lines()).allMatch(line -> line.length() <= 80 || line.contains("/"));
    assertThat(folder.resolve("run/analysis/analysis.csv")).isNotEmptyFile();
  }

  @Test
  void aSingleCheckpointIsOne() {
    Cli.Run run = analyze(folder.resolve("run"), "--until-step=10", "-o", folder.resolve("one"));
    assertThat(run.lines().get(0)).endsWith(", 1 checkpoint");
  }

  @Test
  void aFolderThatIsNoRunIsNamedInOneLine() throws IOException {
    Cli.Run missing = analyze(folder.resolve("nowhere"));
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err().lines()).hasSize(1);
    assertThat(missing.err()).contains("there is no folder '");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Cli.Run none = analyze(empty);
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err().lines()).hasSize(1);
    assertThat(none.err()).contains("no checkpoint in ");
  }

  @Test
  void wrongOptionsAreUsageErrors() {
    assertThat(analyze(folder.resolve("run"), "--layers=a").code()).isEqualTo(2);
    Cli.Run few = Cli.run("analyze", folder.resolve("run"), "--examples=1");
    assertThat(few.code()).isEqualTo(2);
    assertThat(few.err()).contains("examples must be in [2, 100000], was 1");
  }
}
