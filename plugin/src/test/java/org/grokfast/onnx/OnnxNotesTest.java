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

  /** A step of SGD with weight decay, which gives the loss or not. */
  private static String decaying(String loss) {
    return """
    x = Input {shape=4x3}
    y = Input {shape=4x2}
    w = Input {shape=3x2}
    lr = Initializer {value=0.1}
    p = MatMul(x, w)
    e = Sub(p, y)
    e2 = Mul(e, e)
    loss = ReduceMean(e2) {keepdims=0%s}
    xt = Transpose(x) {perm=[1, 0]}
    g = MatMul(xt, e)
    d = Mul(w, lr)
    gd = Add(g, d)
    s = Mul(lr, gd)
    w_new = Sub(w, s) {output=3x2}
    """
        .formatted(loss);
  }

  private static final String DECAY =
      "the step gives no loss: 'd', which is added to the gradient 'g' of 'w', was taken for weight"
          + " decay and is not filtered; if it belongs to the loss, take --gradient w=gd";

  @Test
  void decayThatNoLossTellsFromAPenaltyIsNamed() {
    assertThat(notes("ema(alpha=0.9, lamb=2.0)", decaying(""))).containsExactly(DECAY);
  }

  @Test
  void decayBesideALossIsNoGuess() {
    assertThat(notes("ema(alpha=0.9, lamb=2.0)", decaying(", output=scalar"))).isEmpty();
  }

  @Test
  void theDecayOfAnOptimizerNodeIsNamedToo() {
    String step =
        """
        w = Input {shape=3x2}
        g = Input {shape=3x2}
        m = Input {shape=3x2}
        v = Input {shape=3x2}
        r = Initializer {value=0.1}
        t = Input {shape=scalar, type=int64}
        d = Mul(w, r)
        gd = Add(g, d)
        w_new, m_new, v_new = ai.onnx.preview.training.Adam(r, t, w, gd, m, v) {output=3x2}
        """;
    assertThat(notes("ema(alpha=0.9, lamb=2.0)", step)).containsExactly(DECAY);
  }

  @Test
  void aStepWithoutDecayHasNoNote() {
    assertThat(notes("ema(alpha=0.9, lamb=2.0)", decaying("").replace("Add(g, d)", "Identity(g)")))
        .isEmpty();
  }

  /** A model with ten weights in parallel, of the same lines but for numbers behind the names. */
  private static String tenfold(String model) {
    StringBuilder lines = new StringBuilder();
    for (String line : model.lines().toList()) {
      boolean shared = line.matches("(x|y|lr|half) = .*");
      for (int i = 0; i < (shared ? 1 : 10); i++) {
        String numbered =
            line.replaceAll("\\b(w|p|e|e2|loss|xt|g|d|gd|h|s|w_new)\\b(?=[ ,)])", "$1_" + i);
        lines.append(shared ? line : numbered).append('\n');
      }
    }
    return lines.toString();
  }

  @Test
  void ofManyNotesTheFirstEightAreShownAndTheOthersCounted() {
    assertThat(notes("ema(alpha=0.9, lamb=2.0)", tenfold(decaying(""))))
        .hasSize(9)
        .last()
        .isEqualTo("so were the terms of 2 more");
    assertThat(notes("normalize", tenfold(SCALED)))
        .hasSize(9)
        .last()
        .isEqualTo("the same holds for 2 more");
  }
}
