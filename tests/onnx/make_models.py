"""Writes the small ONNX training steps that the Java tests read.

    python make_models.py ../src/test/resources/onnx

Each is one step of a two-layer network (tanh, mean squared error) in standard operators, built node
by node. The tensor that the optimizer takes for the gradient of parameter ``p`` is always called
``p.g``: that is the one the rules have to find. Needs the packages ``onnx`` and ``numpy``.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BATCH, IN, HIDDEN, OUT = 8, 3, 4, 2
SHAPES = {"w0": [IN, HIDDEN], "b0": [HIDDEN], "w1": [HIDDEN, OUT]}
IR = {11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11,
      24: 12, 25: 13, 26: 13}


class Step:
    """A graph in the making; names of tensors are the names of the nodes that make them."""

    def __init__(self, opset=17, dtype=TensorProto.FLOAT):
        self.opset, self.dtype = opset, dtype
        self.nodes, self.inputs, self.outputs, self.constants = [], [], [], []
        self.infos, self.functions = [], []
        self.count = 0

    def op(self, kind, *inputs, name=None, outputs=1, **attributes):
        self.count += 1
        name = name or f"t{self.count}"
        names = [name] if outputs == 1 else [f"{name}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=f"n_{name}", **attributes))
        return name if outputs == 1 else names

    def constant(self, value, dtype=None):
        self.count += 1
        name = f"c{self.count}"
        dtype = self.dtype if dtype is None else dtype
        if dtype == TensorProto.BFLOAT16:
            tensor = helper.make_tensor(name, dtype, np.shape(value), np.ravel(value))
        else:
            tensor = numpy_helper.from_array(
                np.asarray(value, helper.tensor_dtype_to_np_dtype(dtype)), name)
        self.constants.append(tensor)
        return name

    def feed(self, name, shape, dtype=None):
        self.inputs.append(helper.make_tensor_value_info(
            name, self.dtype if dtype is None else dtype, shape))
        return name

    def give(self, name, shape, dtype=None):
        self.outputs.append(helper.make_tensor_value_info(
            name, self.dtype if dtype is None else dtype, shape))

    def sum_over(self, x, axis, name=None):
        if self.opset >= 13:
            return self.op("ReduceSum", x, self.constant([axis], TensorProto.INT64), name=name,
                           keepdims=0)
        return self.op("ReduceSum", x, name=name, axes=[axis], keepdims=0)

    def sum_all(self, x, name=None):
        return self.op("ReduceSum", x, name=name, keepdims=0)

    def model(self, name):
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, self.constants,
                                  value_info=self.infos)
        imports = [helper.make_opsetid("", self.opset)]
        imports += [helper.make_opsetid(f.domain, 1) for f in self.functions]
        return helper.make_model(graph, opset_imports=imports, functions=self.functions,
                                 ir_version=IR[self.opset], producer_name="make_models")


def network(s, x, y, w, suffix="", scale=None):
    """Forward and backward; the raw gradients are p + suffix."""
    a = s.op("Add", s.op("MatMul", x, w["w0"]), w["b0"])
    h = s.op("Tanh", a)
    p = s.op("MatMul", h, w["w1"])
    d = s.op("Sub", p, y)
    loss = s.op("Div", s.sum_all(s.op("Mul", d, d)), s.constant(float(BATCH * OUT)))
    gp = s.op("Mul", d, s.constant(2.0 / (BATCH * OUT)))
    if scale:
        gp = s.op("Mul", gp, scale)
    gw1 = s.op("MatMul", s.op("Transpose", h), gp, name="w1" + suffix)
    gh = s.op("MatMul", gp, s.op("Transpose", w["w1"]))
    ga = s.op("Mul", gh, s.op("Sub", s.constant(1.0), s.op("Mul", h, h)))
    gw0 = s.op("MatMul", s.op("Transpose", x), ga, name="w0" + suffix)
    gb0 = s.sum_over(ga, 0, name="b0" + suffix)
    return loss, {"w0": gw0, "b0": gb0, "w1": gw1}


def start(s, lr=True):
    x, y = s.feed("x", [BATCH, IN]), s.feed("y", [BATCH, OUT])
    if lr:
        s.feed("lr", [])
    return x, y, {p: s.feed(p, shape) for p, shape in SHAPES.items()}


def finish(s, loss, new):
    s.op("Identity", loss, name="loss")
    s.give("loss", [])
    for p, tensor in new.items():
        s.op("Identity", tensor, name=p + "_new")
        s.give(p + "_new", SHAPES[p])


def sgd(s, w, g, rate="lr"):
    return s.op("Sub", w, s.op("Mul", rate, g))


def state(s, p, kind, value=None):
    name = f"{p}.{kind}"
    return s.feed(name, SHAPES[p])


def next_state(s, p, kind, tensor):
    s.op("Identity", tensor, name=f"{p}.{kind}_new")
    s.give(f"{p}.{kind}_new", SHAPES[p])


def momentum(s, p, w, g, decay=None, nesterov=False):
    if decay:
        g = s.op("Add", g, s.op("Mul", s.constant(decay), w))
    v = s.op("Add", s.op("Mul", s.constant(0.9), state(s, p, "v")), g)
    next_state(s, p, "v", v)
    step = s.op("Add", g, s.op("Mul", s.constant(0.9), v)) if nesterov else v
    return sgd(s, w, step)


def adam(s, p, w, g, t, decay=None, decoupled=None):
    if decay:
        g = s.op("Add", g, s.op("Mul", s.constant(decay), w))
    b1, b2 = 0.9, 0.999
    m = s.op("Add", s.op("Mul", s.constant(b1), state(s, p, "m")),
             s.op("Mul", s.constant(1 - b1), g))
    v = s.op("Add", s.op("Mul", s.constant(b2), state(s, p, "v")),
             s.op("Mul", s.constant(1 - b2), s.op("Mul", g, g)))
    next_state(s, p, "m", m)
    next_state(s, p, "v", v)
    one = s.constant(1.0)
    mh = s.op("Div", m, s.op("Sub", one, s.op("Pow", s.constant(b1), t)))
    vh = s.op("Div", v, s.op("Sub", one, s.op("Pow", s.constant(b2), t)))
    step = s.op("Div", mh, s.op("Add", s.op("Sqrt", vh), s.constant(1e-4)))
    if decoupled:
        w = s.op("Mul", w, s.op("Sub", one, s.op("Mul", "lr", s.constant(decoupled))))
    return sgd(s, w, step)


def step_number(s):
    t = s.op("Add", s.feed("t", []), s.constant(1.0))
    s.op("Identity", t, name="t_new")
    s.give("t_new", [])
    return t


def clipped(s, g):
    total = None
    for tensor in g.values():
        square = s.sum_all(s.op("Mul", tensor, tensor))
        total = square if total is None else s.op("Add", total, square)
    norm = s.op("Sqrt", total)
    factor = s.op("Min", s.constant(1.0), s.op("Div", s.constant(0.05), norm))
    return {p: s.op("Mul", tensor, factor, name=p + ".g") for p, tensor in g.items()}, norm


def plain(opset=17, dtype=TensorProto.FLOAT):
    s = Step(opset, dtype)
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    finish(s, loss, {p: sgd(s, w[p], g[p]) for p in w})
    return s


def models():
    for opset in (11, 12, 13, 15, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26):
        yield f"opset{opset}", plain(opset)
    yield "float64", plain(dtype=TensorProto.DOUBLE)
    yield "float16", plain(dtype=TensorProto.FLOAT16)
    yield "bfloat16", plain(dtype=TensorProto.BFLOAT16)

    # Stored in bfloat16, computed in float32: what runtimes without bfloat16 arithmetic can run.
    s = Step()
    half, full = TensorProto.BFLOAT16, TensorProto.FLOAT
    x, y = s.feed("x", [BATCH, IN]), s.feed("y", [BATCH, OUT])
    s.feed("lr", [])
    w = {p: s.op("Cast", s.feed(p, shape, half), to=full) for p, shape in SHAPES.items()}
    loss, g = network(s, x, y, w, ".wide")
    s.op("Identity", loss, name="loss")
    s.give("loss", [])
    for p in w:
        narrow = s.op("Cast", g[p], name=p + ".g", to=half)
        new = sgd(s, w[p], s.op("Cast", narrow, to=full))
        s.op("Cast", new, name=p + "_new", to=half)
        s.give(p + "_new", SHAPES[p], half)
    yield "bfloat16_cast", s

    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    finish(s, loss, {p: momentum(s, p, w[p], g[p], decay=0.01, nesterov=True) for p in w})
    yield "momentum_decay", s

    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".raw")
    t = step_number(s)
    g, norm = clipped(s, g)
    s.op("Identity", norm, name="norm")
    s.give("norm", [])
    finish(s, loss, {p: adam(s, p, w[p], g[p], t, decay=0.01) for p in w})
    yield "adam_clip_norm_decay", s

    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    t = step_number(s)
    finish(s, loss, {p: adam(s, p, w[p], g[p], t, decoupled=0.01) for p in w})
    yield "adamw", s

    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".raw")
    low, high = s.constant(-0.01), s.constant(0.01)
    g = {p: s.op("Clip", g[p], low, high, name=p + ".g") for p in w}
    finish(s, loss, {p: momentum(s, p, w[p], g[p]) for p in w})
    yield "clip_value", s

    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".raw")
    for p in w:
        norm = s.op("Sqrt", s.sum_all(s.op("Mul", g[p], g[p])))
        factor = s.op("Min", s.constant(1.0), s.op("Div", s.constant(0.02), norm))
        g[p] = s.op("Mul", g[p], factor, name=p + ".g")
    finish(s, loss, {p: sgd(s, w[p], g[p]) for p in w})
    yield "clip_each_norm", s

    # The scale of the loss is fed, and divided out again before the update.
    s = Step()
    x, y, w = start(s)
    scale = s.feed("scale", [])
    loss, g = network(s, x, y, w, ".scaled", scale=scale)
    g = {p: s.op("Div", g[p], scale, name=p + ".g") for p in w}
    finish(s, loss, {p: sgd(s, w[p], g[p]) for p in w})
    yield "loss_scale", s

    # Two micro-batches whose gradients are averaged.
    s = Step()
    x, y, w = start(s)
    x2, y2 = s.feed("x2", [BATCH, IN]), s.feed("y2", [BATCH, OUT])
    loss, g = network(s, x, y, w, ".first")
    loss2, g2 = network(s, x2, y2, w, ".second")
    half = s.constant(0.5)
    g = {p: s.op("Add", s.op("Mul", half, g[p]), s.op("Mul", half, g2[p]), name=p + ".g")
         for p in w}
    finish(s, s.op("Add", loss, loss2), {p: sgd(s, w[p], g[p]) for p in w})
    yield "accumulate", s

    # w1 is fed and never changes.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    finish(s, loss, {p: sgd(s, w[p], g[p]) for p in ("w0", "b0")})
    yield "frozen", s

    # w1 comes out as it went in.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    finish(s, loss, {"w0": sgd(s, w["w0"], g["w0"]), "w1": w["w1"]})
    yield "unchanged", s

    # One matrix in two places: two terms make its gradient.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".first")
    z = s.op("MatMul", s.op("Transpose", x), x)
    extra = s.op("MatMul", z, w["w0"])
    size = s.op("Mul", s.constant(0.001), s.sum_all(s.op("Mul", extra, w["w0"])))
    second = s.op("Mul", s.constant(0.002), extra, name="w0.second")
    gw0 = s.op("Add", g["w0"], second, name="w0.g")
    finish(s, s.op("Add", loss, size), {"w0": sgd(s, w["w0"], gw0)})
    yield "shared", s

    # Each parameter has its own optimizer.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    t = step_number(s)
    finish(s, loss, {"w0": adam(s, "w0", w["w0"], g["w0"], t),
                     "b0": sgd(s, w["b0"], g["b0"]),
                     "w1": momentum(s, "w1", w["w1"], g["w1"])})
    yield "several_optimizers", s

    # No names to go by: pairs follow from the flow of data.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    s.op("Identity", loss, name="o0")
    s.give("o0", [])
    for i, p in enumerate(w):
        v = s.op("Add", s.op("Mul", s.constant(0.9), s.feed(f"s{i}", SHAPES[p])), g[p])
        s.op("Sub", w[p], s.op("Mul", "lr", v), name=f"o{1 + 2 * i}")
        s.op("Identity", v, name=f"o{2 + 2 * i}")
        s.give(f"o{1 + 2 * i}", SHAPES[p])
        s.give(f"o{2 + 2 * i}", SHAPES[p])
    yield "by_flow", s

    # The update is skipped where the loss is not finite: chosen by Where.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    good = s.op("Less", s.op("Abs", loss), s.constant(1e30))
    finish(s, loss, {p: s.op("Where", good, sgd(s, w[p], g[p]), w[p]) for p in w})
    yield "skip_where", s

    # The same, chosen by If: the gradient is taken inside the body.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    good = s.op("Less", s.op("Abs", loss), s.constant(1e30))
    new = {}
    for p in w:
        info = lambda name: helper.make_tensor_value_info(name, s.dtype, SHAPES[p])
        then = helper.make_graph(
            [helper.make_node("Mul", ["lr", g[p]], [p + ".then_mul"]),
             helper.make_node("Sub", [w[p], p + ".then_mul"], [p + ".then"])],
            "then", [], [info(p + ".then")])
        other = helper.make_graph(
            [helper.make_node("Identity", [w[p]], [p + ".else"])], "else", [], [info(p + ".else")])
        new[p] = s.op("If", good, then_branch=then, else_branch=other)
    finish(s, loss, new)
    yield "update_in_if", s

    # The gradient comes out of an If, as a loss that is switched gives it.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".raw")
    good = s.op("Less", s.op("Abs", loss), s.constant(1e30))
    for p in w:
        info = lambda name: helper.make_tensor_value_info(name, s.dtype, SHAPES[p])
        then = helper.make_graph(
            [helper.make_node("Identity", [g[p]], [p + ".then"])], "then", [], [info(p + ".then")])
        other = helper.make_graph(
            [helper.make_node("Neg", [g[p]], [p + ".else"])], "else", [], [info(p + ".else")])
        g[p] = s.op("If", good, name=p + ".g", then_branch=then, else_branch=other)
        s.infos.append(info(p + ".g"))
    finish(s, loss, {p: sgd(s, w[p], g[p]) for p in w})
    yield "gradient_from_if", s

    # The gradients are watched too: their norm and one of them are outputs that nothing may change.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    total = None
    for p in w:
        square = s.sum_all(s.op("Mul", g[p], g[p]))
        total = square if total is None else s.op("Add", total, square)
    s.op("Sqrt", total, name="norm")
    s.give("norm", [])
    s.give("w0.g", SHAPES["w0"])
    finish(s, loss, {p: momentum(s, p, w[p], g[p]) for p in w})
    yield "watched", s

    # Two parameters of which the loss sees the sum have one gradient, with an update each.
    s = Step()
    x, y, w = start(s)
    u0 = s.feed("u0", SHAPES["w0"])
    loss, g = network(s, x, y, {**w, "w0": s.op("Add", "w0", u0)}, ".g")
    new = {p: sgd(s, w[p], g[p]) for p in w}
    finish(s, loss, new)
    s.op("Sub", u0, s.op("Mul", s.op("Mul", "lr", s.constant(0.5)), g["w0"]), name="u0_new")
    s.give("u0_new", SHAPES["w0"])
    yield "twins", s

    # The same, where one node multiplies the gradient of both by the rate.
    s = Step()
    x, y, w = start(s)
    u0 = s.feed("u0", SHAPES["w0"])
    loss, g = network(s, x, y, {**w, "w0": s.op("Add", "w0", u0)}, ".g")
    scaled = s.op("Mul", "lr", g["w0"])
    new = {p: sgd(s, w[p], g[p]) for p in ("b0", "w1")}
    finish(s, loss, {"w0": s.op("Sub", "w0", scaled), **new})
    s.op("Sub", u0, scaled, name="u0_new")
    s.give("u0_new", SHAPES["w0"])
    yield "twins_scaled", s

    # The update is made inside the body of a Loop, which takes the gradient from outside.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    once = s.constant(1, TensorProto.INT64)
    go = s.constant(True, TensorProto.BOOL)
    info = lambda name, shape, kind=TensorProto.FLOAT: helper.make_tensor_value_info(
        name, kind, shape)
    new = {}
    for p in w:
        body = helper.make_graph(
            [helper.make_node("Identity", [p + ".go"], [p + ".go_on"]),
             helper.make_node("Mul", ["lr", g[p]], [p + ".body_mul"]),
             helper.make_node("Sub", [p + ".old", p + ".body_mul"], [p + ".body"])],
            "body",
            [info(p + ".i", [], TensorProto.INT64), info(p + ".go", [], TensorProto.BOOL),
             info(p + ".old", SHAPES[p])],
            [info(p + ".go_on", [], TensorProto.BOOL), info(p + ".body", SHAPES[p])])
        new[p] = s.op("Loop", once, go, w[p], body=body)
    finish(s, loss, new)
    yield "update_in_loop", s

    # The gradients of matrices come out of a function that the model defines.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    s.functions.append(helper.make_function(
        "local", "Product", ["a", "b"], ["c"], [helper.make_node("MatMul", ["a", "b"], ["c"])],
        [helper.make_opsetid("", s.opset)]))
    for node in s.nodes:
        if node.output[0] in ("w0.g", "w1.g"):
            node.op_type, node.domain = "Product", "local"
    s.infos += [helper.make_tensor_value_info(p + ".g", s.dtype, SHAPES[p]) for p in w]
    finish(s, loss, {p: sgd(s, w[p], g[p]) for p in w})
    yield "gradient_from_function", s

    # Gradients that are fed: an update without a forward pass.
    s = Step()
    s.feed("lr", [])
    for p in SHAPES:
        s.feed(p, SHAPES[p])
        s.feed(p + ".g", SHAPES[p])
    for p in SHAPES:
        s.op("Identity", momentum(s, p, p, p + ".g"), name=p + "_new")
        s.give(p + "_new", SHAPES[p])
    yield "fed_gradients", s

    # The update happens on the flattened parameter.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".g")
    flat = s.constant([IN * HIDDEN], TensorProto.INT64)
    back = s.constant([IN, HIDDEN], TensorProto.INT64)
    new = s.op("Sub", s.op("Reshape", "w0", flat), s.op("Mul", "lr", s.op("Reshape", g["w0"], flat)))
    finish(s, loss, {"w0": s.op("Reshape", new, back)})
    yield "flattened", s

    # No tensor of the parameter's shape: gradient and update are those of the transposed parameter.
    s = Step()
    x, y, w = start(s)
    loss, g = network(s, x, y, w, ".unused")
    ga = s.nodes.pop([n.output[0] for n in s.nodes].index("w0.unused")).input[1]
    turned = s.op("MatMul", s.op("Transpose", ga), x)
    new = s.op("Sub", s.op("Transpose", "w0"), s.op("Mul", "lr", turned))
    finish(s, loss, {"w0": s.op("Transpose", new)})
    yield "transposed", s


def main(folder):
    for name, step in models():
        model = step.model(name)
        onnx.checker.check_model(model, full_check=True)
        Path(folder, name + ".onnx").write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main(sys.argv[1])
