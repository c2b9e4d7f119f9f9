package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file verbs on a folder of ONNX Runtime's artifacts. */
class ArtifactVerbsTest {
  private static final Path ARTIFACTS =
      Path.of(System.getProperty("grokfast.root"), "tests/src/test/resources/onnx/artifacts/adamw");

  @TempDir Path folder;
  private Path rewritten;

  @BeforeEach
  void rewrite() {
    rewritten = folder.resolve("rewritten");
    Cli.Run run = Cli.run("rewrite", ARTIFACTS, "-o", rewritten, "--filter", "ma", "--window", 5);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("the filter acts on the gradient accumulated over");
  }

  @Test
  void inspectListsParametersAndTheFilter() {
    Cli.Run before = Cli.run("inspect", ARTIFACTS);
    assertThat(before.code()).as(before.err()).isZero();
    assertThat(before.out())
        .contains("ONNX Runtime training artifacts", "w0_grad.accumulation.buffer", "accumulator");
    assertThat(before.out().lines().filter(line -> line.contains("w0_grad.accumulation.buffer ")))
        .allMatch(line -> line.endsWith("state"));
    JsonNode after = Schemas.parse("inspect-onnx", Cli.run("inspect", rewritten, "--json").out());
    assertThat(after.get("sites")).hasSize(3);
    assertThat(after.get("states")).isNotEmpty();
    assertThat(after.get("filters").toString()).contains("ma(window=5");
  }

  @Test
  void stripGivesTheOriginalModelsAndDiffSaysSo() throws IOException {
    Path stripped = folder.resolve("stripped");
    Cli.Run run = Cli.run("strip", rewritten, "-o", stripped);
    assertThat(run.code()).as(run.err()).isZero();
    for (String name : List.of("training_model.onnx", "eval_model.onnx", "optimizer_model.onnx")) {
      assertThat(stripped.resolve(name)).hasSameBinaryContentAs(ARTIFACTS.resolve(name));
    }
    Cli.Run equal = Cli.run("diff", ARTIFACTS, stripped);
    assertThat(equal.code()).as(equal.out()).isZero();
    Cli.Run changed = Cli.run("diff", ARTIFACTS, rewritten, "--json");
    assertThat(changed.code()).isEqualTo(1);
    assertThat(Schemas.parse("diff", changed.out()).toString())
        .contains("checkpoint/frozen/grokfast/w0/window", "eval_model/input grokfast/w0/window");
  }

  @Test
  void rewritingIsDeterministicAndASecondFilterIsRefused() {
    Path again = folder.resolve("again");
    Cli.Run refused = Cli.run("rewrite", rewritten, "-o", again);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("the model already holds ma(window=5", "--replace");
    Cli.Run replaced =
        Cli.run("rewrite", rewritten, "-o", again, "--replace", "--filter", "ma", "--window", 5);
    assertThat(replaced.code()).as(replaced.err()).isZero();
    for (String name : List.of("training_model.onnx", "eval_model.onnx", "checkpoint")) {
      assertThat(again.resolve(name)).hasSameBinaryContentAs(rewritten.resolve(name));
    }
  }

  @Test
  void verifySaysWhichRuntimeItNeeds() {
    Cli.Run run = Cli.run("verify", ARTIFACTS, rewritten);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("this needs ONNX Runtime with training kernels", "--ort-training FOLDER");
  }

  @Test
  void whatArtifactsCannotExpressIsRefusedByName() {
    assertThat(Cli.run("rewrite", ARTIFACTS, "--dry-run", "--gradient", "w0=x").err())
        .contains("--gradient and --update name tensors of a plain model");
    assertThat(Cli.run("rewrite", ARTIFACTS, "--dry-run", "--state-dtype", "float16").err())
        .contains("state-dtype=float16 can't be kept by ONNX Runtime's artifacts");
    assertThat(Cli.run("rewrite", ARTIFACTS, "--dry-run", "--sparse", "lazy").err())
        .contains("sparse=lazy filters the rows that occur in a sparse gradient");
    assertThat(Cli.run("rewrite", ARTIFACTS, "-o", "-").err())
        .contains("artifacts are a folder, which does not fit standard output");
  }

  @Test
  void aMissingArtifactIsNamed() throws IOException {
    Files.delete(rewritten.resolve("optimizer_model.onnx"));
    Cli.Run run = Cli.run("inspect", rewritten);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .containsExactly(
            "grokfast: "
                + rewritten
                + ": the artifact optimizer_model.onnx is missing. Write the artifacts again with"
                + " onnxruntime.training.artifacts.generate_artifacts.");
  }

  @Test
  void artifactsThatEvaluateNothingAreRewrittenAndStripped() throws IOException {
    Path original = without("eval_model.onnx");
    Path filtered = folder.resolve("filtered");
    assertThat(Cli.run("inspect", original).out()).contains("Update sites (3)");
    Cli.Run run = Cli.run("rewrite", original, "-o", filtered);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("there is no eval model").doesNotContain("the eval model takes");
    assertThat(filtered.resolve("eval_model.onnx")).doesNotExist();
    assertThat(filtered.resolve("training_model.onnx"))
        .hasSameBinaryContentAs(withEval("training_model.onnx"));

    Cli.Run changed = Cli.run("diff", original, filtered);
    assertThat(changed.code()).as(changed.err()).isEqualTo(1);
    assertThat(changed.out()).contains("checkpoint/frozen/grokfast/").doesNotContain("eval_model");

    Path stripped = folder.resolve("stripped");
    Cli.Run strip = Cli.run("strip", filtered, "-o", stripped);
    assertThat(strip.code()).as(strip.err()).isZero();
    assertThat(stripped.resolve("training_model.onnx"))
        .hasSameBinaryContentAs(ARTIFACTS.resolve("training_model.onnx"));
    assertThat(stripped.resolve("eval_model.onnx")).doesNotExist();
    Cli.Run replaced = Cli.run("rewrite", filtered, "--replace", "-o", folder.resolve("again"));
    assertThat(replaced.code()).as(replaced.err()).isZero();
  }

  /** A file of the artifacts with all models, under the default filter. */
  private Path withEval(String name) {
    Path all = folder.resolve("all");
    assertThat(Cli.run("rewrite", ARTIFACTS, "-o", all).code()).isZero();
    return all.resolve(name);
  }

  private Path without(String name) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    try (Stream<Path> files = Files.list(ARTIFACTS)) {
      for (Path file : files.filter(each -> !each.endsWith(name)).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }
}
