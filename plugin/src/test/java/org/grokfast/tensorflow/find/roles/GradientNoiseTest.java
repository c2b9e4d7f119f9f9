package org.grokfast.tensorflow.find.roles;

import org.grokfast.tensorflow.rules.TensorFlowRuleTest;

/** Where the filter stands when numbers are drawn and added to a gradient. */
class GradientNoiseTest extends TensorFlowRuleTest {
  /** loss = mean((x·w − y)²) with the gradient of w, and noise. */
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
      reported = Identity(loss)
      gw = MatMul(x, difference) {transpose_a=true}
      rate = Const
      shape = Const {dtype=int32, value=[3, 2]}
      drawn = RandomStandardNormal(shape) {T=int32, dtype=float}
      deviation = Const {value=0.5}
      noise = Mul(drawn, deviation)
      """;

  private static final String NOISY =
      """
      noisy = AddV2(gw, noise)
      count = Const {value=4}
      mean = RealDiv(noisy, count)
      step = Mul(rate, mean)
      update = AssignSubVariableOp(w, step)
      """;

  private static final String RANDOM = "what it draws differs from run to run";

  GradientNoiseTest() {
    super("data-flow", "updates in plain ops with noise");
  }

  @Override
  protected String page() {
    return "data-flow-noise";
  }

  @Override
  protected void addCases() {
    rewrite("A gradient with noise is filtered behind it", MODEL + NOISY)
        .finds("w: mean → step")
        .notRun(RANDOM);
    rewrite(
            "So it is where the noise dies away and slots follow",
            MODEL
                + """
                t = VarHandleOp {shape=scalar}
                t/read = ReadVariableOp(t)
                less = RealDiv(noise, t/read)
                noisy = AddV2(gw, less)
                m = VarHandleOp
                m/read = ReadVariableOp(m)
                kept = Mul(m/read, deviation)
                moment = AddV2(kept, noisy)
                m/update = AssignVariableOp(m, moment)
                step = Mul(rate, moment)
                update = AssignSubVariableOp(w, step)
                """)
        .finds("w: noisy → moment")
        .notRun(RANDOM);
    rewrite(
            "Noise that is added to the step stands behind the filter",
            MODEL
                + """
                step = Mul(rate, gw)
                noisy = AddV2(step, noise)
                update = AssignSubVariableOp(w, noisy)
                """)
        .finds("w: gw → step")
        .notRun(RANDOM);
    rewrite(
            "A variable that noise alone moves is not trained",
            MODEL
                + NOISY
                + """
                c = VarHandleOp
                c/read = ReadVariableOp(c)
                c/loss = Mul(loss, c/read)
                other = RandomStandardNormal(shape) {T=int32, dtype=float}
                c/update = AssignAddVariableOp(c, other)
                """)
        .finds("w: mean → step")
        .doesNotFireOn("c", "no data gets to it")
        .notRun(RANDOM);
    rewrite(
            "Nor are weights that are kept with noise",
            MODEL
                + NOISY
                + """
                c = VarHandleOp
                other = RandomStandardNormal(shape) {T=int32, dtype=float}
                c/next = AddV2(w/read, other)
                c/update = AssignVariableOp(c, c/next)
                """)
        .finds("w: mean → step")
        .doesNotFireOn("c", "it is a copy")
        .notRun(RANDOM);
    rewrite(
            "Nor is an average of noisy gradients that nothing takes",
            MODEL
                + NOISY
                + """
                c = VarHandleOp
                c/read = ReadVariableOp(c)
                c/kept = Mul(c/read, deviation)
                c/part = Mul(mean, deviation)
                c/next = AddV2(c/kept, c/part)
                c/update = AssignVariableOp(c, c/next)
                """)
        .finds("w: mean → step")
        .doesNotFireOn("c", "nothing takes it")
        .notRun(RANDOM);
  }
}
