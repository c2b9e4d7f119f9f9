package org.grokfast.tensorflow.find.update;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** Gradients that are multiplied with the inverse of a matrix, and models that solve for one. */
class GradientDoubtsTest extends TensorFlowRuleTest {
  private static final String NAMED =
      "w/update: the update of 'w' is recognised, but data makes the matrix that its gradient is"
          + " solved for with, or multiplied with the inverse of; name it with --gradient w=TENSOR";

  /** A linear model with the gradient of w, and the second moment of its data. */
  private static final String MODEL =
      """
      x = Placeholder {shape=4x3}
      y = Placeholder {shape=4x2}
      w = VarHandleOp {shape=3x2}
      w/read = ReadVariableOp(w)
      product = MatMul(x, w/read)
      difference = Sub(product, y)
      squares = Square(difference)
      all_axes = Const {dtype=int32, value=[0, 1]}
      loss = Mean(squares, all_axes)
      gw = MatMul(x, difference) {transpose_a=true}
      rate = Const
      moment = MatMul(x, x) {transpose_a=true}
      """;

  GradientDoubtsTest() {
    super("data-flow", "updates in plain ops whose gradient a matrix is solved for with");
  }

  @Override
  protected String page() {
    return "data-flow-matrices";
  }

  @Override
  protected void addCases() {
    rewrite(
            "A matrix that only the gradient has made stands behind the filter",
            MODEL
                + """
                own = MatMul(gw, gw) {transpose_b=true}
                way = MatrixSolve(own, gw)
                step = Mul(way, rate)
                w/update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → own, way")
        .notRun("a matrix of that rank has no inverse");
    rewrite(
            "Where the model solves for a matrix its backward pass does too",
            """
            x = Placeholder {shape=4x3}
            y = Placeholder {shape=3x2}
            w = VarHandleOp {shape=3x2}
            w/read = ReadVariableOp(w)
            moment = MatMul(x, x) {transpose_a=true}
            solved = MatrixSolve(moment, w/read)
            difference = Sub(solved, y)
            squares = Square(difference)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(squares, all_axes)
            gw = MatrixSolve(moment, difference) {adjoint=true}
            rate = Const
            step = Mul(gw, rate)
            w/update = AssignSubVariableOp(w, step)
            """)
        .finds("w: gw → step");
    rewrite(
            "A gradient that a matrix of the data is solved for with is named",
            MODEL
                + """
                way = MatrixSolve(moment, gw)
                step = Mul(way, rate)
                w/update = AssignSubVariableOp(w, step)
                """)
        .reports(NAMED);
    rewrite(
            "So is one that is multiplied with the inverse of such a matrix",
            MODEL
                + """
                inverse = MatrixInverse(moment)
                way = MatMul(inverse, gw)
                step = Mul(way, rate)
                w/update = AssignSubVariableOp(w, step)
                """)
        .reports(NAMED);
  }
}
