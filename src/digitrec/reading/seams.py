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
    rows, wide = image.shape
    stride = wide / steps
    ink = image.astype(np.float64) / 255
    middles = [stride * (first + last) / 2 + lead for first, last in said]
    found = np.zeros(image.shape, dtype=np.intp)
    least = np.zeros(rows, dtype=np.intp)
    columns = np.arange(wide)
    for number, (left, right) in enumerate(pairwise(middles), start=1):
        first = max(1, math.ceil(left + _NEAR))
        last = min(wide - 1, math.floor(right - _NEAR))
        if first > last:  # said too close together: cut straight
            first = last = min(max(round((left + right) / 2), 0), wide)
        # A sign that comes later has nothing left of what comes before it, and leaves room for those after it.
        least = np.maximum(least + 1, _seam(ink, first, last, (left + right) / 2))
        least = np.minimum(least, max(wide - len(said) + number, 0))
        found += columns >= least[:, None]
    return found


def _seam(ink: npt.NDArray[np.float64], first: int, last: int, middle: float) -> npt.NDArray[np.intp]:
    """Return for each row, intp[28], the column from `first` to `last` left of which it is cut."""
    rows = len(ink)
    if first == last:
        return np.full(rows, first)
    cuts = np.arange(first, last + 1)
    # A cut lies between two pixels and takes half of the ink of each; aside it goes through whole ones.
    through = (ink[:, cuts] + ink[:, cuts - 1]) / 2 + _AWAY * np.abs(cuts - middle)
    aside = np.concatenate([np.zeros((rows, 1)), (ink[:, cuts[:-1]] + _STEP).cumsum(1)], axis=1)
    costs = np.zeros(len(cuts))
    came = np.empty((rows, len(cuts)), dtype=np.intp)
    for row in range(rows):
        costs, came[row] = _along(costs, aside[row])
        costs = costs + through[row]
    seam = np.empty(rows, dtype=np.intp)
    at = int(costs.argmin())
    for row in reversed(range(rows)):
        seam[row] = at
        at = int(came[row, at])
    return seam + first


def _along(
    costs: npt.NDArray[np.float64], aside: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Return the least cost of coming to each column by going along a row, float64[n], and from which, intp[n]."""
    places = np.arange(len(costs))
    best, origin = costs, places
    for way in (1, -1):
        own = (costs - way * aside)[::way]
        lowest = np.minimum.accumulate(own)
        # From where the lowest so far is: the last place at which it was reached.
        reached = np.maximum.accumulate(np.where(own <= lowest, np.arange(len(own)), 0))
        total, origins = (lowest + (way * aside)[::way])[::way], places[::way][reached][::way]
        nearer = total < best
        best, origin = np.where(nearer, total, best), np.where(nearer, origins, origin)
    return best, origin
