"""Whether a recogniser is as sure as it is right, and what declining the unsure digits is worth.

In: probabilities and labels, two arrays. Out: a `Calibration`, with its bins for a reliability diagram,
and a `Selection`, error against the share of digits answered. Knows no model, no file and no picture.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.errors import ScoreError
from digitrec.scoring.score import require_scorable

BINS = 15
"""Bins of equal width, as in Guo et al. 2017, section 2."""


@dataclass(frozen=True)
class Bin:
    """The digits answered with a confidence above `low`, up to `high`; empty bins have no means."""

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Calibration:
    """How far confidence and accuracy are apart.

    Attributes
    ----------
    expected_error
        Expected calibration error: the mean over all digits of the distance of their bin's mean confidence
        from its accuracy (Guo et al. 2017, *On Calibration of Modern Neural Networks*, eq. 3).
    bins
        Fifteen of equal width, from the least confidence to the greatest.
    """

    expected_error: float
    bins: tuple[Bin, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes."""
        return asdict(self)


def calibration(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> Calibration:
    """Return how far confidence, the probability of the digit answered, is from accuracy.

    Parameters
    ----------
    probabilities
        float[n,10], each row the probabilities of the ten digits.
    labels
        int[n], the digits expected.

    Raises
    ------
    ScoreError
        As `score`.
    """
    confidence, right = _answers(probabilities, labels)
    # A confidence of exactly a border belongs below it, and one of 0 to the first bin.
    place = np.clip(np.ceil(confidence * BINS).astype(np.intp) - 1, 0, BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    confidences = np.bincount(place, confidence, BINS)
    rights = np.bincount(place, right, BINS)
    bins = tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            count=int(count),
            confidence=float(confidences[number] / count) if count else None,
            accuracy=float(rights[number] / count) if count else None,
        )
        for number, count in enumerate(counts)
    )
    return Calibration(float(np.abs(confidences - rights).sum() / len(right)), bins)


@dataclass(frozen=True)
class Selection:
    """What is wrong among the digits answered, when the least sure are declined.

    Attributes
    ----------
    confidences
        float64[n], from the greatest to the least: answering those of at least `confidences[k]` answers k + 1
        digits, or more where several are equally sure.
    wrong
        int64[n], how many of the first k + 1 are wrong.
    """

    confidences: npt.NDArray[np.float64]
    wrong: npt.NDArray[np.int64]

    def error_at(self, share: float) -> float:
        """Return the share of wrong answers when `share` of all digits, the surest, is answered.

        Raises
        ------
        ScoreError
            When the share is not above 0 and at most 1.
        """
        if not 0 < share <= 1:
            raise ScoreError(f"a share of {share} to answer; expected a number above 0, at most 1")
        answered = max(1, math.floor(share * len(self.wrong) + 1e-9))
        return float(self.wrong[answered - 1] / answered)

    def threshold_for(self, error: float) -> float | None:
        """Return from which confidence on to answer, so that at most `error` of the answers are wrong.

        Of all that would do, the one that answers the most digits; None where not even the surest may be answered.
        """
        # Only where the next is less sure: of equals all or none are answered.
        ends = np.append(self.confidences[1:] < self.confidences[:-1], True)
        errors = self.wrong / np.arange(1, len(self.wrong) + 1)
        good = np.flatnonzero(ends & (errors <= error))
        return float(self.confidences[good[-1]]) if good.size else None


def selection(probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> Selection:
    """Return error against the share answered, the surest first; parameters and errors as `calibration`."""
    confidence, right = _answers(probabilities, labels)
    order = np.argsort(-confidence, kind="stable")
    return Selection(confidence[order], np.cumsum(~right[order]))


def _answers(
    probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return of each digit the confidence of the answer, and whether it is right."""
    probabilities, labels = np.asarray(probabilities), np.asarray(labels)
    require_scorable(probabilities, labels)
    return probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == labels
