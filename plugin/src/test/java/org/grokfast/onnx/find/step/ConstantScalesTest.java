package org.grokfast.onnx.find.step;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Constants behind a gradient that belong to it, and those that are a rate. */
class ConstantScalesTest extends OnnxRuleTest {
  /** Linear regression up to the error e. */
  private static final String FORWARD =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      m = Input {shape=3x2}
      lr = Initializer {value=0.1}
      scale = Initializer {value=1024}
      less = Initializer {value=0.0009765625}
      two = Initializer {value=2}
      half = Initializer {value=0.5}
      p = MatMul(x, w)
      e = Sub(p, y)
      e2 = Mul(e, e)
      xt = Transpose(x) {perm=[1, 0]}
      """;

  private static final String LOSS = "loss = ReduceMean(e2) {keepdims=0, output=scalar}\n";

  private static final String STEP =
      """
      s = Mul(lr, g)
      w_new = Sub(w, s) {output=3x2}
      """;

  private static final String MOMENTUM =
      """
      m9 = Mul(m, half)
      m_new = Add(m9, g) {output=3x2}
      s = Mul(lr, m_new)
      w_new = Sub(w, s) {output=3x2}
      """;

  ConstantScalesTest() {
    super("plain-step", "steps in plain ops that divide gradients by constants");
  }

  @Override
  protected String page() {
    return "onnx-plain-step-scales";
  }

  @Override
  protected void addCases() {
    addScales();
    addRates();
  }

  private void addScales() {
    rewrite(
            "A loss scale that is divided out comes before the filter",
            FORWARD
                + LOSS
                + """
                es = Mul(e, scale)
                gs = MatMul(xt, es)
                g = Div(gs, scale)
                """
                + STEP)
        .finds("w: g → s");
    rewrite(
            "So does one that a factor undoes",
            FORWARD
                + LOSS
                + """
                es = Mul(e, scale)
                gs = MatMul(xt, es)
                g = Mul(gs, less)
                """
                + STEP)
        .finds("w: g → s");
    rewrite(
            "So does one that the loss has",
            FORWARD
                + """
                mse = ReduceMean(e2) {keepdims=0}
                loss = Mul(mse, scale) {output=scalar}
                share = Initializer {value=512}
                es = Mul(e, share)
                gs = MatMul(xt, es)
                g = Mul(less, gs)
                """
                + STEP)
        .finds("w: g → s");
    rewrite(
            "So does the number of rows that a mean is divided by",
            FORWARD
                + LOSS
                + """
                rows = Initializer {value=4}
                sum = MatMul(xt, e)
                g = Div(sum, rows)
                """
                + STEP)
        .finds("w: g → s");
    rewrite(
            "A sum of two gradients that is halved is filtered as a mean",
            FORWARD
                + LOSS
                + """
                one = MatMul(xt, e)
                size = Abs(e)
                other = MatMul(xt, size)
                sum = Add(one, other)
                g = Mul(sum, half)
                """
                + STEP)
        .finds("w: g → s");
  }

  private void addRates() {
    rewrite(
            "A factor that undoes nothing is a rate",
            FORWARD
                + LOSS
                + """
                raw = MatMul(xt, e)
                g = Mul(raw, less)
                """
                + MOMENTUM)
        .finds("w: raw → g")
        .doesNotFireOn("m", "it is a state");
    rewrite(
            "So is a half of a gradient that the two of a square went into",
            FORWARD
                + LOSS
                + """
                ed = Mul(e, two)
                raw = MatMul(xt, ed)
                g = Mul(raw, half)
                """
                + MOMENTUM)
        .finds("w: raw → g")
        .doesNotFireOn("m", "it is a state");
    rewrite(
            "So is a divisor below 1",
            FORWARD
                + LOSS
                + """
                raw = MatMul(xt, e)
                g = Div(raw, half)
                """
                + MOMENTUM)
        .finds("w: raw → g")
        .doesNotFireOn("m", "it is a state");
    rewrite(
            "So is the divisor of the momentum",
            FORWARD
                + LOSS
                + """
                g = MatMul(xt, e)
                m9 = Mul(m, half)
                m_new = Add(m9, g) {output=3x2}
                s = Div(m_new, scale)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → m_new")
        .doesNotFireOn("m", "it is a state");
    rewrite(
            "So is a half of a sum of three",
            FORWARD
                + LOSS
                + """
                one = MatMul(xt, e)
                size = Abs(e)
                other = MatMul(xt, size)
                sum = Sum(one, other, other)
                g = Mul(sum, half)
                """
                + MOMENTUM)
        .finds("w: sum → g")
        .doesNotFireOn("m", "it is a state");
    rewrite(
            "So is what makes the step of a sum of two",
            FORWARD
                + LOSS
                + """
                one = MatMul(xt, e)
                size = Abs(e)
                other = MatMul(xt, size)
                sum = Add(one, other)
                s = Mul(sum, half)
                w_new = Sub(w, s) {output=3x2}
                size_new = Add(m, s) {output=3x2}
                """)
        .finds("w: sum → s")
        .doesNotFireOn("m", "it sums up the steps");
  }
}
