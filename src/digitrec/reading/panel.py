"""The canvas on a screen: a filled rectangle of one colour on a page of another, with strokes of a third in it.

In: a picture, uint8[h,w,3] or uint8[h,w]. Out: the rectangle's corners, by which what is beside it is painted over
(`paper_alone.py`): a white digit on a black canvas on a white page is no black frame. Knows nothing of light and paper,
which `sheet.py` looks for; a canvas is as straight as pixels are.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ground import SMALL, reduced
from digitrec.reading.paper_alone import Corners, Pixels

_LEAST, _MOST, _NARROWEST = 0.08, 0.9, 0.25
"""Of the picture: so much of it a canvas is at least and at most; and of its shorter side, each side of one."""

_FILLED, _CUT = 0.98, 0.6
"""Of the box around it: so much a canvas fills, with what is drawn on it; and without what is drawn over its edge."""

_RIM, _BESIDE, _OTHER = 2, 6, 0.9
"""Pixels of the reduced picture around a canvas that may be its border, and beyond those so many more of which such a
share is of the page's colour, which the border of a box on paper is too thin for."""

_DRAWN = (0.002, 0.6)
"""Of a canvas: so much is drawn on it."""

_ALIKE = 4
"""Levels by which most of a canvas's ground differ at most from the middle ones."""


def find_panel(pixels: Pixels) -> Corners | None:
    """Return float32[4,2], the corners (x, y) of the largest canvas in a picture of a screen; None where there is none.

    All of the picture must be on a screen or scanned, for a canvas is of one colour all over.
    """
    factor = max(1.0, max(pixels.shape[:2]) / SMALL)
    small = reduced(pixels)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)  # noqa: PLR2004
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    best: tuple[int, Corners] | None = None
    for marks in (grey <= level, grey > level):
        contours, _ = cv2.findContours(marks.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            left, top, wide, high = cv2.boundingRect(contour)
            area = max(1, (wide - 1) * (high - 1))
            filled = (
                cv2.contourArea(contour) > _CUT * area and cv2.contourArea(cv2.convexHull(contour)) > _FILLED * area
            )
            if filled and (best is None or wide * high > best[0]) and _is_panel(grey, marks, (left, top, wide, high)):
                right, bottom = left + wide - 1, top + high - 1
                corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)
                best = (wide * high, np.asarray((corners + 0.5) * factor - 0.5, dtype=np.float32))
    return None if best is None else best[1]


def _is_panel(grey: Pixels, marks: npt.NDArray[np.bool_], box: tuple[int, int, int, int]) -> bool:
    """Whether what is marked of a box is a canvas: large, of one colour, drawn on, and the page's colour around it."""
    left, top, wide, high = box
    if not _LEAST <= wide * high / grey.size <= _MOST or min(wide, high) < _NARROWEST * min(grey.shape):
        return False
    # What goes on beyond the picture on more than one side is a part of it in other light.
    if (left <= 0) + (top <= 0) + (left + wide >= grey.shape[1]) + (top + high >= grey.shape[0]) > 1:
        return False
    inside = slice(top, top + high), slice(left, left + wide)
    ground = grey[inside][marks[inside]]
    low, middle, most = np.quantile(ground, (0.2, 0.5, 0.8))
    if max(most - middle, middle - low) > _ALIKE or not _DRAWN[0] < 1 - marks[inside].mean() < _DRAWN[1]:
        return False
    rows, columns = np.ogrid[: grey.shape[0], : grey.shape[1]]
    away = np.maximum(
        np.maximum(left - columns, columns - (left + wide - 1)), np.maximum(top - rows, rows - (top + high - 1))
    )
    ring = (away > _RIM) & (away <= _RIM + _BESIDE)
    return bool(ring.any() and (~marks[ring]).mean() > _OTHER)
