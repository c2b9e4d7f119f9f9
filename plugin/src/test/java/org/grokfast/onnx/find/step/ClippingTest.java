package org.grokfast.onnx.find.step;

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

  /** The same with a bias b, which the loss has too, and the length of both gradients. */
  private static final String BOTH =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      b = Input {shape=2}
      lr = Initializer {value=0.1}
      one = Initializer {value=1}
      p0 = MatMul(x, w)
      p = Add(p0, b)
      e = Sub(p, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x) {perm=[1, 0]}
      g = MatMul(xt, e)
      first_axis = Initializer {shape=1, type=int64, value=0}
      gb = ReduceSum(e, first_axis) {keepdims=0}
      g2 = ReduceSumSquare(g) {keepdims=0}
      gb2 = ReduceSumSquare(gb) {keepdims=0}
      all = Add(g2, gb2)
      bs = Mul(lr, gb)
      b_new = Sub(b, bs) {output=2}
      """;

  private static final String NAMED =
      "w_new: the update of 'w' has no tensor of shape [3, 2] that alone separates the data from"
          + " 'w_new' before the optimizer's arithmetic; name it with --gradient w=TENSOR";

  ClippingTest() {
    super("plain-step", "steps in plain ops that clip gradients, or choose by them");
  }

  @Override
  protected String page() {
    return "onnx-plain-step-choices";
  }

  @Override
  protected void addCases() {
    addSites();
    addClippings();
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

  private void addClippings() {
    rewrite(
            "A factor that bounds the length of all is a clipping",
            BOTH
                + """
                longest = Max(all, one)
                factor = Div(one, longest)
                clipped = Mul(factor, g)
                s = Mul(lr, clipped)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("b: gb → bs", "w: clipped → s");
    rewrite(
            "So is one that is chosen",
            BOTH
                + """
                long = Greater(all, one)
                short = Div(one, all)
                factor = Where(long, short, one)
                clipped = Mul(factor, g)
                s = Mul(lr, clipped)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("b: gb → bs", "w: clipped → s");
  }

  private void addOthers() {
    rewrite(
            "A rate that is divided by the length of all gradients is no part of them",
            BOTH
                + """
                rate = Div(loss, all)
                s = Mul(rate, g)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("b: gb → bs")
        .reports(
            "w_new: the update of 'w' goes through 's', of which 'loss' is a factor that may be a"
                + " learning rate, and the filter belongs before that; name the gradient with"
                + " --gradient w=TENSOR, be it 's' or what is multiplied");
    rewrite(
            "Nor is that length itself",
            BOTH
                + """
                length = Sqrt(all)
                scaled = Mul(lr, g)
                s = Div(scaled, length)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("b: gb → bs")
        .reports(NAMED);
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
    addBounds();
  }

  private void addBounds() {
    rewrite(
            "A bound on the step, behind the rate, is no clipping",
            BACKWARD
                + """
                rate = Input {shape=scalar}
                one = Initializer {value=1}
                less = Initializer {value=-1}
                s = Mul(rate, g)
                sc = Clip(s, less, one)
                w_new = Sub(w, sc) {output=3x2}
                rate_new = Mul(rate, lr) {output=scalar}
                """)
        .finds("w: g → s")
        .doesNotFireOn("rate", "it falls from step to step");
    rewrite(
            "A bound by a choice is a clipping",
            BACKWARD
                + """
                one = Initializer {value=1}
                less = Initializer {value=-1}
                above = Greater(g, one)
                g1 = Where(above, one, g)
                below = Less(g1, less)
                gc = Where(below, less, g1)
                s = Mul(lr, gc)
                w_new = Sub(w, s) {output=3x2}
                count = Input {shape=3x2}
                hits = Cast(above) {to=1}
                count_new = Add(count, hits) {output=3x2}
                """)
        .finds("w: gc → s")
        .doesNotFireOn("count", "it counts how often the bound was met");
    rewrite(
            "So is one of the length of each row, which may be chosen",
            BACKWARD
                + """
                one = Initializer {value=1}
                length = ReduceL2(g) {axes=[1], keepdims=1}
                share = Div(one, length)
                long = Greater(length, one)
                factor = Where(long, share, one)
                gc = Mul(g, factor)
                s = Mul(lr, gc)
                w_new = Sub(w, s) {output=3x2}
                longest = Input {shape=3x1}
                longest_new = Max(longest, length) {output=3x1}
                """)
        .finds("w: gc → s")
        .doesNotFireOn("longest", "it is a running maximum");
    rewrite(
            "So is one by the length of the weights' rows",
            BACKWARD
                + """
                one = Initializer {value=1}
                length = ReduceL2(g) {axes=[1], keepdims=1}
                weights = ReduceL2(w) {axes=[1], keepdims=1}
                most = Mul(weights, lr)
                share = Div(most, length)
                factor = Min(share, one)
                gc = Mul(g, factor)
                s = Mul(lr, gc)
                w_new = Sub(w, s) {output=3x2}
                usual = Input {shape=3x1}
                c = Initializer {value=0.9}
                old = Mul(usual, c)
                now = Mul(length, lr)
                usual_new = Add(old, now) {output=3x1}
                """)
        .finds("w: gc → s")
        .doesNotFireOn("usual", "it is an average of lengths");
    rewrite(
            "A length that is only kept from 0 bounds nothing",
            BACKWARD
                + """
                tiny = Initializer {value=0.000000001}
                length = ReduceL2(g) {keepdims=0}
                safe = Max(length, tiny)
                unit = Div(g, safe)
                s = Mul(lr, unit)
                w_new = Sub(w, s) {output=3x2}
                least = Input {shape=scalar}
                least_new = Min(least, length) {output=scalar}
                """)
        .finds("w: g → length, unit")
        .doesNotFireOn("least", "it is a running minimum");
    rewrite(
            "A length that is bounded by a number that is fed is a clipping",
            BACKWARD
                + """
                most = Input {shape=scalar}
                one = Initializer {value=1}
                length = ReduceL2(g) {keepdims=0}
                share = Div(most, length)
                factor = Min(share, one)
                gc = Mul(g, factor)
                s = Mul(lr, gc)
                w_new = Sub(w, s) {output=3x2}
                longest = Input {shape=scalar}
                longest_new = Max(longest, length) {output=scalar}
                """)
        .finds("w: gc → s")
        .doesNotFireOn("longest", "it is a running maximum");
  }
}
