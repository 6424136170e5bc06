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
    wide = image.shape[1]
    stride = wide / steps
    middles = [stride * (first + last) / 2 + lead for first, last in said]
    found = np.zeros(image.shape, dtype=np.intp)
    least = np.zeros(len(image), dtype=np.intp)
    columns = np.arange(wide)
    ranges = [_between(left, right, wide) for left, right in pairwise(middles)]
    for number, seam in enumerate(_seams(image, ranges) if ranges else (), start=1):
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
    """Return for each range and each row, intp[n,28], the column left of which it is cut.

    All at once, by dynamic programming from row to row. A cut lies between two pixels and takes half of the ink of
    each; aside it goes through whole ones.
    """
    first, last, middle = (np.array(each)[:, None, None] for each in zip(*ranges, strict=True))
    cuts = first + np.arange(int((last - first).max()) + 1)  # (n, 1, columns), of which those after the last are none
    ink = image.astype(np.float64) / 255
    rows = np.arange(len(ink))[:, None]
    here, before = (ink[rows, np.minimum(cuts - back, image.shape[1] - 1)] for back in (0, 1))  # (n, 28, columns)
    through = np.where(cuts <= last, (here + before) / 2 + _AWAY * np.abs(cuts - middle), np.inf)
    aside = np.pad(here[:, :, :-1] + _STEP, ((0, 0), (0, 0), (1, 0))).cumsum(2)
    aside[:, :, 0] = 0
    costs = np.zeros((len(ranges), cuts.shape[2]))
    came = []
    for row in range(len(ink)):
        costs, origins = _along(costs, aside[:, row])
        costs = costs + through[:, row]
        came.append(origins)
    at = costs.argmin(1)
    found = []
    for origins in reversed(came):
        found.append(at)
        at = np.take_along_axis(origins, at[:, None], 1)[:, 0]
    return np.asarray(np.stack(found[::-1], axis=1) + first[:, :, 0])


def _along(
    costs: npt.NDArray[np.float64], aside: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Return the least cost of coming to each column by going along a row, float64[n,w], and from which, intp[n,w].

    `costs` are those of each column before, `aside` those of going there from the first.
    """
    places = np.broadcast_to(np.arange(costs.shape[1]), costs.shape)
    best, origins = costs, places
    for way in (1, -1):
        own = (costs - way * aside)[:, ::way]
        lowest = np.minimum.accumulate(own, axis=1)
        # From where the lowest so far is: the last place at which it was reached.
        reached = np.maximum.accumulate(np.where(own <= lowest, np.arange(own.shape[1]), 0), axis=1)
        total = (lowest + (way * aside)[:, ::way])[:, ::way]
        from_where = np.take_along_axis(places[:, ::way], reached, 1)[:, ::way]
        nearer = total < best
        best, origins = np.where(nearer, total, best), np.where(nearer, from_where, origins)
    return best, np.asarray(origins)
