"""How well digits can be told from what is none, by one score of each picture.

In: the scores of digits and of other pictures, two arrays; the greater, the more a digit. Out: a `Detection`. Knows no
model, no picture, and not what the score is.
"""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.errors import ScoreError

KEPT = 0.95
"""The share of digits that must be kept where false positives are counted (Hendrycks & Gimpel 2017)."""


@dataclass(frozen=True)
class Detection:
    """What `detection` found.

    Attributes
    ----------
    count
        Pictures that are no digits.
    area
        Under the receiver operating characteristic: how likely a digit has a greater score than a picture that is
        none, each drawn at random; equal scores count half.
    false_positives
        The share of those pictures that are taken for digits, where at least 95 % of the digits are.
    """

    count: int
    area: float
    false_positives: float

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes."""
        return asdict(self)


def detection(digits: npt.NDArray[np.floating], others: npt.NDArray[np.floating]) -> Detection:
    """Return how well float[n] of digits and float[m] of other pictures are told apart.

    Raises
    ------
    ScoreError
        When there are none of either, or a score is not finite.
    """
    digits, others = np.asarray(digits, dtype=np.float64), np.asarray(others, dtype=np.float64)
    for name, scores in (("digits", digits), ("other pictures", others)):
        if scores.ndim != 1 or not scores.size or not np.isfinite(scores).all():
            raise ScoreError(f"scores of {name} of shape {scores.shape}; expected at least one finite number, (n,)")
    ordered = np.sort(others)
    below, up_to = (np.searchsorted(ordered, digits, side) for side in ("left", "right"))
    area = float((below + up_to).mean() / (2 * len(others)))
    threshold = np.sort(digits)[len(digits) - math.ceil(KEPT * len(digits) - 1e-9)]
    return Detection(len(others), area, float((others >= threshold).mean()))
