package org.grokfast.onnx.find.step;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Gradients that are summed up over several runs of a step, and what only looks so. */
class AccumulationTest extends OnnxRuleTest {
  /** Linear regression up to the gradient g of w, and a condition by which a step ends. */
  private static final String BACKWARD =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      m = Input {shape=3x2}
      lr = Initializer {value=0.1}
      none = Initializer {value=0}
      one = Initializer {value=1}
      most = Initializer {value=9}
      p = MatMul(x, w)
      e = Sub(p, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x) {perm=[1, 0]}
      g = MatMul(xt, e)
      """;

  private static final String COUNTED =
      BACKWARD
          + """
          t = Input {shape=scalar}
          done = Equal(t, most)
          t1 = Add(t, one)
          t_new = Where(done, none, t1) {output=scalar}
          sum = Add(m, g)
          s = Mul(sum, lr)
          """;

  private static final String PART =
      "w_new: the update of 'w' takes what 'm' has summed up over several runs of the step, and a"
          + " filter of 'g' would act on each part; average the parts within one run, or filter"
          + " each with --gradient w=g";

  AccumulationTest() {
    super("plain-step", "steps in plain ops that sum gradients up over several runs");
  }

  @Override
  protected String page() {
    return "onnx-plain-step-sums";
  }

  @Override
  protected void addCases() {
    rewrite(
            "A sum that the weights take by a condition is a near-miss",
            COUNTED
                + """
                w1 = Sub(w, s)
                w_new = Where(done, w1, w) {output=3x2}
                m_new = Where(done, none, sum) {output=3x2}
                """)
        .reports(PART);
    rewrite(
            "So is one that factors let in and begin anew",
            COUNTED
                + """
                now = Cast(done) {to=1}
                later = Sub(one, now)
                step = Mul(s, now)
                w_new = Sub(w, step) {output=3x2}
                m_new = Mul(sum, later) {output=3x2}
                """)
        .reports(PART);
    rewrite(
            "So is one that the bodies of an If choose",
            COUNTED
                + """
                def moved() -> w1
                  w1 = Sub(w, s)
                def kept() -> w2
                  w2 = Identity(w)
                def begun() -> m1
                  m1 = Mul(g, none)
                def going() -> m2
                  m2 = Identity(sum)
                w_new = If(done) {then_branch=moved, else_branch=kept, output=3x2}
                m_new = If(done) {then_branch=begun, else_branch=going, output=3x2}
                """)
        .reports(PART);
    String momentum =
        BACKWARD
            + """
            m9 = Mul(m, lr)
            sum = Add(m9, g)
            s = Mul(sum, lr)
            w1 = Sub(w, s)
            bad = Greater(loss, most)
            """;
    rewrite(
            "A step that drops its state where it is skipped accumulates nothing",
            momentum
                + """
                w_new = Where(bad, w, w1) {output=3x2}
                m_new = Where(bad, none, sum) {output=3x2}
                """)
        .finds("w: g → sum")
        .notRun("the filter's state lives on in steps that are skipped");
    rewrite(
            "Nor does one that keeps its state where it is skipped",
            momentum
                + """
                w_new = Where(bad, w, w1) {output=3x2}
                m_new = Where(bad, m, sum) {output=3x2}
                """)
        .finds("w: g → sum")
        .notRun("the filter's state lives on in steps that are skipped");
    rewrite(
            "Nor does one that begins its momentum anew now and then",
            COUNTED
                + """
                w_new = Sub(w, s) {output=3x2}
                m_new = Where(done, none, sum) {output=3x2}
                """)
        .finds("w: g → sum");
  }
}
