"""What every peer's script measures, and how it says so.

In: an `.npz` with `train_images`, `train_labels`, `test_images`, `test_labels` (MNIST bytes and
digits); clocks. Out: one JSON line on standard output. Knows nothing of digitrec, nor of any
framework: it runs in every peer's own environment.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

BATCHES = (1, 64, 1024)
SECONDS = 2.0
"""How long a model is asked again and again."""


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


def time_calls(way: str, model: str, ask: Callable[[np.ndarray], np.ndarray], images: np.ndarray) -> None:
    """Print a row a batch size, of a call that uses as many threads as it likes."""
    for batch in BATCHES:
        print(json.dumps(row_of(way, model, 2, batch, timed(ask, images, batch))))


def timed(ask: Callable[[np.ndarray], np.ndarray], images: np.ndarray, batch: int) -> list[float]:
    """Return the seconds of call after call, the first twenty left out."""
    batches = [images[start : start + batch] for start in range(0, len(images) - batch + 1, batch)]
    for number in range(20):
        ask(batches[number % len(batches)])
    seconds: list[float] = []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        start = time.perf_counter()
        ask(batches[len(seconds) % len(batches)])
        seconds.append(time.perf_counter() - start)
    return seconds


def row_of(way: str, model: str, threads: int, batch: int, seconds: Sequence[float]) -> dict[str, Any]:
    """Return a row: median and 99th percentile of a call, and images a second at the median."""
    middle = statistics.median(seconds)
    return {
        "way": way,
        "model": model,
        "threads": threads,
        "batch": batch,
        "calls": len(seconds),
        "p50_us": 1e6 * middle,
        "p99_us": 1e6 * float(np.quantile(seconds, 0.99)),
        "images_per_second": batch / middle,
    }
