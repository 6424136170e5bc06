"""Scores of a recogniser on labelled digits.

In: probabilities and labels, two arrays. Out: a `Report`. It counts all, divides once, and
knows no framework, no file and no model.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import CLASSES
from digitrec.errors import ScoreError

_ROUNDED = 0.01
"""By so much the sum of ten probabilities may differ from 1: those of half precision do by a few thousandths."""

Z95 = 1.959963984540054
"""The normal deviate with 2.5 % beyond it."""


@dataclass(frozen=True)
class DigitScore:
    """How one digit fares. A share of nothing is None."""

    digit: int
    count: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class Report:
    """What `score` found.

    Attributes
    ----------
    count, correct
        Images scored, and those whose most probable digit is their label.
    accuracy
        correct / count.
    interval
        Wilson's 95 % interval of the accuracy.
    count_of_valid_labels, correct_on_valid_labels
        The same without the labels named as doubtful.
    accuracy_on_valid_labels, interval_on_valid_labels
        Of these.
    loss
        Mean negative log-likelihood, in nats.
    per_digit
        Precision and recall of each digit.
    confusion
        confusion[expected][predicted], counts.
    """

    count: int
    correct: int
    accuracy: float
    interval: tuple[float, float]
    count_of_valid_labels: int
    correct_on_valid_labels: int
    accuracy_on_valid_labels: float
    interval_on_valid_labels: tuple[float, float]
    loss: float
    per_digit: tuple[DigitScore, ...]
    confusion: tuple[tuple[int, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the report as what `json.dumps` takes."""
        return asdict(self)


def score(
    probabilities: npt.NDArray[np.floating],
    labels: npt.NDArray[np.integer],
    *,
    doubtful: Sequence[int] = (),
) -> Report:
    """Return the report on `probabilities` of digits whose labels are known.

    >>> score(np.eye(10), np.arange(10)).accuracy
    1.0

    Parameters
    ----------
    probabilities
        float[n,10], each row the probabilities of the ten digits: none below 0, and together 1.
    labels
        int[n], the digits expected.
    doubtful
        Indices, from 0, of labels that are known to be wrong or undecidable; `Digits.doubtful` has MNIST's.

    Raises
    ------
    ScoreError
        When shapes do not fit, rows are no probabilities, a label is not in 0..9, a doubtful one is none of the labels,
        or there is nothing to score.
    """
    probabilities, labels = np.asarray(probabilities), np.asarray(labels)
    require_scorable(probabilities, labels)
    _require_probabilities(probabilities)
    predicted = probabilities.argmax(axis=1)
    confusion = np.bincount(labels.astype(np.intp) * CLASSES + predicted, minlength=CLASSES**2)
    confusion = confusion.reshape(CLASSES, CLASSES)
    right = predicted == labels
    valid = _valid(len(labels), doubtful)
    if not valid.any():
        raise ScoreError(f"all {len(labels):,} labels are named as doubtful; expected at least one that is not")
    of_label = np.take_along_axis(probabilities, labels.astype(np.intp)[:, None], axis=1)
    # The smallest float32 that is no denormal: a probability of 0 costs 87 nats, not infinitely many.
    loss = -np.log(np.maximum(of_label.astype(np.float64), np.finfo(np.float32).tiny)).mean()
    count, correct = len(labels), int(right.sum())
    valid_count, valid_correct = int(valid.sum()), int(right[valid].sum())
    return Report(
        count=count,
        correct=correct,
        accuracy=correct / count,
        interval=wilson_interval(correct, count),
        count_of_valid_labels=valid_count,
        correct_on_valid_labels=valid_correct,
        accuracy_on_valid_labels=valid_correct / valid_count,
        interval_on_valid_labels=wilson_interval(valid_correct, valid_count),
        loss=float(loss),
        per_digit=tuple(_digit_score(confusion, digit) for digit in range(CLASSES)),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
    )


def wilson_interval(correct: int, count: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a proportion (Wilson 1927, J. Am. Stat. Assoc. 22, p. 209)."""
    if not 0 <= correct <= count or not count:
        raise ScoreError(f"{correct} correct of {count}; expected at least one, and no more correct than there are")
    proportion = correct / count
    spread = Z95**2 / count
    centre = (proportion + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (proportion * (1 - proportion) + spread / 4)) / (1 + spread)
    # At the ends the bound is the end itself; rounding must not put it beyond.
    return (0.0 if not correct else centre - half), (1.0 if correct == count else centre + half)


def _digit_score(confusion: npt.NDArray[np.intp], digit: int) -> DigitScore:
    right = int(confusion[digit, digit])
    expected, predicted = int(confusion[digit].sum()), int(confusion[:, digit].sum())
    return DigitScore(
        digit,
        expected,
        precision=right / predicted if predicted else None,
        recall=right / expected if expected else None,
    )


def improbable(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Return bool[n], which rows of float[n,10] are no probabilities: one is below 0, or together they are not 1."""
    sums = scores.sum(axis=1, dtype=np.float64)
    return np.asarray((scores < 0).any(axis=1) | (np.abs(sums - 1) > _ROUNDED))


def _require_probabilities(scores: npt.NDArray[np.floating]) -> None:
    wrong = improbable(scores)
    if wrong.any():
        row = int(wrong.argmax())
        raise ScoreError(
            f"row {row} is no probabilities: from {scores[row].min():.4g} to {scores[row].max():.4g}, "
            f"{scores[row].sum(dtype=np.float64):.4g} together; expected none below 0 and 1 together: of a model's "
            "scores (logits) take the softmax first"
        )


def _valid(count: int, doubtful: Sequence[int]) -> npt.NDArray[np.bool_]:
    """Return bool[n], which of so many labels are not doubtful."""
    indices = np.asarray(list(doubtful))
    wrong = indices if indices.dtype.kind not in "iu" else indices[(indices < 0) | (indices >= count)]
    if wrong.size:
        raise ScoreError(f"doubtful label {wrong.tolist()[0]!r} of {count:,}; expected indices from 0 to {count - 1:,}")
    valid = np.ones(count, dtype=bool)
    valid[indices.astype(np.intp)] = False
    return valid


def require_scorable(
    probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer], classes: int = CLASSES
) -> None:
    """Raise `ScoreError` unless there is a row of as many finite probabilities for each label, and a label at all."""
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or not labels.size:
        raise ScoreError(f"labels are {labels.dtype}{labels.shape}; expected at least one whole number, (n,)")
    if probabilities.shape != (len(labels), classes):
        raise ScoreError(
            f"probabilities of shape {probabilities.shape} for {len(labels):,} labels; "
            f"expected {(len(labels), classes)}"
        )
    if not np.isfinite(probabilities).all():
        row = int(np.argmin(np.isfinite(probabilities).all(axis=1)))
        raise ScoreError(f"the probabilities of image {row} are not finite; the model is damaged or diverged")
    if labels.min() < 0 or labels.max() >= classes:
        raise ScoreError(f"labels from {labels.min()} to {labels.max()}; expected digits from 0 to {classes - 1}")
