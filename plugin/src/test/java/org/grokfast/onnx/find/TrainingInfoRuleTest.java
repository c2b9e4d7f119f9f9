package org.grokfast.onnx.find;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Optimizers in the algorithm of a training_info: where gradients are among their inputs. */
class TrainingInfoRuleTest extends OnnxRuleTest {
  private static final String NOT_RUN = "ONNX Runtime does not run training_info";

  private static final String MODEL =
      """
      x = Input
      w = Initializer {shape=2x2}
      y = MatMul(x, w) {output=2x2}
      """;

  TrainingInfoRuleTest() {
    super(new TrainingInfoRule());
  }

  @Override
  protected void addCases() {
    rewrite(
            "`Momentum` has one state for each parameter",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new, m=m_new}
                r = Initializer
                t = Initializer {type=int64, value=0}
                m = Initializer {shape=2x2}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], y=y}
                w_new, m_new = ai.onnx.preview.training.Momentum(r, t, w, g, m) {alpha=0.9}
                """)
        .finds("w: g → w_new")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            w_new, m_new = ai.onnx.preview.training.Momentum(r, t, w, grokfast/w/gradient, m)\
             {alpha=0.9}""")
        .notRun(NOT_RUN);
    rewrite(
            "So has `Adagrad`, here with two parameters",
            """
            x = Input
            w = Initializer {shape=2x2}
            b = Initializer {shape=2}
            p = MatMul(x, w)
            y = Add(p, b) {output=2x2}
            algorithm = TrainingInfo {w=w_new, b=b_new, h=h_new, k=k_new}
            r = Initializer
            t = Initializer {type=int64, value=0}
            h = Initializer {shape=2x2}
            k = Initializer {shape=2}
            gw, gb = ai.onnx.preview.training.Gradient(w, b, x) {xs=[w, b], y=y}
            w_new, b_new, h_new, k_new = ai.onnx.preview.training.Adagrad(r, t, w, b, gw, gb, h, k)
            """)
        .finds("w: gw → w_new", "b: gb → w_new")
        .becomes(
            """
            grokfast/w/gradient = Filter(gw)
            grokfast/b/gradient = Filter(gb)
            w_new, b_new, h_new, k_new = ai.onnx.preview.training.Adagrad(r, t, w, b,\
             grokfast/w/gradient, grokfast/b/gradient, h, k)""")
        .notRun(NOT_RUN);
    rewrite(
            "`Adam` has two states for each parameter",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new, m=m_new, v=v_new}
                r = Initializer
                t = Initializer {type=int64, value=0}
                m = Initializer {shape=2x2}
                v = Initializer {shape=2x2}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], y=y}
                w_new, m_new, v_new = ai.onnx.preview.training.Adam(r, t, w, g, m, v)
                """)
        .finds("w: g → w_new")
        .notRun(NOT_RUN);
    rewrite(
            "Weight decay that the algorithm adds comes after the filter",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new, m=m_new}
                r = Initializer
                t = Initializer {type=int64, value=0}
                m = Initializer {shape=2x2}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], y=y}
                d = Mul(w, r)
                gd = Add(d, g)
                w_new, m_new = ai.onnx.preview.training.Momentum(r, t, w, gd, m)
                """)
        .finds("w: g → gd")
        .notRun(NOT_RUN);
    rewrite(
            "An input without a name is one of a parameter that is not trained",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                r = Initializer
                t = Initializer {type=int64, value=0}
                m = Initializer {shape=2x2}
                w_new, m_new = ai.onnx.preview.training.Momentum(r, t, w, _, m)
                """)
        .doesNotFire("the node leaves this parameter as it is");
    rewrite(
            "Weights that are no initializer are a near-miss",
            """
            x = Input
            w = Input
            y = MatMul(x, w) {output=2x2}
            algorithm = TrainingInfo {m=m_new}
            r = Initializer
            t = Initializer {type=int64, value=0}
            m = Initializer {shape=2x2}
            g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], y=y}
            w_new, m_new = ai.onnx.preview.training.Momentum(r, t, w, g, m)
            """)
        .reports(
            "training_info[0]/w_new: the weights 'w' are no initializer of the graph or the"
                + " algorithm, so that no binding can update them");
    rewrite(
            "Weights of integers are a near-miss",
            """
            x = Input
            w = Initializer {shape=2x2, type=int64, value=1}
            y = Cast(w) {to=1, output=2x2}
            algorithm = TrainingInfo {w=w_new}
            r = Initializer
            t = Initializer {type=int64, value=0}
            m = Initializer {shape=2x2}
            w_new, m_new = ai.onnx.preview.training.Momentum(r, t, w, x, m)
            """)
        .reports("training_info[0]/w_new: the weights 'w' have no fixed floating-point shape");
    rewrite(
            "A number of inputs that is not one for each parameter is a near-miss",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                r = Initializer
                t = Initializer {type=int64, value=0}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], y=y}
                w_new = ai.onnx.preview.training.Momentum(r, t, w, g)
                """)
        .reports(
            "training_info[0]/w_new: Momentum has 4 inputs, which are not R, T and 3 for each"
                + " parameter; export it again");
    rewrite(
            "Another optimizer of that domain is a near-miss",
            MODEL
                + """
                algorithm = TrainingInfo {w=w_new}
                g = ai.onnx.preview.training.Gradient(w, x) {xs=[w], y=y}
                w_new = ai.onnx.preview.training.Lion(w, g)
                """)
        .reports("training_info[0]/w_new: the optimizer Lion is not known");
  }
}
