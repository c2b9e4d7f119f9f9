package org.grokfast.tensorflow.find;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** Training ops: which take a gradient, and which can't be given a filtered one. */
class ApplyRuleTest extends TensorFlowRuleTest {
  ApplyRuleTest() {
    super(new ApplyRule());
  }

  @Override
  protected void addCases() {
    rewrite(
            "A dense training op takes its gradient at the input that its definition names",
            """
            w = VarHandleOp
            lr = Const
            g = Placeholder
            up = ResourceApplyGradientDescent(w, lr, g)
            """)
        .finds("w: g → up")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            up = ResourceApplyGradientDescent(w, lr, grokfast/w/gradient)""");
    rewrite(
            "So does an op on a reference variable, with slots between the two",
            """
            w = VariableV2
            m = VariableV2
            lr = Const
            momentum = Const
            g = Placeholder
            up = ApplyMomentum(w, m, lr, g, momentum)
            """)
        .finds("w: g → up")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            up = ApplyMomentum(w, m, lr, grokfast/w/gradient, momentum)""");
    rewrite(
            "What else takes the gradient keeps the raw one",
            """
            w = VarHandleOp
            lr = Const
            g = Placeholder
            norm = L2Loss(g)
            up = ResourceApplyGradientDescent(w, lr, g)
            """)
        .finds("w: g → up")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            up = ResourceApplyGradientDescent(w, lr, grokfast/w/gradient)""");
    rewrite(
            "A sparse op keeps its kind and gets every row",
            """
            w = VarHandleOp
            lr = Const
            values = Placeholder
            rows = Const {dtype=int32, value=[1, 0]}
            up = ResourceSparseApplyProximalGradientDescent(w, lr, lr, lr, values, rows)
            """)
        .finds("w: values of rows → up");
    rewrite(
            "An op behind a `Switch` is filtered in the branch",
            """
            w = VariableV2
            lr = Const
            g = Placeholder
            sometimes = Const {dtype=bool, value=1}
            branch = Switch(g, sometimes)
            up = ApplyGradientDescent(w, lr, branch:1)
            """)
        .finds("w: branch:1 → up in a branch")
        .becomes(
            """
            grokfast/w/gradient = Filter(branch:1)
            up = ApplyGradientDescent(w, lr, grokfast/w/gradient)""");
    rewrite(
            "An op in a function is filtered where the function takes one variable in all calls",
            """
            w = VarHandleOp
            x = Placeholder
            s = StatefulPartitionedCall(w, x) {f=update}
            def update(v, g: float)
              lr = Const
              up = ResourceApplyGradientDescent(v, lr:output:0, g)
            """)
        .finds("w: g → up in update")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            up = ResourceApplyGradientDescent(v, lr:output:0, grokfast/w/gradient:output:0)""");
    rewrite(
            "A graph without a training op has no site",
            """
            w = VarHandleOp
            x = Placeholder
            read = ReadVariableOp(w)
            y = MatMul(x, read)
            """)
        .doesNotFire("it infers and does not train");
    rewrite(
            "`ApplyAdam` in the name of a node does not make it one",
            """
            w = VarHandleOp
            g = Placeholder
            ApplyAdam = AssignVariableOp(w, g)
            """)
        .doesNotFire("ops are told by their type, never by their name");
    rewrite(
            "An op that lacks its gradient is a near-miss",
            """
            w = VarHandleOp
            lr = Const
            up = ResourceApplyGradientDescent(w, lr)
            """)
        .reports("up: takes its gradient at input 2, which it does not have");
    rewrite(
            "An op on something that is no variable is a near-miss",
            """
            w = Placeholder
            lr = Const
            g = Placeholder
            up = ApplyGradientDescent(w, lr, g)
            """)
        .reports("up: updates 'w', which leads to no variable here");
    rewrite(
            "A variable of integers can't be filtered",
            """
            w = VarHandleOp {dtype=int32}
            lr = Const {dtype=int32}
            g = Placeholder {dtype=int32}
            up = ResourceApplyGradientDescent(w, lr, g)
            """)
        .reports(
            "up: variable 'w' has type DT_INT32; float16, bfloat16, float32 and float64 can be"
                + " filtered");
    rewrite(
            "Nor can a variable of unknown shape",
            """
            w = VarHandleOp {shape=?x2}
            lr = Const
            g = Placeholder
            up = ResourceApplyGradientDescent(w, lr, g)
            """)
        .reports("up: variable 'w' has no fixed shape, so that no state of its shape can be made");
    rewrite(
            "A sparse op on a scalar is a near-miss",
            """
            w = VarHandleOp {shape=scalar}
            lr = Const
            values = Placeholder
            rows = Const {dtype=int32, value=[0]}
            up = ResourceSparseApplyAdagrad(w, w, lr, values, rows)
            """)
        .reports("up: variable 'w' is a scalar and has no rows");
    rewrite(
            "An op in the frame of a loop is a near-miss",
            """
            w = VariableV2
            lr = Const
            g = Placeholder
            enter = Enter(g) {frame_name=loop}
            up = ApplyGradientDescent(w, lr, enter)
            """)
        .reports(
            "up: updates 'w' inside a loop, where no state can be kept yet; build the loop with"
                + " control flow v2, as a While op");
    rewrite(
            "An op in a function that is called with two variables is a near-miss",
            """
            w = VarHandleOp
            u = VarHandleOp
            x = Placeholder
            s = StatefulPartitionedCall(w, x) {f=update}
            t = StatefulPartitionedCall(u, x) {f=update}
            def update(v, g: float)
              lr = Const
              up = ResourceApplyGradientDescent(v, lr:output:0, g)
            """)
        .reports(
            "update/up: updates 'v', an argument that is 'w' where 's' calls and 'u' where 't'"
                + " calls");
    rewrite(
            "An op in code that XLA compiles is a near-miss",
            """
            w = VarHandleOp
            x = Placeholder
            s = StatefulPartitionedCall(w, x) {f=update, _XlaMustCompile=true}
            def update(v, g: float)
              lr = Const
              up = ResourceApplyGradientDescent(v, lr:output:0, g)
            """)
        .reports(
            "update/up: updates 'w' in code that XLA compiles, which can keep no state of its own;"
                + " export the model without jit_compile");
  }
}
