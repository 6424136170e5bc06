"""How long a person waits for the short commands, from process start to exit, and for a picture to be read.

In: nothing but MNIST in the cache. Out: `results/startup.jsonl`, a row a command and one for each kind of picture, and
the page `docs/startup.md`, written from those rows alone. Each command is run eleven times, in turn with the others,
by the model that `digitrec train` makes; the pictures are read by `read_in_process.py`.

    python benchmarks/startup.py            # about two minutes
    python benchmarks/startup.py --page     # only write the page again
"""

import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training import computer

if TYPE_CHECKING:
    from digitrec.data.digits import Digits

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "startup.jsonl"
PAGE = HERE.parent / "docs" / "startup.md"
TIMES = 11
LIMITS = {
    "import digitrec": 0.15,
    "digitrec show 128": 0.6,
    "digitrec test": 1.5,
    "digitrec train": 75.0,
    "digitrec read one.png": 0.6,
}
"""Seconds that are promised, of each command."""

PICTURES = {"canvas": 0.003, "photo": 0.25}
"""The same of each kind of picture, where a process has read before."""

TITLES = {
    "canvas": "a digit drawn on a canvas of 28×28",
    "photo": "a photo of 12 megapixels with ten digits, a JPEG file, decoding included",
}

MEGABYTES = 600
"""What that process may have at most, with Python, its libraries and the model."""

CANVASES = 200

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
    """Return a row a command, with its seconds, and one for each kind of picture."""
    from digitrec.data.mnist import load_mnist  # noqa: PLC0415 - the page is written without digitrec

    write_pictures(load_mnist().validation, folder)
    program = [sys.executable, "-m", "digitrec"]
    seconds = {"digitrec train": [clock([*program, "train"], folder)]}
    commands = {
        "import digitrec": [sys.executable, "-c", "import digitrec"],
        "digitrec show 128": [*program, "show", "128"],
        "digitrec test": [*program, "test"],
        "digitrec read one.png": [*program, "read", "one.png"],
    }
    for _ in range(TIMES):
        for name, command in commands.items():
            seconds.setdefault(name, []).append(clock(command, folder))
    reader = [sys.executable, str(HERE / "read_in_process.py"), str(folder)]
    read = json.loads(subprocess.run(reader, capture_output=True, text=True, check=True).stdout)
    rows: list[Row] = [{"command": name, "seconds": seconds[name]} for name in LIMITS]
    rows += [{"picture": name, "seconds": read[name]} for name in PICTURES]
    rows[-1] |= {"digits": read["digits"], "megabytes": read["megabytes"]}
    about = computer(None) | {"measured_at": datetime.now(UTC).isoformat(timespec="seconds")}
    return [row | about for row in rows]


def write_pictures(digits: "Digits", folder: Path) -> None:
    """Write what is read: `one.png`, a digit of 280×280; `canvas.npy`, many of 28×28; and `photo.jpg`."""
    import numpy as np  # noqa: PLC0415 - as above
    from PIL import Image  # noqa: PLC0415

    one = Image.fromarray(255 - digits.images[0]).resize((280, 280), Image.Resampling.BICUBIC)
    one.save(folder / "one.png")
    np.save(folder / "canvas.npy", digits.images[:CANVASES])
    (folder / "photo.jpg").write_bytes(photo(digits))


def photo(digits: "Digits", seed: int = 0) -> bytes:
    """Return a photo of 4000×3000 of ten digits in two lines, on paper that is lit unevenly."""
    import cv2  # noqa: PLC0415 - as above
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    drawn = np.random.default_rng(seed)
    light = cv2.resize(drawn.uniform(150, 240, (3, 4)).astype(np.float32), (4000, 3000), interpolation=cv2.INTER_CUBIC)
    ink = np.zeros((3000, 4000), dtype=np.float32)
    for place, number in enumerate(drawn.choice(len(digits), 10, replace=False)):
        large = cv2.resize(digits.images[number].astype(np.float32) / 255, (420, 420), interpolation=cv2.INTER_CUBIC)
        top, left = 700 + 1100 * (place // 5), 900 + 360 * (place % 5)
        part = ink[top : top + 420, left : left + 420]
        np.maximum(part, np.clip(4 * large - 1.5, 0, 1), out=part)
    grey = light * (1 - 0.75 * ink) + drawn.normal(0, 3, ink.shape)
    colours = np.clip(grey[..., None] * np.array([1, 0.97, 0.9]), 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(colours).save(file, format="JPEG", quality=90)
    return file.getvalue()


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
            " two cores, MNIST in the cache, the model that `digitrec train` makes; `read` has the one that comes"
            " along."
        ),
        "",
        "| command | runs | median | slowest | promised |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in (row for row in rows if "command" in row):
        seconds, limit = row["seconds"], LIMITS[row["command"]]
        lines.append(
            f"| `{row['command']}` | {len(seconds)} | {statistics.median(seconds):.2f} s | {max(seconds):.2f} s"
            f" | {limit:g} s |"
        )
    pictures = [row for row in rows if "picture" in row]
    if pictures:
        lines += ["", "In Python, `digitrec.read` in a process that has read before:", ""]
        lines += ["| picture | runs | median | slowest | promised |", "|---|---:|---:|---:|---:|"]
    for row in pictures:
        milliseconds, limit = [1e3 * each for each in row["seconds"]], 1e3 * PICTURES[row["picture"]]
        lines.append(
            f"| {TITLES[row['picture']]} | {len(milliseconds)} | {statistics.median(milliseconds):.1f} ms"
            f" | {max(milliseconds):.1f} ms | {limit:g} ms |"
        )
    peaks = [row["megabytes"] for row in pictures if row.get("megabytes")]
    lines += [
        line for peak in peaks for line in ("", f"That process had {peak:,.0f} MB at most; promised {MEGABYTES}.")
    ]
    machines = sorted({f"{row['processor']}, {row['cores']} cores" for row in rows if "processor" in row})
    if machines:
        dates = sorted({row["measured_at"][:10] for row in rows})
        lines += ["", f"Machine: {'; '.join(machines)}. Measured: {', '.join(dates)}."]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
