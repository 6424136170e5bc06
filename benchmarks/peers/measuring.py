"""What every peer's script measures, and how it says so.

In: an `.npz` with `train_images`, `train_labels`, `test_images`, `test_labels` (MNIST bytes and
digits); clocks. Out: one JSON line on standard output. Knows nothing of digitrec, nor of any
framework: it runs in every peer's own environment.
"""

import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass
class Mnist:
    """The digits as bytes uint8[n,28,28] and labels int64[n]."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def arguments() -> tuple[Mnist, int, Path]:
    """Return the digits, the seed and the folder for the model that the command line names."""
    data, seed, folder = sys.argv[1:4]
    with np.load(data, allow_pickle=False) as arrays:
        return Mnist(*(arrays[name] for name in Mnist.__dataclass_fields__)), int(seed), Path(folder)


class Clock:
    """Wall and processor time since it was made."""

    def __init__(self) -> None:
        """Start it."""
        self._wall, self._cpu = time.perf_counter(), cpu_seconds()

    def read(self) -> dict[str, float]:
        """Return what has passed."""
        return {"train_seconds": time.perf_counter() - self._wall, "cpu_seconds": cpu_seconds() - self._cpu}


def cpu_seconds() -> float:
    """Return user and system time of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def report(predicted: np.ndarray, labels: np.ndarray, clocks: dict[str, float], version: str, **more: Any) -> None:
    """Print the row; call it after the model is saved, since the cold clock ends there."""
    right = int((np.asarray(predicted) == labels).sum())
    print(json.dumps({"accuracy": right / len(labels), **clocks, "version": version, **more}))
