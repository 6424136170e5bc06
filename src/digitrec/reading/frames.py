"""The frame around a small picture, painted over: the printed cell or box that something was cut out with.

In: a picture in grey, uint8[h,w]. Out: the same, with the ground's colour where its frame was. A frame is as dark (or
as light) as ink, goes all round, corners too, is thin, and has ground and ink inside. Large pictures have rules
instead (`rules.py`). Knows nothing of digits.
"""

from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.polarity import Grey
from digitrec.reading.rules import is_tiny

_LARGEST = 256
"""Pixels along the shorter side: in larger pictures a frame is one of many lines."""

_THICKEST = 0.15
"""Of the shorter side, on each side of a picture, with what ground there is outside the frame."""

_MARKED, _OPEN = 0.9, 0.6
"""Of a row that belongs to the frame so much is marked at least, and of the row inside it at most."""

_INSIDE = (0.01, 0.5)
"""Of what is inside the frame: with less ink there is nothing written in it, and it may be a nought; more is ground."""

_WITHIN, _GOES_ON = 2, 0.42
"""So many pixels inside a frame, beyond the steps of one that is not level, at most that share has its colour; else it
is ground round thick strokes that were cut out closely."""

_SOFT = 1
"""Pixels inside a frame that are half its colour."""

Marks = npt.NDArray[np.bool_]
Depths = tuple[int, int, int, int]
Scalar = TypeVar("Scalar", np.uint8, np.bool_)


def without_frame(grey: Grey) -> Grey:
    """Return a picture in grey without its frame; as it is where it has none."""
    if min(grey.shape) > _LARGEST or min(grey.shape) < 12:  # noqa: PLR2004 - too small for a frame and a digit
        return grey
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    light = grey > level
    for marks in (~light, light):
        depths = _depths(marks)
        if depths is not None and _holds_ink(inner := _inside(marks, depths)):
            ground = int(np.median(_inside(grey, depths)[~inner]))
            painted = np.full_like(grey, ground)
            _inside(painted, depths)[:] = _inside(grey, depths)
            return painted
    return grey


def _inside(picture: npt.NDArray[Scalar], depths: Depths) -> npt.NDArray[Scalar]:
    top, right, bottom, left = depths
    return picture[top : picture.shape[0] - bottom, left : picture.shape[1] - right]


def _holds_ink(inner: Marks) -> bool:
    """Whether what is inside a frame is ground with something on it: where much goes on from the frame it is ground."""
    if not _INSIDE[0] <= inner.mean() <= _INSIDE[1]:
        return False
    within = min(_WITHIN, min(inner.shape) // 4)
    ends = [within, -1 - within]
    sides = np.concatenate([*inner[ends], *inner[:, ends].T])
    # In the corners of a small frame is ground; round a nought that fills the picture they are the ground's own.
    corners = is_tiny(inner.shape) and inner[np.ix_(ends, ends)].any()
    return bool(sides.mean() <= _GOES_ON and not corners)


def _depths(marks: Marks) -> Depths | None:
    """Return how many rows or columns at each side (top, right, bottom, left) a frame takes; None without one."""
    most = max(2, round(_THICKEST * min(marks.shape)))
    left, top, wide, high = cv2.boundingRect(marks.view(np.uint8))
    outside = (top, marks.shape[1] - left - wide, marks.shape[0] - top - high, left)
    if max(outside) > most or not wide:
        return None
    box = marks[top : top + high, left : left + wide]
    found = []
    for turn, beyond in enumerate(outside):
        turned = np.rot90(box, turn)[: max(0, most - beyond) + 2]
        share = turned.mean(1)
        full = share >= _MARKED
        if not full.any():
            return None
        first = int(np.argmax(full))
        last = first + int(np.argmin(full[first:])) if not full[first:].all() else len(full)
        # It begins at the ink's own edge, but for steps of a frame that is not quite level, and has an end.
        if first > 1 or last >= len(full) or share[min(last + _SOFT, len(share) - 1)] > _OPEN:
            return None
        found.append(beyond + last + _SOFT)
    top, right, bottom, left = found
    if top + bottom >= marks.shape[0] or left + right >= marks.shape[1]:
        return None
    return top, right, bottom, left
