"""Two models on the same test digits: which is better, which is faster, which is smaller.

In: two models and labelled digits. Out: a `ModelComparison`: the paired comparison of `scoring`, and for
each model its speed and size. Prints nothing and writes no file.
"""

import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import Digits
from digitrec.model import Model
from digitrec.scoring.comparison import Comparison, compare
from digitrec.scoring.score import wilson_interval

_TIMED = 1000
"""Digits to a timed pass: some tenths of a second for the slowest of our models."""

_PASSES = 3


@dataclass(frozen=True)
class Contender:
    """One of the two.

    Attributes
    ----------
    name, source
        As the model says.
    correct, accuracy, interval
        Test digits read right, their share, and Wilson's 95 % interval of it.
    images_per_second
        Bytes in, probabilities out, the median of passes in turn with the other.
    size
        Bytes of the file.
    """

    name: str
    source: str
    correct: int
    accuracy: float
    interval: tuple[float, float]
    images_per_second: float
    size: int


@dataclass(frozen=True)
class ModelComparison:
    """The two, and how they compare on the images."""

    first: Contender
    second: Contender
    images: Comparison

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes."""
        return {"first": asdict(self.first), "second": asdict(self.second), "images": self.images.to_json()}


def compare_models(first: Model, second: Model, digits: Digits) -> ModelComparison:
    """Return how two models compare on `digits`; raises `ModelError` or `ScoreError` as asking and scoring do."""
    found = compare(first.probabilities(digits.images), second.probabilities(digits.images), digits.labels)
    seconds = _seconds((first, second), digits.images[:_TIMED])
    return ModelComparison(
        _contender(first, found.first_correct, len(digits), seconds[0]),
        _contender(second, found.second_correct, len(digits), seconds[1]),
        found,
    )


def _contender(model: Model, correct: int, count: int, seconds: float) -> Contender:
    return Contender(
        name=model.name,
        source=model.source,
        correct=correct,
        accuracy=correct / count,
        interval=wilson_interval(correct, count),
        images_per_second=min(_TIMED, count) / seconds,
        size=Path(model.source).stat().st_size,
    )


def _seconds(models: tuple[Model, Model], images: npt.NDArray[np.uint8]) -> list[float]:
    """Return each model's median time for `images`, the two in turn, since the speed of a machine drifts."""
    measured: list[list[float]] = [[], []]
    for _ in range(_PASSES):
        for model, seconds in zip(models, measured, strict=True):
            start = time.perf_counter()
            model.probabilities(images)
            seconds.append(time.perf_counter() - start)
    return [statistics.median(seconds) for seconds in measured]
