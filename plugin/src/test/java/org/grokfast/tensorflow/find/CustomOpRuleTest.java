package org.grokfast.tensorflow.find;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** Training ops of add-ons: never filtered unasked, and told of where their variable is known. */
class CustomOpRuleTest extends TensorFlowRuleTest {
  CustomOpRuleTest() {
    super(new CustomOpRule());
  }

  @Override
  protected void addCases() {
    rewrite(
            "An op with `Apply` in its type that takes a variable is a near-miss that names its"
                + " inputs",
            """
            w = VarHandleOp
            m = VarHandleOp
            lr = Const
            g = Placeholder
            lamb = LambApply(w, m, lr, g)
            """)
        .reports(
            "lamb: updates 'w' by the op 'LambApply', which is not TensorFlow's; name its gradient"
                + " with --gradient w=TENSOR, of the inputs lr, g");
    rewrite(
            "So is one with `Optimize` in it, in a function too",
            """
            w = VarHandleOp
            x = Placeholder
            s = StatefulPartitionedCall(w, x) {f=step}
            def step(v, g: float)
              up = OptimizeLion(v, g)
            """)
        .reports(
            "step/up: updates 'w' by the op 'OptimizeLion', which is not TensorFlow's; name its"
                + " gradient with --gradient w=TENSOR, of the inputs g");
    rewrite(
            "A training op of TensorFlow is left to its own rule",
            """
            w = VarHandleOp
            lr = Const
            g = Placeholder
            up = ResourceApplyGradientDescent(w, lr, g)
            """)
        .doesNotFire("apply-op knows where it takes its gradient");
    rewrite(
            "An op that takes no variable is none",
            """
            g = Placeholder
            mask = ApplyMask(g)
            """)
        .doesNotFire("it updates nothing");
    rewrite(
            "Nor is one of another name, whatever it takes",
            """
            w = VarHandleOp
            g = Placeholder
            up = Lion(w, g)
            """)
        .doesNotFire("nothing tells it from an op that only reads the variable");
    rewrite(
            "Nor is an accumulator of TensorFlow, which takes a worker's count of steps and hands"
                + " out an average of gradients",
            """
            local_step = VarHandleOp
            sum = ResourceConditionalAccumulator
            g = Placeholder
            add = ResourceAccumulatorApplyGradient(sum, local_step, g)
            """)
        .doesNotFire("it averages, and updates no variable");
  }
}
