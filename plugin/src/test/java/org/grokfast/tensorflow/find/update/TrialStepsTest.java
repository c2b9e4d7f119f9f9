package org.grokfast.tensorflow.find.update;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** What is a trial, of which nothing stays, and what is an update beside another one. */
class TrialStepsTest extends TensorFlowRuleTest {
  /** A linear model with the gradient of w. */
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
      """;

  /** A second gradient, of the point to which a first step leads. */
  private static final String AHEAD =
      MODEL
          + """
          rate = Const
          ahead = Mul(gw, rate)
          w/ahead = AssignSubVariableOp(w, ahead)
          w/moved = ReadVariableOp(w, ^w/ahead)
          again = MatMul(x, w/moved)
          far = Sub(again, y)
          far/squares = Square(far)
          far/loss = Mean(far/squares, all_axes)
          g2 = MatMul(x, far) {transpose_a=true}
          step = Mul(g2, rate)
          """;

  TrialStepsTest() {
    super("data-flow", "updates in plain ops after a step that only looks ahead");
  }

  @Override
  protected String page() {
    return "data-flow-trials";
  }

  @Override
  protected void addCases() {
    addUpdates();
    addTrialsAlone();
  }

  private void addUpdates() {
    rewrite(
            "A step after which the variable starts from where it was is no update",
            AHEAD
                + """
                next = Sub(w/read, step)
                w/update = AssignVariableOp(w, next, ^g2)
                """)
        .finds("w: g2 → step");
    rewrite(
            "Nor is one after which it is set back there",
            AHEAD
                + """
                w/back = AssignVariableOp(w, w/read, ^g2)
                w/update = AssignSubVariableOp(w, step, ^w/back)
                """)
        .finds("w: g2 → step");
    rewrite(
            "A step of which a part stays is one",
            AHEAD
                + """
                half = Const {value=0.5}
                old = Mul(w/read, half)
                new = Mul(w/moved, half)
                middle = AddV2(old, new)
                next = Sub(middle, step)
                w/update = AssignVariableOp(w, next)
                """)
        .finds("w: gw → ahead", "w: g2 → step");
    rewrite(
            "So is one that a decay of what was read before it follows",
            """
            x = Placeholder
            y = Placeholder
            w = VariableV2
            w/read = Identity(w)
            product = MatMul(x, w/read)
            difference = Sub(product, y)
            squares = Square(difference)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(squares, all_axes)
            gw = MatMul(x, difference) {transpose_a=true}
            rate = Const
            step = Mul(gw, rate)
            w/update = AssignSub(w, step)
            shrink = Const {value=0.99}
            shrunk = Mul(w/read, shrink, ^w/update)
            w/shrunk = Assign(w, shrunk)
            """)
        .finds("w: gw → step");
  }

  private void addTrialsAlone() {
    rewrite(
            "Where all is set back nothing is trained",
            AHEAD
                + """
                w/back = AssignVariableOp(w, w/read, ^g2)
                """)
        .doesNotFire("nothing of the step stays");
    rewrite(
            "Nor is it where all is taken back",
            AHEAD
                + """
                w/back = AssignAddVariableOp(w, ahead, ^g2)
                """)
        .doesNotFire("what is added is taken away again");
    rewrite(
            "Averaged weights that stand in for the others while a loss is looked at are none",
            """
            x = Placeholder
            w = VarHandleOp
            average = VarHandleOp
            w/read = ReadVariableOp(w)
            average/read = ReadVariableOp(average)
            w/swap = AssignVariableOp(w, average/read, ^w/read)
            w/averaged = ReadVariableOp(w, ^w/swap)
            product = MatMul(x, w/averaged)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(product, all_axes)
            w/back = AssignVariableOp(w, w/read, ^loss)
            """)
        .doesNotFire("a loss is looked at, and no gradient");
    rewrite(
            "A way back by another variable is named by hand",
            AHEAD
                + """
                backup = VarHandleOp
                backup/update = AssignVariableOp(backup, w/read)
                backup/read = ReadVariableOp(backup, ^backup/update)
                next = Sub(backup/read, step)
                w/update = AssignVariableOp(w, next)
                """)
        .finds("w: gw → ahead")
        .reports(
            "w/update: the update of 'w' is recognised, but its gradient is not, as those at other"
                + " places are; name it with --gradient w=TENSOR");
  }
}
