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
    """
    if one < 0 or other < 0:
        raise ScoreError(f"{one} against {other} images; expected counts from 0 up")
    tosses = one + other
    tail = sum(math.comb(tosses, successes) for successes in range(min(one, other) + 1))
    # The tails of an even split overlap in the middle. Whole numbers, since 2 to the tosses may exceed any float.
    return 1.0 if 2 * tail >= 2**tosses else 2 * tail / 2**tosses


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
