package org.grokfast.tensorflow.find.roles;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** What a gradient is where the update chooses, by it or by something else. */
class ChoicesTest extends TensorFlowRuleTest {
  /** loss = mean((x·w − y)²) with the gradient of w. */
  private static final String MODEL =
      """
      x = Placeholder
      y = Placeholder
      w = VarHandleOp
      w/read = ReadVariableOp(w)
      product = MatMul(x, w/read)
      difference = Sub(product, y)
      squares = Square(difference)
      all_axes = Const {dtype=int32, value=[0, 1]}
      loss = Mean(squares, all_axes)
      reported = Identity(loss)
      gw = MatMul(x, difference) {transpose_a=true}
      rate = Const
      none = Const {value=0}
      """;

  /** Descent of w. */
  private static final String TRAINED =
      """
      step = Mul(rate, gw)
      update = AssignSubVariableOp(w, step)
      """;

  ChoicesTest() {
    super("data-flow", "updates in plain ops that choose between values");
  }

  @Override
  protected String page() {
    return "data-flow-choices";
  }

  @Override
  protected void addCases() {
    addSites();
    addOthers();
  }

  private void addSites() {
    rewrite(
            "What steers the step sizes alone gets the filtered gradient too",
            MODEL
                + """
                last = VarHandleOp
                last/read = ReadVariableOp(last)
                size = VarHandleOp
                size/read = ReadVariableOp(size)
                agreement = Mul(gw, last/read)
                agree = Greater(agreement, none)
                most = Const {value=1.25}
                longer = Mul(size/read, most)
                shorter = Mul(size/read, rate)
                next = SelectV2(agree, longer, shorter)
                size/update = AssignVariableOp(size, next, ^size/read)
                last/update = AssignVariableOp(last, gw, ^last/read)
                sign = Sign(gw)
                step = Mul(sign, next)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → agreement, last/update, sign");
    rewrite(
            "A sign by comparisons stands behind the filter",
            MODEL
                + """
                above = Greater(gw, none)
                below = Less(gw, none)
                one = Cast(above)
                other = Cast(below)
                sign = Sub(one, other)
                step = Mul(rate, sign)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → above, below");
    rewrite(
            "So does a choice of the largest",
            MODEL
                + """
                length = Abs(gw)
                long = GreaterEqual(length, rate)
                zeros = ZerosLike(gw)
                largest = SelectV2(long, gw, zeros)
                step = Mul(rate, largest)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → length, largest");
    rewrite(
            "A gradient without what is not finite is filtered behind the choice",
            MODEL
                + """
                finite = IsFinite(gw)
                zeros = ZerosLike(gw)
                clean = SelectV2(finite, gw, zeros)
                step = Mul(rate, clean)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: clean → step");
    rewrite(
            "So is one whose NaNs are found by comparing it with itself",
            MODEL
                + """
                number = Equal(gw, gw)
                zeros = ZerosLike(gw)
                clean = SelectV2(number, gw, zeros)
                step = Mul(rate, clean)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: clean → step");
    rewrite(
            "So is one that a choice clips",
            MODEL
                + """
                length = Abs(gw)
                long = Greater(length, rate)
                sign = Sign(gw)
                longest = Mul(sign, rate)
                clipped = SelectV2(long, longest, gw)
                step = Mul(rate, clipped)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: clipped → step");
    rewrite(
            "A step that is bounded is filtered before its rate",
            MODEL
                + """
                least = Const {value=-0.5}
                step = Mul(rate, gw)
                bounded = ClipByValue(step, least, rate)
                update = AssignSubVariableOp(w, bounded)
                """)
        .finds("w: gw → step");
    rewrite(
            "So is one that is skipped, and the test that skips it keeps the raw gradient",
            MODEL
                + """
                finite = IsFinite(gw)
                whole = All(finite, all_axes)
                step = Mul(rate, gw)
                zeros = ZerosLike(gw)
                taken = SelectV2(whole, step, zeros)
                update = AssignSubVariableOp(w, taken)
                """)
        .finds("w: gw → step");
    rewrite(
            "One whose elements are skipped is filtered behind the choice",
            MODEL
                + """
                finite = IsFinite(gw)
                step = Mul(rate, gw)
                zeros = ZerosLike(gw)
                clean = SelectV2(finite, step, zeros)
                update = AssignSubVariableOp(w, clean)
                """)
        .finds("w: clean → update");
  }

  private void addOthers() {
    rewrite(
            "A step that a gradient only chooses is left to the coverage",
            MODEL
                + """
                above = Greater(gw, none)
                gone = OnesLike(gw)
                up = Mul(gone, rate)
                down = Neg(up)
                step = SelectV2(above, up, down)
                update = AssignSubVariableOp(w, step)
                """)
        .doesNotFire("no value of the gradient flows into the update");
    rewrite(
            "A count of long gradients is no trained variable",
            MODEL
                + TRAINED
                + """
                n = VarHandleOp {shape=scalar}
                length = L2Loss(gw)
                long = Greater(length, rate)
                one = Const {value=1}
                more = SelectV2(long, one, none)
                n/update = AssignAddVariableOp(n, more)
                """)
        .finds("w: gw → step")
        .doesNotFireOn("n", "it counts");
    rewrite(
            "A mask that goes by the weights is none",
            MODEL
                + TRAINED
                + """
                mask = VarHandleOp
                own = ReadVariableOp(w, ^update)
                length = Abs(own)
                long = Greater(length, rate)
                next = Cast(long)
                mask/update = AssignVariableOp(mask, next)
                """)
        .finds("w: gw → step")
        .doesNotFireOn("mask", "it follows the weights");
    rewrite(
            "The best loss so far is none",
            MODEL
                + TRAINED
                + """
                best = VarHandleOp {shape=scalar}
                best/read = ReadVariableOp(best)
                better = Less(loss, best/read)
                next = SelectV2(better, loss, best/read)
                best/update = AssignVariableOp(best, next)
                """)
        .finds("w: gw → step")
        .doesNotFireOn("best", "it is a record");
    rewrite(
            "The best weights so far are none",
            MODEL
                + TRAINED
                + """
                best = VarHandleOp
                best/read = ReadVariableOp(best)
                most = Const {value=0.25}
                better = Less(loss, most)
                next = SelectV2(better, w/read, best/read)
                best/update = AssignVariableOp(best, next)
                """)
        .finds("w: gw → step")
        .doesNotFireOn("best", "it is a copy");
    rewrite(
            "A variable that is bounded without data is none",
            MODEL
                + TRAINED
                + """
                v = VarHandleOp
                v/read = ReadVariableOp(v)
                low = Less(v/read, none)
                zeros = ZerosLike(v/read)
                kept = SelectV2(low, zeros, v/read)
                v/update = AssignVariableOp(v, kept)
                """)
        .finds("w: gw → step")
        .doesNotFireOn("v", "no data flows into it");
    rewrite(
            "A count of skipped steps is none",
            MODEL
                + TRAINED
                + """
                n = VarHandleOp {shape=scalar}
                finite = IsFinite(gw)
                whole = All(finite, all_axes)
                one = Const {value=1}
                more = SelectV2(whole, none, one)
                n/update = AssignAddVariableOp(n, more)
                """)
        .finds("w: gw → step")
        .doesNotFireOn("n", "it counts");
    rewrite(
            "A loss scale that such a test halves is none",
            MODEL
                + TRAINED
                + """
                scale = VarHandleOp {shape=scalar}
                scale/read = ReadVariableOp(scale)
                finite = IsFinite(gw)
                whole = All(finite, all_axes)
                less = Mul(scale/read, rate)
                next = SelectV2(whole, scale/read, less)
                scale/update = AssignVariableOp(scale, next)
                """)
        .finds("w: gw → step")
        .doesNotFireOn("scale", "data only chooses its next value");
    rewrite(
            "The last gradient that was finite is none",
            MODEL
                + TRAINED
                + """
                last = VarHandleOp
                last/read = ReadVariableOp(last)
                finite = IsFinite(gw)
                whole = All(finite, all_axes)
                next = SelectV2(whole, gw, last/read)
                last/update = AssignVariableOp(last, next)
                """)
        .finds("w: gw → step")
        .doesNotFireOn("last", "it is a record");
  }
}
