package org.grokfast.tensorflow.find.update;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** What is the step of an average, and what is a gradient that looks like one. */
class AverageFormTest extends TensorFlowRuleTest {
  /** w moves towards the data. */
  private static final String TOWARDS =
      """
      x = Placeholder
      w = VarHandleOp
      w/read = ReadVariableOp(w)
      difference = Sub(w/read, x)
      rate = Const {value=0.1}
      step = Mul(rate, difference)
      w/update = AssignSubVariableOp(w, step)
      all_axes = Const {dtype=int32, value=[0, 1]}
      """;

  /** loss = mean((x·v − y)²), which v is trained by. */
  private static final String TRAINED =
      """
      x = Placeholder
      y = Placeholder
      v = VarHandleOp
      v/read = ReadVariableOp(v)
      output = MatMul(x, v/read)
      error = Sub(output, y)
      squares = Square(error)
      all_axes = Const {dtype=int32, value=[0, 1]}
      gv = MatMul(x, error) {transpose_a=true}
      rate = Const {value=0.1}
      v/step = Mul(rate, gv)
      v/update = AssignSubVariableOp(v, v/step)
      """;

  AverageFormTest() {
    super("data-flow", "updates in plain ops that look like the step of an average");
  }

  @Override
  protected String page() {
    return "data-flow-averages";
  }

  @Override
  protected void addCases() {
    addSites();
    addAverages();
  }

  private void addSites() {
    rewrite(
            "A step towards the data is a gradient where the square of the same difference is the"
                + " loss",
            TOWARDS
                + """
                squares = Square(difference)
                loss = Mean(squares, all_axes)
                """)
        .finds("w: difference → step");
    rewrite(
            "So it is where the loss has a factor, and the step is a mean",
            """
            x = Placeholder {shape=4x2}
            w = VarHandleOp {shape=2}
            w/read = ReadVariableOp(w)
            difference = Sub(w/read, x)
            squares = Mul(difference, difference)
            all_axes = Const {dtype=int32, value=[0, 1]}
            sum = Sum(squares, all_axes)
            half = Const {value=0.5}
            loss = Mul(half, sum)
            first_axis = Const {dtype=int32, value=[0]}
            gradient = Mean(difference, first_axis)
            rate = Const {value=0.1}
            step = Mul(rate, gradient)
            w/update = AssignSubVariableOp(w, step)
            """)
        .finds("w: gradient → step");
    rewrite(
            "So it is for rows",
            """
            ids = Const {dtype=int32, value=[1, 0]}
            y = Placeholder
            w = VarHandleOp
            picked = ResourceGather(w, ids)
            difference = Sub(picked, y)
            squares = Square(difference)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(squares, all_axes)
            rate = Const {value=0.1}
            step = Mul(rate, difference)
            w/update = ResourceScatterSub(w, ids, step)
            """)
        .finds("w: difference of ids → step");
  }

  private void addAverages() {
    rewrite("Without a loss it is an average", TOWARDS)
        .doesNotFire("nothing says that the difference is a gradient");
    rewrite(
            "It is one where the distance is looked at",
            TOWARDS
                + """
                squares = Square(difference)
                sum = Sum(squares, all_axes)
                distance = Sqrt(sum)
                """)
        .doesNotFire("a distance is not the loss whose gradient the difference is");
    rewrite(
            "It is one where the mean of the difference is taken",
            """
            x = Placeholder {shape=4x2}
            w = VarHandleOp {shape=2}
            w/read = ReadVariableOp(w)
            difference = Sub(w/read, x)
            first_axis = Const {dtype=int32, value=[0]}
            mean = Mean(difference, first_axis)
            rate = Const {value=0.1}
            step = Mul(rate, mean)
            w/update = AssignSubVariableOp(w, step)
            """)
        .doesNotFire("the mean of differences is the difference from the mean");
    rewrite(
            "A centroid that follows what a model makes of the data is no trained variable",
            TRAINED
                + """
                c = VarHandleOp
                c/read = ReadVariableOp(c)
                away = Sub(c/read, output)
                away/squares = Square(away)
                both = AddV2(squares, away/squares)
                loss = Mean(both, all_axes)
                c/step = Mul(rate, away)
                c/update = AssignSubVariableOp(c, c/step)
                """)
        .finds("v: gv → v/step")
        .doesNotFireOn("c", "what it follows is made from a variable that is trained");
    rewrite(
            "Nor are rows of a codebook that follow it",
            TRAINED
                + """
                loss = Mean(squares, all_axes)
                first_axis = Const {dtype=int32, value=1}
                c = VarHandleOp
                nearest = ArgMax(output, first_axis)
                picked = ResourceGather(c, nearest) {Tindices=int64}
                away = Sub(picked, output)
                c/step = Mul(rate, away)
                c/update = ResourceScatterSub(c, nearest, c/step) {Tindices=int64}
                """)
        .finds("v: gv → v/step")
        .doesNotFireOn("c", "the rows move by a share of their distance");
    rewrite(
            "Nor is an average of squared gradients that the loss weighs a penalty with",
            """
            x = Placeholder
            y = Placeholder
            v = VarHandleOp
            v/read = ReadVariableOp(v)
            f = VarHandleOp
            f/read = ReadVariableOp(f)
            output = MatMul(x, v/read)
            error = Sub(output, y)
            squares = Square(error)
            weighed = Mul(f/read, v/read)
            penalty = Mul(weighed, v/read)
            both = AddV2(squares, penalty)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(both, all_axes)
            pulled = AddV2(error, weighed)
            gv = MatMul(x, pulled) {transpose_a=true}
            rate = Const {value=0.1}
            v/step = Mul(rate, gv)
            v/update = AssignSubVariableOp(v, v/step)
            kept = Const {value=0.9}
            f/kept = Mul(f/read, kept)
            part = Mul(rate, gv)
            f/part = Mul(part, gv)
            f/next = AddV2(f/kept, f/part)
            f/update = AssignVariableOp(f, f/next)
            """)
        .finds("v: gv → v/step")
        .doesNotFireOn("f", "what is written is an average of it and something else");
  }
}
