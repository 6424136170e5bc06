"""A photo on a telephone's screen: the app's bars above and below it, which hold words and buttons.

In: a picture, uint8[h,w,3] or uint8[h,w]. Out: which of its rows are the photo. An app's ground is one colour to the
last level, black or white, and the photo begins at once and goes from side to side. Knows nothing of ink or paper.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ground import reduced
from digitrec.reading.paper_alone import Pixels

_ALIKE, _BLACK, _WHITE = 2, 24, 232
"""Levels by which an app's ground differs, and those that it has at most where it is black, and at least where white.
"""

_BAR, _PHOTO, _AT_ONCE = 0.6, 0.2, 2
"""Of a row: so much of a bar is ground, and of a photo is like it at most; and rows that are half of both, at most."""

_LEAST, _LEAST_BAR, _LEAST_BARS = 0.25, 0.02, 0.1
"""Of the picture's height: a photo, a bar, and both bars together, at least."""

_UPRIGHT, _ENOUGH, _EVEN, _PLAIN = 1.3, 100, 6, 0.6
"""A telephone's screen is so many times as high as wide, and has so many rows at least; and of what is within
so many levels of a photo's middle one, it has less: a banner is plain."""


def find_photo(pixels: Pixels) -> slice | None:
    """Return the rows between an app's bars, but for a reduced picture's first and last; None where there is none."""
    if pixels.shape[0] < max(_UPRIGHT * pixels.shape[1], _ENOUGH):
        return None
    small = reduced(pixels)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)  # noqa: PLR2004
    ground = int(np.median(grey[0]))
    share = _alike(grey, ground, _ALIKE).mean(1)
    other = np.flatnonzero(share < _PHOTO)
    if _BLACK < ground < _WHITE or not len(other):
        return None
    first, last = int(other[0]), int(other[-1]) + 1
    photo, above, below = grey[first:last], share[: max(0, first - _AT_ONCE)], share[last + _AT_ONCE :]
    # A page has more ground beside its writing, and between its lines; a banner on it is plain.
    bars = min(above.min(initial=1), below.min(initial=1)) >= _BAR and _are_bars(first, len(share) - last, len(share))
    through = (share[first:last] < _PHOTO).all() and last - first >= _LEAST * len(share)
    if not (bars and through) or _alike(photo, round(float(np.median(photo))), _EVEN).mean() > _PLAIN:
        return None
    factor = pixels.shape[0] / len(share)
    return slice(round((first + 1) * factor), round((last - 1) * factor))


def _are_bars(above: int, below: int, high: int) -> bool:
    """Whether so many rows above and below are an app's, on a screen of so many."""
    return min(above, below) >= _LEAST_BAR * high and above + below >= _LEAST_BARS * high


def _alike(grey: Pixels, level: int, most: int) -> npt.NDArray[np.bool_]:
    """Return bool[h,w], what differs from a level by so much at most."""
    return np.asarray(cv2.absdiff(grey, np.full_like(grey, level)) <= most)
