"""How soft the edges of strokes are: the ink of a line → a share of its digits' height.

In: how much ink lies on each pixel of a line. Out: a number that is the same at any resolution. Knows nothing of
which signs they are, nor of when that is too soft.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

_COARSE = 16
"""Pixels: the edges of lower digits tell nothing."""

_PIXELS = 2.5
"""How wide the edges of a sharp picture are, for the camera's pixels and the slope's three."""

_EDGE = (77, 178)
"""Between these amounts of ink a pixel lies on an edge."""

_FEW = 10
"""Pixels on edges, of which fewer tell nothing."""


def softness(amount: npt.NDArray[np.uint8], height: float) -> float:
    """Return over how much of the digits' height ink comes and goes, in the middle of all edges; 0 where none is seen.

    A stroke's edge is as wide as full ink is more than the slope there. A lens that smears a point by a deviation
    of s heights makes it 1.5 s and more, whatever the pen.

    Parameters
    ----------
    amount
        uint8[h,w], 255 for full ink.
    height
        Of the digits, in pixels.
    """
    if height < _COARSE:
        return 0.0
    edges = (amount > _EDGE[0]) & (amount < _EDGE[1])
    if np.count_nonzero(edges) < _FEW:
        return 0.0
    # Sobel's eight times the slope.
    across, down = (cv2.Sobel(amount, cv2.CV_16S, *way)[edges].astype(np.float32) for way in ((1, 0), (0, 1)))
    slope = float(np.median(np.hypot(across, down))) / 8
    wide = 255 / max(slope, 1.0)
    # Squares add up, as what smears does.
    return math.sqrt(max(0.0, wide**2 - _PIXELS**2)) / height
