package org.grokfast.onnx.next;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.List;
import java.util.Set;
import org.grokfast.onnx.graph.OnnxGraph;
import org.grokfast.onnx.next.UpdateConditions.Condition;
import org.grokfast.onnx.rules.ModelText;
import org.grokfast.rewrite.GradientEdge;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateConditionsTest {
  private static final String STEP =
      """
      w = Input {shape=2}
      m = Input {shape=2}
      g = Input {shape=2}
      ok = Input {shape=scalar, type=bool}
      each = Input {shape=2, type=bool}
      lr = Initializer {value=0.5}
      s = Mul(lr, g)
      next = Sub(w, s)
      """;

  private static Set<Condition> conditions(String text) {
    ModelProto model = ModelText.parse(STEP + text);
    return new UpdateConditions(new OnnxGraph(model.getGraph()), List.of("w_new", "m_new"))
        .of(List.of(new GradientEdge("s", 1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w_new = Where(ok, next, w)",
        "c = Where(ok, next, w)\nw_new = Cast(c) {to=1}",
        "c = Identity(w)\nw_new = Where(ok, next, c)",
        "bad = Not(ok)\nw_new = Where(bad, w, next)",
        "w_new = Where(ok, next, w)\nsm = Add(m, s)\nm_new = Where(ok, sm, m)",
        "w_new = Where(ok, next, w)\nbad = IsInf(s)\nb = Cast(bad) {to=1}\nm_new = Mul(m, b)",
        "w_new = Where(ok, next, w)\nm_new = Add(w_new, m)",
        "none = Sub(lr, lr)\nd = Where(ok, s, none)\nw_new = Sub(w, d)",
      })
  void anUpdateThatIsChosenByAConditionIsMadeOnIt(String choice) {
    assertThat(conditions(choice)).containsExactly(new Condition("ok", true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w_new = Identity(next)",
        "w_new = Where(each, next, w)",
        "more = Sub(next, s)\nw_new = Where(ok, next, more)",
      })
  void aGradientThatIsUsedWhateverHoldsHasNoCondition(String choice) {
    assertThat(conditions(choice)).isEmpty();
  }

  @Test
  void aGradientThatIsSummedUpIsUsedThoughTheWeightsWait() {
    assertThat(
            conditions(
                "sum = Add(m, s)\nw1 = Sub(w, sum)\nw_new = Where(ok, w1, w)\n"
                    + "m_new = Where(ok, lr, sum)"))
        .isEmpty();
  }

  @Test
  void theOldValueMayBeTheFirstBranch() {
    assertThat(conditions("w_new = Where(ok, w, next)"))
        .containsExactly(new Condition("ok", false));
  }
}
