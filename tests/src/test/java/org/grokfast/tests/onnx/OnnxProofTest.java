package org.grokfast.tests.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.grokfast.filter.Ema;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.proof.SiteProof;
import org.grokfast.proof.SiteProof.Verdict;
import org.grokfast.tools.verify.ChildLimits;
import org.grokfast.tools.verify.VerifySettings;
import org.grokfast.tools.verify.onnx.OnnxVerification;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is proved of filters in stored ONNX training steps, in ONNX Runtime. */
@Tag("native")
@Tag("process")
class OnnxProofTest {
  private static final boolean ALL = Boolean.getBoolean("grokfast.proof.all");

  private static List<SiteProof> prove(
      StepModel step, Map<String, String> gradients, Optional<String> loss) throws IOException {
    OnnxRewriter pass = new OnnxRewriter(Ema.of(0.9, 2)).withNames(gradients, Map.of());
    VerifySettings settings =
        new VerifySettings(
            1,
            1e-5,
            new VerifySettings.RandomInputs(0, 4, 2),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new VerifySettings.Proof(true, loss));
    return new OnnxVerification(settings, ChildLimits.DEFAULT, Optional.empty())
        .compare(step.file(), step.file().withModel(pass.apply(step.model()).model()))
        .proofs();
  }

  /** Every stored step that can be rewritten, and that the stock runtime has the kernels for. */
  private static List<StepModel> steps() throws IOException, URISyntaxException {
    List<String> unfit =
        List.of("transposed", "update_in_if", "update_in_loop", "bfloat16", "microsoft-adam-step");
    Path folder =
        Path.of(OnnxProofTest.class.getResource("/onnx/opset17.onnx").toURI()).getParent();
    try (Stream<Path> own = Files.list(folder);
        Stream<Path> exported = Files.list(folder.resolve("exported"))) {
      return Stream.concat(own, exported)
          .filter(file -> file.toString().endsWith(".onnx"))
          .sorted()
          .map(StepModel::at)
          .filter(step -> !unfit.contains(step.name()))
          // Of one step in fourteen operator sets, the first and the last, or all if asked.
          .filter(step -> ALL || !step.name().matches("opset(?!11|26).*"))
          .toList();
    }
  }

  @Test
  void noFilterOfAStoredStepStandsOnSomethingElse() throws IOException, URISyntaxException {
    Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    int models = 0;
    for (StepModel step : steps()) {
      models++;
      for (SiteProof proof : prove(step, Map.of(), Optional.empty())) {
        counts.merge(proof.verdict(), 1, Integer::sum);
        if (proof.verdict() != Verdict.GRADIENT) {
          System.out.println(step.name() + " " + proof.variable() + " " + proof.text());
        }
      }
    }
    System.out.println(models + " models: " + counts);
    assertThat(counts).doesNotContainKey(Verdict.OTHER);
    assertThat(counts.get(Verdict.GRADIENT)).isGreaterThanOrEqualTo(60);
  }

  private static NodeProto producer(StepModel step, String tensor) {
    NodeProto node =
        step.model().getGraph().getNodeList().stream()
            .filter(each -> each.getOutput(0).equals(tensor))
            .findFirst()
            .orElseThrow();
    return node.getOpType().equals("Identity") ? producer(step, node.getInput(0)) : node;
  }

  /** A step that takes what the optimizer makes of the gradient for the gradient. */
  @ParameterizedTest
  @CsvSource({"momentum_decay, w0", "adamw, w1"})
  void aFilterBehindTheOptimizersArithmeticIsFoundOut(String name, String parameter)
      throws IOException {
    StepModel step = StepModel.stored(name);
    NodeProto subtraction = producer(step, parameter + "_new");
    String behind = subtraction.getInput(1);
    List<SiteProof> proofs = prove(step, Map.of(parameter, behind), Optional.of("loss"));
    assertThat(proofs)
        .filteredOn(proof -> proof.variable().equals(parameter))
        .extracting(SiteProof::verdict)
        .containsExactly(Verdict.OTHER);
    assertThat(proofs)
        .filteredOn(proof -> !proof.variable().equals(parameter))
        .extracting(SiteProof::verdict)
        .containsOnly(Verdict.GRADIENT);
  }

  /** A stored step with the rows of a parameter's gradient shortened to a length. */
  private static StepModel withShortRows(String name, String parameter) {
    StepModel step = StepModel.stored(name);
    String gradient =
        new OnnxRewriter(Ema.of(0.9, 2))
            .plan(step.model()).sites().stream()
                .map(planned -> planned.site())
                .filter(site -> site.variable().name().equals(parameter))
                .findFirst()
                .orElseThrow()
                .gradient();
    GraphProto.Builder graph = step.model().getGraph().toBuilder().clearNode();
    for (NodeProto node : step.model().getGraph().getNodeList()) {
      NodeProto.Builder taking = node.toBuilder();
      for (int i = 0; i < node.getInputCount(); i++) {
        if (node.getInput(i).equals(gradient)) {
          taking.setInput(i, "shorter");
        }
      }
      graph.addNode(taking);
      if (node.getOutputList().contains(gradient)) {
        graph.addInitializer(number("bound", 0.01f)).addInitializer(number("whole", 1));
        graph.addNode(
            node("ReduceL2", "length", gradient)
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("axes")
                        .setType(AttributeProto.AttributeType.INTS)
                        .addInts(1)));
        graph.addNode(node("Div", "share", "bound", "length"));
        graph.addNode(node("Min", "factor", "share", "whole"));
        graph.addNode(node("Mul", "shorter", gradient, "factor"));
      }
    }
    ModelProto model = step.model().toBuilder().setGraph(graph).build();
    return new StepModel(name, step.file().withModel(model));
  }

  private static NodeProto.Builder node(String op, String output, String... inputs) {
    return NodeProto.newBuilder().setOpType(op).addAllInput(List.of(inputs)).addOutput(output);
  }

  private static TensorProto number(String name, float value) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addFloatData(value)
        .build();
  }

  @Test
  void rowsThatAreShortenedBySmallFactorsAreNoFalseAlarm() throws IOException {
    List<SiteProof> proofs =
        prove(withShortRows("opset17", "w0"), Map.of("w0", "shorter"), Optional.of("loss"));
    assertThat(proofs).extracting(SiteProof::verdict).containsOnly(Verdict.GRADIENT);
    assertThat(proofs)
        .filteredOn(proof -> proof.variable().equals("w0"))
        .singleElement()
        .satisfies(proof -> assertThat(proof.text()).contains("behind it stands Mul"));
  }
}
