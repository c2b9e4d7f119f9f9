package org.grokfast.onnx.find.step;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Learning rates that the data go into, and what only looks so. */
class RateFactorsTest extends OnnxRuleTest {
  /** Linear regression up to the error e, with n fed beside the data. */
  private static final String FORWARD =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      n = Input {shape=scalar}
      lr = Initializer {value=0.1}
      one = Initializer {value=1}
      p = MatMul(x, w)
      e = Sub(p, y)
      e2 = Mul(e, e)
      xt = Transpose(x) {perm=[1, 0]}
      """;

  private static final String PLAIN =
      FORWARD
          + """
          loss = ReduceMean(e2) {keepdims=0, output=scalar}
          g = MatMul(xt, e)
          """;

  /** The same with a bias b, and the length of both gradients. */
  private static final String BOTH =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      b = Input {shape=2}
      n = Input {shape=scalar}
      lr = Initializer {value=0.1}
      one = Initializer {value=1}
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
      bs = Mul(lr, gb)
      b_new = Sub(b, bs) {output=2}
      """;

  RateFactorsTest() {
    super("plain-step", "steps in plain ops whose rate or whose gradient the data multiply");
  }

  @Override
  protected String page() {
    return "onnx-plain-step-rates";
  }

  private static String named(String step, String rate) {
    return "w_new: the update of 'w' goes through '"
        + step
        + "', of which '"
        + rate
        + "' is a factor that may be a learning rate, and the filter belongs before that; name the"
        + " gradient with --gradient w=TENSOR, be it '"
        + step
        + "' or what is multiplied";
  }

  @Override
  protected void addCases() {
    addSites();
    addRates();
  }

  private void addSites() {
    rewrite(
            "A loss that is divided by the number of its tokens has a gradient that is, too",
            FORWARD
                + """
                sum = ReduceSum(e2) {keepdims=0}
                loss = Div(sum, n) {output=scalar}
                whole = MatMul(xt, e)
                g = Div(whole, n)
                s = Mul(lr, g)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → s");
    rewrite(
            "So has one that is multiplied by a number that is fed",
            FORWARD
                + """
                sum = ReduceSum(e2) {keepdims=0}
                loss = Mul(n, sum) {output=scalar}
                whole = MatMul(xt, e)
                g = Mul(whole, n)
                s = Mul(lr, g)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → s");
    rewrite(
            "A factor that the data alone make belongs to the gradient",
            PLAIN
                + """
                reward = ReduceMean(y) {keepdims=0}
                r = Mul(reward, g)
                s = Mul(lr, r)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: r → s");
    rewrite(
            "So does the derivative of a root",
            FORWARD
                + """
                mse = ReduceMean(e2) {keepdims=0}
                loss = Sqrt(mse) {output=scalar}
                half = MatMul(xt, e)
                g = Div(half, loss)
                s = Mul(lr, g)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → s");
    rewrite(
            "A length of all gradients that a number bounds that is fed is a clipping",
            BOTH
                + """
                share = Div(n, length)
                factor = Min(share, one)
                clipped = Mul(g, factor)
                s = Mul(lr, clipped)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("b: gb → bs", "w: clipped → s");
  }

  private void addRates() {
    rewrite(
            "A rate that is made from the loss is none of the gradient",
            PLAIN
                + """
                rate = Mul(loss, lr)
                s = Mul(g, rate)
                w_new = Sub(w, s) {output=3x2}
                """)
        .reports(named("s", "loss"));
    rewrite(
            "Nor is one that is bounded",
            PLAIN
                + """
                some = Mul(loss, lr)
                rate = Min(some, one)
                s = Mul(g, rate)
                w_new = Sub(w, s) {output=3x2}
                """)
        .reports(named("s", "rate"));
    rewrite(
            "Nor is one that is made from a number that the loss has too",
            FORWARD
                + """
                mse = ReduceMean(e2) {keepdims=0}
                loss = Mul(mse, n) {output=scalar}
                en = Mul(e, n)
                g = MatMul(xt, en)
                rest = Sub(one, n)
                rate = Mul(rest, lr)
                s = Mul(g, rate)
                w_new = Sub(w, s) {output=3x2}
                """)
        .reports(named("s", "rest"));
    rewrite(
            "Nor is one that multiplies a gradient that has that number already",
            FORWARD
                + """
                mse = ReduceMean(e2) {keepdims=0}
                loss = Mul(mse, n) {output=scalar}
                en = Mul(e, n)
                g = MatMul(xt, en)
                rate = Mul(n, lr)
                s = Mul(g, rate)
                w_new = Sub(w, s) {output=3x2}
                """)
        .reports(named("s", "n"));
    rewrite(
            "Nor is one that multiplies the data as well",
            """
            x0 = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            n = Input {shape=scalar}
            lr = Initializer {value=0.1}
            x = Mul(x0, n)
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            xt = Transpose(x) {perm=[1, 0]}
            g = MatMul(xt, e)
            rate = Mul(n, lr)
            s = Mul(g, rate)
            w_new = Sub(w, s) {output=3x2}
            """)
        .reports(named("s", "n"));
    rewrite(
            "Nor is one that multiplies all gradients at once",
            PLAIN
                + """
                flat = Reshape(g, row)
                row = Initializer {shape=1, type=int64, value=6}
                rate = Mul(loss, lr)
                all = Mul(flat, rate)
                back = Initializer {shape=2, type=int64, value=[3, 2]}
                s = Reshape(all, back)
                w_new = Sub(w, s) {output=3x2}
                """)
        .reports(named("s", "loss"));
    rewrite(
            "Nor is one that multiplies a parameter of one element",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x3}
            w = Input {shape=scalar}
            lr = Initializer {value=0.1}
            p = Mul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            ex = Mul(e, x)
            g = ReduceSum(ex) {keepdims=0}
            rate = Mul(loss, lr)
            s = Mul(g, rate)
            w_new = Sub(w, s) {output=scalar}
            """)
        .reports(named("s", "loss"));
  }
}
