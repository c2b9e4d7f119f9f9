package org.grokfast.tensorflow.find.roles;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** Which variables are sums of gradients, over which the filter does not stand. */
class SetBackSumsTest extends TensorFlowRuleTest {
  /** loss = mean((x·w − y)²) with the gradient of w, and a truth that a counter gives. */
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
      gw = MatMul(x, difference) {transpose_a=true}
      rate = Const
      n = VarHandleOp {shape=scalar}
      n/read = ReadVariableOp(n)
      n/update = AssignAddVariableOp(n, rate, ^n/read)
      enough = Const {value=1.5}
      due = Greater(n/read, enough)
      sum = VarHandleOp
      sum/read = ReadVariableOp(sum)
      """;

  /** One step of w by the sum, where it is due. */
  private static final String STEP =
      """
      step = Mul(rate, summed)
      next = Sub(w/read, step)
      kept = SelectV2(due, next, w/read)
      update = AssignVariableOp(w, kept)
      """;

  SetBackSumsTest() {
    super("data-flow", "updates by sums of gradients that a choice sets back");
  }

  @Override
  protected String page() {
    return "data-flow-sums";
  }

  @Override
  protected void addCases() {
    addSites();
    addOthers();
  }

  private void addSites() {
    rewrite(
            "A sum that a choice sets back is filtered where the update takes it",
            MODEL
                + """
                summed = AddV2(sum/read, gw)
                zeros = ZerosLike(summed)
                rest = SelectV2(due, zeros, summed)
                sum/update = AssignVariableOp(sum, rest)
                """
                + STEP)
        .finds("w: summed → step");
    rewrite(
            "So is one that a mask sets back",
            MODEL
                + """
                mask = Cast(due) {SrcT=bool, DstT=float}
                one = Const {value=1}
                other = Sub(one, mask)
                summed = AddV2(sum/read, gw)
                rest = Mul(summed, other)
                sum/update = AssignVariableOp(sum, rest)
                """
                + STEP)
        .finds("w: summed → step");
    rewrite(
            "So is one that begins with a gradient",
            MODEL
                + """
                more = AddV2(sum/read, gw)
                summed = SelectV2(due, gw, more)
                sum/update = AssignVariableOp(sum, summed)
                """
                + STEP)
        .finds("w: summed → step");
    rewrite(
            "So is one that is set back by a write of its own",
            MODEL
                + """
                add = AssignAddVariableOp(sum, gw, ^sum/read)
                summed = ReadVariableOp(sum, ^add)
                zeros = ZerosLike(summed)
                rest = SelectV2(due, zeros, summed)
                sum/clear = AssignVariableOp(sum, rest)
                """
                + STEP)
        .finds("w: summed → step");
  }

  private void addOthers() {
    rewrite(
            "A momentum that is set back is a slot",
            MODEL
                + """
                less = Mul(sum/read, rate)
                more = AddV2(less, gw)
                zeros = ZerosLike(more)
                summed = SelectV2(due, more, zeros)
                sum/update = AssignVariableOp(sum, summed)
                """
                + STEP)
        .finds("w: gw → more")
        .doesNotFireOn("sum", "it has a factor");
    rewrite(
            "So is a sum of squares beside the gradient",
            MODEL
                + """
                square = Square(gw)
                more = AddV2(sum/read, square)
                zeros = ZerosLike(more)
                rest = SelectV2(due, zeros, more)
                sum/update = AssignVariableOp(sum, rest)
                root = Sqrt(more)
                summed = RealDiv(gw, root)
                """
                + STEP)
        .finds("w: gw → square, summed")
        .doesNotFireOn("sum", "the gradient goes past it, too");
    rewrite(
            "So is a sum that moves the weights in every step",
            MODEL
                + """
                more = AddV2(sum/read, gw)
                zeros = ZerosLike(more)
                summed = SelectV2(due, more, zeros)
                sum/update = AssignVariableOp(sum, summed)
                step = Mul(rate, summed)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → more")
        .doesNotFireOn("sum", "what it sums up is a moment, and no batch");
    rewrite(
            "So is a sum that the gradient sets back",
            MODEL
                + """
                length = L2Loss(gw)
                long = Greater(length, rate)
                summed = AddV2(sum/read, gw)
                zeros = ZerosLike(summed)
                rest = SelectV2(long, zeros, summed)
                sum/update = AssignVariableOp(sum, rest)
                """
                + STEP)
        .finds("w: gw → length, summed")
        .doesNotFireOn("sum", "no counter sets it back");
  }
}
