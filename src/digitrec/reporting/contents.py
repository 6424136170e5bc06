"""All that the report says of a model, as plain values.

In: a model, the digits to test it on, the digits that it learnt from. Out: `Contents`, which is also what the JSON file
holds. Knows no page and no file.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import Digits
from digitrec.model import Model
from digitrec.reporting.nearest import nearest
from digitrec.scoring.calibration import Calibration, Selection, calibration, selection
from digitrec.scoring.robustness import Robustness, robustness
from digitrec.scoring.score import Report, improbable, score

MOST_MISTAKES = 60
"""So many are shown, the most confident first."""

NEIGHBOURS = 5

WISHED = (0.005, 0.002, 0.001, 0.0005, 0.0002)
"""Shares of wrong answers that somebody might wish for."""

_POINTS = (1.0, 0.999, 0.998, 0.995, 0.99, 0.98, 0.97, 0.96, 0.95, 0.92, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)

Probabilities = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Neighbour:
    """A training digit: its place among them, and its label."""

    index: int
    label: int


@dataclass(frozen=True)
class Mistake:
    """A test digit that is read wrong, and the training digits that are most like it."""

    index: int
    expected: int
    predicted: int
    probabilities: tuple[float, ...]
    doubtful: bool
    neighbours: tuple[Neighbour, ...]


@dataclass(frozen=True)
class Threshold:
    """From which confidence on to answer so that at most `error` are wrong, and what share that answers."""

    error: float
    confidence: float | None
    answered: float


@dataclass(frozen=True)
class Contents:
    """What the report says.

    Attributes
    ----------
    name, source, metadata
        Of the model.
    data, is_mnist
        Where the test digits came from, and whether they are MNIST's.
    scores, calibration
        As `score` and `calibration` count them.
    softmax
        Whether the model's scores were no probabilities, so that their softmax was taken.
    answering
        Share answered and share of wrong answers, pair by pair.
    thresholds
        For the errors of `WISHED`.
    mistakes, mistakes_in_all
        The most confident, and how many there are.
    like
        What makes training digits like a mistake: "features" of the model or "pixels".
    robustness
        Damage, curves, strangers.
    seconds
        What finding all this took.
    """

    name: str
    source: str
    metadata: dict[str, Any]
    data: str
    is_mnist: bool
    scores: Report
    calibration: Calibration
    softmax: bool
    answering: tuple[tuple[float, float], ...]
    thresholds: tuple[Threshold, ...]
    mistakes: tuple[Mistake, ...]
    mistakes_in_all: int
    like: str
    robustness: Robustness
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes."""
        return asdict(self)


def make_contents(
    model: Model,
    test: Digits,
    train: Digits,
    *,
    fashion: Path | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> tuple[Contents, Probabilities]:
    """Return what there is to say of a model, and its probabilities of the test digits, float[n,10].

    Raises
    ------
    ScoreError
        When what the model gives cannot be scored.
    ModelError, DataError
        As `robustness`.
    """
    started = time.perf_counter()
    on_progress("test digits")
    given = model.probabilities(test.images)
    probabilities = as_probabilities(given)
    scores = score(probabilities, test.labels, doubtful=test.doubtful)
    declining = selection(probabilities, test.labels)
    on_progress("training digits like the mistakes")
    mistakes, like = _mistakes(model, probabilities, test, train)
    contents = Contents(
        name=model.name,
        source=model.source,
        metadata=model.metadata,
        data=test.source,
        is_mnist=test.is_mnist,
        scores=scores,
        calibration=calibration(probabilities, test.labels),
        softmax=probabilities is not given,
        answering=tuple((share, declining.error_at(share)) for share in _POINTS),
        thresholds=tuple(_threshold(declining, error) for error in WISHED),
        mistakes=mistakes,
        mistakes_in_all=scores.count - scores.correct,
        like=like,
        robustness=robustness(model, test, fashion=fashion, on_progress=on_progress),
        seconds=time.perf_counter() - started,
    )
    return contents, probabilities


def as_probabilities(scores: Probabilities) -> Probabilities:
    """Return float[n,10] as they are where each row sums to one, else their softmax; what is not finite stays so."""
    if not np.isfinite(scores).all() or not improbable(scores).any():
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _threshold(declining: Selection, error: float) -> Threshold:
    confidence = declining.threshold_for(error)
    answered = 0.0 if confidence is None else float((declining.confidences >= confidence).mean())
    return Threshold(error, confidence, answered)


def _mistakes(
    model: Model, probabilities: Probabilities, test: Digits, train: Digits
) -> tuple[tuple[Mistake, ...], str]:
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != test.labels)
    wrong = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:MOST_MISTAKES]
    rows, among, like = _comparable(model, test.images[wrong], train.images)
    doubtful = set(test.doubtful)
    found = [
        Mistake(
            index=int(index),
            expected=int(test.labels[index]),
            predicted=int(probabilities[index].argmax()),
            probabilities=tuple(probabilities[index].tolist()),
            doubtful=int(index) in doubtful,
            neighbours=tuple(Neighbour(int(each), int(train.labels[each])) for each in neighbours),
        )
        for index, neighbours in zip(wrong, nearest(rows, among, NEIGHBOURS), strict=True)
    ]
    return tuple(found), like


def _comparable(
    model: Model, wrong: npt.NDArray[np.uint8], train: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.generic], str]:
    """Return rows to compare of the mistakes and the training digits, and what they are."""
    of_wrong, of_train = model.features(wrong), model.features(train)
    if of_wrong is not None and of_train is not None:
        return of_wrong, of_train, "features"
    return wrong.reshape(len(wrong), -1), train.reshape(len(train), -1), "pixels"
