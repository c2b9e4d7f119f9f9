package org.grokfast.onnx.find;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** What a gradient is where the update chooses, by it or by something else. */
class ClippingTest extends OnnxRuleTest {
  /** Linear regression up to the gradient g of w. */
  private static final String BACKWARD =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      lr = Initializer {value=0.1}
      none = Initializer {value=0}
      p = MatMul(x, w)
      e = Sub(p, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x) {perm=[1, 0]}
      g = MatMul(xt, e)
      """;

  private static final String DESCENT =
      """
      s = Mul(lr, g)
      w_new = Sub(w, s) {output=3x2}
      """;

  ClippingTest() {
    super(new PlainStepRule());
  }

  @Override
  protected String page() {
    return "onnx-plain-step-choices";
  }

  @Override
  protected void addCases() {
    addSites();
    addOthers();
  }

  private void addSites() {
    rewrite(
            "A sign by comparisons stands behind the filter",
            BACKWARD
                + """
                most = Initializer {value=2}
                above = Greater(g, most)
                below = Less(g, none)
                one = Cast(above) {to=1}
                other = Cast(below) {to=1}
                sign = Sub(one, other)
                few = Max(sign, lr)
                s = Mul(lr, few)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → above, below");
    rewrite(
            "So does a step that a gradient only chooses",
            BACKWARD
                + """
                most = Initializer {value=2}
                above = Greater(g, most)
                s = Where(above, lr, none)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → above");
    rewrite(
            "So does a choice of the largest",
            BACKWARD
                + """
                length = Abs(g)
                long = GreaterOrEqual(length, lr)
                largest = Where(long, g, none)
                s = Mul(lr, largest)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → length, largest");
    rewrite(
            "A gradient without NaNs is filtered behind the choice",
            BACKWARD
                + """
                nan = IsNaN(g)
                clean = Where(nan, none, g)
                s = Mul(lr, clean)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: clean → s");
    rewrite(
            "So is one whose NaNs are found by comparing it with itself, and one without"
                + " infinities",
            BACKWARD
                + """
                number = Equal(g, g)
                clean = Where(number, g, none)
                infinite = IsInf(clean)
                above = Greater(clean, none)
                over = And(infinite, above)
                bounded = Where(over, lr, clean)
                s = Mul(lr, bounded)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: bounded → s");
    rewrite(
            "What steers the step sizes alone gets the filtered gradient too",
            BACKWARD
                + """
                last = Input {shape=3x2}
                size = Input {shape=3x2}
                most = Initializer {value=1.25}
                agreement = Mul(g, last)
                agree = Greater(agreement, none)
                longer = Mul(size, most)
                shorter = Mul(size, lr)
                size_new = Where(agree, longer, shorter) {output=3x2}
                last_new = Identity(g) {output=3x2}
                sign = Sign(g)
                s = Mul(sign, size_new)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → agreement, last_new, sign");
  }

  private void addOthers() {
    rewrite(
            "A count of long gradients is no parameter",
            BACKWARD
                + DESCENT
                + """
                n = Input {shape=3x2}
                length = Abs(g)
                long = Greater(length, lr)
                more = Cast(long) {to=1}
                n_new = Add(n, more) {output=3x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("n", "it counts");
    rewrite(
            "The longest gradient so far is none",
            BACKWARD
                + DESCENT
                + """
                most = Input {shape=3x2}
                length = Abs(g)
                most_new = Max(most, length) {output=3x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("most", "it is a record");
    rewrite(
            "The best loss so far is none",
            BACKWARD
                + DESCENT
                + """
                best = Input {shape=scalar}
                better = Less(loss, best)
                best_new = Where(better, loss, best) {output=scalar}
                """)
        .finds("w: g → s")
        .doesNotFireOn("best", "it is a record");
    rewrite(
            "The best weights so far are none",
            BACKWARD
                + DESCENT
                + """
                best = Input {shape=3x2}
                better = Less(loss, lr)
                best_new = Where(better, w, best) {output=3x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("best", "it is a copy");
    rewrite(
            "A mask that goes by the weights is none",
            BACKWARD
                + DESCENT
                + """
                mask = Input {shape=3x2}
                size = Abs(w_new)
                long = Greater(size, lr)
                fresh = Cast(long) {to=1}
                mask_new = Mul(mask, fresh) {output=3x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("mask", "it follows the weights");
    rewrite(
            "A step counter that begins anew is none",
            BACKWARD
                + DESCENT
                + """
                t = Input {shape=scalar}
                one = Initializer {value=1}
                many = Greater(t, lr)
                next = Add(t, one)
                t_new = Where(many, none, next) {output=scalar}
                """)
        .finds("w: g → s")
        .doesNotFireOn("t", "no data flows into it");
  }
}
