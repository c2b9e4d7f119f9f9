"""Writing and reading the four forms of graph file."""

from __future__ import annotations

import pathlib
import shutil
from typing import Any

import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.protobuf import saved_model_pb2

from case import Case, Program

v1 = tf.compat.v1
SUFFIX = {"graphdef": ".pb", "pbtxt": ".pbtxt", "metagraph": ".meta", "savedmodel": "", "savedmodel_v1": ""}


def write(case: Case, program: Program, directory: pathlib.Path) -> str:
    """Writes the built program below `directory`; returns its relative path."""
    relative = f"{case.form}/{case.name}{SUFFIX[case.form]}"
    path = directory / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    match case.form:
        case "graphdef":
            path.write_bytes(_bytes(v1.get_default_graph().as_graph_def()))
        case "pbtxt":
            path.write_text(text_format.MessageToString(v1.get_default_graph().as_graph_def()))
        case "metagraph":
            meta = v1.train.export_meta_graph(
                saver_def=program.saver.as_saver_def(), strip_default_attrs=True
            )
            path.write_bytes(_bytes(meta))
        case "savedmodel_v1":
            _write_v1_model(program, path)
        case "savedmodel":
            _write_v2_model(program, path)
    return relative


def _write_v1_model(program: Program, path: pathlib.Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    graph = v1.get_default_graph()
    # A signature can only fetch tensors, so its output waits for the update.
    with tf.control_dependencies([graph.get_operation_by_name("train")]):
        done = tf.identity(graph.get_tensor_by_name(program.loss), "train_signature")
    signature = v1.saved_model.build_signature_def(
        {
            feed.name.removesuffix(":0"): v1.saved_model.build_tensor_info(graph.get_tensor_by_name(feed.name))
            for feed in program.feeds
        },
        {"loss": v1.saved_model.build_tensor_info(done)},
        "train",
    )
    weights = v1.saved_model.build_signature_def(
        {},
        {
            item.name: v1.saved_model.build_tensor_info(graph.get_tensor_by_name(item.read))
            for item in program.trained
        },
        "weights",
    )
    builder = v1.saved_model.Builder(str(path))
    with v1.Session() as session:
        session.run(program.init)
        builder.add_meta_graph_and_variables(
            session,
            ["serve", "train"],
            {"train": signature, "weights": weights},
            strip_default_attrs=True,
            saver=program.saver,
        )
        builder.save()
    _tidy(path)


def _write_v2_model(program: Program, path: pathlib.Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    module = program.module
    tf.saved_model.save(
        module,
        str(path),
        signatures={"train": module.train, "weights": module.weights},
        options=tf.saved_model.SaveOptions(save_debug_info=False),
    )
    _tidy(path)


def _tidy(path: pathlib.Path) -> None:
    """Drops the random fingerprint and empty folders, orders the maps' entries."""
    (path / "fingerprint.pb").unlink(missing_ok=True)
    for folder in ("assets",):
        if (path / folder).is_dir() and not any((path / folder).iterdir()):
            (path / folder).rmdir()
    model = saved_model_pb2.SavedModel.FromString((path / "saved_model.pb").read_bytes())
    (path / "saved_model.pb").write_bytes(_bytes(model))


def _bytes(message: Any) -> bytes:
    return message.SerializeToString(deterministic=True)


def read_graph(path: pathlib.Path) -> Any:
    """The GraphDef of any form of file."""
    if path.is_dir():
        model = saved_model_pb2.SavedModel.FromString((path / "saved_model.pb").read_bytes())
        return model.meta_graphs[0].graph_def
    if path.suffix == ".pbtxt":
        return text_format.Parse(path.read_text(), v1.GraphDef())
    if path.suffix == ".meta":
        return v1.MetaGraphDef.FromString(path.read_bytes()).graph_def
    return v1.GraphDef.FromString(path.read_bytes())


def size(path: pathlib.Path) -> int:
    """Bytes in a file or below a folder."""
    return sum(item.stat().st_size for item in [path, *path.rglob("*")] if item.is_file())
