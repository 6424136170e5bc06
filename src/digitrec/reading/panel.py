"""Canvases on a screen: filled rectangles of one colour on a page of another, with strokes of a third in them.

In: a picture, uint8[h,w,3] or uint8[h,w]. Out: the corners of the one that is drawn on, or of the many of a figure in
which each digit has its own, by which what is beside them is painted over (`paper_alone.py`): a white digit on a black
canvas on a white page is no black frame, and no title is written. Knows nothing of light and paper, which `sheet.py`
looks for; a canvas is as straight as pixels are.
"""

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
    """Return the canvases in a picture of a screen, float32[4,2] each, their corners (x, y); none where there is none.

    All of the picture must be on a screen or scanned, for a canvas is of one colour all over. It is a large one, the
    largest, or many of one size and colour.
    """
    factor = max(1.0, max(pixels.shape[:2]) / SMALL)
    small = reduced(pixels)
    grey = small if small.ndim == 2 else np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)  # noqa: PLR2004
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    of_dark, of_light = (_panels(grey, marks) for marks in (grey <= level, grey > level))
    large = [box for box in (*of_dark, *of_light) if _is_large(box, grey.shape)]
    if large:
        found = [max(large, key=lambda box: box[2] * box[3])]
    else:
        found = max(_of_one_size(of_dark), _of_one_size(of_light), key=len)
    corners = []
    for left, top, wide, high in found:
        right, bottom = left + wide - 1, top + high - 1
        box = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)
        corners.append(np.asarray((box + 0.5) * factor - 0.5, dtype=np.float32))
    return tuple(corners)


def _panels(grey: Pixels, marks: npt.NDArray[np.bool_]) -> list[Box]:
    """Return what of the marked is a canvas, of whatever size."""
    contours, _ = cv2.findContours(marks.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours:
        left, top, wide, high = cv2.boundingRect(contour)
        area = max(1, (wide - 1) * (high - 1))
        filled = cv2.contourArea(contour) > _CUT * area and cv2.contourArea(cv2.convexHull(contour)) > _FILLED * area
        box = left, top, wide, high
        if filled and min(wide, high) >= _SMALLEST and _is_panel(grey, marks, box):
            found.append(_without_ticks(box, marks[top : top + high, left : left + wide]))
    return found


def _without_ticks(box: Box, marks: npt.NDArray[np.bool_]) -> Box:
    """Return a canvas without what stands out of it: the ticks of a figure's axes."""
    left, top, _, _ = box
    rows, columns = (np.flatnonzero(marks.mean(axis) > 0.5) for axis in (1, 0))  # noqa: PLR2004 - most of it
    if not len(rows) or not len(columns):
        return box
    right, bottom = left + int(columns[-1]) + 1, top + int(rows[-1]) + 1
    left, top = left + int(columns[0]), top + int(rows[0])
    return left, top, right - left, bottom - top


def _is_large(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a canvas is so large in a picture of that shape that it is what the picture shows."""
    _, _, wide, high = box
    return wide * high >= _LEAST * shape[0] * shape[1] and min(wide, high) >= _NARROWEST * min(shape)


def _of_one_size(boxes: list[Box]) -> list[Box]:
    """Return the canvases that are as large as the usual one, where that is more than one."""
    if not boxes:
        return []
    sides = np.array(boxes)[:, 2:]
    usual = np.median(sides, axis=0)
    alike = (np.abs(sides - usual) < _ALIKE_IN_SIZE * usual).all(1)
    return [box for box, like in zip(boxes, alike.tolist(), strict=True) if like] if alike.sum() > 1 else []


def _is_panel(grey: Pixels, marks: npt.NDArray[np.bool_], box: Box) -> bool:
    """Whether what is marked of a box is a canvas: of one colour, drawn on, and the page's colour around it."""
    left, top, wide, high = box
    if wide * high > _MOST * grey.size:
        return False
    # What goes on beyond the picture on more than one side is a part of it in other light.
    if (left <= 0) + (top <= 0) + (left + wide >= grey.shape[1]) + (top + high >= grey.shape[0]) > 1:
        return False
    inside = slice(top, top + high), slice(left, left + wide)
    ground = grey[inside][marks[inside]]
    alike = np.abs(ground - np.median(ground)) <= _ALIKE
    if alike.mean() < _EVEN or not _DRAWN[0] < 1 - marks[inside].mean() < _DRAWN[1]:
        return False
    rows, columns = np.ogrid[: grey.shape[0], : grey.shape[1]]
    away = np.maximum(
        np.maximum(left - columns, columns - (left + wide - 1)), np.maximum(top - rows, rows - (top + high - 1))
    )
    ring = (away > _RIM) & (away <= _RIM + min(_BESIDE, max(1, round(_BESIDE_ITSELF * min(wide, high)))))
    return bool(ring.any() and (~marks[ring]).mean() > _OTHER)
