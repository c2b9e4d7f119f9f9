package org.grokfast.onnx.find;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Optimizer nodes of ONNX Runtime: which inputs are gradients, and which nodes are not known. */
class OptimizerNodeRuleTest extends OnnxRuleTest {
  private static final String NO_KERNELS = "ONNX Runtime has these ops in training builds alone";

  OptimizerNodeRuleTest() {
    super(new OptimizerNodeRule());
  }

  @Override
  protected void addCases() {
    rewrite(
            "`SGDOptimizer` has the weights at input 1 and their gradient at 2",
            """
            lr = Input {shape=scalar}
            w = Input
            g = Input
            w_new = com.microsoft.SGDOptimizer(lr, w, g) {output=2x2}
            """)
        .finds("w: g → w_new")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            w_new = com.microsoft.SGDOptimizer(lr, w, grokfast/w/gradient) {output=2x2}""")
        .notRun(NO_KERNELS);
    rewrite(
            "`AdamOptimizer` has them at 2 and 3",
            """
            lr = Input {shape=scalar}
            t = Input {shape=scalar, type=int64}
            w = Input
            g = Input
            m = Input
            v = Input
            t_new, m_new, v_new, w_new = com.microsoft.AdamOptimizer(lr, t, w, g, m, v)
            """)
        .finds("w: g → t_new")
        .becomes(
"""
grokfast/w/gradient = Filter(g)
t_new, m_new, v_new, w_new = com.microsoft.AdamOptimizer(lr, t, w, grokfast/w/gradient, m, v)""")
        .notRun(NO_KERNELS);
    rewrite(
            "`LambOptimizer` has those of its i-th parameter at 5+5i and 6+5i",
            """
            lr = Input {shape=scalar}
            w = Input
            g = Input
            m = Input
            v = Input
            u = Input
            h = Input
            w_new = com.microsoft.LambOptimizer(_, _, _, lr, _, w, g, m, v, _, u, h, m, v, _)
            """)
        .finds("w: g → w_new", "u: h → w_new")
        .becomes(
"""
grokfast/w/gradient = Filter(g)
grokfast/u/gradient = Filter(h)
w_new = com.microsoft.LambOptimizer(_, _, _, lr, _, w, grokfast/w/gradient, m, v, _, u,\
 grokfast/u/gradient, m, v, _)""")
        .notRun(NO_KERNELS);
    rewrite(
            "`Momentum` of ONNX's own has the weights of all parameters, then their gradients",
            """
            lr = Input {shape=scalar}
            t = Input {shape=scalar, type=int64}
            w = Input
            u = Input
            g = Input
            h = Input
            m = Input
            n = Input
            w_new, u_new, m_new, n_new = ai.onnx.preview.training.Momentum(lr, t, w, u, g, h, m, n)
            """)
        .finds("w: g → w_new", "u: h → w_new")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            grokfast/u/gradient = Filter(h)
            w_new, u_new, m_new, n_new = ai.onnx.preview.training.Momentum(lr, t, w, u,\
             grokfast/w/gradient, grokfast/u/gradient, m, n)""")
        .notRun(NO_KERNELS);
    rewrite(
            "So have `Adagrad` and `Adam`",
            """
            lr = Input {shape=scalar}
            t = Input {shape=scalar, type=int64}
            w = Input
            g = Input
            m = Input
            v = Input
            u = Input
            h = Input
            a = Input
            w_new, m_new, v_new = ai.onnx.preview.training.Adam(lr, t, w, g, m, v)
            u_new, a_new = ai.onnx.preview.training.Adagrad(lr, t, u, h, a)
            """)
        .finds("w: g → w_new", "u: h → u_new")
        .notRun(NO_KERNELS);
    rewrite(
            "A gradient in half precision is filtered in its own type",
            """
            lr = Input {shape=scalar}
            w = Input
            g = Input {type=float16}
            w_new = com.microsoft.SGDOptimizer(lr, w, g) {output=2x2}
            """)
        .finds("w: g → w_new")
        .notRun(NO_KERNELS);
    rewrite(
            "Weight decay that the step adds comes after the filter",
            """
            lr = Input {shape=scalar}
            wd = Initializer {value=0.1}
            w = Input
            g = Input
            d = Mul(w, wd)
            gd = Add(g, d)
            w_new = com.microsoft.SGDOptimizer(lr, w, gd) {output=2x2}
            """)
        .finds("w: g → gd")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            gd = Add(grokfast/w/gradient, d)""")
        .notRun(NO_KERNELS);
    rewrite(
            "So does one that depends on the weights in another way",
            """
            lr = Input {shape=scalar}
            t = Input {shape=scalar, type=int64}
            wd = Initializer {value=0.1}
            w = Input
            g = Input
            m = Input
            sign = Sign(w)
            d = Mul(sign, wd)
            gd = Add(g, d)
            w_new, m_new = ai.onnx.preview.training.Momentum(lr, t, w, gd, m) {output=2x2}
            """)
        .finds("w: g → gd")
        .notRun(NO_KERNELS);
    rewrite(
            "A loss scale of one changes nothing",
            """
            lr = Input {shape=scalar}
            t = Input {shape=scalar, type=int64}
            one = Initializer {value=1}
            w = Input
            g = Input
            m = Input
            v = Input
            t_new, m_new, v_new, w_new = com.microsoft.AdamOptimizer(lr, t, w, g, m, v, _, one)
            """)
        .finds("w: g → t_new")
        .notRun(NO_KERNELS);
    rewrite(
            "A gradient without a name is one of a parameter that is not trained",
            """
            lr = Input {shape=scalar}
            t = Input {shape=scalar, type=int64}
            w = Input
            m = Input
            v = Input
            t_new, m_new, v_new, w_new = com.microsoft.AdamOptimizer(lr, t, w, _, m, v)
            """)
        .doesNotFire("the node leaves this parameter as it is");
    rewrite(
            "An op of the same name in another domain is not that op",
            """
            lr = Input {shape=scalar}
            w = Input
            g = Input
            w_new = org.example.SGDOptimizer(lr, w, g) {output=2x2}
            """)
        .doesNotFire("what its inputs mean is not known");
    rewrite(
            "Weights of unknown shape are a near-miss",
            """
            lr = Input {shape=scalar}
            w = Input {shape=?x2}
            g = Input
            w_new = com.microsoft.SGDOptimizer(lr, w, g) {output=2x2}
            """)
        .reports(
            "w_new: the weights 'w' have no fixed floating-point shape; export the model with fixed"
                + " parameter shapes");
    rewrite(
            "A node with too few inputs is a near-miss",
            """
            lr = Input {shape=scalar}
            w = Input
            w_new = com.microsoft.SGDOptimizer(lr, w) {output=2x2}
            """)
        .reports("w_new: SGDOptimizer has too few inputs; export it again");
    rewrite(
            "An optimizer of ONNX's own that is not known is a near-miss",
            """
            lr = Input {shape=scalar}
            w = Input
            g = Input
            w_new = ai.onnx.preview.training.Lion(lr, w, g) {output=2x2}
            """)
        .reports("w_new: the optimizer Lion is not known");
    rewrite(
            "An optimizer that takes sequences of all parameters is a near-miss",
            """
            lr = Input {shape=scalar}
            all = Input {shape=unknown}
            gradients = Input {shape=unknown}
            done = com.microsoft.AdamWOptimizer(lr, all, gradients)
            """)
        .reports(
            "done: AdamWOptimizer takes all parameters at once as sequences, or is of a kind that"
                + " is not known; for ONNX Runtime's artifacts give their folder, else name each"
                + " gradient with --gradient PARAM=TENSOR");
    rewrite(
            "A node that divides the gradient by a loss scale is a near-miss",
            """
            lr = Input {shape=scalar}
            t = Input {shape=scalar, type=int64}
            scale = Input {shape=scalar}
            w = Input
            g = Input
            m = Input
            v = Input
            t_new, m_new, v_new, w_new = com.microsoft.AdamOptimizer(lr, t, w, g, m, v, _, scale)
            """)
        .reports(
            "t_new: the update of 'w': AdamOptimizer divides the gradient by 'scale' (input 7),"
                + " behind where the filter would stand; divide the gradient in front of the node"
                + " and leave that input out");
    rewrite(
            "So is one that skips steps",
            """
            lr = Input {shape=scalar}
            ok = Input {shape=scalar, type=bool}
            w = Input
            g = Input
            m = Input
            v = Input
            t_new, w_new = com.microsoft.LambOptimizer(ok, _, _, lr, _, w, g, m, v, _)
            """)
        .reports(
            "t_new: the update of 'w': LambOptimizer skips the step by 'ok' (input 0), behind where"
                + " the filter would stand; don't run the step where it is to be skipped and leave"
                + " that input out");
    rewrite(
            "So is one that clips the gradient",
            """
            lr = Input {shape=scalar}
            t = Input {shape=scalar, type=int64}
            norm = Input {shape=scalar}
            w = Input
            g = Input
            m = Input
            v = Input
            t_new, m_new, v_new, w_new = com.microsoft.AdamOptimizer(lr, t, w, g, m, v, _, _, norm)
            """)
        .reports(
            "t_new: the update of 'w': AdamOptimizer clips the gradient by its norm 'norm' (input"
                + " 8), behind where the filter would stand; clip the gradient in front of the node"
                + " and leave that input out");
    rewrite(
            "Weight decay that can't be told from the gradient is a near-miss",
            """
            lr = Input {shape=scalar}
            wd = Initializer {value=0.1}
            w = Input
            g = Input
            d = Mul(w, wd)
            gd = Add(g, d)
            half = Mul(gd, wd)
            w_new = com.microsoft.SGDOptimizer(lr, w, half) {output=2x2}
            """)
        .reports(
            "w_new: the gradient 'half' of 'w' has weight decay in it ('d'), and the filter belongs"
                + " before that; name the gradient without it with --gradient w=TENSOR");
  }
}
