package org.grokfast.tensorflow.find.update;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** Where a gradient is that is looked at, or that stands for rows alone. */
class GradientPositionTest extends TensorFlowRuleTest {
  /** loss = mean((x·w + b − y)²) with the gradients of w and b, and descent of b. */
  private static final String MODEL =
      """
      x = Placeholder
      y = Placeholder
      w = VarHandleOp
      w/read = ReadVariableOp(w)
      b = VarHandleOp {shape=2}
      b/read = ReadVariableOp(b)
      product = MatMul(x, w/read)
      sum = AddV2(product, b/read)
      difference = Sub(sum, y)
      squares = Square(difference)
      all_axes = Const {dtype=int32, value=[0, 1]}
      loss = Mean(squares, all_axes)
      first_axis = Const {dtype=int32, value=[0]}
      gb = Sum(difference, first_axis)
      gw = MatMul(x, difference) {transpose_a=true}
      rate = Const
      b/step = Mul(rate, gb)
      b/update = AssignSubVariableOp(b, b/step)
      """;

  /** The same without b: all that is computed serves w. */
  private static final String ALONE =
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
      """;

  /** loss = mean((rows of w · v − y)²) with the gradient of the rows, and descent of v. */
  private static final String ROWS =
      """
      ids = Const {dtype=int32, value=[1, 0]}
      y = Placeholder
      w = VarHandleOp
      picked = ResourceGather(w, ids)
      v = VarHandleOp
      v/read = ReadVariableOp(v)
      product = MatMul(picked, v/read)
      difference = Sub(product, y)
      squares = Square(difference)
      all_axes = Const {dtype=int32, value=[0, 1]}
      loss = Mean(squares, all_axes)
      gv = MatMul(picked, difference) {transpose_a=true}
      values = MatMul(difference, v/read) {transpose_b=true}
      rate = Const
      v/step = Mul(rate, gv)
      v/update = AssignSubVariableOp(v, v/step)
      """;

  /** The same without v. */
  private static final String ROWS_ALONE =
      """
      ids = Const {dtype=int32, value=[1, 0]}
      y = Placeholder
      w = VarHandleOp
      picked = ResourceGather(w, ids)
      difference = Sub(picked, y)
      squares = Square(difference)
      all_axes = Const {dtype=int32, value=[0, 1]}
      loss = Mean(squares, all_axes)
      values = Identity(difference)
      rate = Const
      """;

  /** Rows are summed once to be divided and once for their norm, as TensorFlow does it. */
  private static final String SUMMED_TWICE =
      """
      count = Const {dtype=int32, value=2}
      dense = UnsortedSegmentSum(values, ids, count)
      scaled = Mul(rate, dense)
      dense_2 = UnsortedSegmentSum(values, ids, count)
      squares_of = Mul(dense_2, dense_2)
      sum_of = Sum(squares_of, all_axes)
      norm = Sqrt(sum_of)
      direction = RealDiv(scaled, norm)
      w/update = AssignSubVariableOp(w, direction)
      """;

  private static final String OWN_NORM =
      """
      looked_at = Square(gw)
      reported = Sum(looked_at, all_axes)
      """;

  private static final String NORMALISED =
      """
      squares_of = Square(gw)
      sum_of = Sum(squares_of, all_axes)
      factor = Rsqrt(sum_of)
      direction = Mul(gw, factor)
      step = Mul(rate, direction)
      w/update = AssignSubVariableOp(w, step)
      """;

  /** Descent with a gradient that is no longer than a part of the variable. */
  private static final String CLIPPED_BY_WEIGHTS =
      """
      w/square = L2Loss(w/read)
      w/norm = Sqrt(w/square)
      longest = Mul(w/norm, rate)
      square = L2Loss(gw)
      norm = Sqrt(square)
      ratio = RealDiv(longest, norm)
      one = Const {value=1}
      factor = Minimum(ratio, one)
      clipped = Mul(gw, factor)
      w/step = Mul(rate, clipped)
      w/update = AssignSubVariableOp(w, w/step)
      """;

  /** A penalty on w in the loss, and the gradient with it. */
  private static final String PENALTY =
      """
      penalty = L2Loss(w/read)
      whole_loss = AddV2(loss, penalty)
      whole = AddV2(gw, w/read)
      """;

  /** Where w is after two steps. */
  private static final String TWO_STEPS =
      """
      step_1 = Mul(rate, gw)
      w/moved = Sub(w/read, step_1)
      again = MatMul(x, w/moved)
      far = Sub(again, y)
      far/squares = Square(far)
      far/loss = Mean(far/squares, all_axes)
      g2 = MatMul(x, far) {transpose_a=true}
      step_2 = Mul(rate, g2)
      w/there = Sub(w/moved, step_2)
      """;

  private static final String NAMED =
      "w/update: the update of 'w' is recognised, but its gradient goes elsewhere too before the"
          + " optimizer's arithmetic, and can't be told from a value of the model; name it with"
          + " --gradient w=TENSOR";

  GradientPositionTest() {
    super(
        "data-flow",
        "gradients that something else looks at, and those of rows, where updates are plain ops");
  }

  @Override
  protected String page() {
    return "data-flow-positions";
  }

  @Override
  protected void addCases() {
    addSites();
    addNearMisses();
  }

  private void addSites() {
    rewrite(
            "The norm of all gradients is looked at, and what is divided by its own comes after the"
                + " filter",
            MODEL
                + NORMALISED
                + """
                w/looked_at = L2Loss(gw)
                b/looked_at = L2Loss(gb)
                reported = AddN(w/looked_at, b/looked_at)
                """)
        .finds("b: gb → b/step", "w: gw → squares_of, direction");
    rewrite(
            "Rows that are summed once for the update and once for its norm are filtered before"
                + " both",
            ROWS + SUMMED_TWICE)
        .finds("v: gv → v/step", "w: values of ids → dense, dense_2");
    rewrite(
            "So they are where a third sum is looked at",
            ROWS
                + SUMMED_TWICE
                + """
                dense_3 = UnsortedSegmentSum(values, ids, count)
                reported = L2Loss(dense_3)
                """)
        .finds("v: gv → v/step", "w: values of ids → dense, dense_2");
    rewrite(
            "Rows that a scatter writes by their direction are filtered before it",
            ROWS
                + """
                squares_of = Mul(values, values)
                sum_of = Sum(squares_of, all_axes)
                norm = Sqrt(sum_of)
                direction = RealDiv(values, norm)
                step = Mul(rate, direction)
                w/update = ResourceScatterSub(w, ids, step)
                reported = L2Loss(values)
                """)
        .finds("v: gv → v/step", "w: values of ids → squares_of, direction");
    rewrite(
            "What a model of one variable returns beside its loss is no gradient",
            """
            x = Placeholder
            y = Placeholder
            w = VarHandleOp
            w/read = ReadVariableOp(w)
            product = MatMul(x, w/read)
            returned = Identity(product)
            chances = Softmax(product)
            difference = Sub(chances, y)
            squares = Square(difference)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(squares, all_axes)
            back = Mul(chances, difference)
            gw = MatMul(x, back) {transpose_a=true}
            rate = Const
            step = Mul(rate, gw)
            w/update = AssignSubVariableOp(w, step)
            """)
        .finds("w: gw → step");
    rewrite(
            "A gradient that is laid out anew for the arithmetic is filtered as it was",
            MODEL
                + """
                flat_shape = Const {dtype=int32, value=[4]}
                flat = Reshape(gw, flat_shape)
                squares_of = Square(flat)
                sum_of = Sum(squares_of, first_axis)
                factor = Rsqrt(sum_of)
                direction = Mul(flat, factor)
                shape = Const {dtype=int32, value=[2, 2]}
                back = Reshape(direction, shape)
                step = Mul(rate, back)
                w/update = AssignSubVariableOp(w, step)
                """)
        .finds("b: gb → b/step", "w: gw → flat");
    rewrite(
            "Rows that are scattered into a gradient of all rows are filtered as that",
            ROWS
                + """
                axis = Const {dtype=int32, value=1}
                tuples = ExpandDims(ids, axis)
                shape = Const {dtype=int32, value=[2, 2]}
                dense = ScatterNd(tuples, values, shape)
                step = Mul(rate, dense)
                w/update = AssignSubVariableOp(w, step)
                """)
        .finds("v: gv → v/step", "w: dense → step");
    rewrite(
            "A factor that bounds the length of all is a clipping, be the bound chosen",
            MODEL
                + """
                w/square = L2Loss(gw)
                b/square = L2Loss(gb)
                square = AddN(w/square, b/square)
                long = Greater(square, rate)
                one = Const {value=1}
                short = RealDiv(rate, square)
                factor = SelectV2(long, short, one)
                clipped = Mul(gw, factor)
                w/step = Mul(rate, clipped)
                w/update = AssignSubVariableOp(w, w/step)
                """)
        .finds("b: gb → b/step", "w: clipped → w/step");
    rewrite("So is one that bounds the length by that of the variable", MODEL + CLIPPED_BY_WEIGHTS)
        .finds("b: gb → b/step", "w: clipped → w/step");
    rewrite(
            "A mean that is taken off a gradient stands behind the filter",
            MODEL
                + """
                mean = Mean(gw, first_axis) {keep_dims=true}
                centred = Sub(gw, mean)
                step = Mul(rate, centred)
                w/update = AssignSubVariableOp(w, step)
                """)
        .finds("b: gb → b/step", "w: gw → mean, centred");
    rewrite(
            "One that the model took off the variable is part of its gradient",
            """
            x = Placeholder
            y = Placeholder
            w = VarHandleOp
            w/read = ReadVariableOp(w)
            first_axis = Const {dtype=int32, value=[0]}
            w/mean = Mean(w/read, first_axis) {keep_dims=true}
            w/centred = Sub(w/read, w/mean)
            product = MatMul(x, w/centred)
            difference = Sub(product, y)
            squares = Square(difference)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(squares, all_axes)
            back = MatMul(x, difference) {transpose_a=true}
            mean = Mean(back, first_axis) {keep_dims=true}
            gw = Sub(back, mean)
            rate = Const
            step = Mul(rate, gw)
            w/update = AssignSubVariableOp(w, step)
            """)
        .finds("w: gw → step");
    addPenalties();
    rewrite(
            "The way that the variable takes in some steps is filtered as a whole",
            MODEL
                + TWO_STEPS
                + """
                way = Sub(w/read, w/there)
                half = Const {value=0.5}
                step = Mul(half, way)
                w/update = AssignSubVariableOp(w, step)
                """)
        .finds("b: gb → b/step", "w: way → step");
    rewrite(
            "So is the mean of several, be the variable read again",
            MODEL
                + TWO_STEPS
                + """
                both = Pack(w/moved, w/there)
                mean = Mean(both, first_axis)
                w/again = ReadVariableOp(w)
                way = Sub(w/again, mean)
                m = VarHandleOp
                m/read = ReadVariableOp(m)
                kept = Mul(m/read, rate)
                moment = AddV2(kept, way)
                m/update = AssignVariableOp(m, moment)
                w/update = AssignSubVariableOp(w, moment)
                """)
        .finds("b: gb → b/step", "w: way → moment")
        .doesNotFireOn("m", "it is a slot")
        .notRun("the attributes of Pack are left out");
    rewrite(
            "So it is where a loop takes the steps",
            MODEL
                + """
                w/there = While(w/read, x, y) {cond=more, body=turn, T=none}
                def more(c: float, x: float, y: float) -> go=go:output:0
                  go = Placeholder {dtype=bool, shape=scalar}
                def turn(c: float, x: float, y: float) -> c=moved:z:0, x=x:0, y=y:0
                  product = MatMul(x, c)
                  difference = Sub(product:product:0, y)
                  g = MatMul(x, difference:z:0) {transpose_a=true}
                  rate = Const
                  step = Mul(rate:output:0, g:product:0)
                  moved = Sub(c, step:z:0)
                way = Sub(w/read, w/there)
                w/update = AssignSubVariableOp(w, way)
                """)
        .finds("b: gb → b/step", "w: way → w/update")
        .notRun("the types of the loop are left out");
  }

  private void addPenalties() {
    rewrite(
            "A penalty in the loss is part of the gradient where a slot is assigned too",
            MODEL
                + PENALTY
                + """
                m = VarHandleOp
                m/read = ReadVariableOp(m)
                kept = Mul(m/read, rate)
                moment = AddV2(kept, whole)
                m/update = AssignVariableOp(m, moment)
                w/update = AssignSubVariableOp(w, moment)
                """)
        .finds("b: gb → b/step", "w: whole → moment")
        .doesNotFireOn("m", "it is a slot");
    rewrite(
            "So it is where nobody sees the loss that has it",
            """
            x = Placeholder
            w = VarHandleOp
            call = StatefulPartitionedCall(w, x) {f=train, Tin=none, Tout=none}
            def train(w, x: float) -> reported=reported:output:0
              w/read = ReadVariableOp(w)
              product = MatMul(x, w/read:value:0)
              squares = Square(product:product:0)
              all_axes = Const {dtype=int32, value=[0, 1]}
              loss = Mean(squares:y:0, all_axes:output:0)
              reported = Identity(loss:output:0)
              w/again = ReadVariableOp(w)
              penalty = L2Loss(w/again:value:0)
              whole_loss = AddV2(loss:output:0, penalty:output:0)
              gw = MatMul(x, product:product:0)
              half = Const {value=0.5}
              of_penalty = Mul(w/again:value:0, half:output:0)
              whole = AddV2(gw:product:0, of_penalty:z:0)
              rate = Const
              step = Mul(rate:output:0, whole:z:0)
              w/update = AssignSubVariableOp(w, step:z:0)
            """)
        .finds("w: whole:z:0 → step in train")
        .notRun("the types of the call are left out");
    rewrite(
            "So it is where its gradient is named in a backward pass and the loss is left out",
            MODEL
                + """
                w/again = ReadVariableOp(w)
                half = Const {value=0.5}
                gradients/penalty/Mul = Mul(w/again, half)
                whole = AddN(gw, gradients/penalty/Mul)
                w/step = Mul(rate, whole)
                w/update = AssignSubVariableOp(w, w/step)
                """)
        .finds("b: gb → b/step", "w: whole → w/step");
    rewrite(
            "A decay that is added to both stands behind the filter",
            MODEL
                + PENALTY
                + """
                  decay = VarHandleOp {shape=scalar}
                decay/read = ReadVariableOp(decay)
                decayed = Mul(w/read, decay/read)
                  moved = AddV2(whole, decayed)
                  w/step = Mul(rate, moved)
                  w/update = AssignSubVariableOp(w, w/step)
                """)
        .finds("b: gb → b/step", "w: whole → moved")
        .doesNotFireOn("decay", "it is only read");
    rewrite(
            "So it does where the model computes with a function of the variable, but no penalty",
            MODEL.replace(
                    "product = MatMul(x, w/read)", "bent = Tanh(w/read)\nproduct = MatMul(x, bent)")
                + """
                  slope = TanhGrad(bent, gw)
                  decay = VarHandleOp {shape=scalar}
                decay/read = ReadVariableOp(decay)
                decayed = Mul(w/read, decay/read)
                  moved = AddV2(slope, decayed)
                  w/step = Mul(rate, moved)
                  w/update = AssignSubVariableOp(w, w/step)
                """)
        .finds("b: gb → b/step", "w: slope → moved")
        .doesNotFireOn("decay", "it is only read");
  }

  private void addNearMisses() {
    rewrite(
            "Where something else of the variable is left in it, it is named",
            MODEL
                + TWO_STEPS
                + """
                less = Const {value=0.4}
                shrunk = Mul(w/there, less)
                way = Sub(w/read, shrunk)
                w/update = AssignSubVariableOp(w, way)
                """)
        .finds("b: gb → b/step")
        .reports(
            "w/update: the update of 'w' is recognised, but 'way' in it is a value of the variable,"
                + " no gradient; name it with --gradient w=TENSOR");
    rewrite(
            "A rate that goes by the gradients of all is no part of them",
            MODEL
                + """
                speed = VarHandleOp {shape=scalar}
                speed/read = ReadVariableOp(speed)
                gw/last = VarHandleOp
                gw/last/read = ReadVariableOp(gw/last)
                gb/last = VarHandleOp {shape=2}
                gb/last/read = ReadVariableOp(gb/last)
                w/agreement = Mul(gw, gw/last/read)
                b/agreement = Mul(gb, gb/last/read)
                w/sum = Sum(w/agreement, all_axes)
                b/sum = Sum(b/agreement, first_axis)
                sum_of = AddN(w/sum, b/sum, speed/read)
                speed/update = AssignVariableOp(speed, sum_of)
                gw/update = AssignVariableOp(gw/last, gw, ^gw/last/read)
                gb/update = AssignVariableOp(gb/last, gb, ^gb/last/read)
                w/step = Mul(sum_of, gw)
                w/update = AssignSubVariableOp(w, w/step)
                """)
        .finds("b: gb → b/step")
        .reports(
            "w/update: the update of 'w' is recognised, but no tensor alone separates the data from"
                + " it before the arithmetic; name it with --gradient w=TENSOR");
    rewrite(
            "Nor is one that is divided by the length of all",
            MODEL
                + """
                w/square = L2Loss(gw)
                b/square = L2Loss(gb)
                square = AddN(w/square, b/square)
                reported = Identity(loss)
                speed = RealDiv(loss, square)
                w/step = Mul(speed, gw)
                w/update = AssignSubVariableOp(w, w/step)
                """)
        .finds("b: gb → b/step")
        .reports(NAMED);
    rewrite(
            "A mean of a gradient that is kept is no trained variable",
            MODEL
                + """
                kept = VarHandleOp {shape=1x2}
                mean = Mean(gw, first_axis) {keep_dims=true}
                kept/update = AssignVariableOp(kept, mean)
                w/step = Mul(rate, gw)
                w/update = AssignSubVariableOp(w, w/step)
                """)
        .finds("b: gb → b/step", "w: gw → w/step")
        .doesNotFireOn("kept", "it is a record");
    rewrite(
            "Where all serves one variable, a mean taken off what is looked at is named",
            ALONE
                + """
                first_axis = Const {dtype=int32, value=[0]}
                mean = Mean(gw, first_axis) {keep_dims=true}
                centred = Sub(gw, mean)
                step = Mul(rate, centred)
                w/update = AssignSubVariableOp(w, step)
                """
                + OWN_NORM)
        .reports(NAMED);
    rewrite("So is other arithmetic on it", ALONE + NORMALISED + OWN_NORM).reports(NAMED);
    rewrite(
            "So is a decay that is added to it",
            ALONE
                + """
                decay = Const {value=0.01}
                decayed = Mul(w/read, decay)
                moved = AddV2(gw, decayed)
                squares_of = Square(moved)
                sum_of = Sum(squares_of, all_axes)
                factor = Rsqrt(sum_of)
                direction = Mul(moved, factor)
                step = Mul(rate, direction)
                w/update = AssignSubVariableOp(w, step)
                """
                + OWN_NORM)
        .reports(NAMED);
    rewrite(
            "So are rows that are summed once for the update and once for its norm",
            ROWS_ALONE
                + SUMMED_TWICE
                + """
                dense_3 = UnsortedSegmentSum(values, ids, count)
                reported = L2Loss(dense_3)
                """)
        .reports(NAMED);
    rewrite(
            "So are they where no loss is computed",
            ROWS_ALONE.replaceAll("(squares|loss) = .*\n", "")
                + SUMMED_TWICE
                + """
                dense_3 = UnsortedSegmentSum(values, ids, count)
                reported = L2Loss(dense_3)
                """)
        .reports(NAMED);
    rewrite(
            "So is the direction of rows that a scatter writes",
            ROWS_ALONE
                + """
                squares_of = Square(values)
                sum_of = Sum(squares_of, all_axes)
                factor = Rsqrt(sum_of)
                direction = Mul(values, factor)
                step = Mul(rate, direction)
                w/update = ResourceScatterSub(w, ids, step)
                reported = L2Loss(values)
                """)
        .reports(NAMED);
    rewrite(
            "A copy that a clipped gradient is kept in is no trained variable",
            MODEL
                + CLIPPED_BY_WEIGHTS
                + """
                c = VarHandleOp
                c/update = AssignVariableOp(c, clipped)
                """)
        .finds("b: gb → b/step", "w: clipped → w/step")
        .doesNotFireOn("c", "nothing takes it");
    rewrite(
            "Rows that are scattered behind arithmetic are named",
            ROWS
                + """
                squares_of = Square(values)
                sum_of = Sum(squares_of, all_axes)
                factor = Rsqrt(sum_of)
                direction = Mul(values, factor)
                axis = Const {dtype=int32, value=1}
                tuples = ExpandDims(ids, axis)
                shape = Const {dtype=int32, value=[2, 2]}
                dense = ScatterNd(tuples, direction, shape)
                step = Mul(rate, dense)
                w/update = AssignSubVariableOp(w, step)
                """)
        .finds("v: gv → v/step")
        .reports(
            "w/update: the update of 'w' is recognised, but its gradient is scattered by index"
                + " tuples (ScatterNd), of which no state is kept; give its"
                + " gradient the variable's shape before the optimizer's arithmetic");
    rewrite(
            "So are those that are scattered into the variable's value",
            ROWS
                + """
                axis = Const {dtype=int32, value=1}
                tuples = ExpandDims(ids, axis)
                w/read = ReadVariableOp(w)
                step = Mul(rate, values)
                next = TensorScatterSub(w/read, tuples, step)
                w/update = AssignVariableOp(w, next)
                """)
        .finds("v: gv → v/step")
        .reports(
            "w/update: the update of 'w' is recognised, but its gradient is scattered by index"
                + " tuples (TensorScatterSub), of which no state is kept; give its"
                + " gradient the variable's shape before the optimizer's arithmetic");
  }
}
