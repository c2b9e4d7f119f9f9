package org.grokfast.tensorflow.find.update;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** Gradients that the arithmetic lays out otherwise than the variable. */
class GradientShapeTest extends TensorFlowRuleTest {
  GradientShapeTest() {
    super("data-flow", "updates in plain ops whose arithmetic is in another shape");
  }

  @Override
  protected String page() {
    return "data-flow-shapes";
  }

  @Override
  protected void addCases() {
    rewrite(
            "A row that is added without its first dimension is filtered with it",
            """
            x = Placeholder {shape=4x1}
            y = Placeholder {shape=4x2}
            w = VarHandleOp {shape=1x2}
            w/read = ReadVariableOp(w)
            product = MatMul(x, w/read)
            difference = Sub(product, y)
            squares = Square(difference)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(squares, all_axes)
            gw = MatMul(x, difference) {transpose_a=true}
            m = VarHandleOp {shape=1x2}
            m/read = ReadVariableOp(m)
            beta = Const {value=0.9}
            kept = Mul(m/read, beta)
            row = Squeeze(gw)
            moment = BiasAdd(kept, row)
            m/update = AssignVariableOp(m, moment)
            rate = Const {value=0.1}
            step = Mul(moment, rate)
            w/update = AssignSubVariableOp(w, step)
            """)
        .finds("w: gw → row");
    rewrite(
            "A gradient that gets its shape behind arithmetic is named",
            """
            x = Placeholder {shape=6}
            y = Placeholder {shape=6}
            w = VarHandleOp {shape=3x2}
            w/read = ReadVariableOp(w)
            six = Const {dtype=int32, value=[6]}
            flat = Reshape(w/read, six)
            product = Mul(x, flat)
            difference = Sub(product, y)
            squares = Square(difference)
            axis = Const {dtype=int32, value=[0]}
            loss = Mean(squares, axis)
            gradient = Mul(x, difference)
            sign = Sign(gradient)
            form = Const {dtype=int32, value=[3, 2]}
            formed = Reshape(sign, form)
            rate = Const {value=0.1}
            step = Mul(formed, rate)
            w/update = AssignSubVariableOp(w, step)
            """)
        .reports(
            "w/update: the update of 'w' is recognised, but its gradient gets the variable's shape"
                + " behind arithmetic of the optimizer; give its gradient the variable's shape"
                + " before the optimizer's arithmetic");
  }
}
