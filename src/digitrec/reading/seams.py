"""Which ink of a line belongs to which of its signs.

In: a line, uint8[28,w], and where its signs are said, as `decode.said_at` finds it. Out: for each pixel the number of
the sign whose it is. Between two signs the line is parted along a seam, from its top to its bottom, that crosses least
ink (Avidan & Shamir 2007, section 3, with steps along a row as well), so that the bar of a 7 which reaches over its
neighbour stays whole. Knows no picture, and not what the signs are.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

_NEAR = 2.0
"""Pixels beside the middle of a sign within which no seam goes."""

_STEP, _AWAY = 0.02, 0.001
"""Of a pixel full of ink, what it costs to go a pixel aside, and each row a pixel away from half-way between two signs:
little, so that of ways through as little ink the straightest in the middle is taken."""


def whose_ink(
    said: Sequence[tuple[float, float]], steps: int, image: npt.NDArray[np.uint8], lead: float = 0.0
) -> npt.NDArray[np.intp]:
    """Return for each pixel of a line, intp[28,w], which sign it belongs to, from 0; 0 everywhere where there is none.

    Each sign has a pixel or more in every row, if there are enough.
    A network says a sign where it likes, in its order: some before it comes, but always as long before.

    Parameters
    ----------
    said, steps
        From and to which of so many columns each sign is said.
    image
        The line that the columns are of, uint8[28,w].
    lead
        Pixels from where a sign is said to the middle of its ink, as in the model's file.
    """
    found = np.zeros(image.shape, dtype=np.intp)
    if len(said) < 2:  # noqa: PLR2004 - nothing to part
        return found
    wide = image.shape[1]
    stride = wide / steps
    middles = [stride * (first + last) / 2 + lead for first, last in said]
    ranges = [_between(left, right, wide) for left, right in pairwise(middles)]
    least = np.zeros(len(image), dtype=np.intp)
    columns = np.arange(wide)
    for number, seam in enumerate(_seams(image, ranges), start=1):
        # A sign that comes later has nothing left of what comes before it, and leaves room for those after it.
        least = np.minimum(np.maximum(least + 1, seam), max(wide - len(said) + number, 0))
        found += columns >= least[:, None]
    return found


def _between(left: float, right: float, wide: int) -> tuple[int, int, float]:
    """Return the first and last column at which a line may be cut between the middles of two signs, and half-way."""
    first, last = max(1, math.ceil(left + _NEAR)), min(wide - 1, math.floor(right - _NEAR))
    if first > last:  # said too close together: cut straight
        first = last = min(max(round((left + right) / 2), 1), wide - 1)
    return first, last, (left + right) / 2


def _seams(image: npt.NDArray[np.uint8], ranges: Sequence[tuple[int, int, float]]) -> npt.NDArray[np.intp]:
    """Return for each range and each row, intp[n,28], the column left of which it is cut."""
    found = np.empty((len(ranges), len(image)), dtype=np.intp)
    touching = []
    inked = np.asarray(image.any(axis=0))
    for number, (first, last, middle) in enumerate(ranges):
        free = np.flatnonzero(~(inked[first : last + 1] | inked[first - 1 : last])) + first
        if len(free):
            found[number] = free[np.abs(free - middle).argmin()]
        else:
            touching.append(number)
    if touching:
        found[touching] = _through_ink(image, [ranges[number] for number in touching])
    return found


def _through_ink(image: npt.NDArray[np.uint8], ranges: Sequence[tuple[int, int, float]]) -> npt.NDArray[np.intp]:
    """Return the same where no straight cut is free of ink: by dynamic programming from row to row, all at once.

    A cut lies between two pixels and takes half of the ink of each; aside it goes through whole ones.
    """
    first, last, middle = (np.array(each)[:, None, None] for each in zip(*ranges, strict=True))
    cuts = first + np.arange(int((last - first).max()) + 1)  # (n, 1, columns), of which those after the last are none
    ink = image.astype(np.float64) / 255
    rows = np.arange(len(ink))[:, None]
    here, before = (ink[rows, np.minimum(cuts - back, image.shape[1] - 1)] for back in (0, 1))  # (n, 28, columns)
    through = np.where(cuts <= last, (here + before) / 2 + _AWAY * np.abs(cuts - middle), np.inf).swapaxes(0, 1)
    aside = np.zeros(through.shape)  # of going there from the first column
    np.cumsum((here[:, :, :-1] + _STEP).swapaxes(0, 1), axis=2, out=aside[:, :, 1:])
    costs = [np.zeros(through.shape[1:])]  # before each row, of each column
    for past, way in zip(through, aside, strict=True):
        right = np.minimum.accumulate(costs[-1] - way, axis=1) + way
        left = np.minimum.accumulate((costs[-1] + way)[:, ::-1], axis=1)[:, ::-1] - way
        costs.append(np.minimum(right, left) + past)
    at = costs.pop().argmin(1)
    seams, every = np.empty((len(ranges), len(ink)), dtype=np.intp), np.arange(len(ranges))
    for row in reversed(range(len(ink))):
        seams[:, row] = at
        way = aside[row]
        at = (costs[row] + np.abs(way - way[every, at][:, None])).argmin(1)
    return np.asarray(seams + first[:, :, 0])
