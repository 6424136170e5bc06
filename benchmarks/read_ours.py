"""digitrec, through the public `read` alone.

In, out: as `peers/answering.py`; the argument is a model file, or nothing for the one that comes along.
Lines are joined by `|`; of each digit it says which it may be. Knows nothing of sets: every picture is read
in the same way.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "peers"))

from answering import Sets, serve

import digitrec


def main() -> None:
    """Answer."""
    ask = digitrec.Reader(digitrec.Model.load(sys.argv[1])).read if sys.argv[1:] else digitrec.read

    def read(path: str) -> tuple[str, float, Sets]:
        reading = ask(path)
        either = [list(digit.either) for line in reading.lines for digit in line.digits]
        return reading.text.replace("\n", "|"), reading.confidence, either

    serve(f"digitrec {digitrec.__version__}", read)


if __name__ == "__main__":
    main()
