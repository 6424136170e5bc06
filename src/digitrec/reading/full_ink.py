"""How much ink is full: by how many grey levels strokes differ from their ground, in a picture and at each place.

In: levels float32[h,w], by how much each pixel is darker (or lighter) than its ground, and the least that counts. Out:
levels as well. Knows nothing of which pixels are written.
"""

import math

import cv2
import numpy as np

from digitrec.reading.ground import Levels
from digitrec.reading.quantile import quantile

_STROKE = 2e-4
"""Of a picture's pixels: a small digit's strokes have so many, and where print covers more they tell what ink is."""


def contrast_of(levels: Levels, floor: float) -> float:
    """Return how many grey levels full ink differs from the ground: the strong half of what stands out.

    Where print or rules are most of that, of what stands out most and is enough for a digit.
    """
    some = levels[levels > floor]
    if some.size < 4:  # noqa: PLR2004 - a speck
        return 0.0
    strongest = min(0.03, max(_STROKE * levels.size, 12) / some.size)
    some = some[some >= 0.5 * quantile(some, 1 - strongest)]
    return float(quantile(some, 0.70))


def full_ink(levels: Levels, floor: float) -> Levels:
    """Return float32[h,w], what counts as full ink at each place: nearly the most around it."""
    high, wide = levels.shape
    block = max(1, math.ceil(max(high, wide) / 128))
    soft = cv2.blur(levels, (3, 3))
    strongest = cv2.dilate(soft, np.ones((block, 1), dtype=np.uint8))[::block]
    strongest = cv2.dilate(strongest, np.ones((1, block), dtype=np.uint8))[:, ::block]
    reach = int(max(3, min(strongest.shape) / 4)) | 1
    around = cv2.dilate(strongest, np.ones((reach, reach), dtype=np.uint8))
    around = cv2.blur(around, (reach, reach))
    return np.asarray(
        np.maximum(cv2.resize(around, (wide, high), interpolation=cv2.INTER_LINEAR), floor), dtype=np.float32
    )
