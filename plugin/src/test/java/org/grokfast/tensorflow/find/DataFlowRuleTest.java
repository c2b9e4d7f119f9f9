package org.grokfast.tensorflow.find;

import org.grokfast.rules.RuleCase;
import org.grokfast.tensorflow.rules.TensorFlowRuleTest;
import org.tensorflow.proto.GraphDef;

/** What is an update of a trained variable in plain ops, and what only looks like one. */
class DataFlowRuleTest extends TensorFlowRuleTest {
  /** loss = mean((x·w + b − y)²) with the gradients of w and b. */
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
      """;

  /** w −= rate · gw and b −= rate · gb. */
  private static final String DESCENT =
      MODEL
          + """
          rate = VarHandleOp {shape=scalar}
          rate/read = ReadVariableOp(rate)
          w/scaled = Mul(gw, rate/read)
          w/update = AssignSubVariableOp(w, w/scaled)
          b/scaled = Mul(gb, rate/read)
          b/update = AssignSubVariableOp(b, b/scaled)
          """;

  DataFlowRuleTest() {
    super(new DataFlowRule());
  }

  private RuleCase<GraphDef> descent(String title, String more) {
    return rewrite(title, DESCENT + more).finds("w: gw → w/scaled", "b: gb → b/scaled");
  }

  @Override
  protected void addCases() {
    addUpdates();
    addOtherState();
    addNearMisses();
  }

  private void addUpdates() {
    descent("The gradient of plain descent is what the rate is multiplied with", "")
        .becomes(
            """
            grokfast/w/gradient = Filter(gw)
            w/scaled = Mul(grokfast/w/gradient, rate/read)
            grokfast/b/gradient = Filter(gb)
            b/scaled = Mul(grokfast/b/gradient, rate/read)""");
    rewrite(
            "A constant rate is a rate too",
            MODEL
                + """
                rate = Const
                step = Mul(rate, gw)
                next = Sub(w/read, step)
                update = AssignVariableOp(w, next)
                """)
        .finds("w: gw → step");
    rewrite(
            "A rate that is fed is no data",
            MODEL
                + """
                rate = Placeholder {shape=scalar}
                step = Mul(rate, gw)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → step");
    rewrite(
            "A slot that is read again leads from the gradient to the variable",
            MODEL
                + """
                m = VarHandleOp
                m/read = ReadVariableOp(m)
                decay = Const
                kept = Mul(m/read, decay)
                moment = Sub(kept, gw)
                m/update = AssignVariableOp(m, moment)
                m/again = ReadVariableOp(m, ^m/update)
                update = AssignAddVariableOp(w, m/again)
                """)
        .finds("w: gw → moment");
    rewrite(
            "A clipped gradient is filtered behind the clipping",
            MODEL
                + """
                rate = VarHandleOp {shape=scalar}
                rate/read = ReadVariableOp(rate)
                most = Const {value=0.5}
                least = Const {value=-0.5}
                low = Minimum(gw, most)
                clipped = Maximum(low, least)
                step = Mul(clipped, rate/read)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: clipped → step");
    descent(
        "A gradient that also feeds its norm is redirected for the update alone",
        """
        w/norm = L2Loss(gw)
        b/norm = L2Loss(gb)
        norm = AddN(w/norm, b/norm)
        """);
    descent(
        "Weight decay beside the update is left alone",
        """
        decay = Const {value=0.01}
        w/decayed = Mul(w/read, decay)
        w/decay = AssignSubVariableOp(w, w/decayed, ^w/update)
        """);
    rewrite(
            "A sparse gradient is filtered with its rows",
            """
            rows = Const {dtype=int32, value=[1, 0]}
            y = Placeholder
            w = VarHandleOp
            picked = ResourceGather(w, rows)
            difference = Sub(picked, y)
            squares = Square(difference)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(squares, all_axes)
            rate = VarHandleOp {shape=scalar}
            rate/read = ReadVariableOp(rate)
            gradient = Tanh(difference)
            step = Mul(gradient, rate/read)
            update = ResourceScatterSub(w, rows, step)
            """)
        .finds("w: gradient of rows → step");
  }

  private void addOtherState() {
    rewrite(
            "A loss scale is divided out before the filter and not filtered itself",
            MODEL
                + """
                scale = VarHandleOp {shape=scalar}
                scale/read = ReadVariableOp(scale)
                scaled_difference = Mul(difference, scale/read)
                sgw = MatMul(x, scaled_difference) {transpose_a=true}
                sgb = Sum(scaled_difference, first_axis)
                ugw = RealDiv(sgw, scale/read)
                ugb = RealDiv(sgb, scale/read)
                rate = VarHandleOp {shape=scalar}
                rate/read = ReadVariableOp(rate)
                w/scaled = Mul(ugw, rate/read)
                w/update = AssignSubVariableOp(w, w/scaled)
                b/scaled = Mul(ugb, rate/read)
                b/update = AssignSubVariableOp(b, b/scaled)
                half = Const
                finite = IsFinite(sgw)
                all = All(finite, all_axes)
                smaller = Mul(scale/read, half)
                next_scale = SelectV2(all, scale/read, smaller)
                scale/update = AssignVariableOp(scale, next_scale)
                """)
        .finds("w: ugw → w/scaled", "b: ugb → b/scaled")
        .doesNotFireOn("scale", "whatever it is multiplied with is divided by it again");
    descent(
            "A moving average of batch normalisation is no trained variable",
            """
            moving_mean = VarHandleOp {shape=2}
            moving_mean/read = ReadVariableOp(moving_mean)
            momentum = Const {value=0.01}
            mean = Mean(product, first_axis)
            pull = Sub(moving_mean/read, mean)
            part = Mul(pull, momentum)
            moving_mean/update = AssignSubVariableOp(moving_mean, part)
            """)
        .doesNotFireOn("moving_mean", "its update does not depend on it through the model");
    descent(
            "Nor is it where the same graph infers with it",
            """
            moving_mean = VarHandleOp {shape=2}
            moving_mean/read = ReadVariableOp(moving_mean)
            momentum = Const {value=0.01}
            centred = Sub(product, moving_mean/read)
            prediction = Tanh(centred)
            mean = Mean(product, first_axis)
            pull = Sub(moving_mean/read, mean)
            part = Mul(pull, momentum)
            moving_mean/update = AssignSubVariableOp(moving_mean, part)
            """)
        .doesNotFireOn("moving_mean", "of c · (w − value) the value does not depend on w");
    descent(
            "Nor where the average is assigned",
            """
            moving_mean = VarHandleOp {shape=2}
            moving_mean/read = ReadVariableOp(moving_mean)
            momentum = Const {value=0.99}
            rest = Const {value=0.01}
            centred = Sub(product, moving_mean/read)
            prediction = Tanh(centred)
            mean = Mean(product, first_axis)
            old = Mul(moving_mean/read, momentum)
            new = Mul(mean, rest)
            next = AddV2(old, new)
            moving_mean/update = AssignVariableOp(moving_mean, next)
            """)
        .doesNotFireOn("moving_mean", "its new part does not depend on it");
    descent(
            "A metric is no trained variable",
            """
            total = VarHandleOp {shape=scalar}
            total/update = AssignAddVariableOp(total, loss)
            total/again = ReadVariableOp(total, ^total/update)
            """)
        .doesNotFireOn("total", "the loss does not depend on it");
    descent(
            "A metric that is returned as it is assigned is none",
            """
            total = VarHandleOp {shape=scalar}
            total/read = ReadVariableOp(total)
            next = AddV2(total/read, loss)
            total/update = AssignVariableOp(total, next)
            returned = Identity(next)
            """)
        .doesNotFireOn("total", "what is added to it does not depend on it");
    descent(
            "An average of weights is no trained variable",
            """
            average = VarHandleOp
            average/read = ReadVariableOp(average)
            decay = Const {value=0.9}
            rest = Const {value=0.1}
            w/again = ReadVariableOp(w, ^w/update)
            old = Mul(average/read, decay)
            new = Mul(w/again, rest)
            next = AddV2(old, new)
            average/update = AssignVariableOp(average, next)
            """)
        .doesNotFireOn("average", "the model does not compute with it");
    descent(
            "The state of a recurrent layer is no trained variable",
            """
            state = VarHandleOp
            state/read = ReadVariableOp(state)
            mixed = AddV2(product, state/read)
            next = Tanh(mixed)
            output = Mean(next, all_axes)
            state/update = AssignVariableOp(state, next)
            """)
        .doesNotFireOn("state", "what is computed is assigned as it is, without a sum or a rate");
    descent(
            "Counters, rates and seeds are no trained variables",
            """
            iteration = VarHandleOp {dtype=int64, shape=scalar}
            iteration/read = ReadVariableOp(iteration) {dtype=int64}
            one = Const {dtype=int64, value=1}
            next_iteration = AddV2(iteration/read, one)
            iteration/update = AssignVariableOp(iteration, next_iteration)
            decay = Const {value=0.96}
            next_rate = Mul(rate/read, decay)
            rate/update = AssignVariableOp(rate, next_rate)
            seed = VarHandleOp {dtype=int64, shape=2}
            seed/read = ReadVariableOp(seed) {dtype=int64}
            seed/update = AssignAddVariableOp(seed, one)
            dims = Const {dtype=int32, value=[2, 2]}
            noise = StatelessRandomUniform(dims, seed/read)
            noisy = AddV2(product, noise)
            noisy_loss = Mean(noisy, all_axes)
            """)
        .doesNotFireOn("rate", "no data reaches it")
        .doesNotFireOn("iteration", "it is an integer, and no data reaches it")
        .doesNotFireOn("seed", "what is drawn with it is data, not a value of it")
        .notRun("the update of the seed races with its use, as in many graphs");
    descent(
            "A sum of gradients is no trained variable",
            """
            gathered = VarHandleOp
            gathered/update = AssignAddVariableOp(gathered, gw)
            """)
        .doesNotFireOn("gathered", "no gradient is taken with respect to it");
    rewrite(
            "A graph that trains with a training op is left to the rule for those",
            MODEL
                + """
                rate = Const
                update = ResourceApplyGradientDescent(w, rate, gw)
                """)
        .doesNotFire("apply-op finds the update");
  }

  private void addNearMisses() {
    descent(
            "A gradient that its variable does not change is named by hand",
            """
            c = VarHandleOp
            c/read = ReadVariableOp(c)
            linear = Mul(x, c/read)
            other_loss = Mean(linear, all_axes)
            gradients/linear_grad/Tanh = Tanh(x)
            c/scaled = Mul(gradients/linear_grad/Tanh, rate/read)
            c/update = AssignSubVariableOp(c, c/scaled)
            """)
        .reports(
            "c/update: the update of 'c' is recognised, but its gradient does not depend on its own"
                + " value; name it with --gradient c=TENSOR");
    rewrite(
            "An update with two ways in is named by hand",
            MODEL
                + """
                rate = VarHandleOp {shape=scalar}
                rate/read = ReadVariableOp(rate)
                other_rate = VarHandleOp {shape=scalar}
                other_rate/read = ReadVariableOp(other_rate)
                sign = Sign(product)
                scaled = Mul(gw, rate/read)
                more = Mul(sign, other_rate/read)
                both = AddV2(scaled, more)
                update = AssignSubVariableOp(w, both)
                """)
        .reports(
            "update: the update of 'w' is recognised, but no tensor alone separates the data from"
                + " it before the arithmetic; name it with --gradient w=TENSOR");
    rewrite(
            "An update scattered by index tuples is a near-miss",
            """
            cells = Placeholder {dtype=int32, shape=2x2}
            y = Placeholder {shape=2}
            w = VarHandleOp
            picked = ResourceGatherNd(w, cells)
            difference = Sub(picked, y)
            squares = Square(difference)
            first_axis = Const {dtype=int32, value=[0]}
            loss = Mean(squares, first_axis)
            rate = VarHandleOp {shape=scalar}
            rate/read = ReadVariableOp(rate)
            gradient = Tanh(difference)
            step = Mul(gradient, rate/read)
            update = ResourceScatterNdSub(w, cells, step)
            """)
        .reports(
            "update: the update of 'w' is recognised, but its gradient is scattered by index tuples"
                + " (ResourceScatterNdSub), of which no state is kept; name it with --gradient"
                + " w=TENSOR");
  }
}
