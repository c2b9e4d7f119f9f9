package org.grokfast.onnx.find.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.grokfast.onnx.find.step.CarriedPairs.Pair;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.rules.ModelText;
import org.grokfast.rewrite.GraphRewriteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CarriedPairsTest {

  private static CarriedPairs pairs(String text, Map<String, String> byHand) {
    return new CarriedPairs(new OnnxGraph(ModelText.parse(text).getGraph()), byHand);
  }

  private static CarriedPairs pairs(String text) {
    return pairs(text, Map.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w_new",
        "w.new",
        "w/new",
        "w_out",
        "w.out",
        "w_next",
        "w_updated",
        "new_w",
        "next_w"
      })
  void namesOfNextValuesArePaired(String output) {
    assertThat(pairs("w = Input\n" + output + " = Relu(w) {output=2x2}").all())
        .containsExactly(new Pair("w", output, "by name"));
  }

  @Test
  void aSumWithTheInputIsItsNextValue() {
    String step =
        """
        w = Input
        g = Input
        o = Sub(w, g) {output=2x2}
        """;
    assertThat(pairs(step).all()).containsExactly(new Pair("w", "o", "by data flow"));
  }

  @Test
  void anOptimizerNodePairsItsInputsWithItsOutputs() {
    String step =
        """
        lr = Input {shape=scalar}
        w = Input
        g = Input
        o = com.microsoft.SGDOptimizer(lr, w, g) {output=2x2}
        """;
    assertThat(pairs(step).all()).containsExactly(new Pair("w", "o", "by optimizer node"));
  }

  @Test
  void anInputWithAnInitialValueInTheModelIsPaired() {
    String step =
        """
        w = Input
        w = Initializer {shape=2x2}
        g = Input
        o = Sub(w, g) {output=2x2}
        """;
    assertThat(pairs(step).all()).containsExactly(new Pair("w", "o", "by data flow"));
  }

  @Test
  void aConstantThatIsListedAsAnInputDoesNotHideTheNextValue() {
    String step =
        """
        w = Input
        c = Input
        c = Initializer {shape=2x2}
        o = Add(w, c) {output=2x2}
        """;
    assertThat(pairs(step).all()).containsExactly(new Pair("w", "o", "by data flow"));
  }

  @Test
  void theUsersWordGoesBeforeNames() {
    String step =
        """
        w = Input
        v = Input
        w_new = Add(w, v) {output=2x2}
        """;
    assertThat(pairs(step, Map.of("v", "w_new")).all())
        .containsExactly(new Pair("v", "w_new", "by hand"));
  }

  @Test
  void aNameWithAnotherShapeIsNotPaired() {
    assertThat(pairs("w = Input\nw_new = ReduceMean(w) {keepdims=0, output=scalar}").all())
        .isEmpty();
  }

  @Test
  void aNameWithAnotherTypeIsNotPaired() {
    assertThat(pairs("w = Input\nw_new = Cast(w) {to=11, type=double, output=2x2}").all())
        .isEmpty();
  }

  @Test
  void twoEquallyNearInputsAreNotPairedByDataFlow() {
    String step =
        """
        w = Input
        v = Input
        o = Add(w, v) {output=2x2}
        """;
    assertThat(pairs(step).all()).isEmpty();
  }

  @Test
  void whatIsSubtractedIsNoTerm() {
    String step =
        """
        w = Input
        c = Initializer {shape=2x2}
        o = Sub(c, w) {output=2x2}
        """;
    assertThat(pairs(step).all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loss = Mul(mse, beta) {output=scalar}",
        "part = Mul(mse, beta)\nloss = Add(mse, part) {output=scalar}",
        "loss = Div(mse, beta) {output=scalar}"
      })
  void aLossIsNoNextValueOfAnInputInIt(String loss) {
    String step =
        """
        x = Input
        w = Input
        beta = Input {shape=scalar}
        p = MatMul(x, w)
        mse = ReduceMean(p) {keepdims=0}
        %s
        g = Mul(x, beta)
        w_new = Sub(w, g) {output=2x2}
        """;
    assertThat(pairs(step.formatted(loss)).all())
        .containsExactly(new Pair("w", "w_new", "by name"));
  }

  @Test
  void aLossIsNoNextValueOfWhatIsAddedToItAndGoesNowhereElse() {
    String step =
        """
        x = Input
        penalty = Input {shape=scalar}
        mse = ReduceMean(x) {keepdims=0}
        loss = Add(mse, penalty) {output=scalar}
        other = Identity(x) {output=2x2}
        """;
    assertThat(pairs(step).all()).isEmpty();
  }

  @Test
  void whatIsMultipliedAloneIsNotPairedByDataFlow() {
    assertThat(pairs("w = Input\nc = Initializer\no = Mul(w, c) {output=2x2}").all()).isEmpty();
  }

  @Test
  void aParameterOfOneElementIsPairedByDataFlow() {
    String step =
        """
        x = Input
        b = Input {shape=scalar}
        p = Add(x, b)
        loss = ReduceMean(p) {keepdims=0, output=scalar}
        g = ReduceSum(p) {keepdims=0}
        o = Sub(b, g) {output=scalar}
        """;
    assertThat(pairs(step).all()).containsExactly(new Pair("b", "o", "by data flow"));
  }

  @Test
  void aProductOfMatricesIsNoNextValue() {
    assertThat(pairs("w = Input\no = MatMul(w, w) {output=2x2}").all()).isEmpty();
  }

  @Test
  void aNameThatIsNoInputIsAnErrorWithTheNearestName() {
    assertThatThrownBy(
            () -> pairs("weight = Input\no = Relu(weight) {output=2x2}", Map.of("weigth", "o")))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessage("update: 'weigth' is no input of the graph; did you mean 'weight'?");
  }

  @Test
  void anOutputOfAnotherShapeIsAnError() {
    assertThatThrownBy(
            () -> pairs("w = Input {shape=3x2}\no = Relu(w) {output=2x2}", Map.of("w", "o")))
        .isInstanceOf(GraphRewriteException.class)
        .hasMessageContaining("update 'w=o': the two differ in type or shape");
  }
}
