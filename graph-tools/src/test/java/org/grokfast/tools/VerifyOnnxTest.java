package org.grokfast.tools;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.grokfast.onnx.graph.TensorValues;
import org.grokfast.tools.verify.ChildShell;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verb {@code verify} on a training step that PyTorch exported, in ONNX Runtime. */
@Tag("process")
class VerifyOnnxTest {
  @TempDir Path folder;
  private Path model;
  private Path rewritten;

  @BeforeEach
  void paths() throws URISyntaxException {
    model = Path.of(VerifyOnnxTest.class.getResource("/onnx/plain-step-sgd.onnx").toURI());
    rewritten = folder.resolve("rewritten.onnx");
    assertThat(Cli.run("rewrite", model, "-o", rewritten, "--alpha", 0.9).code()).isZero();
  }

  @Test
  void aRewrittenStepDoesWhatItsFilterSays() {
    Cli.Run run = Cli.run("verify", model, rewritten, "--steps", 20, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode report = Schemas.parse("verify", run.out());
    assertThat(report.get("passed").asBoolean()).isTrue();
    assertThat(report.get("variables")).hasSize(4);
    for (JsonNode variable : report.get("variables")) {
      assertThat(variable.get("weightsIdentical").asBoolean()).isTrue();
      assertThat(variable.get("gradientDifference").asDouble()).isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "ema", "ma"})
  void lookaheadIsDoneBetweenTheStepsOfTheOriginal(String filter) {
    Path passes = folder.resolve("passes.onnx");
    Cli.Run made =
        Cli.run("rewrite", model, "-o", passes, "--filter", filter, "--lookahead", "3,0.5");
    assertThat(made.code()).as(made.err()).isZero();
    Cli.Run run = Cli.run("verify", model, passes, "--steps", 10, "--json");
    assertThat(run.code()).as(run.err() + run.out()).isZero();
    JsonNode report = Schemas.parse("verify", run.out());
    assertThat(report.get("variables")).hasSize(4);
    for (JsonNode variable : report.get("variables")) {
      assertThat(variable.get("weightsIdentical").asBoolean()).isTrue();
    }
  }

  @Test
  void lookaheadThatDoesSomethingElseIsFoundOut() throws IOException {
    Path passes = folder.resolve("passes.onnx");
    assertThat(
            Cli.run("rewrite", model, "-o", passes, "--filter", "none", "--lookahead", "3,0.5")
                .code())
        .isZero();
    ModelProto.Builder changed = ModelProto.parseFrom(Files.readAllBytes(passes)).toBuilder();
    int nodes = 0;
    for (NodeProto.Builder node : changed.getGraphBuilder().getNodeBuilderList()) {
      if (node.getName().equals("grokfast/w0/lookahead/blend/Sub")) {
        node.setOpType("Add");
        nodes++;
      }
    }
    assertThat(nodes).isOne();
    Path wrong = Files.write(folder.resolve("wrong.onnx"), changed.build().toByteArray());
    Cli.Run run = Cli.run("verify", model, wrong, "--steps", 3);
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).contains("1 of 4 filtered variables differ", "DIFFERS");
  }

  @Test
  void aFilterOfMatricesIsComparedInTheirShape() {
    Path orthogonal = folder.resolve("orthogonal.onnx");
    assertThat(Cli.run("rewrite", model, "-o", orthogonal, "--filter", "orthogonal").code())
        .isZero();
    Cli.Run run = Cli.run("verify", model, orthogonal, "--steps", 5);
    assertThat(run.code()).as(run.err() + run.out()).isZero();
    assertThat(run.out()).contains("w0", "w1", "1.0e-04  ok").doesNotContain("b0");
  }

  @ParameterizedTest
  @MethodSource("org.grokfast.tools.VerifyVerbTest#filters")
  void everyFilterDoesWhatItSays(String filter) {
    Path other = folder.resolve("other.onnx");
    assertThat(Cli.run("rewrite", model, "-o", other, "--filter", filter).code()).isZero();
    Cli.Run run = Cli.run("verify", model, other, "--steps", 4);
    assertThat(run.code()).as(run.err() + run.out()).isZero();
  }

  @Test
  void aStepThatDoesSomethingElseIsFoundOut() throws IOException {
    // The amplified part is added twice: it would pass for a rewrite, as strip takes it out.
    ModelProto.Builder changed = ModelProto.parseFrom(Files.readAllBytes(rewritten)).toBuilder();
    for (NodeProto.Builder node : changed.getGraphBuilder().getNodeBuilderList()) {
      if (node.getName().equals("grokfast/w0/Sub")) {
        node.setOpType("Add");
      }
    }
    Path wrong = Files.write(folder.resolve("wrong.onnx"), changed.build().toByteArray());
    Cli.Run run = Cli.run("verify", model, wrong, "--steps", 3);
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).contains("1 of 4 filtered variables differ", "DIFFERS");
  }

  @Test
  void randomNodesWithoutASeedDrawTheSameNumbersInBothModels() throws IOException {
    Path dropout = Files.write(folder.resolve("dropout.onnx"), withDropout().toByteArray());
    Path filtered = folder.resolve("filtered.onnx");
    assertThat(Cli.run("rewrite", dropout, "-o", filtered).code()).isZero();
    Cli.Run run = Cli.run("verify", dropout, filtered, "--steps", 5);
    assertThat(run.code()).as(run.err() + run.out()).isZero();
    assertThat(run.out()).contains("identical").doesNotContain("could not be compared");
  }

  /** The step with half of its input dropped at random. */
  private ModelProto withDropout() throws IOException {
    ModelProto.Builder step = ModelProto.parseFrom(Files.readAllBytes(model)).toBuilder();
    for (NodeProto.Builder node : step.getGraphBuilder().getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals("x")) {
          node.setInput(i, "x_dropped");
        }
      }
    }
    NodeProto.Builder dropout =
        NodeProto.newBuilder()
            .setOpType("Dropout")
            .addAllInput(List.of("x", "x_ratio", "x_training"))
            .addOutput("x_dropped");
    step.getGraphBuilder()
        .addNode(0, dropout)
        .addInitializer(TensorValues.scalar(DataType.FLOAT, 0.5).toBuilder().setName("x_ratio"))
        .addInitializer(TensorValues.scalar(DataType.BOOL, 1).toBuilder().setName("x_training"));
    return step.build();
  }

  @Test
  void whatCannotBeComparedIsNamed() throws IOException {
    assertThat(Cli.run("verify", model, model).err())
        .contains("the rewritten model holds no filter; give ORIGINAL first");
    ModelProto.Builder other = ModelProto.parseFrom(Files.readAllBytes(model)).toBuilder();
    other.getGraphBuilder().setName("another");
    Path stranger = Files.write(folder.resolve("other.onnx"), other.build().toByteArray());
    assertThat(Cli.run("verify", stranger, rewritten).err())
        .contains("the second model without its filter is not the first; see 'grokfast diff'");
    assertThat(Cli.run("verify", model, rewritten, "--train-op", "x").err())
        .contains("--train-op and --init-op name nodes of a TensorFlow graph");
    assertThat(Cli.run("verify", model, Fixtures.written("adam.pb")).err())
        .contains("Give two of one kind");
  }

  @Test
  void whereNoShellSetsLimitsOneLineSaysWhichOnesHold() {
    System.setProperty(ChildShell.PROPERTY, "/nowhere/sh");
    try {
      Cli.Run run = Cli.run("verify", model, rewritten, "--steps", 1);
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.err().lines())
          .containsExactly(
              "note: there is no /nowhere/sh here, so of the child process only the time"
                  + " (--timeout) and the Java heap (--heap) are limited, not its memory and files");
      assertThat(Cli.run("rewrite", model, "--prove", "--dry-run").err())
          .contains("note: there is no /nowhere/sh here");
    } finally {
      System.clearProperty(ChildShell.PROPERTY);
    }
    assertThat(Cli.run("verify", model, rewritten, "--steps", 1).err()).isEmpty();
  }
}
