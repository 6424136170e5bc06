"""Lines that rise or fall: a number written at a slope, or a sheet that lies askew; made level for reading.

In: the ink of one line, uint8[h,w], and how high its digits are. Out: its slope, and its ink moved up and down column
by column until it is level: digits that were turned with their line lean then, as many people's do. Knows nothing of
which signs they are.
"""

import cv2
import numpy as np
import numpy.typing as npt

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
