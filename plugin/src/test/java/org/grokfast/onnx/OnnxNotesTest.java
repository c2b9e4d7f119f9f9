package org.grokfast.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.grokfast.filter.FilterDescription;
import org.grokfast.onnx.rules.ModelText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the report says of choices that a model leaves open. */
class OnnxNotesTest {
  private static final String SCALED =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      lr = Initializer {value=0.1}
      half = Initializer {value=0.5}
      p = MatMul(x, w)
      e = Sub(p, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x) {perm=[1, 0]}
      g = MatMul(xt, e)
      h = Mul(g, half)
      s = Mul(lr, h)
      w_new = Sub(w, s) {output=3x2}
      """;

  private static List<String> notes(String filter, String model) {
    return new OnnxRewriter(FilterDescription.parseText(filter))
        .apply(ModelText.parse(model)).report().notes().stream()
            .filter(note -> !note.contains("carry the filter's state"))
            .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"normalize", "spectral", "ema(alpha=0.9, lamb=2.0), normalize"})
  void aConstantThatMayBelongToTheGradientIsNamedWhereItMatters(String filter) {
    assertThat(notes(filter, SCALED))
        .singleElement()
        .asString()
        .startsWith("the filter of 'w' stands before the constant that makes 'h' of 'g': ")
        .endsWith("take --gradient w=h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ema(alpha=0.9, lamb=2.0)", "perp"})
  void toAFilterThatKeepsProportionsConstantsAreAllOne(String filter) {
    assertThat(notes(filter, SCALED)).isEmpty();
  }

  @Test
  void aSingleConstantIsTheRate() {
    assertThat(notes("normalize", SCALED.replace("Mul(lr, h)", "Identity(h)"))).isEmpty();
  }
}
