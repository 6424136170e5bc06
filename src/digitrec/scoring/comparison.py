"""Whether one recogniser is really better than another, on the same labelled digits.

In: two arrays of probabilities and the labels of the same images, in the same order. Out: a
`Comparison`, which counts the images that only one of the two reads right and says how likely so
lopsided a split would be if both were equally good. Knows no model, no file and no clock.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.errors import ScoreError
from digitrec.scoring.score import Z95, require_scorable

SIGNIFICANT = 0.05
"""Below this probability a difference is called real."""

_NOTHING = 1e-17
"""A term that is so small a share of a sum changes it no more."""

_EXACTLY = 100_000
"""The chances of so many tosses are counted in whole numbers; of more, which takes seconds, to twelve digits."""


@dataclass(frozen=True)
class Comparison:
    """What `compare` found.

    Attributes
    ----------
    count
        Images, the same for both.
    first_correct, second_correct
        How many each reads right.
    only_first, only_second
        Indices of the images that only the one, or only the other, reads right: those that change sides.
    difference
        Accuracy of the second minus that of the first.
    interval
        Its 95 % interval.
    p_value
        McNemar's exact probability of a split at least so uneven between two that are equally good.
    """

    count: int
    first_correct: int
    second_correct: int
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]
    difference: float
    interval: tuple[float, float]
    p_value: float

    @property
    def changed(self) -> list[int]:
        """Indices of all the images that change sides, in order."""
        return sorted(self.only_first + self.only_second)

    @property
    def real(self) -> bool:
        """Whether chance is an unlikely explanation."""
        return self.p_value < SIGNIFICANT

    @property
    def verdict(self) -> str:
        """The finding in words."""
        split = f"{len(self.only_first):,} against {len(self.only_second):,} images, {shown_p(self.p_value)}"
        if not self.real:
            return f"no real difference: {split}"
        return f"{'the second' if self.difference > 0 else 'the first'} is really better: {split}"

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as what `json.dumps` takes."""
        return {**asdict(self), "real": self.real, "verdict": self.verdict}


def compare(
    first: npt.NDArray[np.floating], second: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]
) -> Comparison:
    """Return how two recognisers compare on the same images.

    >>> compare(np.eye(10), np.eye(10), np.arange(10)).verdict
    'no real difference: 0 against 0 images, p = 1'

    Parameters
    ----------
    first, second
        float[n,10], each row the probabilities of the ten digits, of the same images in the same order.
    labels
        int[n], the digits expected.

    Raises
    ------
    ScoreError
        When shapes do not fit, a probability is not finite or a label not in 0..9, or there is nothing to compare.
    """
    first, second, labels = np.asarray(first), np.asarray(second), np.asarray(labels)
    for probabilities in (first, second):
        require_scorable(probabilities, labels)
    first_right, second_right = first.argmax(axis=1) == labels, second.argmax(axis=1) == labels
    only_first = np.flatnonzero(first_right & ~second_right)
    only_second = np.flatnonzero(second_right & ~first_right)
    return Comparison(
        count=len(labels),
        first_correct=int(first_right.sum()),
        second_correct=int(second_right.sum()),
        only_first=tuple(only_first.tolist()),
        only_second=tuple(only_second.tolist()),
        difference=(len(only_second) - len(only_first)) / len(labels),
        interval=_interval(len(only_first), len(only_second), len(labels)),
        p_value=mcnemar(len(only_first), len(only_second)),
    )


def mcnemar(one: int, other: int) -> float:
    """Return the exact two-sided probability that coin tosses split `one` to `other` or more unevenly.

    McNemar 1947, Psychometrika 12, p. 153, with the binomial distribution in place of its approximation.

    Raises
    ------
    ScoreError
        When a count is below 0.
    """
    if one < 0 or other < 0:
        raise ScoreError(f"{one} against {other} images; expected counts from 0 up")
    if abs(one - other) <= 1:
        return 1.0  # no split is more even
    tosses, fewer = one + other, min(one, other)
    term = tail = 1.0  # each term of the tail, and their sum, as shares of the greatest, which is the first
    for successes in range(fewer, 0, -1):
        term *= successes / (tosses - successes + 1)
        if term < _NOTHING * tail:
            break
        tail += term
    return min(1.0, 2 * tail * _chance(tosses, fewer))


def _chance(tosses: int, successes: int) -> float:
    """Return the probability of so many successes, fewer than half, in so many tosses of a coin."""
    if tosses <= _EXACTLY:
        return math.comb(tosses, successes) / (1 << tosses)  # whole numbers, since either may exceed any float
    if successes < tosses / 4:
        return 0.0  # less than any float
    # Stirling's series for the three factorials, its powers put together so that what is large cancels first.
    failures, lean = tosses - successes, (tosses - 2 * successes) / tosses
    series = (1 / tosses - 1 / successes - 1 / failures) / 12
    series -= (1 / tosses**3 - 1 / successes**3 - 1 / failures**3) / 360
    power = successes * math.log1p(-lean) + failures * math.log1p(lean)
    return math.exp(series - power) * math.sqrt(tosses / (2 * math.pi * successes * failures))


def shown_p(value: float) -> str:
    """Return `p = 0.031`, or `p < 0.0001`: two digits, and no more zeros than help."""
    return "p < 0.0001" if value < 0.0001 else f"p = {value:.2g}"  # noqa: PLR2004 - what a reader can tell apart


def _interval(only_first: int, only_second: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a difference of paired shares (Agresti & Min 2005, Stat. Med. 24, p. 729).

    Wald's, with half an image more in each of the four cells, so that it is not empty where no image changes sides.
    """
    one, other, total = only_first + 0.5, only_second + 0.5, count + 2
    middle = (other - one) / total
    half = Z95 * math.sqrt(one + other - (other - one) ** 2 / total) / total
    return max(-1.0, middle - half), min(1.0, middle + half)
