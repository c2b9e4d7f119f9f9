package org.grokfast.onnx.find;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import org.grokfast.filter.Ema;
import org.grokfast.onnx.OnnxRewriter;
import org.grokfast.onnx.OnnxStripper;
import org.grokfast.onnx.rules.ModelText;
import org.junit.jupiter.api.Test;

/** Gradients that are outputs of the step themselves. */
class GradientSitesTest {
  private static final String STEP =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      lr = Initializer {value=0.1}
      p = MatMul(x, w)
      e = Sub(p, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x) {perm=[1, 0]}
      """;

  private static ModelProto rewritten(String text) {
    ModelProto model = ModelText.parse(text);
    ModelProto rewritten = new OnnxRewriter(Ema.of(0.9, 2)).apply(model).model();
    assertThat(OnnxStripper.apply(rewritten).toByteString()).isEqualTo(model.toByteString());
    return rewritten;
  }

  private static NodeProto maker(GraphProto graph, String tensor) {
    return graph.getNodeList().stream()
        .filter(node -> node.getOutputList().contains(tensor))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatTheNextStepTakesIsFilteredUnderItsOwnName() {
    GraphProto graph =
        rewritten(
                STEP
                    + """
                    g = Input {shape=3x2}
                    g_new = MatMul(xt, e) {output=3x2}
                    d = Sub(g_new, g)
                    s = Mul(d, lr)
                    w_new = Sub(w, s) {output=3x2}
                    """)
            .getGraph();
    assertThat(maker(graph, "g_new").getInputList()).containsExactly("grokfast/w/gradient");
    assertThat(maker(graph, "d").getInputList()).containsExactly("grokfast/w/gradient", "g");
    assertThat(maker(graph, "grokfast/w/raw").getOpType()).isEqualTo("MatMul");
  }

  @Test
  void anOutputThatIsNotCarriedKeepsTheRawGradient() {
    GraphProto graph =
        rewritten(
                STEP
                    + """
                    g = MatMul(xt, e) {output=3x2}
                    s = Mul(g, lr)
                    w_new = Sub(w, s) {output=3x2}
                    """)
            .getGraph();
    assertThat(maker(graph, "g").getOpType()).isEqualTo("MatMul");
    assertThat(maker(graph, "s").getInputList()).containsExactly("grokfast/w/gradient", "lr");
  }

  @Test
  void whatABindingOfATrainingInfoHandsOnIsFilteredToo() {
    GraphProto graph =
        rewritten(
                """
                x = Input
                w = Initializer {shape=2x2}
                y = MatMul(x, w) {output=2x2}
                algorithm = TrainingInfo {w=w_new, q=g}
                q = Initializer {shape=2x2}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                d = Sub(g, q)
                w_new = Sub(w, d)
                """)
            .getTrainingInfo(0)
            .getAlgorithm();
    assertThat(List.of(maker(graph, "g").getOpType(), maker(graph, "d").getInput(0)))
        .containsExactly("Identity", "grokfast/w/gradient");
  }
}
