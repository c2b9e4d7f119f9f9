"""Builds every fixture and the manifest. See README.md."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import argparse
import json
import multiprocessing
import pathlib
import re
import traceback
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import filters
import graph_files
import graphs_v1
import manifest
import modules_v2
import patterns
import running
from case import Case, Program
from tap import GradientName, Tap

OUTPUT = pathlib.Path(__file__).resolve().parents[1] / "src/test/resources/interop"


def all_cases() -> list[Case]:
    """Every fixture there is."""
    return [*graphs_v1.cases(), *modules_v2.cases()]


def build(case: Case, kind: str | None) -> tuple[Program, Tap]:
    """Builds a case with or without a filter; TF1 cases into the default graph."""
    tf.compat.v1.set_random_seed(1)
    tap = Tap(kind)
    return case.build(tap), tap


def run_kind(case: Case, kind: str) -> running.Weights:
    """Final weights with `kind` of filter between gradients and optimizer."""
    if case.form == "savedmodel":
        program, _ = build(case, kind)
        return running.run_built_v2(program)[1]
    with tf.Graph().as_default():
        program, _ = build(case, kind)
        # numpy_function's closures live in this process, so no export here.
        return running.run_built_v1(program)[1]


def make(case: Case, directory: pathlib.Path) -> dict[str, Any]:
    """Builds, writes, runs and describes one fixture."""
    if case.form == "savedmodel":
        program, tap = build(case, None)
        path = graph_files.write(case, program, directory)
        first, last = running.run_built_v2(program)
    else:
        with tf.Graph().as_default():
            program, tap = build(case, None)
            path = graph_files.write(case, program, directory)
            first, last = running.run_built_v1(program)
    entry = manifest.describe(case, program, path)
    entry["variables"] = _variables(case, program, tap, directory / path)
    expected = {"original": last}
    for kind in ("densified", "ema", "ma"):
        if kind != "densified" or case.sparse:
            expected[kind] = run_kind(case, kind)
    manifest.add_weights(entry, first, expected)
    entry["sensitivity"] = {kind: _distance(expected[kind], run_kind(case, kind + "64")) for kind in ("ema", "ma")}
    entry["loaders"] = {
        loader: _try(entry, directory / path, loader, last) for loader in running.loaders(case.form)
    }
    entry["bytes"] = graph_files.size(directory / path)
    return entry


def _variables(case: Case, program: Program, tap: Tap, path: pathlib.Path) -> list[dict[str, Any]]:
    tracer = patterns.Tracer(graph_files.read_graph(path))
    by_name: dict[str, list[GradientName]] = {}
    # Keras traces a step twice; the second trace sees the same tensors.
    for seen in dict.fromkeys(tap.seen):
        by_name.setdefault(seen.variable, []).append(seen)
    return [
        {
            "name": item.name,
            "dtype": item.dtype,
            "shape": list(item.shape),
            "read": item.read,
            "sparse": any(name.indices for name in by_name.get(item.name, [])),
            "gradients": [_gradient(name, tracer) for name in by_name.get(item.name, [])],
        }
        for item in program.trained
    ]


def _gradient(name: GradientName, tracer: patterns.Tracer) -> dict[str, Any]:
    bodies = tracer.locate(name.tensor)
    body = bodies[0] if bodies else ""
    return {
        "tensor": name.tensor,
        "indices": name.indices,
        "functions": bodies,
        "consumers": tracer.consumers(body, name.tensor),
        "updates": tracer.updates(body, name.tensor),
    }


def _distance(one: running.Weights, other: running.Weights) -> float:
    return max(
        float(np.max(np.abs(one[name].astype(np.float64) - other[name].astype(np.float64)))) for name in one
    )


def _try(entry: dict[str, Any], path: pathlib.Path, loader: str, expected: running.Weights) -> bool | str:
    try:
        _, last = running.run_file(entry, path, loader)
    except Exception as error:
        return running.sentence(error)
    distance = _distance(last, expected)
    return True if distance <= entry["tolerance"] else f"trains, but differs by {distance:.3g}"


def _child(case: Case, directory: pathlib.Path, parts: pathlib.Path) -> None:
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.set_soft_device_placement(True)
    tf.keras.utils.set_random_seed(1)
    if case.control_flow == 1:
        tf.compat.v1.disable_control_flow_v2()
    try:
        entry = make(case, directory)
    except Exception:
        entry = {"name": case.name, "failed": traceback.format_exc()}
    (parts / f"{case.name}.json").write_text(json.dumps(entry))


def make_all(cases: list[Case], directory: pathlib.Path, parts: pathlib.Path, jobs: int) -> list[Any]:
    """Makes every case in a process of its own, so that generated names never depend on the others."""
    parts.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("fork")
    waiting, running_now = [case for case in cases if not (parts / f"{case.name}.json").exists()], []
    while waiting or running_now:
        while waiting and len(running_now) < jobs:
            case = waiting.pop(0)
            process = context.Process(target=_child, args=(case, directory, parts))
            process.start()
            running_now.append((case, process))
        case, process = running_now.pop(0)
        process.join()
        print(f"{case.name}: exit {process.exitcode}", flush=True)
    return [json.loads((parts / f"{case.name}.json").read_text()) for case in cases]


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=pathlib.Path, default=OUTPUT)
    parser.add_argument(
        "--parts",
        type=pathlib.Path,
        required=True,
        help="folder for intermediate results; a fixture with a result there is not made again",
    )
    parser.add_argument("--select", default=".", help="regular expression over fixture names")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    cases = [case for case in all_cases() if re.search(options.select, case.name)]
    entries = make_all(cases, options.output, options.parts, options.jobs)
    failed = [entry for entry in entries if "failed" in entry]
    for entry in failed:
        print(f"FAILED {entry['name']}\n{entry['failed']}")
    versions = {"tensorflow": tf.__version__, "keras": keras.__version__, "numpy": np.__version__}
    done = [entry for entry in entries if "failed" not in entry]
    manifest.write(options.output / "fixtures.json", done, versions, running.STEPS, [filters.EMA, filters.MA])
    print(f"{len(done)} fixtures, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
