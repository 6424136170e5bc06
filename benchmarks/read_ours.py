"""digitrec, through the public `read` alone.

In, out: as `peers/answering.py`; the argument is a model file, or nothing for the one that comes along.
Lines are joined by `|`. Knows nothing of sets: every picture is read in the same way.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "peers"))

from answering import Answer, serve

import digitrec


def main() -> None:
    """Answer."""
    ask = digitrec.Reader(digitrec.Model.load(sys.argv[1])).read if sys.argv[1:] else digitrec.read

    def read(path: str) -> Answer:
        reading = ask(path)
        return reading.text.replace("\n", "|"), reading.confidence

    serve(f"digitrec {digitrec.__version__}", read)


if __name__ == "__main__":
    main()
