package org.grokfast.onnx.find;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Gradients named by hand: taken at the user's word, and refused where the word can't be true. */
class NamedGradientRuleTest extends OnnxRuleTest {
  /** Data reach the parameter past its gradient too, so that no rule sees it. */
  private static final String STEP =
      """
      x = Input {shape=2x2}
      w = Input {shape=2x2}
      lr = Initializer {value=0.1}
      p = MatMul(x, w)
      loss = ReduceMean(p) {keepdims=0, output=scalar}
      g = MatMul(x, p)
      s = Mul(lr, g)
      moved = Sub(w, s)
      w_new = Add(moved, x) {output=2x2}
      """;

  NamedGradientRuleTest() {
    super(new NamedGradientRule());
  }

  @Override
  protected void addCases() {
    rewrite("The consumers that lead to the parameter take the filtered tensor", STEP)
        .named("w", "g")
        .finds("w: g → s")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            s = Mul(lr, grokfast/w/gradient)""");
    rewrite(
            "What the user names goes before what a rule finds",
            STEP.replace("moved, x", "moved, s"))
        .named("w", "s")
        .finds("w: s → moved, w_new");
    rewrite("An input can be the gradient", STEP).named("w", "x").finds("w: x → p, g, w_new");
    rewrite(
            "In a training_info the binding says what the next value is",
            """
            x = Input
            w = Initializer {shape=2x2}
            y = MatMul(x, w) {output=2x2}
            algorithm = TrainingInfo {w=w_new}
            g = Mul(y, x)
            s = Neg(g)
            w_new = Add(w, s)
            """)
        .named("w", "g")
        .finds("w: g → s")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            s = Neg(grokfast/w/gradient)""")
        .notRun("ONNX Runtime does not run training_info");
    rewrite("A name that is no tensor is refused", STEP)
        .named("w", "gg")
        .isRefused("gradient 'gg' of 'w' is no tensor of the graph; did you mean 'g'?");
    rewrite("A parameter without a known next value is refused", STEP)
        .named("x", "g")
        .isRefused(
            "gradient: no output of the graph is known to hold the next value of 'x'; name it with"
                + " --update x=OUTPUT");
    rewrite("A tensor of another shape is refused", STEP)
        .named("w", "loss")
        .isRefused("gradient 'loss' has shape [] where parameter 'w' has [2, 2]");
    rewrite("A tensor that does not lead to the parameter is refused", STEP)
        .named("w", "w_new")
        .isRefused("no node takes 'w_new' on the way to the update of 'w'");
  }
}
