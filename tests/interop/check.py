"""Runs an original and its rewritten file and compares the weights.

    check.py ORIGINAL REWRITTEN --filter ema
    check.py --all FOLDER --filter ma [--select REGEX]

REWRITTEN holds the filter with the options of the manifest (`filters`).
`--all` expects the rewritten files in FOLDER under the fixtures' own paths.
One line a fixture and loader; exit code 0 if everything agrees, else 1.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import argparse
import json
import logging
import pathlib
import re
from typing import Any, Iterator

import numpy as np
import tensorflow as tf

import running

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "src/test/resources/interop"


def distance(entry: dict[str, Any], weights: running.Weights, kind: str) -> float:
    """The largest deviation from the expected weights; infinity for NaN."""
    worst = 0.0
    for variable in entry["variables"]:
        expected = np.array(variable["expected"].get(kind, variable["expected"]["original"]))
        actual = weights[variable["name"]].astype(np.float64).ravel()
        worst = max(worst, float(np.nan_to_num(np.max(np.abs(actual - expected)), nan=np.inf)))
    return worst


def verdict(entry: dict[str, Any], path: pathlib.Path, kind: str, loader: str) -> tuple[bool, str]:
    """Whether the file at `path` arrives where `kind` says, and in words."""
    try:
        if loader == "resumed":
            last = running.run_resumed(entry, path)
        else:
            _, last = running.run_file(entry, path, loader)
    except Exception as error:
        return False, f"does not run: {' '.join(str(error).split())[:300]}"
    apart = distance(entry, last, kind)
    return apart <= entry["tolerance"], f"{apart:.2e} from {kind} (allowed {entry['tolerance']:.0e})"


def compare(
    entry: dict[str, Any], original: pathlib.Path, rewritten: pathlib.Path, kind: str, resume: bool
) -> bool:
    """One line for each loader that runs the original."""
    agreed = True
    loaders = {"resumed": True} if resume else entry["loaders"]
    if resume and "session" not in entry["loaders"]:
        return True
    for loader, works in loaders.items():
        if works is not True:
            print(f"skip {entry['name']} [{loader}]: the original does not train there: {works}")
            continue
        sound, before = verdict(entry, original, "original", loader)
        good, after = verdict(entry, rewritten, kind, loader)
        agreed &= sound and good
        word = "ok  " if sound and good else "FAIL"
        print(f"{word} {entry['name']} [{loader}]: original {before}; rewritten {after}")
    return agreed


def pairs(options: argparse.Namespace, entries: list[Any]) -> Iterator[tuple[Any, pathlib.Path, pathlib.Path]]:
    """(entry, original, rewritten) for everything the command line names."""
    if options.all:
        for entry in entries:
            if re.search(options.select, entry["name"]):
                yield entry, FIXTURES / entry["path"], options.all / entry["path"]
        return
    name = options.original.stem if options.original.is_file() else options.original.name
    entry = next((entry for entry in entries if entry["name"] == name), None)
    if entry is None:
        raise SystemExit(f"{options.original}: no fixture {name!r} in the manifest")
    yield entry, options.original, options.rewritten


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("original", type=pathlib.Path, nargs="?")
    parser.add_argument("rewritten", type=pathlib.Path, nargs="?")
    parser.add_argument("--all", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--select", default=".", help="regular expression over fixture names, with --all")
    parser.add_argument("--filter", default="ema", choices=["original", "densified", "ema", "ma"])
    parser.add_argument(
        "--resume", action="store_true", help="TF1 graphs only: save and restore after 25 steps"
    )
    options = parser.parse_args()
    if not options.all and not options.rewritten:
        parser.error("name an original and a rewritten file, or --all FOLDER")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.set_soft_device_placement(True)
    entries = json.loads((FIXTURES / "fixtures.json").read_text())["fixtures"]
    return 0 if all([compare(*pair, options.filter, options.resume) for pair in pairs(options, entries)]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
