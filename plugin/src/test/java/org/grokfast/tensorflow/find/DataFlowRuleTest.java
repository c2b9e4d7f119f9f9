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
    rewrite(
            "A sign stands behind the filter",
            MODEL
                + """
                rate = Const
                sign = Sign(gw)
                step = Mul(rate, sign)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → sign");
    rewrite(
            "So does a norm",
            MODEL
                + """
                rate = Const
                least = Const {value=0.00000001}
                squares_of = Mul(gw, gw)
                sum_of = Sum(squares_of, all_axes)
                norm = Sqrt(sum_of)
                safe = AddV2(norm, least)
                unit = RealDiv(gw, safe)
                step = Mul(rate, unit)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → squares_of, unit");
    rewrite(
            "So does a trust ratio, with the decay in it",
            MODEL
                + """
                rate = Const
                decay = Const {value=0.01}
                own = ReadVariableOp(w)
                decayed = Mul(own, decay)
                moved = AddV2(gw, decayed)
                squares_of = Mul(moved, moved)
                sum_of = Sum(squares_of, all_axes)
                norm = Sqrt(sum_of)
                own_squares = Mul(own, own)
                own_sum = Sum(own_squares, all_axes)
                own_norm = Sqrt(own_sum)
                ratio = RealDiv(own_norm, norm)
                trusted = Mul(moved, ratio)
                step = Mul(rate, trusted)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: gw → moved");
    rewrite(
            "A gradient clipped by its norm is filtered behind the clipping",
            MODEL
                + """
                rate = VarHandleOp {shape=scalar}
                rate/read = ReadVariableOp(rate)
                most = Const {value=0.5}
                squares_of = Mul(gw, gw)
                sum_of = Sum(squares_of, all_axes)
                norm = Sqrt(sum_of)
                longest = Maximum(norm, most)
                scaled = Mul(gw, most)
                clipped = RealDiv(scaled, longest)
                step = Mul(clipped, rate/read)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: clipped → step");
    rewrite(
            "A projection of the weights stands behind the filter",
            MODEL
                + """
                rate = Const
                step = Mul(rate, gw)
                moved = Sub(w/read, step)
                most = Const {value=0.5}
                least = Const {value=-0.5}
                low = Minimum(moved, most)
                next = Maximum(low, least)
                update = AssignVariableOp(w, next)
                """)
        .finds("w: gw → step");
    rewrite(
            "A trial step that is taken back is no update",
            MODEL
                + """
                rate = Const
                trial = Mul(gw, rate)
                there = AddV2(w/read, trial)
                w/there = AssignVariableOp(w, there)
                w/moved = ReadVariableOp(w, ^w/there)
                again = MatMul(x, w/moved)
                far = Sub(again, y)
                far/squares = Square(far)
                far/loss = Mean(far/squares, all_axes)
                g2 = MatMul(x, far) {transpose_a=true}
                back = Sub(w/moved, trial)
                w/back = AssignVariableOp(w, back, ^g2)
                step = Mul(g2, rate)
                w/update = AssignSubVariableOp(w, step, ^w/back)
                """)
        .finds("w: g2 → step");
    rewrite(
            "Decay of the weights by a factor does too",
            MODEL
                + """
                rate = Const
                step = Mul(rate, gw)
                shrink = Const {value=0.99}
                shrunk = Mul(w/read, shrink)
                next = Sub(shrunk, step)
                update = AssignVariableOp(w, next)
                """)
        .finds("w: gw → step");
    rewrite(
            "A penalty in the loss is a part of the gradient",
            MODEL
                + """
                penalty = L2Loss(w/read)
                whole_loss = AddV2(loss, penalty)
                whole = AddV2(gw, w/read)
                rate = Const
                step = Mul(rate, whole)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: whole → step");
    rewrite(
            "Rows that data selects bring data where nothing else does",
            """
            ids = Placeholder {dtype=int32, shape=2}
            w = VarHandleOp
            picked = ResourceGather(w, ids)
            squares = Square(picked)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(squares, all_axes)
            gradient = Tanh(picked)
            rate = Const
            step = Mul(rate, gradient)
            update = ResourceScatterSub(w, ids, step)
            """)
        .finds("w: gradient of ids → step")
        .notRun("the rows are fed");
    rewrite(
            "A gradient comes back through an array of tensors",
            """
            x = Placeholder
            w = VarHandleOp
            w/read = ReadVariableOp(w)
            v = VarHandleOp
            v/read = ReadVariableOp(v)
            hidden = MatMul(x, w/read)
            size = Const {dtype=int32, value=1}
            index = Const {dtype=int32, value=0}
            array = TensorArrayV3(size)
            written = TensorArrayWriteV3(array, index, hidden, array:1)
            taken = TensorArrayReadV3(array, index, written)
            output = MatMul(taken, v/read)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(output, all_axes)
            back = Tanh(output)
            to_taken = MatMul(back, v/read) {transpose_b=true}
            gradients_of = TensorArrayGradV3(array, written) {source=gradients}
            flow = Identity(written, ^gradients_of)
            put = TensorArrayWriteV3(gradients_of, index, to_taken, flow)
            to_hidden = TensorArrayReadV3(gradients_of, index, put)
            gw = MatMul(x, to_hidden) {transpose_a=true}
            gv = MatMul(taken, back) {transpose_a=true}
            rate = Const
            w/scaled = Mul(rate, gw)
            w/update = AssignSubVariableOp(w, w/scaled)
            v/scaled = Mul(rate, gv)
            v/update = AssignSubVariableOp(v, v/scaled)
            """)
        .finds("w: gw → w/scaled", "v: gv → v/scaled")
        .notRun("the array's attributes are left out");
    rewrite(
            "A gradient comes out of a loop, off a stack that another loop filled",
            """
            x = Placeholder
            w = VarHandleOp
            w/read = ReadVariableOp(w)
            hidden = MatMul(x, w/read)
            more = Placeholder {dtype=bool, shape=scalar}
            stack = StackV2
            enter = Enter(hidden) {frame_name=forward}
            stack/enter = Enter(stack) {frame_name=forward}
            merge = Merge(enter, back)
            condition = LoopCond(more)
            switch = Switch(merge, condition)
            push = StackPushV2(stack/enter, switch:1)
            turned = Tanh(push)
            back = NextIteration(turned)
            exit = Exit(switch)
            all_axes = Const {dtype=int32, value=[0, 1]}
            loss = Mean(exit, all_axes)
            zeros = Const
            g/enter = Enter(zeros) {frame_name=backward}
            g/stack = Enter(stack) {frame_name=backward}
            g/merge = Merge(g/enter, g/back)
            g/switch = Switch(g/merge, condition)
            g/pop = StackPopV2(g/stack)
            g/part = Mul(g/switch:1, g/pop)
            g/back = NextIteration(g/part)
            g/exit = Exit(g/switch)
            gw = MatMul(x, g/exit) {transpose_a=true}
            rate = Const
            step = Mul(rate, gw)
            update = AssignSubVariableOp(w, step)
            """)
        .finds("w: gw → step")
        .notRun("the stack's attributes are left out");
    rewrite(
            "A sum of gradients that is set back is filtered where it is used",
            MODEL
                + """
                sum_w = VarHandleOp
                sum_w/add = AssignAddVariableOp(sum_w, gw)
                sum_w/read = ReadVariableOp(sum_w, ^sum_w/add)
                rate = Const
                step = Mul(rate, sum_w/read)
                update = AssignSubVariableOp(w, step)
                nothing = Const
                sum_w/first = AssignVariableOp(sum_w, nothing)
                sum_w/clear = AssignVariableOp(sum_w, nothing, ^update)
                """)
        .finds("w: sum_w/read → step")
        .notRun("the sum is cleared in no order with its use");
    rewrite(
            "An update beside a training op has a filter of its own",
            MODEL
                + """
                rate = Const
                update = ResourceApplyGradientDescent(w, rate, gw)
                sign = Sign(gw)
                step = Mul(rate, sign)
                more = AssignSubVariableOp(w, step, ^update)
                """)
        .finds("w: gw → sign");
    rewrite(
            "Each of several places has its own gradient",
            MODEL
                + """
                rate = Const
                step = Mul(rate, gw)
                update = AssignSubVariableOp(w, step)
                again = ReadVariableOp(w, ^update)
                product_2 = MatMul(x, again)
                difference_2 = Sub(product_2, y)
                squares_2 = Square(difference_2)
                loss_2 = Mean(squares_2, all_axes)
                gw_2 = MatMul(x, difference_2) {transpose_a=true}
                step_2 = Mul(rate, gw_2)
                update_2 = AssignSubVariableOp(w, step_2)
                """)
        .finds("w: gw → step", "w: gw_2 → step_2");
    rewrite(
            "A loss that ends in a metric is found behind it, and one that a function drops too",
            """
            x = Placeholder
            w = VarHandleOp
            u = VarHandleOp
            total = VarHandleOp {shape=scalar}
            call = StatefulPartitionedCall(w, u, total, x) {f=train, Tin=none, Tout=none}
            def train(w, u, total, x: float) -> constant=one:output:0
              w/read = ReadVariableOp(w)
              product = MatMul(x, w/read:value:0)
              back = Square(product:product:0)
              all_axes = Const {dtype=int32, value=[0, 1]}
              loss = Mean(back:y:0, all_axes:output:0)
              total/read = ReadVariableOp(total)
              next = AddV2(total/read:value:0, loss:output:0)
              total/update = AssignVariableOp(total, next:z:0)
              gw = MatMul(x, product:product:0)
              rate = Const
              step = Mul(rate:output:0, gw:product:0)
              update = AssignSubVariableOp(w, step:z:0)
              u/read = ReadVariableOp(u)
              u/product = MatMul(x, u/read:value:0)
              u/back = Square(u/product:product:0)
              u/loss = Mean(u/back:y:0, all_axes:output:0)
              gu = MatMul(x, u/product:product:0)
              u/step = Mul(rate:output:0, gu:product:0)
              u/update = AssignSubVariableOp(u, u/step:z:0)
              one = Const
            """)
        .finds("w: gw:product:0 → step in train", "u: gu:product:0 → u/step in train")
        .doesNotFireOn("total", "what is read of it goes nowhere but into its own sum")
        .notRun("the types of the call are left out");
    rewrite(
            "So is that of a variable that a slot alone leads to and that has a part in another's"
                + " update",
            """
            x = Placeholder
            w = VarHandleOp
            b = VarHandleOp {shape=2}
            u = VarHandleOp
            v = VarHandleOp
            m = VarHandleOp
            call = StatefulPartitionedCall(w, b, u, v, m, x) {f=train, Tin=none, Tout=none}
            def train(w, b, u, v, m, x: float) -> loss=loss:output:0
              w/read = ReadVariableOp(w)
              u/read = ReadVariableOp(u)
              b/read = ReadVariableOp(b)
              x/w = MatMul(x, w/read:value:0)
              product = Mul(x/w:product:0, b/read:value:0)
              u/product = MatMul(x, u/read:value:0)
              squares = Square(product:z:0)
              weighed = Mul(squares:y:0, u/product:product:0)
              all_axes = Const {dtype=int32, value=[0, 1]}
              w/loss = Mean(weighed:z:0, all_axes:output:0)
              back = Mul(product:z:0, u/product:product:0)
              back/w = Mul(back:z:0, b/read:value:0)
              gw = MatMul(x, back/w:z:0) {transpose_a=true}
              rate = Const
              step = Mul(rate:output:0, gw:product:0)
              update = AssignSubVariableOp(w, step:z:0)
              v/read = ReadVariableOp(v)
              v/product = MatMul(x, v/read:value:0)
              difference = Sub(v/product:product:0, product:z:0)
              v/squares = Square(difference:z:0)
              loss = Mean(v/squares:y:0, all_axes:output:0)
              gv = MatMul(x, difference:z:0) {transpose_a=true}
              v/step = Mul(rate:output:0, gv:product:0)
              v/update = AssignSubVariableOp(v, v/step:z:0)
              first_axis = Const {dtype=int32, value=[0]}
              back/b = Mul(back:z:0, x/w:product:0)
              gb = Sum(back/b:z:0, first_axis:output:0)
              b/step = Mul(rate:output:0, gb:output:0)
              b/update = AssignSubVariableOp(b, b/step:z:0)
              u/squares = Square(u/product:product:0)
              u/loss = Mean(u/squares:y:0, all_axes:output:0)
              gu = MatMul(x, u/product:product:0) {transpose_a=true}
              m/read = ReadVariableOp(m)
              kept = Mul(m/read:value:0, rate:output:0)
              moment = AddV2(kept:z:0, gu:product:0)
              m/update = AssignVariableOp(m, moment:z:0)
              m/again = ReadVariableOp(m, ^m/update)
              u/step = Mul(rate:output:0, m/again:value:0)
              u/update = AssignSubVariableOp(u, u/step:z:0)
            """)
        .finds(
            "w: gw:product:0 → step in train",
            "v: gv:product:0 → v/step in train",
            "b: gb:output:0 → b/step in train",
            "u: gu:product:0 → moment in train")
        .doesNotFireOn("m", "it is a slot")
        .notRun("the types of the call are left out");
    rewrite(
            "Any output of a function that the graph calls may be a loss",
            """
            x = Placeholder
            w = VarHandleOp
            u = VarHandleOp
            n = VarHandleOp
            call = StatefulPartitionedCall(w, u, n, x) {f=train, Tin=none, Tout=[float, float]}
            def train(w, u, n, x: float) -> loss=loss:output:0, u_loss=u/loss:output:0
              w/read = ReadVariableOp(w)
              u/read = ReadVariableOp(u)
              product = MatMul(x, w/read:value:0)
              moved = AddV2(product:product:0, u/read:value:0)
              squares = Square(moved:z:0)
              all_axes = Const {dtype=int32, value=[0, 1]}
              loss = Mean(squares:y:0, all_axes:output:0)
              gw = MatMul(x, moved:z:0) {transpose_a=true}
              rate = Const
              step = Mul(rate:output:0, gw:product:0)
              update = AssignSubVariableOp(w, step:z:0)
              u/again = ReadVariableOp(u)
              factor = Exp(u/again:value:0)
              other = Square(product:product:0)
              weighed = Mul(factor:y:0, other:y:0)
              u/loss = Mean(weighed:z:0, all_axes:output:0)
              gu = Mul(other:y:0, factor:y:0)
              u/step = Mul(rate:output:0, gu:z:0)
              u/update = AssignSubVariableOp(u, u/step:z:0)
              one = Const
              n/update = AssignAddVariableOp(n, one:output:0)
            """)
        .finds("w: gw:product:0 → step in train", "u: gu:z:0 → u/step in train")
        .doesNotFireOn("n", "it counts")
        .notRun("the types of the call are left out");
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
            "Nor where the average counts what it has seen",
            """
            moving_mean = VarHandleOp {shape=2}
            moving_mean/read = ReadVariableOp(moving_mean)
            n = VarHandleOp {shape=scalar}
            n/read = ReadVariableOp(n)
            one = Const {value=1}
            more = AddV2(n/read, one)
            centred = Sub(product, moving_mean/read)
            prediction = Tanh(centred)
            mean = Mean(product, first_axis)
            pull = Sub(mean, moving_mean/read)
            part = RealDiv(pull, more)
            moving_mean/update = AssignAddVariableOp(moving_mean, part)
            n/update = AssignAddVariableOp(n, one, ^part)
            """)
        .doesNotFireOn("moving_mean", "of (value − w) / n neither value nor n depends on w");
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
    descent(
            "An average of the weights as they are written is none",
            """
            own = ReadVariableOp(w)
            written = Sub(own, w/scaled)
            average = VarHandleOp
            average/read = ReadVariableOp(average)
            decay = Const {value=0.9}
            rest = Const {value=0.1}
            old = Mul(average/read, decay)
            new = Mul(written, rest)
            next = AddV2(old, new)
            average/update = AssignVariableOp(average, next)
            """)
        .doesNotFireOn("average", "it is kept and not used")
        .notRun("the read is in no order with the update");
    descent(
            "Nor is a slot whose step is looked at",
            """
            c = VarHandleOp
            c/read = ReadVariableOp(c)
            c/product = MatMul(x, c/read)
            c/loss = Mean(c/product, all_axes)
            c/back = Square(c/product)
            gc = MatMul(x, c/back) {transpose_a=true}
            slot = VarHandleOp
            slot/read = ReadVariableOp(slot)
            kept = Mul(slot/read, rate/read)
            moment = AddV2(kept, gc)
            slot/update = AssignVariableOp(slot, moment)
            c/step = Mul(moment, rate/read)
            c/update = AssignSubVariableOp(c, c/step)
            length = L2Loss(c/step)
            """)
        .finds("c: gc → moment")
        .doesNotFireOn("slot", "the length of a step is no end of the model");
    descent(
            "Nor is what a saver brings back",
            """
            file = Placeholder {dtype=string, shape=scalar}
            names = Placeholder {dtype=string, shape=1}
            kept = VarHandleOp
            kept/read = ReadVariableOp(kept)
            save = SaveV2(file, names, names, kept/read)
            restore = RestoreV2(file, names, names)
            kept/restore = AssignVariableOp(kept, restore)
            """)
        .doesNotFireOn("kept", "a file is no data")
        .notRun("a saver wants a file");
    rewrite(
            "A state that is used before it is assigned is none",
            DESCENT
                + """
                state = VarHandleOp
                state/read = ReadVariableOp(state)
                used = MatMul(product, state/read)
                used_loss = Mean(used, all_axes)
                mixed = AddV2(product, state/read)
                next = Tanh(mixed)
                state/update = AssignVariableOp(state, next)
                """)
        .finds("w: gw → w/scaled", "b: gb → b/scaled")
        .doesNotFireOn("state", "what it is made from does not depend on it");
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
                + " (ResourceScatterNdSub), of which no state is kept; give its"
                + " gradient the variable's shape before the optimizer's arithmetic");
    rewrite(
            "A sign of a gradient that something else takes too is a near-miss",
            MODEL
                + """
                squares_of = Square(gw)
                norm = Sum(squares_of, all_axes)
                rate = Const
                sign = Sign(gw)
                step = Mul(rate, sign)
                update = AssignSubVariableOp(w, step)
                """)
        .reports(
            "update: the update of 'w' is recognised, but its gradient goes elsewhere too before the"
                + " optimizer's arithmetic, and can't be told from a value of the model; name it with"
                + " --gradient w=TENSOR");
    rewrite(
            "So is its direction",
            MODEL
                + """
                squares_of = Square(gw)
                sum_of = Sum(squares_of, all_axes)
                norm = Sqrt(sum_of)
                reported = Identity(norm)
                rate = Const
                least = Const {value=0.00000001}
                length = AddV2(norm, least)
                direction = RealDiv(gw, length)
                step = Mul(rate, direction)
                update = AssignSubVariableOp(w, step)
                """)
        .reports(
            "update: the update of 'w' is recognised, but its gradient goes elsewhere too before the"
                + " optimizer's arithmetic, and can't be told from a value of the model; name it with"
                + " --gradient w=TENSOR");
    rewrite(
            "An update by hand in the frame of a loop is a near-miss",
            MODEL
                + """
                rate = Const
                g/enter = Enter(gw) {frame_name=loop}
                w/enter = Enter(w) {frame_name=loop}
                step = Mul(rate, g/enter)
                update = AssignSubVariableOp(w/enter, step)
                """)
        .reports(
            "step: updates 'w' inside a loop, where no state can be kept yet; build the loop with"
                + " control flow v2, as a While op");
    rewrite(
            "Two writes of one variable and its slots with two gradients are named by hand",
            MODEL
                + """
                rate = Const
                m = VarHandleOp
                m/read = ReadVariableOp(m)
                kept = Mul(m/read, rate)
                moment = AddV2(kept, gw)
                m/update = AssignVariableOp(m, moment)
                step = Mul(rate, moment)
                update = AssignSubVariableOp(w, step)
                other = Tanh(product)
                other_loss = Mean(other, all_axes)
                g2 = MatMul(y, other) {transpose_a=true}
                step_2 = Mul(rate, g2)
                update_2 = AssignSubVariableOp(w, step_2)
                """)
        .reports(
            "update_2: the update of 'w' is recognised, but no tensor alone separates the data from"
                + " it before the arithmetic; name it with --gradient w=TENSOR");
  }
}
