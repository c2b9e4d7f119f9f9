"""Grokfast from Python: gradient filters written into training graphs of TensorFlow and ONNX."""

import json as _json
import os as _os

from ._program import GrokfastError, JavaNotFound, command, run

__all__ = [
    "GrokfastError",
    "JavaNotFound",
    "command",
    "diff",
    "inspect",
    "rewrite",
    "run",
    "strip",
]


def rewrite(path, out, filter=None, **options):
    """Puts a filter between the gradients and the optimizer of a graph in a file.

    :param path: a GraphDef, MetaGraphDef, SavedModel folder, ONNX model or folder of artifacts
    :param out: the file or folder to write; it must not exist, unless force=True
    :param filter: ema, ma, orthogonal, a chain such as 'ema(alpha=0.9), perp', ...; default ema
    :param options: options of 'grokfast rewrite', with underscores: alpha=0.98, include=["kernel"]
    :return: the report, as 'grokfast rewrite --json' prints it
    :raises GrokfastError: what the program says, and its exit code
    """
    if filter is not None:
        options["filter"] = filter
    return _report("rewrite", [path], {"output": out, **options})


def inspect(path, **options):
    """What can be filtered in a graph and what can't, as 'grokfast inspect --json' prints it."""
    return _report("inspect", [path], options)


def strip(path, out, **options):
    """Takes the filter out again; the original message comes back."""
    return _report("strip", [path], {"output": out, **options})


def diff(path, other, **options):
    """What differs between two graphs, as 'grokfast diff --json' prints it."""
    return _report("diff", [path, other], options, allowed=(0, 1))


def _report(verb, paths, options, allowed=(0,)):
    words = [verb, "--json", *_words(options), "--", *(_os.fspath(path) for path in paths)]
    done = run(*words)
    if done.returncode not in allowed or not done.stdout.strip():
        raise GrokfastError(done.returncode, done.stderr)
    return _json.loads(done.stdout)


def _words(options):
    """Options as words: True is a flag, None and False are left out, lists are repeated."""
    words = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(option)
            continue
        for one in value if isinstance(value, (list, tuple)) else [value]:
            text = _os.fspath(one) if isinstance(one, _os.PathLike) else str(one)
            words.append(option + "=" + text)
    return words
