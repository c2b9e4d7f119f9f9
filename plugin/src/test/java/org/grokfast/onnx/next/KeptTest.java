package org.grokfast.onnx.next;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.rules.ModelText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptTest {
  private static final String INPUTS =
      """
      w = Input {shape=3x2}
      x = Input {shape=3x2}
      i = Initializer {shape=1, type=int64, value=0}
      ok = Input {shape=scalar, type=bool}
      """;

  private static OnnxGraph graph(String text) {
    ModelProto model = ModelText.parse(INPUTS + text);
    return new OnnxGraph(model.getGraph(), model.getFunctionsList());
  }

  private static boolean keeps(String text) {
    return Kept.surely(graph(text)).keeps("o", "w");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "o = Identity(w)",
        "o = Sub(w, x)",
        "o = Add(x, w)",
        "o = Mul(x, w)",
        "o = Div(w, x)",
        "o = Where(ok, x, w)",
        "o = Max(x, w)",
        "o = Clip(w, x, x)",
        "o = ScatterND(w, i, x)",
        "o = Concat(x, w) {axis=0}",
        "p, o = Split(w) {axis=0}",
        "t = Transpose(w)\no = Reshape(t, i)",
        "y, o = BatchNormalization(x, x, x, w, x) {training_mode=1}"
      })
  void sumsMultiplesChoicesAndWhatMovesElementsKeep(String text) {
    assertThat(keeps(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "o = Identity(x)",
        "o = MatMul(x, w)",
        "o = Tanh(w)",
        "o = Div(x, w)",
        "o = Sub(x, w)",
        "o = ScatterND(x, i, w)",
        "o = ReduceSum(w)",
        "o = Clip(x, w, w)",
        "y, o = BatchNormalization(x, x, x, x, w) {training_mode=1}"
      })
  void whatIsComputedFromAValueDoesNotKeepIt(String text) {
    assertThat(keeps(text)).isFalse();
  }

  @Test
  void aLoopKeepsWhatItCarriesWhateverItsBodyMakes() {
    String loop =
        """
        o, q = Loop(i, ok, w, x) {body=step}
        def step(n, go, v, u) -> still, next, other
          still = Identity(go)
          next = Tanh(v)
          other = Identity(u)
        """;
    assertThat(keeps(loop)).isTrue();
    assertThat(Kept.surely(graph(loop)).keeps("q", "w")).isFalse();
    assertThat(Kept.surely(graph(loop)).keeps("q", "x")).isTrue();
  }

  @Test
  void aScanKeepsWhatItCarriesAndWhatItPutsTogether() {
    String scan =
        """
        sum, o = Scan(x, w) {body=step, num_scan_inputs=1}
        def step(total, row) -> next, kept
          next = Tanh(total)
          kept = Identity(row)
        """;
    assertThat(keeps(scan)).isTrue();
    assertThat(Kept.surely(graph(scan)).keeps("sum", "w")).isFalse();
  }

  @Test
  void aBranchKeepsWhatEitherOfItsBodiesDoes() {
    String branch =
        """
        o = If(ok) {then_branch=taken, else_branch=other}
        def taken() -> t
          t = Sub(w, x)
        def other() -> e
          e = Tanh(x)
        """;
    assertThat(keeps(branch)).isTrue();
    assertThat(Kept.surely(graph(branch)).keeps("o", "x")).isFalse();
  }

  @Test
  void aFunctionKeepsWhatItsNodesDo() {
    String step =
        """
        o = local.Step(w, x)
        def local.Step(v, g) -> next
          next = Sub(v, g)
        """;
    assertThat(keeps(step)).isTrue();
    assertThat(Kept.surely(graph(step)).keeps("o", "x")).isFalse();
  }

  /** A soft threshold: Sign(w) · Max(Abs(w) − x, 0). */
  @Test
  void whatAProjectionPutsAValueThroughKeepsItPerhapsAndNotSurely() {
    String prox =
        """
        size = Abs(w)
        less = Sub(size, x)
        most = Relu(less)
        side = Sign(w)
        o = Mul(side, most)
        """;
    assertThat(keeps(prox)).isFalse();
    assertThat(Kept.perhaps(graph(prox)).keeps("o", "w")).isTrue();
    assertThat(Kept.perhaps(graph("o = MatMul(x, w)")).keeps("o", "w")).isFalse();
  }

  @Test
  void anOpOfAnotherDomainKeepsWhatItTakesPerhapsAndNotSurely() {
    OnnxGraph custom = graph("o = com.example.Step(w, x)");
    assertThat(Kept.surely(custom).keeps("o", "w")).isFalse();
    assertThat(Kept.perhaps(custom).keeps("o", "w")).isTrue();
  }
}
