package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file verbs on a training step that PyTorch exported. */
class OnnxVerbsTest {
  @TempDir Path folder;
  private Path model;
  private Path rewritten;

  @BeforeEach
  void paths() throws URISyntaxException {
    model = Path.of(OnnxVerbsTest.class.getResource("/onnx/plain-step-sgd.onnx").toURI());
    rewritten = folder.resolve("rewritten.onnx");
  }

  private void rewrite(Object... more) {
    Object[] words = new Object[more.length + 4];
    System.arraycopy(new Object[] {"rewrite", model, "-o", rewritten}, 0, words, 0, 4);
    System.arraycopy(more, 0, words, 4, more.length);
    Cli.Run run = Cli.run(words);
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void inspectListsParametersGradientsAndTheCommandThatRewrites() {
    Cli.Run run = Cli.run("inspect", model);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("ONNX model", "ai.onnx 20", "w0", "trained", "gradient", "mm_2")
        .contains("Rewrite it with", "plain-step-sgd-grokfast.onnx");
  }

  @Test
  void inspectPrintsJsonAsTheSchemaSays() {
    JsonNode before = Schemas.parse("inspect-onnx", Cli.run("inspect", model, "--json").out());
    assertThat(before.get("sites")).hasSize(4);
    assertThat(before.get("states")).isEmpty();
    rewrite();
    JsonNode after = Schemas.parse("inspect-onnx", Cli.run("inspect", rewritten, "--json").out());
    assertThat(after.get("sites")).isEqualTo(before.get("sites"));
    assertThat(after.get("states")).hasSize(5);
    assertThat(after.get("rewriteCommand").asText()).contains("--replace");
  }

  @Test
  void rewriteAndStripGiveTheOriginalBytes() throws IOException {
    rewrite("--filter", "ma", "--window", 10);
    Path stripped = folder.resolve("stripped.onnx");
    Cli.Run run = Cli.run("strip", rewritten, "-o", stripped, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    Schemas.parse("strip", run.out());
    assertThat(stripped).hasSameBinaryContentAs(model);
    assertThat(Cli.run("diff", model, stripped).code()).isZero();
  }

  @Test
  void rewriteThroughStandardStreamsGivesTheSameBytes() throws IOException {
    rewrite();
    Cli.Run run = Cli.feed(Files.readAllBytes(model), "rewrite", "-", "-o", "-");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.bytes().toByteArray()).isEqualTo(Files.readAllBytes(rewritten));
  }

  @Test
  void rewritePrintsJsonAsTheSchemaSays() {
    JsonNode report =
        Schemas.parse("rewrite", Cli.run("rewrite", model, "--dry-run", "--json").out());
    assertThat(report.get("sites").get(0).get("gradient").asText()).isEqualTo("mm_2");
    assertThat(report.get("stateVariables").toString())
        .contains("grokfast/step", "grokfast/w0/ema");
  }

  @Test
  void diffNamesWhatWasInserted() {
    rewrite();
    Cli.Run run = Cli.run("diff", model, rewritten, "--json");
    assertThat(run.code()).isEqualTo(1);
    JsonNode diff = Schemas.parse("diff", run.out());
    assertThat(diff.get("signatures").get("added").toString())
        .contains("input grokfast/w0/ema", "output grokfast/w0/ema_new");
    assertThat(diff.get("nodes").get("removed")).isEmpty();
    assertThat(diff.get("nodes").get("changed")).hasSize(4);
  }

  @Test
  void aGradientAndItsUpdateCanBeNamed() {
    Cli.Run run =
        Cli.run("rewrite", model, "--dry-run", "--gradient", "w0=mm_2", "--update", "w0=w0_new");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("by-hand: named by hand");
    assertThat(Cli.run("rewrite", model, "--dry-run", "--gradient", "w0=mm_3").err())
        .contains("gradient 'mm_3' of 'w0' is no tensor of the graph; did you mean 'mm_1'?");
    assertThat(Cli.run("rewrite", model, "--dry-run", "--update", "w0=b0_new").err())
        .contains("update 'w0=b0_new': the two differ in type or shape");
  }

  @Test
  void optionsOfTensorFlowAreRefusedByName() {
    assertThat(Cli.run("rewrite", model, "--dry-run", "--fix-adam-order").err())
        .contains("--fix-adam-order is about the order of TensorFlow's updates");
    assertThat(Cli.run("inspect", model, "--tags", "serve").err())
        .contains("--tags chooses a graph of a SavedModel, and this is an ONNX model");
    assertThat(Cli.run("strip", model, "--inference", "-o", folder.resolve("x")).err())
        .contains("--inference is for TensorFlow graphs");
    Path graph = Fixtures.written("adam.pb");
    assertThat(Cli.run("rewrite", graph, "--dry-run", "--update", "w=w_new").err())
        .contains("--update pairs inputs and outputs of an ONNX model");
    assertThat(Cli.run("diff", model, graph).err()).contains("Give two of one kind");
  }

  @Test
  void aSecondFilterIsRefusedAndReplacedWhereTold() throws IOException {
    rewrite();
    Cli.Run run = Cli.run("rewrite", rewritten, "-o", folder.resolve("again.onnx"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("the model already holds ema(alpha=0.98", "--replace");
    Path again = folder.resolve("again.onnx");
    assertThat(Cli.run("rewrite", rewritten, "-o", again, "--replace").code()).isZero();
    assertThat(again).hasSameBinaryContentAs(rewritten);
  }

  @Test
  void aModelWithoutFilterIsNothingMatched() {
    Cli.Run run = Cli.run("strip", model, "-o", folder.resolve("x"));
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("the model holds no filter: there is nothing to strip");
  }

  @Test
  void aModelInTheRuntimesOwnFormatIsRefusedByName() throws IOException {
    Path ort = folder.resolve("model.ort");
    Files.write(ort, "\u0018\0\0\0ORTM\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Cli.run("inspect", ort).err())
        .contains("ONNX Runtime's own format (.ort)", "Give the .onnx model");
  }
}
