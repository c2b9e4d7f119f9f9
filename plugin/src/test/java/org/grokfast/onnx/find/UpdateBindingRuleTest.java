package org.grokfast.onnx.find;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Steps in a training_info that say by a Gradient node and a binding what is updated by what. */
class UpdateBindingRuleTest extends OnnxRuleTest {
  private static final String NOT_RUN = "ONNX Runtime does not run training_info";

  private static final String MODEL =
      """
      x = Input
      w = Initializer {shape=2x2}
      y = MatMul(x, w) {output=2x2}
      """;

  UpdateBindingRuleTest() {
    super(new UpdateBindingRule());
  }

  @Override
  protected void addCases() {
    rewrite(
            "`Gradient` names the gradient, and the binding the next value",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                r = Initializer
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                s = Mul(g, r)
                w_new = Sub(w, s)
                """)
        .finds("w: g → s")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            s = Mul(grokfast/w/gradient, r)""")
        .notRun(NOT_RUN);
    rewrite(
            "State that is updated after the weights takes the filtered gradient too",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new, m=m_new}
                r = Initializer
                m = Initializer {shape=2x2}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                c = Add(m, g)
                sign = Sign(c)
                s = Mul(sign, r)
                w_new = Sub(w, s)
                m9 = Mul(m, r)
                m_new = Add(m9, g)
                """)
        .finds("w: g → c, m_new")
        .notRun(NOT_RUN);
    rewrite(
            "Each name in `xs` has an output of its own",
            """
            x = Input
            w = Initializer {shape=2x2}
            b = Initializer {shape=2}
            p = MatMul(x, w)
            y = Add(p, b) {output=2x2}
            algorithm = TrainingInfo {b=b_new, w=w_new}
            gw, gb = ai.onnx.preview.training.Gradient(w, b, x) {xs=[w, b], zs=[x], y=y}
            w_new = Sub(w, gw)
            b_new = Sub(b, gb)
            """)
        .finds("b: gb → b_new", "w: gw → w_new")
        .becomes(
            """
            grokfast/w/gradient = Filter(gw)
            w_new = Sub(w, grokfast/w/gradient)
            grokfast/b/gradient = Filter(gb)
            b_new = Sub(b, grokfast/b/gradient)""")
        .notRun(NOT_RUN);
    rewrite(
            "Several gradients of the same weights are filtered where they have become one",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                r = Initializer
                z = Abs(y)
                g1 = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                g2 = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=z}
                g = Add(g1, g2)
                s = Mul(g, r)
                w_new = Sub(w, s)
                """)
        .finds("w: g → s")
        .notRun(NOT_RUN);
    rewrite(
            "Of two that come one after the other the last is filtered",
            MODEL
                + """
                algorithm = TrainingInfo {w=next}
                r = Initializer
                g1 = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                up = Mul(g1, r)
                w2 = Add(w, up)
                y2 = MatMul(x, w2)
                g2 = ai.onnx.preview.training.Gradient(w2, x) {xs=[w2], zs=[x], y=y2}
                s = Mul(g2, r)
                next = Sub(w, s)
                """)
        .finds("w: g2 → s")
        .notRun(NOT_RUN);
    rewrite(
            "A gradient that is clipped is filtered behind the clipping",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                r = Initializer
                low = Initializer {value=-1}
                high = Initializer {value=1}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                c = Clip(g, low, high)
                s = Mul(c, r)
                w_new = Sub(w, s)
                """)
        .finds("w: c → s")
        .notRun(NOT_RUN);
    rewrite(
            "A loss scale that is bound comes before the gradient",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new, scale=scale_new}
                r = Initializer
                scale = Initializer {value=1024}
                half = Initializer {value=0.5}
                loss = ReduceMean(y) {keepdims=0}
                scaled = Mul(loss, scale)
                gs = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=scaled}
                g = Div(gs, scale)
                s = Mul(g, r)
                w_new = Sub(w, s)
                scale_new = Mul(scale, half)
                """)
        .finds("w: g → s")
        .notRun(NOT_RUN);
    rewrite(
            "An optimizer node is left to the rule that knows it",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new, m=m_new}
                r = Initializer
                t = Initializer {type=int64, value=0}
                m = Initializer {shape=2x2}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                w_new, m_new = ai.onnx.preview.training.Momentum(r, t, w, g, m)
                """)
        .doesNotFire("`training-info` finds it");
    rewrite(
            "Weights without a binding are not trained",
            MODEL
                + """
                algorithm = TrainingInfo {m=m_new}
                m = Initializer {shape=2x2}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                m_new = Add(m, g)
                """)
        .doesNotFire("no binding stores a next value of `w`");
    rewrite(
            "A binding without a `Gradient` is no site",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                r = Initializer
                w_new = Mul(w, r)
                """)
        .doesNotFire("the weights decay, and no gradient of them is computed");
    rewrite(
            "A gradient that no node takes is a near-miss",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                r = Initializer
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                w_new = Mul(w, r)
                """)
        .reports("training_info[0]/w_new: no node takes 'g' on the way to the update of 'w'");
    rewrite(
            "Two gradients that nothing makes one are a near-miss",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                z = Abs(y)
                g1 = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                g2 = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=z}
                w1 = Sub(w, g1)
                w_new = Sub(w1, g2)
                """)
        .reports(
            "training_info[0]/w_new: the 2 gradients 'g1', 'g2' of 'w' reach its update in a way in"
                + " which no tensor alone is what the optimizer takes; name that with --gradient"
                + " w=TENSOR");
    rewrite(
            "So is one beside which the data reach the weights",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                w1 = Sub(w, g)
                w_new = Sub(w1, x)
                """)
        .reports(
            "training_info[0]/w_new: the gradient 'g' of 'w' reaches its update in a way in which"
                + " no tensor alone is what the optimizer takes; name that with --gradient"
                + " w=TENSOR");
    rewrite(
            "A gradient that is summed up over several runs is a near-miss",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new, m=m_new, t=t_new}
                r = Initializer
                none = Initializer {value=0}
                m = Initializer {shape=2x2}
                t = Initializer
                done = Equal(t, r)
                t1 = Add(t, r)
                t_new = Where(done, none, t1)
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
                sum = Add(m, g)
                w1 = Sub(w, sum)
                w_new = Where(done, w1, w)
                m_new = Where(done, none, sum)
                """)
        .reports(
            "training_info[0]/w_new: the update of 'w' takes what 'm' has summed up over several"
                + " runs of the step, and a filter of 'g' would act on each part; average the parts"
                + " within one run, or filter each with --gradient w=g");
    rewrite(
            "Weights of integers are a near-miss",
            """
            x = Input
            w = Initializer {shape=2x2, type=int64, value=1}
            y = Cast(w) {to=1, output=2x2}
            algorithm = TrainingInfo {w=w_new}
            g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], zs=[x], y=y}
            w_new = Sub(w, g)
            """)
        .reports("training_info[0]/w_new: the weights 'w' have no fixed floating-point shape");
  }
}
