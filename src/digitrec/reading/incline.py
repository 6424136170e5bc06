"""Lines that rise or fall: a number written at a slope, or a sheet that lies askew; made level for reading.

In: the ink of one line, uint8[h,w], and how high its digits are. Out: its slope, and its ink moved up and down column
by column until it is level: digits that were turned with their line lean then, as many people's do. And before that, of
the pieces of a page: whether they are such a line. Knows nothing of which signs they are.
"""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.parts import Part, usual_height
from digitrec.reading.quantile import quantile

Amount = npt.NDArray[np.uint8]

_STEEPEST, _STEPS = 0.6, 49
"""Rows a column, up or down, and how many slopes are tried."""

_LOW = 24
"""Pixels that digits are high where slopes are tried."""

_LONG, _HIGHER, _RISE = 1.6, 1.2, 0.3
"""Times as wide as its digits are high: a line that is shorter tells no slope; times as high: a line that is lower has
none; and of its digits' height: what rises by less from end to end is level enough."""

_BETTER = 1.1
"""By so much its rows must be told apart better when it is made level."""


_SOME, _FLAT, _OFF, _APART = 3, 0.15, 0.3, 0.25
"""Pieces that tell a line at a slope, and rows a column from which it is one: no more off it, by their middles, than
that share of their height, and no nearer to each other than that."""


def stand_at_a_slope(parts: Sequence[Part], gap: float) -> bool:
    """Return whether pieces as high as digits, from left to right, are one line that rises or falls.

    They may be so far apart, in pixels, that none is beside the next.
    """
    if len(parts) < _SOME or any(after.left - before.right > gap for before, after in pairwise(parts)):
        return False
    across, down = np.array([((part.left + part.right) / 2, part.middle) for part in parts]).T
    height = usual_height(parts)
    if np.diff(across).min() < _APART * height:  # one above another
        return False
    slope, start = np.polyfit(across, down, 1)
    off = np.abs(slope * across + start - down).max()
    return bool(_FLAT <= abs(slope) <= _STEEPEST and off <= _OFF * height)


def incline(amount: Amount, height: float) -> float:
    """Return by how many rows a line falls for each column to the right, 0 where it is about level.

    That slope at which its rows, made level, hold most unequal ink, as in Postl 1986, "Detection of linear oblique
    structures and skew scan in digitized documents".
    """
    high, wide = amount.shape
    if wide < _LONG * height or high < _HIGHER * height:
        return 0.0
    factor = min(1.0, _LOW / height)
    small = cv2.resize(amount, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    down, across = np.nonzero(small > quantile(small[small > 0], 0.5) / 2 if small.any() else small)
    if not len(down):
        return 0.0
    middle, weights = small.shape[1] / 2, small[down, across].astype(np.float64)
    most = int(_STEEPEST * small.shape[1]) + 2

    def told_apart(slope: float) -> float:
        rows = np.rint(down - slope * (across - middle)).astype(int) + most
        # Softened, since at some slopes more pixels than at others fall on one row.
        return float((np.convolve(np.bincount(rows, weights), (0.25, 0.5, 0.25)) ** 2).sum())

    slopes = np.linspace(-_STEEPEST, _STEEPEST, _STEPS)
    scores = np.array([told_apart(slope) for slope in slopes])
    best = float(slopes[scores.argmax()])
    if abs(best) * wide < _RISE * height or scores.max() < _BETTER * told_apart(0.0):
        return 0.0
    return best


def levelled(amount: Amount, slope: float) -> Amount:
    """Return the ink of a line that falls so much, made level about its middle."""
    if not slope:
        return amount
    high, wide = amount.shape
    moved = np.array([[1.0, 0.0, 0.0], [-slope, 1.0, slope * wide / 2]])
    return np.asarray(cv2.warpAffine(amount, moved, (wide, high), flags=cv2.INTER_LINEAR), dtype=np.uint8)
