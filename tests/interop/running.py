"""Runs training steps: built programs, and files as any user would load them."""

from __future__ import annotations

import pathlib
import re
import tempfile
from typing import Any

import numpy as np
import tensorflow as tf

import graph_files
from case import Program
from feeds import Feed

v1 = tf.compat.v1
STEPS = 50
Weights = dict[str, np.ndarray]


def sentence(error: Exception) -> str:
    """The line of an error that says what went wrong, without paths."""
    boilerplate = ("Graph execution error", "Detected at", "Original stack", "Node:", "File ")
    lines = [line.strip() for line in str(error).splitlines()]
    telling = [line for line in lines if line and not line.startswith(boilerplate)]
    marked = [line for line in telling if re.search(r"No OpKernel|Cannot assign|Could not find", line)]
    line = (marked or telling or ["no message"])[0]
    return re.sub(r"(/[\w.+-]+){3,}", "<path>", line)[:200]


def session() -> Any:
    """A session on one thread; absent devices fall back to the CPU."""
    return v1.Session(
        config=v1.ConfigProto(
            intra_op_parallelism_threads=1, inter_op_parallelism_threads=1, allow_soft_placement=True
        )
    )


def run_built_v1(program: Program, steps: int = STEPS) -> tuple[Weights, Weights]:
    """Initial and final weights of the program in the default graph."""
    if any("job:" in operation.device for operation in v1.get_default_graph().get_operations()):
        return _run_cleared(program, steps)
    with session() as sess:
        sess.run(program.init)
        return _train(sess, program.feeds, program.schedule, {t.name: t.read for t in program.trained}, steps)


def _run_cleared(program: Program, steps: int) -> tuple[Weights, Weights]:
    graph = v1.get_default_graph().as_graph_def()
    reads = {t.name: t.read for t in program.trained}
    return _run_graph(graph, program.init, program.feeds, program.schedule, reads, True, steps)


def run_built_v2(program: Program, steps: int = STEPS) -> tuple[Weights, Weights]:
    """Initial and final weights of the program's module."""
    module = program.module

    def weights() -> Weights:
        return {name: value.numpy() for name, value in module.weights().items()}

    first = weights()
    for step in range(steps):
        module.train(*(tf.constant(feed.at(step)) for feed in program.feeds))
    return first, weights()


def loaders(form: str) -> tuple[str, ...]:
    """The ways in which Python TensorFlow can load a form."""
    return ("v2", "v1") if form.startswith("savedmodel") else ("session",)


def run_file(entry: dict[str, Any], path: pathlib.Path, loader: str, steps: int = STEPS) -> tuple[Weights, Weights]:
    """Initial and final weights of the file at `path`, run as `entry` says."""
    feeds = [Feed.from_json(feed) for feed in entry["run"]["feeds"]]
    if loader == "v2":
        return _run_v2(path, feeds, steps)
    if loader == "v1":
        return _run_v1_loader(entry, path, feeds, steps)
    reads = {item["name"]: item["read"] for item in entry["variables"]}
    run = entry["run"]
    graph = graph_files.read_graph(path)
    return _run_graph(graph, run["init"], feeds, run["schedule"], reads, run["clear_devices"], steps)


def _run_graph(
    graph: Any, init: str, feeds: list[Feed], schedule: Any, reads: Any, clear_devices: bool, steps: int
) -> tuple[Weights, Weights]:
    if clear_devices:
        for node in graph.node:
            node.device = ""
    with tf.Graph().as_default():
        tf.import_graph_def(graph, name="")
        with session() as sess:
            sess.run(init)
            return _train(sess, feeds, schedule, reads, steps)


def run_resumed(entry: dict[str, Any], path: pathlib.Path, steps: int = STEPS) -> Weights:
    """Final weights of a TF1 graph that is saved and restored half-way.

    The second session is not initialized: what the saver leaves out fails.
    """
    run, saver = entry["run"], entry["saver"]
    feeds = [Feed.from_json(feed) for feed in run["feeds"]]
    reads = {item["name"]: item["read"] for item in entry["variables"]}
    graph = graph_files.read_graph(path)
    if run["clear_devices"]:
        for node in graph.node:
            node.device = ""
    half = steps // 2
    with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default():
        tf.import_graph_def(graph, name="")
        with session() as sess:
            sess.run(run["init"])
            _train(sess, feeds, run["schedule"], reads, half)
            # What the save op returns is what restores: a pattern, where V1 files are sharded.
            written = sess.run(saver["save"], {saver["filename"]: f"{folder}/half"})
        with session() as sess:
            sess.run(saver["restore"], {saver["filename"]: written})
            return _train(sess, feeds, run["schedule"], reads, steps, half)[1]


def _train(
    sess: Any, feeds: list[Feed], schedule: Any, reads: Any, steps: int, start: int = 0
) -> tuple[Weights, Weights]:
    first = sess.run(reads)
    for step in range(start, steps):
        sess.run(schedule[step % len(schedule)], {feed.name: feed.at(step) for feed in feeds})
    return first, sess.run(reads)


def _run_v2(path: pathlib.Path, feeds: list[Feed], steps: int) -> tuple[Weights, Weights]:
    loaded = tf.saved_model.load(str(path))
    train = loaded.signatures["train"]

    def weights() -> Weights:
        return {name: value.numpy() for name, value in loaded.signatures["weights"]().items()}

    first = weights()
    for step in range(steps):
        train(**{feed.name.removesuffix(":0"): tf.constant(feed.at(step)) for feed in feeds})
    return first, weights()


def _run_v1_loader(entry: Any, path: pathlib.Path, feeds: list[Feed], steps: int) -> tuple[Weights, Weights]:
    with tf.Graph().as_default(), session() as sess:
        meta = v1.saved_model.load(sess, ["serve"] if entry["form"] == "savedmodel" else ["serve", "train"], str(path))
        train = meta.signature_def["train"]
        inputs = [
            Feed(train.inputs[feed.name.removesuffix(":0")].name, feed.dtype, feed.shape, feed.formula)
            for feed in feeds
        ]
        reads = {key: info.name for key, info in meta.signature_def["weights"].outputs.items()}
        return _train(sess, inputs, [[train.outputs["loss"].name]], reads, steps)
