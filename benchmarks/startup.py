"""How long a person waits for the short commands, from process start to exit.

In: nothing but MNIST in the cache. Out: `results/startup.jsonl`, a row a command, and the page
`docs/startup.md`, written from those rows alone. Each command is run eleven times, in turn with
the others, by the model that `digitrec train` makes.

    python benchmarks/startup.py            # about two minutes
    python benchmarks/startup.py --page     # only write the page again
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "startup.jsonl"
PAGE = HERE.parent / "docs" / "startup.md"
TIMES = 11
LIMITS = {"import digitrec": 0.15, "digitrec show 128": 0.6, "digitrec test": 1.5, "digitrec train": 75.0}

Row = dict[str, Any]


def main() -> None:
    """Measure and write rows and page."""
    if "--page" not in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            rows = measure(Path(folder))
        RESULTS.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    PAGE.write_text(page(read_rows()), encoding="utf-8")
    print(f"wrote {PAGE}")


def measure(folder: Path) -> list[Row]:
    """Return a row a command, with its seconds."""
    program = [sys.executable, "-m", "digitrec"]
    seconds = {"digitrec train": [clock([*program, "train"], folder)]}
    commands = {
        "import digitrec": [sys.executable, "-c", "import digitrec"],
        "digitrec show 128": [*program, "show", "128"],
        "digitrec test": [*program, "test"],
    }
    for _ in range(TIMES):
        for name, command in commands.items():
            seconds.setdefault(name, []).append(clock(command, folder))
    return [{"command": name, "seconds": seconds[name]} for name in LIMITS]


def clock(command: Sequence[str], folder: Path) -> float:
    """Return the seconds from starting a command to its end, with the data from the cache."""
    environment = {name: value for name, value in os.environ.items() if name != "DIGITREC_DATA"}
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    return time.perf_counter() - start


def read_rows() -> list[Row]:
    """Return the rows on disk."""
    return [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]


def page(rows: Sequence[Row]) -> str:
    """Return the page that says what the rows say."""
    lines = [
        "# How long a person waits",
        "",
        (
            "Written by `benchmarks/startup.py` from `benchmarks/results/startup.jsonl`: from process start to exit,"
            " two cores, MNIST in the cache, the model that `digitrec train` makes."
        ),
        "",
        "| command | runs | median | slowest | promised |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        seconds, limit = row["seconds"], LIMITS[row["command"]]
        lines.append(
            f"| `{row['command']}` | {len(seconds)} | {statistics.median(seconds):.2f} s | {max(seconds):.2f} s"
            f" | {limit:g} s |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
