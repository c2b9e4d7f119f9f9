package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grokfast.filter.Ema;
import org.grokfast.filter.GradientFilter;
import org.grokfast.filter.MovingAverage;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.file.OnnxFile;
import org.grokfast.onnx.file.OnnxValidator;
import org.grokfast.rewrite.NothingToRewriteException;
import org.grokfast.rewrite.RewritePlan.PlannedSite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Optimizer nodes and the algorithms of training_info: what is found and what is inserted. */
@Tag("native")
class OtherFormsTest {
  private static TensorProto tensor(String name, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(1);
    int bytes = 4;
    for (long dimension : dims) {
      tensor.addDims(dimension);
      bytes *= (int) dimension;
    }
    return tensor.setRawData(ByteString.copyFrom(new byte[bytes])).build();
  }

  private static NodeProto node(String domain, String op, List<String> inputs, String output) {
    return NodeProto.newBuilder()
        .setName("n_" + output)
        .setDomain(domain)
        .setOpType(op)
        .addAllInput(inputs)
        .addOutput(output)
        .build();
  }

  private static ModelProto withAlgorithm(String op, List<String> inputs) {
    GraphProto.Builder algorithm = GraphProto.newBuilder().setName("algorithm");
    for (String name : inputs) {
      algorithm.addInitializer(
          name.length() == 1 ? tensor(name) : tensor(name, name.endsWith("0") ? 3 : 2));
    }
    algorithm.addNode(node("ai.onnx.preview.training", op, inputs, "w_next"));
    algorithm.addOutputBuilder().setName("w_next");
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .addOpsetImport(
            OperatorSetIdProto.newBuilder().setDomain("ai.onnx.preview.training").setVersion(1))
        .setGraph(GraphProto.newBuilder().setName("main"))
        .addTrainingInfo(
            TrainingInfoProto.newBuilder()
                .setAlgorithm(algorithm)
                .addUpdateBinding(
                    StringStringEntryProto.newBuilder().setKey("w0").setValue("w_next")))
        .build();
  }

  private static OnnxRewriter.Result rewritten(ModelProto model) {
    OnnxRewriter.Result result = new OnnxRewriter(Ema.defaults()).apply(model);
    OnnxValidator.validate(new OnnxFile("m", result.model(), Optional.empty()));
    assertThat(OnnxStripper.apply(result.model())).isEqualTo(model);
    return result;
  }

  @Test
  void everyPreviewOptimizersGradientsStandBehindItsWeights() {
    for (String op : List.of("Momentum", "Adagrad")) {
      OnnxRewriter.Result result =
          rewritten(withAlgorithm(op, List.of("r", "t", "w0", "w1", "g0", "g1", "v0", "v1")));
      assertThat(result.report().plan().sites())
          .extracting(planned -> planned.site().gradient())
          .containsExactly("g0", "g1");
    }
    OnnxRewriter.Result adam =
        rewritten(withAlgorithm("Adam", List.of("r", "t", "w0", "g0", "m0", "v0")));
    assertThat(adam.report().plan().sites())
        .extracting(planned -> planned.site().variable().name() + planned.site().gradient())
        .containsExactly("w0g0");
  }

  @Test
  void theStateOfAnAlgorithmIsInitializedAndBound() {
    OnnxRewriter.Result result =
        rewritten(withAlgorithm("Momentum", List.of("r", "t", "w0", "g0", "v0")));
    TrainingInfoProto training = result.model().getTrainingInfo(0);
    assertThat(training.getUpdateBindingList())
        .extracting(binding -> binding.getKey() + " <- " + binding.getValue())
        .containsExactly(
            "w0 <- w_next",
            "grokfast/w0/ema <- grokfast/w0/ema_new",
            "grokfast/alpha <- grokfast/alpha_new",
            "grokfast/lamb <- grokfast/lamb_new",
            "grokfast/step <- grokfast/step_new");
    assertThat(training.getAlgorithm().getInitializerList())
        .extracting(TensorProto::getName)
        .contains("grokfast/w0/ema", "grokfast/step");
    assertThat(training.getAlgorithm().getInputList()).isEmpty();
    assertThat(result.model().getGraph())
        .isEqualTo(GraphProto.newBuilder().setName("main").build());
  }

  @Test
  void anOptimizerWithTooFewInputsIsNamed() {
    assertThatThrownBy(() -> rewritten(withAlgorithm("Adam", List.of("r", "t", "w0", "g0", "v0"))))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageContaining(
            "training_info[0]/n_w_next (training-info): Adam has 5 inputs, which are not R, T and 4"
                + " for each parameter");
  }

  @Test
  void aModelOfOptimizerNodesAloneGainsTheDefaultDomain() throws URISyntaxException {
    StepModel model =
        StepModel.at(
            Path.of(
                OtherFormsTest.class
                    .getResource("/onnx/exported/microsoft-adam-step.onnx")
                    .toURI()));
    OnnxRewriter.Result result = rewritten(model.model());
    assertThat(result.model().getOpsetImportList())
        .extracting(entry -> entry.getDomain() + entry.getVersion())
        .containsExactly("com.microsoft1", "18");
    assertThat(result.report().plan().sites())
        .extracting(planned -> planned.site().gradient())
        .containsExactly("w.gradient", "b.gradient");
    assertThat(
            new OnnxRewriter(MovingAverage.defaults())
                .apply(model.model())
                .report()
                .stateVariables())
        .contains("grokfast/w/window", "grokfast/b/sum");
  }

  @Test
  void everyParameterOfALambOptimizerIsFiltered() throws URISyntaxException {
    StepModel step =
        StepModel.at(
            Path.of(
                OtherFormsTest.class.getResource("/onnx/optimizers/microsoft_lamb.onnx").toURI()));
    for (GradientFilter filter : List.of(Ema.of(0.9, 2), MovingAverage.of(7, 3))) {
      OnnxRewriter.Result result = step.rewrite(filter);
      List<PlannedSite> sites = result.report().plan().sites();
      assertThat(sites)
          .extracting(planned -> planned.site().gradient())
          .containsExactly("w0.g", "b0.g", "w1.g");
      Map<String, double[]> actual = step.train(result.model(), StepModel.STEPS);
      Map<String, double[]> expected = step.oracle(sites, StepModel.STEPS);
      for (String w : List.of("w0", "b0", "w1")) {
        assertThat(StepModel.largestDifference(actual.get(w), expected.get(w)))
            .as(w)
            .isLessThan(1e-5);
      }
      assertThat(OnnxStripper.apply(result.model())).isEqualTo(step.model());
    }
    Map<String, double[]> plain = step.train(step.model(), StepModel.STEPS);
    Map<String, double[]> unamplified =
        step.train(step.rewrite(Ema.of(0.9, 0)).model(), StepModel.STEPS);
    for (String w : List.of("w0", "b0", "w1")) {
      assertThat(unamplified.get(w)).as(w).isEqualTo(plain.get(w));
    }
  }

  @Test
  void gradientsThatAGradientNodeMakesAreFiltered() {
    GraphProto main =
        GraphProto.newBuilder()
            .setName("main")
            .addInput(info("x", 3))
            .addInitializer(tensor("w0", 3))
            .addNode(node("", "Mul", List.of("x", "w0"), "p"))
            .addNode(node("", "ReduceSum", List.of("p"), "loss"))
            .addOutput(info("loss"))
            .build();
    ModelProto.Builder model =
        withAlgorithm("Momentum", List.of("r", "t", "w0", "w0.g", "v0")).toBuilder().setGraph(main);
    GraphProto.Builder algorithm = model.getTrainingInfoBuilder(0).getAlgorithmBuilder();
    List<TensorProto> own =
        algorithm.getInitializerList().stream()
            .filter(tensor -> !tensor.getName().startsWith("w0"))
            .toList();
    algorithm.clearInitializer().addAllInitializer(own);
    NodeProto.Builder gradient =
        node("ai.onnx.preview.training", "Gradient", List.of("w0", "x"), "w0.g").toBuilder();
    gradient.addAttribute(attribute("xs", "w0"));
    gradient.addAttribute(attribute("zs", "x"));
    gradient.addAttribute(
        AttributeProto.newBuilder()
            .setName("y")
            .setType(AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8("loss")));
    algorithm.addNode(0, gradient);
    OnnxRewriter.Result result = rewritten(model.build());
    assertThat(result.report().plan().sites())
        .extracting(planned -> planned.site().gradient())
        .containsExactly("w0.g");
    List<NodeProto> nodes = result.model().getTrainingInfo(0).getAlgorithm().getNodeList();
    assertThat(nodes).anyMatch(gradient.build()::equals);
    assertThat(nodes.get(nodes.size() - 1).getInput(3)).isEqualTo("grokfast/w0/gradient");
  }

  private static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRINGS)
        .addStrings(ByteString.copyFromUtf8(value))
        .build();
  }

  private static ValueInfoProto info(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dimension : dims) {
      shape.addDimBuilder().setDimValue(dimension);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }

  @Test
  void fusedOptimizersAreRefusedByName() {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
            .setGraph(
                GraphProto.newBuilder()
                    .addInitializer(tensor("p", 2))
                    .addNode(node("com.microsoft", "AdamWOptimizer", List.of("p"), "flag")))
            .build();
    assertThatThrownBy(() -> rewritten(model))
        .isInstanceOf(NothingToRewriteException.class)
        .hasMessageContaining("AdamWOptimizer takes all parameters at once");
  }
}
