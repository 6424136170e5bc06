"""What a share of many values is no more than.

In: numbers. Out: one of them. Knows nothing of pictures.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

_ENOUGH = 100_000
"""Values that tell a share of any number."""


def quantile(values: npt.NDArray[Any], share: float) -> float:
    """Return what this share of the values is no more than, of very many by some, evenly picked.

    A tenth of the time of numpy's, which interpolates; of bytes, which are counted, less still.
    """
    flat = values.ravel()
    step = max(1, flat.size // _ENOUGH) | 1
    # One that shares a divisor with the width would pick from a few columns alone.
    while math.gcd(step, values.shape[-1]) > 1:
        step += 2
    flat = flat[::step]
    place = min(int(share * flat.size), flat.size - 1)
    if flat.dtype == np.uint8:
        return float(np.searchsorted(np.bincount(flat, minlength=256).cumsum(), place, side="right"))
    return float(np.partition(flat, place)[place])
