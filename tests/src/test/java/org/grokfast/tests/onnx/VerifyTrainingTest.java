package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.grokfast.filter.Ema;
import org.grokfast.filter.MovingAverage;
import org.grokfast.io.GraphFileException;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OrtArtifacts;
import org.grokfast.proof.SiteProof;
import org.grokfast.proof.SiteProof.Verdict;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.VerifyOutcome;
import org.grokfast.tools.verify.VerifySettings;
import org.grokfast.tools.verify.onnx.OnnxVerification;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the verb {@code verify} does with optimizer nodes and artifacts. */
@OrtTraining
@Tag("native")
class VerifyTrainingTest {
  @TempDir Path folder;

  private static final VerifySettings.Proof PROOF =
      new VerifySettings.Proof(true, Optional.empty());

  private static OnnxVerification verification(Optional<Path> runtime) {
    return verification(runtime, VerifySettings.Proof.NONE);
  }

  private static OnnxVerification verification(Optional<Path> runtime, VerifySettings.Proof proof) {
    return new OnnxVerification(
        new VerifySettings(
            20,
            1e-5,
            new VerifySettings.RandomInputs(1, 4, 2),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            proof),
        ChildLimits.DEFAULT,
        runtime);
  }

  private static Optional<Path> runtime() {
    return Optional.of(Path.of(System.getProperty("grokfast.ort.training")));
  }

  @Test
  void optimizerNodesDoWhatTheirFilterSays() throws Exception {
    StepModel step = OptimizerNodesTest.stored("adam");
    OnnxFile rewritten = step.file().withModel(step.rewrite(MovingAverage.of(5, 3)).model());
    requirePassed(verification(runtime()).compare(step.file(), rewritten));
    assertThatThrownBy(() -> verification(Optional.empty()).compare(step.file(), rewritten))
        .isInstanceOf(GraphFileException.class)
        .hasMessageContaining("this needs ONNX Runtime with training kernels; fetch it with 'mvn")
        .hasMessageContaining("give --ort-training FOLDER");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> verification(Optional.of(empty)).compare(step.file(), rewritten))
        .hasMessageContaining("give --ort-training " + empty);
  }

  @Test
  void artifactsDoWhatTheirFilterSays() throws Exception {
    OrtArtifacts original = ArtifactRun.stored("adamw");
    OrtArtifacts rewritten = new ArtifactsRewriter(Ema.of(0.9, 2)).apply(original).artifacts();
    requirePassed(verification(runtime()).compare(original, rewritten));
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "sgd"})
  void theAccumulatedGradientsOfArtifactsAreProved(String optimizer) throws Exception {
    OrtArtifacts original = ArtifactRun.stored(optimizer);
    OrtArtifacts rewritten = new ArtifactsRewriter(Ema.of(0.9, 2)).apply(original).artifacts();
    VerifyOutcome outcome = verification(runtime(), PROOF).compare(original, rewritten);
    requirePassed(outcome);
    assertThat(outcome.proofs())
        .extracting(SiteProof::variable, SiteProof::verdict)
        .containsExactly(
            tuple("w0", Verdict.GRADIENT),
            tuple("b0", Verdict.GRADIENT),
            tuple("w1", Verdict.GRADIENT));
  }

  /**
   * Artifacts whose first buffer takes the sign of the gradient, which an operator of the runtime
   * made: the model says nothing of its shape.
   */
  private static OrtArtifacts accumulatingASign(OrtArtifacts artifacts) {
    ModelProto.Builder model = artifacts.training().model().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    List<NodeProto> nodes = new ArrayList<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOutput(0).equals("w0_grad.accumulation.out")) {
        nodes.add(
            NodeProto.newBuilder()
                .setOpType("ReluGrad")
                .setDomain("com.microsoft")
                .setName("own")
                .addInput("w0_grad")
                .addInput("one")
                .addOutput("own")
                .build());
        nodes.add(
            NodeProto.newBuilder()
                .setOpType("Sign")
                .setName("sign")
                .addInput("own")
                .addOutput("sign")
                .build());
        nodes.add(node.toBuilder().setInput(1, "sign").build());
      } else {
        nodes.add(node);
      }
    }
    TensorProto.Builder one =
        TensorProto.newBuilder().setName("one").setDataType(1).addDims(3).addDims(4);
    IntStream.range(0, 12).forEach(i -> one.addFloatData(1));
    graph.addInitializer(one).clearNode().addAllNode(nodes);
    return new OrtArtifacts(
        artifacts.folder(),
        artifacts.training().withModel(model.build()),
        Optional.empty(),
        artifacts.checkpoint());
  }

  @Test
  void aBufferThatTakesTheSignOfTheGradientIsFoundOut() throws Exception {
    OrtArtifacts original = accumulatingASign(ArtifactRun.stored("adamw"));
    OrtArtifacts rewritten = new ArtifactsRewriter(Ema.of(0.9, 2)).apply(original).artifacts();
    List<SiteProof> proofs = verification(runtime(), PROOF).compare(original, rewritten).proofs();
    assertThat(proofs)
        .extracting(SiteProof::verdict)
        .containsExactly(Verdict.OTHER, Verdict.GRADIENT, Verdict.GRADIENT);
    assertThat(proofs.get(0).text()).contains("that is 'own', and behind it stands Sign 'sign'");
  }

  @Test
  void artifactsTrainAndAreProvedWithoutAnEvalModel() throws Exception {
    OrtArtifacts all = ArtifactRun.stored("sgd");
    OrtArtifacts original =
        new OrtArtifacts(all.folder(), all.training(), Optional.empty(), all.checkpoint());
    OrtArtifacts rewritten = new ArtifactsRewriter(Ema.of(0.9, 2)).apply(original).artifacts();
    VerifyOutcome outcome = verification(runtime(), PROOF).compare(original, rewritten);
    requirePassed(outcome);
    assertThat(outcome.proofs()).extracting(SiteProof::verdict).containsOnly(Verdict.GRADIENT);
  }

  private static void requirePassed(VerifyOutcome outcome) {
    assertThat(outcome.variables()).hasSize(3);
    assertThat(outcome.passed()).isTrue();
    assertThat(outcome.variables()).allMatch(VerifyOutcome.Compared::identical);
  }
}
