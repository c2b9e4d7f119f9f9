"""The Java program: its jars, and how it is started."""

import os
import subprocess
from pathlib import Path

from ._java import JavaNotFound, find

__all__ = ["GrokfastError", "JavaNotFound", "command", "run"]

_MAIN = "org.grokfast.tools.Main"
_PREFIX = "grokfast: "


class GrokfastError(Exception):
    """The program failed: 'code' is its exit code, the text is what it said."""

    def __init__(self, code, said):
        lines = said.strip().splitlines() or ["exit code %d" % code]
        text = "\n".join(lines)
        super().__init__(text[len(_PREFIX) :] if text.startswith(_PREFIX) else text)
        self.code = code


def _jars():
    """The folder of jars: GROKFAST_HOME's, or that of the wheel."""
    home = os.environ.get("GROKFAST_HOME")
    folder = Path(home) / "lib" if home else Path(__file__).resolve().parent / "lib"
    if not any(folder.glob("grokfast-graph-tools-*.jar")):
        raise GrokfastError(
            1,
            "%s has no grokfast-graph-tools-*.jar; install the wheel, or set GROKFAST_HOME to the"
            " folder of an unpacked release archive" % folder,
        )
    return folder


def command(*words):
    """The command that runs the program with some words, for subprocess."""
    jars = _jars()
    return [
        find(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        "-Djava.awt.headless=true",
        "-Dgrokfast.home=%s" % jars.parent,
        *os.environ.get("GROKFAST_JAVA_OPTS", "").split(),
        "-cp",
        str(jars / "*"),
        _MAIN,
        *(os.fspath(word) if isinstance(word, os.PathLike) else str(word) for word in words),
    ]


def run(*words):
    """Runs the program and gives a subprocess.CompletedProcess with its texts; raises nothing."""
    return subprocess.run(
        command(*words), stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8"
    )
