"""Prints what Python TensorFlow itself refuses: optimizer, type, kind, error."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import functools
import itertools
from typing import Any, Callable

import keras
import tensorflow as tf

import graphs_v1
import modules_v2
import running
from feeds import initial, numpy_dtype
from tap import Tap

v1 = tf.compat.v1


def attempt(label: str, build: Callable[[], Any], **config: Any) -> None:
    """Builds and runs one step in a fresh graph; prints the error if any."""
    try:
        with tf.Graph().as_default():
            program = build()
            with v1.Session(config=v1.ConfigProto(**config)) as session:
                session.run(program.init)
                session.run(program.schedule[0], {feed.name: feed.at(0) for feed in program.feeds})
    except Exception as error:
        print(f"{label}: {type(error).__name__}: {running.sentence(error)}")
    else:
        print(f"{label}: runs")


def typed(key: str, dtype: str, sparse: bool, resource: bool) -> Any:
    """One optimizer on one variable of `dtype`."""
    table = graphs_v1.variable("table", initial((7, 3), 2, numpy_dtype(dtype)), resource, dtype)
    rows = tf.nn.embedding_lookup(table, graphs_v1.placeholder(graphs_v1.IDS)) if sparse else table
    graphs_v1.minimize(graphs_v1.optimizer(key), tf.reduce_mean(tf.square(rows), name="loss"), Tap())
    return graphs_v1.program([graphs_v1.IDS] if sparse else [], [])


def keras_typed(key: str, dtype: str, sparse: bool) -> None:
    """One eager step of a Keras optimizer."""
    label = f"keras {key} {dtype} {'sparse' if sparse else 'dense'}"
    try:
        table = tf.Variable(initial((7, 3), 2, numpy_dtype(dtype)))
        cls, hyper = modules_v2.KERAS[key]
        with tf.GradientTape() as tape:
            rows = tf.gather(table, [0, 2, 2]) if sparse else tf.identity(table)
            loss = tf.reduce_mean(tf.square(rows))
        getattr(keras.optimizers, cls)(**hyper).apply(tape.gradient(loss, [table]), [table])
    except Exception as error:
        print(f"{label}: {type(error).__name__}: {running.sentence(error)}")


def main() -> None:
    """Every probe."""
    dtypes = ("float16", "bfloat16", "float64")
    flags = (False, True)
    for key, dtype, sparse, resource in itertools.product(graphs_v1.OPTIMIZERS, dtypes, flags, flags):
        kind = f"{'sparse' if sparse else 'dense'} {'resource' if resource else 'ref'}"
        attempt(f"{key} {dtype} {kind}", functools.partial(typed, key, dtype, sparse, resource))
    for key, dtype, sparse in itertools.product(modules_v2.KERAS, dtypes, flags):
        keras_typed(key, dtype, sparse)
    attempt("If around an update of reference variables", lambda: graphs_v1.conditional(False, Tap()))
    devices = ("/job:ps/task:0/cpu:0", "/job:worker/task:0/cpu:0")
    attempt("jobs in a local session", lambda: graphs_v1.placed(*devices, True, Tap()), allow_soft_placement=True)
    attempt("gpu without soft placement", lambda: graphs_v1.placed("/cpu:0", "/gpu:0", True, Tap()))
    soft = {"allow_soft_placement": True}
    attempt("gpu with soft placement", lambda: graphs_v1.placed("/cpu:0", "/gpu:0", True, Tap()), **soft)


if __name__ == "__main__":
    main()
