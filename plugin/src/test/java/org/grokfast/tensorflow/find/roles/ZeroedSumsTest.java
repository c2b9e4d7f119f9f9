package org.grokfast.tensorflow.find.roles;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/**
 * Which variables that are set back to zero are sums of gradients, where all are clipped as one.
 */
class ZeroedSumsTest extends TensorFlowRuleTest {
  private static final String INSEPARABLE =
      "the update of 'w' is recognised, but no tensor alone separates the data from it before the"
          + " arithmetic; name it with --gradient w=TENSOR";

  /** loss = mean((x·w + b − y)²) with both gradients, two more variables, and a truth. */
  private static final String MODEL =
      """
      x = Placeholder {shape=4x3}
      y = Placeholder {shape=4x2}
      w = VarHandleOp {shape=3x2}
      b = VarHandleOp {shape=2}
      w/kept = VarHandleOp {shape=3x2}
      b/kept = VarHandleOp {shape=2}
      w/read = ReadVariableOp(w)
      b/read = ReadVariableOp(b)
      product = MatMul(x, w/read)
      sum = AddV2(product, b/read)
      difference = Sub(sum, y)
      squares = Square(difference)
      all_axes = Const {dtype=int32, value=[0, 1]}
      loss = Mean(squares, all_axes)
      gw = MatMul(x, difference) {transpose_a=true}
      first_axis = Const {dtype=int32, value=[0]}
      gb = Sum(difference, first_axis)
      n = VarHandleOp {shape=scalar}
      one = Const {value=1.0, shape=scalar}
      n/update = AssignAddVariableOp(n, one)
      n/read = ReadVariableOp(n, ^n/update)
      due = Greater(n/read, one)
      """;

  /** Both are added, and where it is due a branch takes the sums. */
  private static final String SUMMED =
      MODEL
          + """
          w/add = AssignAddVariableOp(w/kept, gw)
          b/add = AssignAddVariableOp(b/kept, gb)
          w/sum = ReadVariableOp(w/kept, ^w/add)
          b/sum = ReadVariableOp(b/kept, ^b/add)
          branch = If(due, w, b, w/kept, b/kept, w/sum, b/sum) {then_branch=take, \
          else_branch=leave, Tcond=bool, Tin=none, Tout=none}
          """;

  private static final String LEAVE =
      """
      def leave(w, b, w_kept, b_kept, sw: float, sb: float) -> constant=one:output:0
        one = Const {value=1.0}
      """;

  ZeroedSumsTest() {
    super("data-flow", "updates by sums of gradients that are set back to zero");
  }

  @Override
  protected String page() {
    return "data-flow-zeroed-sums";
  }

  @Override
  protected void addCases() {
    rewrite(
            "Sums that are set back where they are used are filtered behind the norm of all",
            SUMMED
                + """
                def take(w, b, w_kept, b_kept, sw: float, sb: float) -> constant=one:output:0
                  one = Const {value=1.0}
                  w_half = L2Loss(sw)
                  b_half = L2Loss(sb)
                  halves = AddV2(w_half:output:0, b_half:output:0)
                  norm = Sqrt(halves:z:0)
                  largest = Maximum(norm:y:0, one:output:0)
                  w_clipped = RealDiv(sw, largest:z:0)
                  b_clipped = RealDiv(sb, largest:z:0)
                  rate = Const {value=0.1}
                  w_step = Mul(w_clipped:z:0, rate:output:0)
                  b_step = Mul(b_clipped:z:0, rate:output:0)
                  w_update = AssignSubVariableOp(w, w_step:z:0)
                  b_update = AssignSubVariableOp(b, b_step:z:0)
                  zero = Const {value=0.0}
                  w_shape = Const {dtype=int32, value=[3, 2]}
                  b_shape = Const {dtype=int32, value=[2]}
                  w_zero = Fill(w_shape:output:0, zero:output:0)
                  b_zero = Fill(b_shape:output:0, zero:output:0)
                  w_clear = AssignVariableOp(w_kept, w_zero:output:0, ^w_update)
                  b_clear = AssignVariableOp(b_kept, b_zero:output:0, ^b_update)
                """
                + LEAVE)
        .finds("w: w_clipped:z:0 → w_step in take", "b: b_clipped:z:0 → b_step in take")
        .notRun("the initializer of a run sets the sums to what may be data");
    rewrite(
            "Sums that are set back elsewhere may be slots, and are named by hand",
            SUMMED
                + """
                w/half = L2Loss(w/sum)
                b/half = L2Loss(b/sum)
                halves = AddV2(w/half, b/half)
                norm = Sqrt(halves)
                w/step = RealDiv(w/sum, norm)
                b/step = RealDiv(b/sum, norm)
                w/update = AssignSubVariableOp(w, w/step)
                b/update = AssignSubVariableOp(b, b/step)
                def take(w, b, w_kept, b_kept, sw: float, sb: float) -> constant=one:output:0
                  one = Const {value=1.0}
                  zero = Const {value=0.0}
                  w_shape = Const {dtype=int32, value=[3, 2]}
                  b_shape = Const {dtype=int32, value=[2]}
                  w_zero = Fill(w_shape:output:0, zero:output:0)
                  b_zero = Fill(b_shape:output:0, zero:output:0)
                  w_clear = AssignVariableOp(w_kept, w_zero:output:0)
                  b_clear = AssignVariableOp(b_kept, b_zero:output:0)
                """
                + LEAVE)
        .reports(
            "w/update: " + INSEPARABLE,
            "b/update: " + INSEPARABLE.replace("'w'", "'b'").replace("w=", "b="));
  }
}
