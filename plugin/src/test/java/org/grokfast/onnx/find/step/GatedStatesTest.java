package org.grokfast.onnx.find.step;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** The states of gated recurrent networks, and parameters that only look so. */
class GatedStatesTest extends OnnxRuleTest {
  private static final String GIVEN =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      h = Input {shape=4x2}
      lr = Initializer {value=0.1}
      one = Initializer {value=1}
      xt = Transpose(x) {perm=[1, 0]}
      """;

  /** One unit, z·h + (1 − z)·n, and the gradient g of w as far as n goes. */
  private static final String UNIT =
      """
      xw = MatMul(x, w)
      n = Tanh(xw)
      xh = Add(xw, h)
      z = Sigmoid(xh)
      rest = Sub(one, z)
      old = Mul(z, h)
      fresh = Mul(rest, n)
      """;

  private static final String BACKWARD =
      """
      e = Sub(h1, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      er = Mul(e, rest)
      g = MatMul(xt, er)
      s = Mul(lr, g)
      w_new = Sub(w, s) {output=3x2}
      """;

  private static final String NAMED =
      "h_new: the update of 'h' has no tensor of shape [4, 2] that alone separates the data from"
          + " 'h_new' before the optimizer's arithmetic; name it with --gradient h=TENSOR";

  GatedStatesTest() {
    super("plain-step", "steps in plain ops of gated recurrent networks");
  }

  @Override
  protected String page() {
    return "onnx-plain-step-gates";
  }

  @Override
  protected void addCases() {
    rewrite(
            "The state of a gated unit counts as data",
            GIVEN
                + UNIT
                + """
                h1 = Add(old, fresh)
                """
                + BACKWARD
                + """
                h_new = Identity(h1) {output=4x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("h", "it is a state of the network");
    rewrite(
            "So do the hidden state and the cell of a long short-term memory",
            GIVEN
                + """
                c = Input {shape=4x2}
                """
                + UNIT
                + """
                kept = Mul(z, c)
                c1 = Add(kept, fresh)
                squashed = Tanh(c1)
                h1 = Mul(rest, squashed)
                """
                + BACKWARD
                + """
                c_new = Identity(c1) {output=4x2}
                h_new = Identity(h1) {output=4x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("h", "it is a state of the network")
        .doesNotFireOn("c", "it is a state of the network");
    rewrite(
            "So does one that a mask keeps where a sequence has ended",
            GIVEN
                + UNIT
                + """
                mask = Input {shape=4x1, type=bool}
                h2 = Add(old, fresh)
                h1 = Where(mask, h2, h)
                """
                + BACKWARD
                + """
                h_new = Identity(h1) {output=4x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("h", "it is a state of the network");
    rewrite(
            "So does one of which the loss has every value in a sequence",
            GIVEN
                + UNIT
                + """
                h1 = Add(old, fresh)
                xh2 = Add(xw, h1)
                z2 = Sigmoid(xh2)
                rest2 = Sub(one, z2)
                old2 = Mul(z2, h1)
                fresh2 = Mul(rest2, n)
                """
                + BACKWARD
                + """
                h_new = Add(old2, fresh2) {output=4x2}
                d = Sub(h_new, y)
                d2 = Mul(d, d)
                second = ReduceMean(d2) {keepdims=0, output=scalar}
                """)
        .finds("w: g → s")
        .doesNotFireOn("h", "it is a state of the network");
    rewrite(
            "A parameter that a gradient moves is none, though the loss has it behind a gate",
            GIVEN
                + UNIT
                + """
                h1 = Add(old, fresh)
                """
                + BACKWARD
                + """
                gh = Mul(e, z)
                sh = Mul(lr, gh)
                h_new = Sub(h, sh) {output=4x2}
                """)
        .finds("w: g → s")
        .reports(NAMED);
    rewrite(
            "Nor is one of which a gate lets a share through that the loss has whole",
            GIVEN
                + UNIT
                + """
                h1 = Add(h, fresh)
                """
                + BACKWARD
                + """
                h_new = Add(old, fresh) {output=4x2}
                """)
        .finds("w: g → s")
        .reports(NAMED);
    rewrite(
            "Nor is one with which a loss is computed after the step",
            GIVEN
                + """
                p = MatMul(x, w)
                e = Sub(p, y)
                g = MatMul(xt, e)
                s = Mul(lr, g)
                w_new = Sub(w, s) {output=3x2}
                p2 = MatMul(x, w_new)
                e2 = Sub(p2, y)
                e3 = Mul(e2, e2)
                loss = ReduceMean(e3) {keepdims=0, output=scalar}
                """)
        .reports(
            "w_new: the update of 'w' has no tensor of shape [3, 2] that alone separates the data"
                + " from 'w_new' before the optimizer's arithmetic; name it with --gradient"
                + " w=TENSOR");
  }
}
