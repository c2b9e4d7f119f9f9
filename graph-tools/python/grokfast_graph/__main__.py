"""The command line: python -m grokfast_graph VERB ..."""

import subprocess
import sys

from ._program import GrokfastError, JavaNotFound, command


def main():
    """Runs the program on the words of this process and ends with its exit code."""
    try:
        words = command(*sys.argv[1:])
    except (GrokfastError, JavaNotFound) as error:
        print("grokfast-graph: %s" % error, file=sys.stderr)
        return 1
    try:
        return subprocess.call(words)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
