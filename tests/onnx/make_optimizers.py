"""Writes training steps whose optimizer is a node of its own.

    python3 make_optimizers.py ../src/test/resources/onnx/optimizers

``microsoft_*``: nodes of ``com.microsoft`` behind the network of make_models.py. ``training_info_*``:
the optimizers of ``ai.onnx.preview.training`` in the algorithm of a ``training_info``, whose graph is
the forward pass. Needs the packages ``onnx`` and ``numpy``.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from make_models import SHAPES, Step, network, start

MICROSOFT = "com.microsoft"
PREVIEW = "ai.onnx.preview.training"


def carried(s, name, shape, dtype=None):
    s.feed(name, shape, dtype)
    s.give(name + "_new", shape, dtype)
    return name, name + "_new"


def microsoft(kind):
    s = Step()
    x, y, w = start(s, lr=False)
    s.feed("lr", [1])
    loss, g = network(s, x, y, w, ".g")
    s.op("Identity", loss, name="loss")
    s.give("loss", [])
    for p in w:
        s.give(p + "_new", SHAPES[p])
    node = lambda op, inputs, outputs, p, **more: s.nodes.append(
        helper.make_node(op, inputs, outputs, name=f"{op}_{p}", domain=MICROSOFT, **more))
    if kind == "sgd":
        for p in w:
            node("SGDOptimizer", ["lr", p, g[p]], [p + "_new"], p)
    if kind == "adam":
        for p in w:
            t, t_new = carried(s, p + ".t", [1], TensorProto.INT64)
            m, m_new = carried(s, p + ".m", SHAPES[p])
            v, v_new = carried(s, p + ".v", SHAPES[p])
            node("AdamOptimizer", ["lr", t, p, g[p], m, v], [t_new, m_new, v_new, p + "_new"], p,
                 alpha=0.9, beta=0.999, epsilon=1e-4, do_bias_correction=1)
    if kind == "lamb":
        t, t_new = carried(s, "t", [1], TensorProto.INT64)
        inputs, outputs = ["", "", "", "lr", t], [t_new]
        for p in w:
            m, m_new = carried(s, p + ".m", SHAPES[p])
            v, v_new = carried(s, p + ".v", SHAPES[p])
            inputs += [p, g[p], m, v, ""]
            outputs += [p + "_new", "", m_new, v_new, ""]
        node("LambOptimizer", inputs, outputs, "all", alpha=[0.9] * 3, beta=[0.999] * 3,
             epsilon=[1e-4] * 3)
    model = s.model("microsoft_" + kind)
    model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    return model


def training_info(kind):
    s = Step()
    x, y = s.feed("x", [8, 3]), s.feed("y", [8, 2])
    w = {p: p for p in SHAPES}
    loss, g = network(s, x, y, w, ".g")
    forward = 1 + [n.output[0] for n in s.nodes].index(loss)
    algorithm = s.nodes[forward:]
    values = []

    def initial(name, shape, value=0, dtype=np.float32):
        values.append(numpy_helper.from_array(np.full(shape, value, dtype), name))
        return name

    random = np.random.default_rng(5)
    for p, shape in SHAPES.items():
        start_value = (np.rint(random.normal(0, 0.5, shape) * 8) / 8).astype(np.float32)
        s.constants.append(numpy_helper.from_array(start_value, p))
    states = {"momentum": "v", "adagrad": "h", "adam": "vh"}[kind]
    held = {c: [initial(f"{p}.{c}", SHAPES[p]) for p in w] for c in states}
    new = lambda names: [n + "_new" for n in names]
    more = {"momentum": dict(alpha=0.9, beta=0.5, mode="nesterov", norm_coefficient=0.01),
            "adagrad": dict(decay_factor=0.01, epsilon=1e-3, norm_coefficient=0.01),
            "adam": dict(alpha=0.9, beta=0.999, epsilon=1e-3, norm_coefficient=0.01,
                         norm_coefficient_post=0.001)}[kind]
    inputs = [initial("lr", [], 0.0625), initial("t", [], 0, np.int64), *w,
              *(g[p] for p in w), *(n for c in states for n in held[c])]
    outputs = [*new(w), *(n for c in states for n in new(held[c]))]
    algorithm.append(helper.make_node(kind.capitalize(), inputs, outputs, name="optimizer",
                                      domain=PREVIEW, **more))
    algorithm.append(helper.make_node("Add", ["t", initial("one", [], 1, np.int64)], ["t_new"],
                                      name="n_t_new"))
    info = lambda name, shape, dtype=TensorProto.FLOAT: helper.make_tensor_value_info(
        name, dtype, shape)
    bound = [(p, SHAPES[p]) for p in w] + [(n, SHAPES[n[:2]]) for c in states for n in held[c]]
    given = [info(n + "_new", shape) for n, shape in bound]
    training = onnx.TrainingInfoProto()
    training.algorithm.CopyFrom(helper.make_graph(
        algorithm, "algorithm", [], given + [info("t_new", [], TensorProto.INT64)], values))
    for name in [n for n, _ in bound] + ["t"]:
        entry = training.update_binding.add()
        entry.key, entry.value = name, name + "_new"
    graph = helper.make_graph(
        s.nodes[:forward], "forward", s.inputs, [info(loss, [])], s.constants)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(PREVIEW, 1)],
        ir_version=8, producer_name="make_optimizers")
    model.training_info.append(training)
    return model


def main(folder):
    Path(folder).mkdir(parents=True, exist_ok=True)
    models = {"microsoft_" + kind: microsoft(kind) for kind in ("sgd", "adam", "lamb")}
    models |= {"training_info_" + kind: training_info(kind)
               for kind in ("momentum", "adagrad", "adam")}
    for name, model in models.items():
        onnx.checker.check_model(model)
        Path(folder, name + ".onnx").write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main(sys.argv[1])
