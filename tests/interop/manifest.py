"""The manifest: what every fixture is, how it runs, where it must arrive."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import numpy as np

from case import Case, Program


def describe(case: Case, program: Program, path: str) -> dict[str, Any]:
    """An entry without its variables and weights."""
    return {
        "name": case.name,
        "path": path,
        "form": case.form,
        "where": case.where,
        "sparse": case.sparse,
        "tolerance": case.tolerance,
        "notes": case.notes,
        "optimizers": program.optimizers,
        "run": {
            "signature": "train" if case.form.startswith("savedmodel") else None,
            "weights_signature": "weights" if case.form.startswith("savedmodel") else None,
            "init": program.init,
            "schedule": program.schedule,
            "loss": program.loss,
            "clear_devices": case.clear_devices,
            "feeds": [feed.to_json() for feed in program.feeds],
        },
        "saver": _saver(program.saver),
    }


def _saver(saver: Any) -> dict[str, Any] | None:
    if saver is None:
        return None
    saver_def = saver.as_saver_def()
    return {
        "filename": saver_def.filename_tensor_name,
        "save": saver_def.save_tensor_name,
        "restore": saver_def.restore_op_name,
        "version": {0: "LEGACY", 1: "V1", 2: "V2"}[saver_def.version],
        "sharded": saver_def.sharded,
    }


def add_weights(entry: dict[str, Any], first: Any, expected: dict[str, Any]) -> None:
    """Initial weights and the weights that each kind of run ends with."""
    for variable in entry["variables"]:
        name = variable["name"]
        variable["initial"] = numbers(first[name])
        variable["expected"] = {kind: numbers(weights[name]) for kind, weights in expected.items()}


def numbers(values: np.ndarray) -> list[float]:
    """Row-major, in the fewest digits that read back to the same value."""
    if values.dtype == np.float64:
        return [float(value) for value in values.ravel()]
    return [float(str(value)) for value in values.astype(np.float32).ravel()]


def write(path: pathlib.Path, entries: list[Any], versions: dict[str, str], steps: int, made: list[Any]) -> None:
    """Writes the manifest, innermost arrays and objects on one line each."""
    whole = {
        "format": 1,
        "versions": versions,
        "steps": steps,
        "filters": {item["filter"]: item for item in made},
        "feed_formula": "((a*i + b*t + c) % m + offset) / divisor; i row-major index, t step from 0",
        "fixtures": entries,
    }
    text = json.dumps(whole, indent=1)
    for leaf in (r"\[[^\[\]{}]*\]", r"\{[^{}]*\}"):
        text = re.sub(leaf, lambda match: re.sub(r"\n\s*", " ", match.group()), text)
    path.write_text(text + "\n")
