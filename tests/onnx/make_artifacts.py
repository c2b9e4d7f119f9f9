"""Writes the artifacts of ONNX Runtime's on-device training for the network of make_models.py.

    python3 make_artifacts.py ../src/test/resources/onnx/artifacts

makes a folder for each optimizer. ``onnxruntime.training.artifacts.generate_artifacts`` would do, but
is published for few versions of Python; these are the same four files, built node by node. Needs the
packages ``flatbuffers``, ``numpy`` and ``onnx``.
"""

import sys
from pathlib import Path

import flatbuffers
import numpy as np
import onnx
from onnx import TensorProto, helper

from make_models import BATCH, IN, OUT, SHAPES, Step, network

MICROSOFT = "com.microsoft"
CHECKPOINT_VERSION = 2


def model(step, name):
    built = step.model(name)
    built.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    return built


def training():
    s = Step()
    x, y = s.feed("x", [BATCH, IN]), s.feed("y", [BATCH, OUT])
    w = {p: s.feed(p, shape) for p, shape in SHAPES.items()}
    loss, g = network(s, x, y, w, "_grad")
    s.op("Identity", loss, name="loss")
    s.give("loss", [])
    for p in w:
        s.feed(p + "_grad.accumulation.buffer", SHAPES[p])
    s.feed("lazy_reset_grad", [1], TensorProto.BOOL)
    for p in w:
        s.op("InPlaceAccumulatorV2", p + "_grad.accumulation.buffer", g[p], "lazy_reset_grad",
             name=p + "_grad.accumulation.out", domain=MICROSOFT)
        s.give(p + "_grad.accumulation.out", [1], TensorProto.BOOL)
    return model(s, "training")


def evaluation():
    s = Step()
    x, y = s.feed("x", [BATCH, IN]), s.feed("y", [BATCH, OUT])
    w = {p: s.feed(p, shape) for p, shape in SHAPES.items()}
    h = s.op("Tanh", s.op("Add", s.op("MatMul", x, w["w0"]), w["b0"]))
    prediction = s.op("MatMul", h, w["w1"], name="prediction")
    d = s.op("Sub", prediction, y)
    loss = s.op("Div", s.sum_all(s.op("Mul", d, d)), s.constant(float(BATCH * OUT)))
    s.op("Identity", loss, name="loss")
    s.give("loss", [])
    return model(s, "eval")


def optimizer(kind):
    sequence = lambda name: helper.make_tensor_sequence_value_info(name, TensorProto.FLOAT, None)
    inputs = [helper.make_tensor_value_info("learning_rate", TensorProto.FLOAT, [1]),
              helper.make_tensor_value_info("step", TensorProto.INT64, [1]),
              sequence("params"), sequence("gradients"), sequence("first_order_moments")]
    if kind == "adamw":
        inputs.append(sequence("second_order_moments"))
        node = helper.make_node(
            "AdamWOptimizer", [i.name for i in inputs], ["updated_flag"], domain=MICROSOFT,
            adam_mode=1, alpha=0.9, beta=0.999, correct_bias=1, epsilon=1e-6, weight_decay=0.01)
    else:  # The runtime hands moments to this optimizer too, which takes none.
        node = helper.make_node("SGDOptimizerV2", ["learning_rate", "params", "gradients"],
                                ["updated_flag"], domain=MICROSOFT)
    flag = helper.make_tensor_value_info("updated_flag", TensorProto.BOOL, [1])
    graph = helper.make_graph([node], "optimizer", inputs, [flag])
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=8, producer_name="make_artifacts")


def checkpoint(tensors):
    """The flatbuffer; fields by their numbers in the runtime's schema."""
    b = flatbuffers.Builder()
    tables = []
    for name, values in tensors.items():
        text = b.CreateString(name)
        data = b.CreateByteVector(values.astype("<f4").tobytes())
        b.StartVector(8, values.ndim, 8)
        for size in reversed(values.shape):
            b.PrependInt64(size)
        dims = b.EndVector()
        b.StartObject(7)
        b.PrependUOffsetTRelativeSlot(0, text, 0)
        b.PrependUOffsetTRelativeSlot(2, dims, 0)
        b.PrependInt32Slot(3, TensorProto.FLOAT, 0)
        b.PrependUOffsetTRelativeSlot(4, data, 0)
        tables.append(b.EndObject())
    b.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        b.PrependUOffsetTRelative(table)
    trained = b.EndVector()
    b.StartVector(4, 0, 4)
    frozen = b.EndVector()
    b.StartObject(4)
    b.PrependUOffsetTRelativeSlot(0, trained, 0)
    b.PrependUOffsetTRelativeSlot(1, frozen, 0)
    module = b.EndObject()
    b.StartObject(4)
    b.PrependInt32Slot(0, CHECKPOINT_VERSION, 0)
    b.PrependUOffsetTRelativeSlot(1, module, 0)
    b.Finish(b.EndObject(), file_identifier=b"ODTC")
    return bytes(b.Output())


def main(folder):
    random = np.random.default_rng(3)
    weights = {p: (np.rint(random.normal(0, 0.5, shape) * 64) / 64).astype(np.float32)
               for p, shape in SHAPES.items()}
    for kind in ("adamw", "sgd"):
        place = Path(folder, kind)
        place.mkdir(parents=True, exist_ok=True)
        for name, built in (("training", training()), ("eval", evaluation()),
                            ("optimizer", optimizer(kind))):
            onnx.checker.check_model(built)
            (place / f"{name}_model.onnx").write_bytes(built.SerializeToString(deterministic=True))
        (place / "checkpoint").write_bytes(checkpoint(weights))


if __name__ == "__main__":
    main(sys.argv[1])
