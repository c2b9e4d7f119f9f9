package org.grokfast.onnx.find.step;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Clipping by bounds that a step carries on, and what else it makes of them. */
class MovingBoundsTest extends OnnxRuleTest {
  /** Linear regression up to the gradient g of w, and a running average of its length. */
  private static final String BACKWARD =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      usual = Input {shape=scalar}
      lr = Initializer {value=0.1}
      one = Initializer {value=1}
      most = Initializer {value=0.9}
      p = MatMul(x, w)
      e = Sub(p, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x) {perm=[1, 0]}
      g = MatMul(xt, e)
      length = ReduceL2(g) {keepdims=0}
      old = Mul(usual, most)
      some = Mul(length, lr)
      usual_new = Add(old, some) {output=scalar}
      """;

  private static final String CLIPPED =
      """
      s = Mul(lr, clipped)
      w_new = Sub(w, s) {output=3x2}
      """;

  /** A second parameter, whose gradient is clipped with the first. */
  private static final String BOTH =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      b = Input {shape=2}
      usual = Input {shape=scalar}
      lr = Initializer {value=0.1}
      one = Initializer {value=1}
      most = Initializer {value=0.9}
      first_axis = Initializer {shape=1, type=int64, value=0}
      p0 = MatMul(x, w)
      p = Add(p0, b)
      e = Sub(p, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x) {perm=[1, 0]}
      g = MatMul(xt, e)
      gb = ReduceSum(e, first_axis) {keepdims=0}
      g2 = ReduceSumSquare(g) {keepdims=0}
      gb2 = ReduceSumSquare(gb) {keepdims=0}
      all = Add(g2, gb2)
      length = Sqrt(all)
      old = Mul(usual, most)
      some = Mul(length, lr)
      usual_new = Add(old, some) {output=scalar}
      share = Div(usual, length)
      factor = Min(share, one)
      clipped = Mul(g, factor)
      bc = Mul(gb, factor)
      bs = Mul(lr, bc)
      b_new = Sub(b, bs) {output=2}
      """;

  MovingBoundsTest() {
    super("plain-step", "steps in plain ops that clip gradients by bounds that move");
  }

  @Override
  protected String page() {
    return "onnx-plain-step-bounds";
  }

  @Override
  protected void addCases() {
    addClippings();
    addOthers();
  }

  private void addClippings() {
    rewrite(
            "A factor that bounds the length by its running average is a clipping",
            BACKWARD
                + """
                share = Div(usual_new, length)
                factor = Min(share, one)
                clipped = Mul(g, factor)
                """
                + CLIPPED)
        .finds("w: clipped → s");
    rewrite("So is one of all gradients", BOTH + CLIPPED).finds("b: bc → bs", "w: clipped → s");
    rewrite(
            "So is a quotient of the bound and the longer of both",
            BACKWARD
                + """
                longer = Max(length, usual)
                scaled = Mul(g, usual)
                clipped = Div(scaled, longer)
                """
                + CLIPPED)
        .finds("w: clipped → s");
    rewrite(
            "So is a choice between the gradient and a shorter one",
            BACKWARD
                + """
                long = Greater(length, usual)
                share = Div(usual, length)
                short = Mul(g, share)
                clipped = Where(long, short, g)
                """
                + CLIPPED)
        .finds("w: clipped → s");
    rewrite(
            "So is a bound of each element",
            BACKWARD
                + """
                least = Neg(usual)
                clipped = Clip(g, least, usual)
                """
                + CLIPPED)
        .finds("w: clipped → s");
  }

  private void addOthers() {
    rewrite(
            "A length that is always divided by is the optimizer's",
            BACKWARD
                + """
                share = Div(usual, length)
                clipped = Mul(g, share)
                """
                + CLIPPED)
        .finds("w: g → length, clipped")
        .doesNotFireOn("usual", "it is a state");
    rewrite(
            "So is a running maximum of it",
            BACKWARD
                + """
                longer = Max(length, usual_new)
                clipped = Div(g, longer)
                """
                + CLIPPED)
        .finds("w: g → length, clipped")
        .doesNotFireOn("usual", "it is a state");
    rewrite(
            "So is a bound of the momentum",
            BACKWARD
                + """
                m = Input {shape=3x2}
                m9 = Mul(m, most)
                m_new = Add(m9, g) {output=3x2}
                least = Neg(usual)
                clipped = Clip(m_new, least, usual)
                """
                + CLIPPED)
        .finds("w: g → length, m_new")
        .doesNotFireOn("m", "it is a state");
    rewrite(
            "So is a bound of each element that has a state of its own",
            BACKWARD
                + """
                sizes = Input {shape=3x2}
                size = Abs(g)
                s9 = Mul(sizes, most)
                s1 = Mul(size, lr)
                sizes_new = Add(s9, s1) {output=3x2}
                least = Neg(sizes)
                lower = Max(g, least)
                clipped = Min(lower, sizes)
                """
                + CLIPPED)
        .finds("w: g → size, lower")
        .doesNotFireOn("sizes", "it is a state");
    rewrite(
            "So is a bound that the rate has gone into",
            BACKWARD
                + """
                s0 = Mul(g, lr)
                least = Neg(usual)
                clipped = Clip(s0, least, usual)
                """
                + CLIPPED)
        .finds("w: g → length, s0")
        .doesNotFireOn("usual", "it is a state");
  }
}
