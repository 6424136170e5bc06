"""How long reading takes in a process that has read before, and the most memory that the process had.

In: a folder with `canvas.npy`, uint8[n,28,28] light ink on dark ground, and `photo.jpg`. Out: one line of JSON: the
seconds of each call, how many digits were read in the photo, and megabytes, where Linux tells them. A process of its
own, so that nothing else is counted; `startup.py` asks it.
"""

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import digitrec

TIMES = 11


def main(folder: Path) -> None:
    """Read, and print."""
    canvases = np.load(folder / "canvas.npy")
    digitrec.read(canvases[0])  # which loads the model
    drawn = [_clock(canvas)[0] for canvas in canvases]
    _clock(folder / "photo.jpg")
    photos = [_clock(folder / "photo.jpg") for _ in range(TIMES)]
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s+(\d+)", status.read_text(encoding="utf-8")) if status.exists() else None
    found = {
        "canvas": drawn,
        "photo": [seconds for seconds, _ in photos],
        "digits": photos[0][1],
        "megabytes": int(peak[1]) / 1024 if peak else None,
    }
    print(json.dumps(found))


def _clock(source: Any) -> tuple[float, int]:
    """Return the seconds of reading, decoding included, and how many digits were read."""
    start = time.perf_counter()
    reading = digitrec.read(source)
    return time.perf_counter() - start, sum(len(line.digits) for line in reading.lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
