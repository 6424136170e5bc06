"""Canvases on a screen: filled rectangles or discs of one colour on a page of another, with strokes of a third in them.

In: a picture, uint8[h,w,3] or uint8[h,w]. Out: the corners of the one that is drawn on, or of the many of a figure in
which each digit has its own, by which what is beside them is painted over (`paper_alone.py`): a white digit on a black
canvas on a white page is no black frame, and no title is written. Knows nothing of light and paper, which `sheet.py`
looks for; a canvas is as straight as pixels are.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ground import SMALL, reduced
from digitrec.reading.paper_alone import Corners, Pixels

_LEAST, _MOST, _NARROWEST = 0.08, 0.9, 0.25
"""Of the picture: so much of it a canvas is at least and at most; and of its shorter side, each side of one."""

_SMALLEST, _ALIKE_IN_SIZE = 12, 0.2
"""Pixels of the reduced picture along each side of one of many; and of the usual one's sides, theirs differ by less."""

_FILLED, _CUT = 0.98, 0.6
"""Of the box around it: so much a canvas fills, with what is drawn on it; and without what is drawn over its edge."""

_ROUND, _LONGER, _THICKEST, _COARSE = 0.04, 1.3, 0.22, 0.015
"""Of an ellipse's area in its box a disc differs by less; so many times as long as wide it is at most; of its shorter
side strokes on it are no thicker; and of its longer side its corners lie no farther beside its outline."""

_RIM, _BESIDE, _BESIDE_ITSELF, _OTHER = 2, 6, 0.1, 0.9
"""Pixels of the reduced picture around a canvas that may be its border, and beyond those so many more, of its shorter
side at most such a share, since canvases stand side by side; of these that much is of the page's colour, which the
border of a box on paper is too thin for."""

_DRAWN = (0.002, 0.6)
"""Of a canvas: so much is drawn on it."""

_ALIKE, _EVEN = 4, 0.55
"""Levels by which such a share of a canvas's ground differs at most from the middle one; the rest are strokes' rims."""

Box = tuple[int, int, int, int]
"""Left, top, width and height, in pixels of the reduced picture."""


def find_panels(pixels: Pixels) -> tuple[Corners, ...]:
    """Return the canvases in a picture of a screen, float32[n,2] each, their corners (x, y); none where there is none.

    All of the picture must be on a screen or scanned, for a canvas is of one colour all over. It is a large one, the
    largest, or many of one size, all dark or all light.
    """
    factor = max(1.0, max(pixels.shape[:2]) / SMALL)
    small = reduced(pixels)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)  # noqa: PLR2004
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    of_dark, of_light = (_panels(grey, marks) for marks in (grey <= level, grey > level))
    large = [panel for panel in (*of_dark, *of_light) if _is_large(panel, grey.shape)]
    if large:
        found = [max(large, key=lambda panel: float(np.prod(np.ptp(panel, axis=0) + 1)))]
    else:
        found = max(_of_one_size(of_dark), _of_one_size(of_light), key=len)
    return tuple(np.asarray((panel + 0.5) * factor - 0.5, dtype=np.float32) for panel in found)


def _panels(grey: Pixels, marks: npt.NDArray[np.bool_]) -> list[Corners]:
    """Return the corners of what of the marked is a canvas, of whatever size, in pixels of the reduced picture."""
    contours, _ = cv2.findContours(marks.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found: list[Corners] = []
    for contour in contours:
        left, top, wide, high = box = _box_of(contour)
        hull = cv2.convexHull(contour)
        area, filled = max(1, (wide - 1) * (high - 1)), cv2.contourArea(hull)
        if min(wide, high) < _SMALLEST or cv2.contourArea(contour) <= _CUT * filled:
            continue
        inside = marks[top : top + high, left : left + wide]
        if filled > _FILLED * area:
            if _is_panel(grey, marks, box, drawn=~inside):
                left, top, wide, high = _without_ticks(box, inside)
                right, bottom = left + wide - 1, top + high - 1
                found.append(np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32))
        elif abs(filled / (math.pi / 4 * area) - 1) < _ROUND and max(wide, high) < _LONGER * min(wide, high):
            disc = np.zeros(inside.shape, dtype=np.uint8)
            cv2.fillConvexPoly(disc, hull - (left, top), 1)
            drawn = (disc > 0) & ~inside
            # A fat nought holds something thick.
            thick = 2 * cv2.distanceTransform(drawn.view(np.uint8), cv2.DIST_L2, 3).max()
            if thick <= _THICKEST * min(wide, high) and _is_panel(grey, marks, box, drawn=drawn):
                outline = cv2.approxPolyDP(hull, _COARSE * max(wide, high), closed=True)
                found.append(np.asarray(outline[:, 0], dtype=np.float32))
    return found


def _box_of(contour: npt.NDArray[np.generic]) -> Box:
    left, top, wide, high = cv2.boundingRect(np.asarray(contour, dtype=np.int32))
    return left, top, wide, high


def _without_ticks(box: Box, marks: npt.NDArray[np.bool_]) -> Box:
    """Return a canvas without what stands out of it: the ticks of a figure's axes."""
    left, top, _, _ = box
    rows, columns = (np.flatnonzero(marks.mean(axis) > 0.5) for axis in (1, 0))  # noqa: PLR2004 - most of it
    if not len(rows) or not len(columns):
        return box
    right, bottom = left + int(columns[-1]) + 1, top + int(rows[-1]) + 1
    left, top = left + int(columns[0]), top + int(rows[0])
    return left, top, right - left, bottom - top


def _is_large(panel: Corners, shape: tuple[int, ...]) -> bool:
    """Whether a canvas is so large in a picture of that shape that it is what the picture shows."""
    sides = np.ptp(panel, axis=0) + 1
    return bool(sides.prod() >= _LEAST * shape[0] * shape[1] and sides.min() >= _NARROWEST * min(shape))


def _of_one_size(panels: list[Corners]) -> list[Corners]:
    """Return the canvases that are as large as the usual one, where that is more than one."""
    if not panels:
        return []
    sides = np.array([np.ptp(panel, axis=0) + 1 for panel in panels])
    usual = np.median(sides, axis=0)
    alike = (np.abs(sides - usual) < _ALIKE_IN_SIZE * usual).all(1)
    return [panel for panel, like in zip(panels, alike.tolist(), strict=True) if like] if alike.sum() > 1 else []


def _is_panel(grey: Pixels, marks: npt.NDArray[np.bool_], box: Box, drawn: npt.NDArray[np.bool_]) -> bool:
    """Whether what is marked of a box is a canvas: of one colour, drawn on, bool[h,w], the page's colour around it."""
    left, top, wide, high = box
    if wide * high > _MOST * grey.size:
        return False
    # What goes on beyond the picture on more than one side is a part of it in other light.
    if (left <= 0) + (top <= 0) + (left + wide >= grey.shape[1]) + (top + high >= grey.shape[0]) > 1:
        return False
    inside = slice(top, top + high), slice(left, left + wide)
    ground = grey[inside][marks[inside]]
    alike = np.abs(ground - np.median(ground)) <= _ALIKE
    if alike.mean() < _EVEN or not _DRAWN[0] < drawn.mean() < _DRAWN[1]:
        return False
    rows, columns = np.ogrid[: grey.shape[0], : grey.shape[1]]
    away = np.maximum(
        np.maximum(left - columns, columns - (left + wide - 1)), np.maximum(top - rows, rows - (top + high - 1))
    )
    ring = (away > _RIM) & (away <= _RIM + min(_BESIDE, max(1, round(_BESIDE_ITSELF * min(wide, high)))))
    return bool(ring.any() and (~marks[ring]).mean() > _OTHER)
