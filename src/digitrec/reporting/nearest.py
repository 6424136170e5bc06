"""The training digits that are most like a digit: what a model may have taken it for.

In: rows of numbers, pixels or a model's own features. Out: which rows are nearest. Knows no model and no picture.
"""

import numpy as np
import numpy.typing as npt

_AT_ONCE = 10_000


def nearest(rows: npt.NDArray[np.generic], among: npt.NDArray[np.generic], count: int) -> npt.NDArray[np.intp]:
    """Return intp[n,count]: for each of the rows which of the others are nearest, the nearest first.

    Parameters
    ----------
    rows, among
        Real numbers [n,d] and [m,d]; by Euclid's distance, in float32.
    count
        How many; no more than there are others.
    """
    numbers = rows.astype(np.float32)
    count = min(count, len(among))
    distances = np.empty((len(rows), len(among)), np.float32)
    for start in range(0, len(among), _AT_ONCE):
        some = among[start : start + _AT_ONCE].astype(np.float32)
        # The square of the row itself is left out: it is the same for all the others.
        distances[:, start : start + _AT_ONCE] = (some**2).sum(axis=1) - 2 * numbers @ some.T
    chosen = np.argpartition(distances, count - 1, axis=1)[:, :count]
    order = np.argsort(np.take_along_axis(distances, chosen, axis=1), axis=1, kind="stable")
    return np.take_along_axis(chosen, order, axis=1)
