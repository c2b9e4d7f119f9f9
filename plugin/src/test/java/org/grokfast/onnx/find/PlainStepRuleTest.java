package org.grokfast.onnx.find;

import org.grokfast.onnx.rules.OnnxRuleTest;

/** Training steps in standard operators: which tensor is the gradient, and where none is known. */
class PlainStepRuleTest extends OnnxRuleTest {
  /** Linear regression up to the gradient g of w. */
  private static final String BACKWARD =
      """
      x = Input {shape=4x3}
      y = Input {shape=4x2}
      w = Input {shape=3x2}
      lr = Initializer {value=0.1}
      p = MatMul(x, w)
      e = Sub(p, y)
      e2 = Mul(e, e)
      loss = ReduceMean(e2) {keepdims=0, output=scalar}
      xt = Transpose(x) {perm=[1, 0]}
      g = MatMul(xt, e)
      """;

  private static final String DESCENT =
      """
      s = Mul(lr, g)
      w_new = Sub(w, s) {output=3x2}
      """;

  PlainStepRuleTest() {
    super(new PlainStepRule());
  }

  @Override
  protected void addCases() {
    rewrite("The gradient alone separates the data from the updated parameter", BACKWARD + DESCENT)
        .finds("w: g → s")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            s = Mul(lr, grokfast/w/gradient)""");
    rewrite(
            "An output without a telling name is paired by data flow",
            BACKWARD
                + """
                s = Mul(lr, g)
                o1 = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → s");
    rewrite(
            "A parameter may have its first value in the model",
            BACKWARD
                + """
                w = Initializer {shape=3x2}
                s = Mul(lr, g)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → s")
        .notRun("the Java API takes no value for an input that has an initializer");
    rewrite(
            "Momentum comes after the gradient, as it depends on optimizer state",
            BACKWARD
                + """
                m = Input {shape=3x2}
                c = Initializer {value=0.9}
                m9 = Mul(m, c)
                m_new = Add(m9, g) {output=3x2}
                s = Mul(lr, m_new)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → m_new")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            m_new = Add(m9, grokfast/w/gradient) {output=3x2}""");
    rewrite(
            "Momentum that is updated after the weights takes the filtered gradient too",
            BACKWARD
                + """
                m = Input {shape=3x2}
                c9 = Initializer {value=0.9}
                c1 = Initializer {value=0.1}
                c99 = Initializer {value=0.99}
                c01 = Initializer {value=0.01}
                m9 = Mul(m, c9)
                g1 = Mul(g, c1)
                c = Add(m9, g1)
                sign = Sign(c)
                s = Mul(sign, lr)
                w_new = Sub(w, s) {output=3x2}
                m99 = Mul(m, c99)
                g01 = Mul(g, c01)
                m_new = Add(m99, g01) {output=3x2}
                """)
        .finds("w: g → g1, g01")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            g1 = Mul(grokfast/w/gradient, c1)
            g01 = Mul(grokfast/w/gradient, c01)""");
    rewrite(
            "So does momentum that the weights take as it was before the step",
            BACKWARD
                + """
                m = Input {shape=3x2}
                c9 = Initializer {value=0.9}
                m9 = Mul(m, c9)
                m_new = Add(m9, g) {output=3x2}
                s = Mul(m, lr)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → m_new")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            m_new = Add(m9, grokfast/w/gradient) {output=3x2}""");
    rewrite(
            "An average of the weights as they were before the step is no parameter",
            BACKWARD
                + DESCENT
                + """
                a = Input {shape=3x2}
                c9 = Initializer {value=0.9}
                c1 = Initializer {value=0.1}
                a9 = Mul(a, c9)
                w1 = Mul(w, c1)
                a_new = Add(a9, w1) {output=3x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("a", "no loss depends on it");
    rewrite(
            "A running average that never reaches the weights keeps the raw gradient",
            BACKWARD
                + """
                a = Input {shape=3x2}
                c = Initializer {value=0.9}
                ac = Mul(a, c)
                a_new = Add(ac, g) {output=3x2}
                s = Mul(lr, g)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("a", "it does not reach the loss");
    rewrite(
            "Weight decay comes after the gradient",
            BACKWARD
                + """
                c = Initializer {value=0.01}
                d = Mul(w, c)
                gd = Add(g, d)
                s = Mul(lr, gd)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → gd");
    rewrite(
            "A gradient that is clipped is filtered behind the clipping",
            BACKWARD
                + """
                lo = Initializer {value=-1}
                hi = Initializer {value=1}
                gc = Clip(g, lo, hi)
                s = Mul(lr, gc)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: gc → s")
        .becomes(
            """
            grokfast/w/gradient = Filter(gc)
            s = Mul(lr, grokfast/w/gradient)""");
    rewrite(
            "A loss scale that is fed and divided out again comes before the gradient",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            scale = Input {shape=1}
            lr = Initializer {value=0.1}
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            es = Mul(e, scale)
            xt = Transpose(x) {perm=[1, 0]}
            gs = MatMul(xt, es)
            g = Div(gs, scale)
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=3x2}
            """)
        .finds("w: g → s");
    rewrite(
            "So does one that the step carries and changes",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            scale = Input {shape=1}
            lr = Initializer {value=0.1}
            half = Initializer {value=0.5}
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            mse = ReduceMean(e2) {keepdims=0}
            scaled = Mul(mse, scale)
            loss = Div(scaled, scale) {output=1}
            es = Mul(e, scale)
            xt = Transpose(x) {perm=[1, 0]}
            gs = MatMul(xt, es)
            g = Div(gs, scale)
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=3x2}
            scale_new = Mul(scale, half) {output=1}
            """)
        .finds("w: g → s")
        .becomes(
            """
            grokfast/w/gradient = Filter(g)
            s = Mul(lr, grokfast/w/gradient)""")
        .doesNotFireOn("scale", "it is multiplied from step to step and not trained");
    rewrite(
            "An update that is skipped by a scalar condition takes the filtered gradient",
            BACKWARD
                + """
                worst = Initializer {value=100}
                ok = Less(loss, worst)
                s = Mul(lr, g)
                next = Sub(w, s)
                w_new = Where(ok, next, w) {output=3x2}
                """)
        .finds("w: g → s");
    rewrite(
            "A parameter of one element is treated as all others",
            """
            x = Input {shape=4x1}
            w = Input {shape=1}
            m = Input {shape=1}
            u = Input {shape=1}
            c = Initializer {value=0.9}
            lr = Initializer {value=0.1}
            first = Initializer {shape=1, type=int64, value=0}
            e = Mul(w, x)
            e2 = Mul(e, e)
            loss = ReduceSum(e2) {keepdims=0, output=scalar}
            ex = Mul(e, x)
            g = ReduceSum(ex, first) {keepdims=0}
            mc = Mul(m, c)
            m_new = Add(mc, g) {output=1}
            uc = Mul(u, c)
            size = Abs(g)
            u_new = Max(uc, size) {output=1}
            d = Div(m_new, u_new)
            s = Mul(d, lr)
            w_new = Sub(w, s) {output=1}
            """)
        .finds("w: g → m_new, size");
    rewrite(
            "The gradient of a product of two parameters comes before that of a factor",
            """
            x = Input {shape=4x2}
            y = Input {shape=4x2}
            a = Input {shape=2x2}
            b = Input {shape=2x2}
            lr = Initializer {value=0.1}
            ab = MatMul(a, b)
            p = MatMul(x, ab)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            xt = Transpose(x) {perm=[1, 0]}
            product = MatMul(xt, e)
            bt = Transpose(b) {perm=[1, 0]}
            ga = MatMul(product, bt)
            at = Transpose(a) {perm=[1, 0]}
            gb = MatMul(at, product)
            sa = Mul(lr, ga)
            a_new = Sub(a, sa) {output=2x2}
            sb = Mul(lr, gb)
            b_new = Sub(b, sb) {output=2x2}
            """)
        .finds("a: ga → sa")
        .finds("b: gb → sb");
    rewrite(
            "The other factor, where the step gives it back as it is, is no site",
            """
            x = Input {shape=4x2}
            y = Input {shape=4x2}
            a = Input {shape=2x2}
            b = Input {shape=2x2}
            lr = Initializer {value=0.1}
            ab = MatMul(a, b)
            p = MatMul(x, ab)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            xt = Transpose(x) {perm=[1, 0]}
            product = MatMul(xt, e)
            bt = Transpose(b) {perm=[1, 0]}
            ga = MatMul(product, bt)
            sa = Mul(lr, ga)
            a_new = Sub(a, sa) {output=2x2}
            b_new = Identity(b) {output=2x2}
            """)
        .finds("a: ga → sa")
        .reports("b_new: the update of 'b' takes no data: none go into 'b_new'");
    rewrite(
            "A constant that is added to the weights is no gradient",
            BACKWARD
                + """
                c = Initializer {value=0.9}
                w_new = Add(w, c) {output=3x2}
                """)
        .reports("w_new: the update of 'w' takes no data: none go into 'w_new'");
    rewrite(
            "A second loss that is computed with the updated weights is no obstacle",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            lr = Input {shape=scalar}
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            first = ReduceMean(e2) {keepdims=0}
            xt = Transpose(x) {perm=[1, 0]}
            g = MatMul(xt, e)
            s = Mul(lr, g)
            updated = Sub(w, s)
            w_new = Identity(updated) {output=3x2}
            q = MatMul(x, updated)
            second = ReduceMean(q) {keepdims=0}
            loss = Add(first, second) {output=scalar}
            """)
        .finds("w: g → s");
    rewrite(
            "`Gradient` gives the gradient of what it names, in the main graph too",
            """
            x = Input
            w = Input
            lr = Initializer {value=0.1}
            y = MatMul(x, w)
            loss = ReduceMean(y) {keepdims=0, output=scalar}
            g = ai.onnx.preview.training.Gradient(w) {xs=[w], y=loss}
            s = Mul(g, lr)
            w_new = Sub(w, s) {output=2x2}
            """)
        .finds("w: g → s")
        .notRun("ONNX Runtime has no kernel of Gradient");
    rewrite(
            "What else takes the gradient keeps the raw one",
            BACKWARD
                + """
                g2 = Mul(g, g)
                norm = ReduceSum(g2) {keepdims=0, output=scalar}
                s = Mul(lr, g)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → s");
    rewrite(
            "A model for inference has no site",
            """
            x = Input {shape=4x3}
            w = Input {shape=3x2}
            p = MatMul(x, w) {output=4x2}
            """)
        .doesNotFire("no output holds the next value of an input");
    rewrite(
            "A carried counter is no parameter",
            """
            x = Input
            t = Input {shape=scalar, type=int64}
            one = Initializer {type=int64, value=1}
            loss = ReduceMean(x) {keepdims=0, output=scalar}
            t_new = Add(t, one) {output=scalar, type=int64}
            """)
        .doesNotFire("it has no floating-point elements");
    rewrite(
            "A running average of the data is optimizer state and no parameter",
            """
            x = Input
            mean = Input
            c = Initializer {value=0.9}
            old = Mul(mean, c)
            mean_new = Add(old, x) {output=2x2}
            loss = ReduceMean(x) {keepdims=0, output=scalar}
            """)
        .doesNotFire("it does not reach the loss");
    rewrite(
            "What follows a parameter as a copy or an average of it is none, though the loss"
                + " depends on it",
            """
            x = Input
            target = Input
            w = Input
            lr = Initializer {value=0.1}
            tau = Initializer {value=0.01}
            keep = Initializer {value=0.99}
            p = MatMul(x, w)
            q = MatMul(x, target)
            e = Sub(p, q)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            xt = Transpose(x)
            g = MatMul(xt, e)
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=2x2}
            old = Mul(keep, target)
            fresh = Mul(tau, w_new)
            target_new = Add(old, fresh) {output=2x2}
            """)
        .finds("w: g → s");
    rewrite(
            "Nor is an average, a maximum or a statistic of what does not depend on it",
            """
            x = Input
            range = Input {shape=scalar}
            most = Input {shape=scalar}
            w = Input
            lr = Initializer {value=0.1}
            tau = Initializer {value=0.1}
            keep = Initializer {value=0.9}
            size = Abs(x)
            now = ReduceMax(size) {keepdims=0}
            scaled = Div(x, range)
            bounded = Min(scaled, most)
            p = MatMul(bounded, w)
            e2 = Mul(p, p)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            xt = Transpose(bounded)
            g = MatMul(xt, p)
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=2x2}
            old = Mul(keep, range)
            fresh = Mul(tau, now)
            range_new = Add(old, fresh) {output=scalar}
            most_new = Max(most, now) {output=scalar}
            """)
        .finds("w: g → s");
    rewrite(
            "A number that multiplies the loss is no parameter",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            beta = Input {shape=scalar}
            lr = Initializer {value=0.1}
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            mse = ReduceMean(e2) {keepdims=0}
            loss = Mul(mse, beta) {output=scalar}
            eb = Mul(e, beta)
            xt = Transpose(x) {perm=[1, 0]}
            g = MatMul(xt, eb)
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=3x2}
            """)
        .finds("w: g → s")
        .doesNotFireOn("beta", "the loss is not its next value");
    rewrite(
            "A parameter that the data don't change is a near-miss",
            BACKWARD
                + """
                c = Initializer {value=0.9}
                w_new = Mul(w, c) {output=3x2}
                """)
        .reports("w_new: the update of 'w' takes no data: none go into 'w_new'");
    rewrite(
            "A parameter of which a condition alone chooses the next value is a near-miss",
            BACKWARD
                + """
                c = Initializer {value=0.9}
                low = Initializer {value=0.5}
                good = Less(loss, low)
                smaller = Mul(w, c)
                w_new = Where(good, w, smaller) {output=3x2}
                """)
        .reports("w_new: the update of 'w' takes no data: none go into 'w_new'");
    rewrite(
            "A parameter of unknown shape is a near-miss",
            """
            x = Input {shape=4x3}
            w = Input {shape=?x2}
            p = MatMul(x, w)
            loss = ReduceMean(p) {keepdims=0, output=scalar}
            s = Mul(w, loss)
            w_new = Sub(w, s) {output=?x2}
            """)
        .reports(
            "w_new: the update of 'w' has no fixed shape; export the model with fixed parameter"
                + " shapes");
    rewrite(
            "A parameter that the data reach on two paths is a near-miss",
            BACKWARD
                + """
                noise = Slice(x, zero, three, zero)
                zero = Initializer {shape=1, type=int64, value=0}
                three = Initializer {shape=1, type=int64, value=3}
                two = Initializer {shape=1, type=int64, value=2}
                one = Initializer {shape=1, type=int64, value=1}
                cut = Slice(noise, zero, two, one)
                s = Mul(lr, g)
                next = Sub(w, s)
                w_new = Add(next, cut) {output=3x2}
                """)
        .reports(
            "w_new: the update of 'w' has no tensor of shape [3, 2] that alone separates the data"
                + " from 'w_new' before the optimizer's arithmetic; name it with --gradient"
                + " w=TENSOR");
    rewrite(
            "A gradient that a function hides is a near-miss",
            """
            x = Input {shape=4x3}
            w = Input {shape=3x2}
            p = MatMul(x, w)
            loss = ReduceMean(p) {keepdims=0, output=scalar}
            w_new = local.Step(w, x) {output=3x2}
            def local.Step(v, data) -> next
              dt = Transpose(data) {perm=[1, 0]}
              d = MatMul(data, v)
              g = MatMul(dt, d)
              next = Sub(v, g)
            """)
        .reports(
            "w_new: the update of 'w' has no tensor of shape [3, 2] that alone separates the data"
                + " from 'w_new' before the optimizer's arithmetic; name it with --gradient"
                + " w=TENSOR, or, as the function 'local.Step' hides what it makes, inline that"
                + " first (onnx.inliner.inline_local_functions)");
    rewrite(
            "A gradient that a body takes from outside is a near-miss",
            BACKWARD
                + """
                worst = Initializer {value=100}
                ok = Less(loss, worst)
                w_new = If(ok) {then_branch=taken, else_branch=kept, output=3x2}
                def taken() -> t
                  s = Mul(lr, g)
                  t = Sub(w, s)
                def kept() -> k
                  k = Identity(w)
                """)
        .reports(
            "w_new: takes the gradient 'g' of 'w' inside its body (If), where it can't be replaced;"
                + " move the update out of the body, or select its result with Where");
    rewrite(
            "An output that may be a next value, though nothing says so, is a near-miss",
            BACKWARD
                + """
                s = Mul(lr, g)
                sn = Neg(s)
                parts = Concat(w, sn) {axis=0}
                halves = Reshape(parts, two)
                two = Initializer {shape=3, type=int64, value=[2, 3, 2]}
                o1 = ReduceSum(halves, first) {keepdims=0, output=3x2}
                first = Initializer {shape=1, type=int64, value=0}
                """)
        .reports(
            "o1: it has the type and shape of 'w', and is made from it; if it is the next value of"
                + " that, say so with --update w=o1");
    rewrite(
            "A step without a loss, in which parameters can't be told from state, is a near-miss",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            m = Input {shape=3x2}
            lr = Initializer {value=0.1}
            p = MatMul(x, w)
            e = Sub(p, y)
            xt = Transpose(x) {perm=[1, 0]}
            g = MatMul(xt, e)
            m9 = Mul(m, lr)
            m_new = Add(m9, g) {output=3x2}
            s = Mul(lr, m_new)
            w_new = Sub(w, s) {output=3x2}
            """)
        .reports(
            "m_new: all outputs are the next values of inputs, and none is a loss, by which"
                + " parameters are told from optimizer state; add the loss to the outputs, or name"
                + " each gradient with --gradient PARAM=TENSOR");
    rewrite(
            "An output of unknown size is not said to have a parameter's shape",
            """
            x = Input {shape=?x3}
            w = Input {shape=3x5}
            v = Input {shape=5x2}
            h = MatMul(x, w)
            logits = MatMul(h, v) {output=?x2}
            loss = ReduceMean(logits) {keepdims=0, output=scalar}
            """)
        .doesNotFire("a shape that is not stated matches nothing");
    rewrite(
            "A constant that is listed among the inputs is no parameter",
            BACKWARD
                + """
                lr = Input {shape=scalar}
                s = Mul(lr, g)
                w_new = Sub(w, s) {output=3x2}
                """)
        .finds("w: g → s")
        .doesNotFireOn("lr", "it keeps its value");
    rewrite(
            "Weights that decay by a small factor are no average",
            BACKWARD
                + """
                rate = Initializer {value=0.0003}
                rest = Initializer {value=0.99997}
                s = Mul(rate, g)
                d = Mul(w, rest)
                w_new = Sub(d, s) {output=3x2}
                """)
        .finds("w: g → s");
    rewrite(
            "A share of the old value and one of the data, at a rate that is fed, is an average",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            c = Input {shape=3}
            k = Input {shape=scalar}
            lr = Initializer {value=0.1}
            xc = Sub(x, c)
            p = MatMul(xc, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            xt = Transpose(xc) {perm=[1, 0]}
            g = MatMul(xt, e)
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=3x2}
            rows = Initializer {shape=1, type=int64, value=0}
            mean = ReduceMean(x) {axes=[0], keepdims=0}
            off = Sub(mean, c)
            some = Mul(k, off)
            c_new = Add(c, some) {output=3}
            """)
        .finds("w: g → s")
        .doesNotFireOn("c", "it is an average of the data");
    rewrite(
            "What is made anew in every step, as a hidden state is, counts as data",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            u = Input {shape=2x2}
            h = Input {shape=4x2}
            lr = Initializer {value=0.1}
            xw = MatMul(x, w)
            hu = MatMul(h, u)
            a = Add(xw, hu)
            h_new = Tanh(a) {output=4x2}
            e = Sub(h_new, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            h2 = Mul(h_new, h_new)
            one = Initializer {value=1}
            slope = Sub(one, h2)
            da = Mul(e, slope)
            xt = Transpose(x) {perm=[1, 0]}
            g = MatMul(xt, da)
            ht = Transpose(h) {perm=[1, 0]}
            gu = MatMul(ht, da)
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=3x2}
            su = Mul(lr, gu)
            u_new = Sub(u, su) {output=2x2}
            """)
        .finds("w: g → s", "u: gu → su")
        .doesNotFireOn("h", "it keeps nothing of its old value");
    rewrite(
            "A metric of the data alone does not make a tensor of the forward pass a gradient",
            """
            x = Input {shape=3x3}
            w = Input {shape=3x3}
            lr = Initializer {value=0.1}
            two = Initializer {value=2}
            xn = Mul(x, two)
            size = ReduceMean(x) {keepdims=0, output=scalar}
            p = MatMul(xn, w)
            e = Sub(p, xn)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            xt = Transpose(xn) {perm=[1, 0]}
            g = MatMul(xt, e)
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=3x3}
            """)
        .finds("w: g → s");
    rewrite(
            "What a loop makes of a parameter is its update and no gradient",
            BACKWARD
                + """
                rounds = Initializer {shape=scalar, type=int64, value=2}
                on = Initializer {shape=scalar, type=bool, value=1}
                w1 = Loop(rounds, on, w) {body=step, shape=3x2}
                def step(i, go, v) -> still, next
                  still = Identity(go)
                  q = MatMul(x, v)
                  f = Sub(q, y)
                  gv = MatMul(xt, f)
                  s = Mul(lr, gv)
                  next = Sub(v, s)
                d = Mul(w1, lr)
                w_new = Sub(w1, d) {output=3x2}
                """)
        .reports(
            "w_new: the update of 'w' has no tensor of shape [3, 2] that alone separates the data"
                + " from 'w_new' before the optimizer's arithmetic; name it with --gradient"
                + " w=TENSOR");
    rewrite(
            "A gradient that can't be told from the step is a near-miss",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            scale = Input {shape=scalar}
            rate = Input {shape=scalar}
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            es = Mul(e, scale)
            xt = Transpose(x) {perm=[1, 0]}
            gs = MatMul(xt, es)
            share = Div(rate, scale)
            s = Mul(share, gs)
            w_new = Sub(w, s) {output=3x2}
            """)
        .reports(
            "w_new: the update of 'w' goes through 's', of which 'rate' is a factor that may be a"
                + " learning rate, and the filter belongs before that; name the gradient with"
                + " --gradient w=TENSOR, be it 's' or what is multiplied");
    rewrite(
            "So is one whose loss scale is divided out in another type",
            """
            x = Input {shape=4x3, type=float16}
            y = Input {shape=4x2, type=float16}
            w = Input {shape=3x2, type=float16}
            scale = Input {shape=scalar, type=float16}
            lr = Initializer {value=0.1}
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            es = Mul(e, scale)
            xt = Transpose(x) {perm=[1, 0]}
            gs = MatMul(xt, es)
            g32 = Cast(gs) {to=1}
            s32 = Cast(scale) {to=1}
            g = Div(g32, s32)
            s = Mul(lr, g)
            w32 = Cast(w) {to=1}
            next = Sub(w32, s)
            w_new = Cast(next) {to=10, output=3x2, type=float16}
            """)
        .reports(
            "w_new: the update of 'w' has no tensor of shape [3, 2] that alone separates the data"
                + " from 'w_new' before the optimizer's arithmetic; name it with --gradient"
                + " w=TENSOR");
    rewrite(
            "A square gradient is filtered as its parameter lies",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x3}
            w = Input {shape=3x3}
            lr = Initializer {value=0.1}
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            et = Transpose(e) {perm=[1, 0]}
            gt = MatMul(et, x)
            g = Transpose(gt) {perm=[1, 0]}
            s = Mul(lr, g)
            w_new = Sub(w, s) {output=3x3}
            """)
        .finds("w: g → s");
    rewrite(
            "A rate that is given back for a log is no metric",
            """
            x = Input {shape=4x3}
            y = Input {shape=4x2}
            w = Input {shape=3x2}
            t = Input {shape=scalar}
            lr = Initializer {value=0.1}
            p = MatMul(x, w)
            e = Sub(p, y)
            e2 = Mul(e, e)
            loss = ReduceMean(e2) {keepdims=0, output=scalar}
            xt = Transpose(x) {perm=[1, 0]}
            g = MatMul(xt, e)
            rate = Mul(t, lr) {output=scalar}
            s = Mul(rate, g)
            w_new = Sub(w, s) {output=3x2}
            """)
        .finds("w: g → s")
        .doesNotFireOn("t", "the rate is made from it");
  }
}
