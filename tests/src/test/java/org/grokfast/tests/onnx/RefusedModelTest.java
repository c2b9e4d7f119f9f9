package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.Map;
import org.grokfast.filter.Ema;
import org.grokfast.filter.FilterOptions;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.Unfiltered;
import org.grokfast.filter.algebra.Precision;
import org.grokfast.filter.options.SparseGradients;
import org.grokfast.onnx.ArtifactsRewriter;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.pass.DecoupledWeightDecay;
import org.grokfast.pass.Lookahead;
import org.grokfast.pass.Muon;
import org.grokfast.rewrite.GraphRewriteException;
import org.grokfast.rewrite.NothingToRewriteException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can't be rewritten, or not with this option: each by name, with what would help. */
@Tag("native")
class RefusedModelTest {
  private static ModelProto atOpset(long version) {
    ModelProto.Builder model = StepModel.stored("opset11").model().toBuilder();
    model.getOpsetImportBuilder(0).setVersion(version);
    return model.build();
  }

  private static GradientFilter with(FilterOptions.Builder options) {
    return Ema.defaults().withOptions(options.build());
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 10})
  void operatorSetsTooOldForTheNodesAreRefused(long version) {
    assertThatThrownBy(() -> new OnnxRewriter(Ema.defaults()).apply(atOpset(version)))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "opset_import: the model uses opset "
                + version
                + " of the default domain, and the filter's nodes need 11 or later; convert it with"
                + " onnx.version_converter or export it anew");
  }

  @Test
  void stateInBfloat16NeedsTheOperatorSetThatHasIt() {
    GradientFilter filter = with(FilterOptions.builder().statePrecision(Precision.BFLOAT16));
    assertThatThrownBy(() -> new OnnxRewriter(filter).apply(atOpset(12)))
        .hasMessage(
            "state-dtype=bfloat16 needs opset 13 of the default domain, and the model uses 12; take"
                + " float32, or export the model with a later opset");
  }

  @Test
  void muonIsForTensorFlow() {
    String refusal =
        "--muon is for TensorFlow graphs: in ONNX the optimizer's update can't be replaced; leave"
            + " --muon out";
    GradientFilter muon = Unfiltered.with(Muon.of(0.02, "nothing"));
    assertThatThrownBy(() -> new OnnxRewriter(muon).apply(StepModel.stored("opset17").model()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(refusal);
    assertThatThrownBy(() -> new ArtifactsRewriter(muon).apply(ArtifactRun.stored("adamw")))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adamw", "sgd"})
  void passesAreNotWrittenIntoArtifacts(String optimizer) {
    GradientFilter lookahead = Unfiltered.with(Lookahead.of(5, 0.5));
    assertThatThrownBy(() -> new ArtifactsRewriter(lookahead).apply(ArtifactRun.stored(optimizer)))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "lookahead is written into plain training steps and training_info of ONNX and into"
                + " graphs of TensorFlow, and not into artifacts, whose updates ONNX Runtime makes in"
                + " a model of their own; leave --lookahead out");
    GradientFilter decay = with(FilterOptions.builder().passes(DecoupledWeightDecay.of(0.1)));
    assertThatThrownBy(() -> new ArtifactsRewriter(decay).apply(ArtifactRun.stored(optimizer)))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageStartingWith("decoupled-weight-decay is written into plain training steps");
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT16", "BFLOAT16", "FLOAT64"})
  void artifactsKeepStateInFloat32Alone(Precision precision) {
    GradientFilter filter = with(FilterOptions.builder().statePrecision(precision));
    assertThatThrownBy(() -> new ArtifactsRewriter(filter).apply(ArtifactRun.stored("sgd")))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(
            "state-dtype="
                + precision.label()
                + " can't be kept by ONNX Runtime's artifacts, whose accumulator takes float32"
                + " alone; leave state-dtype out");
    GradientFilter same = with(FilterOptions.builder().statePrecision(Precision.FLOAT32));
    assertThat(new ArtifactsRewriter(same).apply(ArtifactRun.stored("sgd")).report().plan().sites())
        .hasSize(3);
  }

  @Test
  void rowsOfSparseGradientsAreRefusedWhereAllGradientsAreDense() {
    String message =
        "sparse=lazy filters the rows that occur in a sparse gradient, and the gradients of ONNX"
            + " graphs are dense; leave sparse out";
    GradientFilter lazy = with(FilterOptions.builder().sparse(SparseGradients.LAZY));
    assertThatThrownBy(() -> new OnnxRewriter(lazy).plan(StepModel.stored("opset17").model()))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> new ArtifactsRewriter(lazy).plan(ArtifactRun.stored("sgd")))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage(message);
    // There is none to refuse.
    GradientFilter refuse = with(FilterOptions.builder().sparse(SparseGradients.REFUSE));
    assertThat(new OnnxRewriter(refuse).plan(StepModel.stored("opset17").model()).sites())
        .hasSize(3);
  }

  @Test
  void aFunctionThatHidesTheShapeOfAGradientIsNamed() {
    ModelProto.Builder model = StepModel.stored("gradient_from_function").model().toBuilder();
    model.getGraphBuilder().clearValueInfo().clearOutput();
    StepModel.stored("gradient_from_function").model().getGraph().getOutputList().stream()
        .filter(output -> output.getName().matches("loss|w0_new"))
        .forEach(output -> model.getGraphBuilder().addOutput(output));
    assertThatThrownBy(() -> new OnnxRewriter(Ema.defaults()).apply(model.build()))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageContaining(
            "the update of 'w0' has no tensor of shape [3, 4] that alone separates the data from"
                + " 'w0_new' before the optimizer's arithmetic; name it with --gradient w0=TENSOR,"
                + " or, as the function 'local.Product' hides what it makes, inline that first"
                + " (onnx.inliner.inline_local_functions)");
    OnnxRewriter.Result named =
        new OnnxRewriter(Ema.defaults())
            .withNames(Map.of("w0", "w0.g"), Map.of())
            .apply(model.build());
    assertThat(OnnxStripper.apply(named.model())).isEqualTo(model.build());
  }
}
