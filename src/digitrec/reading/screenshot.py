"""A photo on a telephone's screen: the app's bars above and below it, which hold words and buttons.

In: a picture, uint8[h,w,3] or uint8[h,w]. Out: which of its rows are the photo. An app's ground is one colour to the
last level, black or white, and the photo begins at once and goes from side to side. Knows nothing of ink or paper.
"""

import cv2
import numpy as np

from digitrec.reading.ground import reduced
from digitrec.reading.paper_alone import Pixels

_ALIKE, _BLACK, _WHITE = 2, 24, 232
"""Levels by which an app's ground differs, and those that it has at most where it is black, and at least where white.
"""

_BAR, _PHOTO, _AT_ONCE = 0.6, 0.2, 2
"""Of a row: so much of a bar is ground, and of a photo is like it at most; and rows that are half of both, at most."""

_LEAST, _LEAST_BAR, _LEAST_BARS = 0.12, 0.02, 0.1
"""Of the picture's height: a photo, a bar, and both bars together, at least."""


def find_photo(pixels: Pixels) -> slice | None:
    """Return the rows between an app's bars; None where the picture is no such screen."""
    small = reduced(pixels)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)  # noqa: PLR2004
    ground = int(np.median(grey[0]))
    if _BLACK < ground < _WHITE:
        return None
    share = (cv2.absdiff(grey, np.full_like(grey, ground)) <= _ALIKE).mean(1)
    other = np.flatnonzero(share < _PHOTO)
    if not len(other):
        return None
    first, last = int(other[0]), int(other[-1]) + 1
    high = len(share)
    bars = (first, high - last)
    if last - first < _LEAST * high or min(bars) < _LEAST_BAR * high or sum(bars) < _LEAST_BARS * high:
        return None
    above, below = share[: max(0, first - _AT_ONCE)], share[last + _AT_ONCE :]
    # A page has more ground beside its writing, and between its lines.
    if (share[first:last] >= _PHOTO).any() or min(above.min(initial=1), below.min(initial=1)) < _BAR:
        return None
    factor = pixels.shape[0] / high
    return slice(round((first + 1) * factor), round((last - 1) * factor))
