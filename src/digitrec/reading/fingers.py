"""Fingers that hold the paper, in a photo: thick, of the hue of skin beside the paper's, and going on beyond its edge.

In: a picture, uint8[h,w,3]. Out: where fingers are, so that their outlines and nails are not taken for strokes. Knows
nothing of ink or digits.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ground import reduced
from digitrec.reading.paper_alone import Corners, Pixels, beside_colour, of_sheet, paper_instead
from digitrec.reading.quantile import quantile

_REDDER, _DARKEST = 1.12, 0.3
"""Skin beside paper: how much redder than blue it is, and how bright its red is at least."""

_BOARD, _BRIGHTER = 80, 2.0
"""A ground no brighter than that in any colour is a board, or a screen: beside it grey has any hue, but fingers are so
many times as bright in red at least."""

_GLARE = 245
"""Where all colours are so bright it is light, beside which paper may be bluish."""

_THICK = 0.06
"""Of the shorter side: no pen is as thick as a finger."""

_LEAST, _MOST = 0.004, 0.3
"""Of the picture, for one finger."""

_RECTANGLE = 0.95
"""Of the rectangle round it: so much of it cardboard fills, and no finger."""

_AROUND = 0.025
"""Of the longer side: so far around it there may be its outline and its shadow."""


def find_fingers(pixels: Pixels, *, alone: bool = False) -> npt.NDArray[np.bool_] | None:
    """Return bool[h,w], where fingers are and their shadows; None where there are none, or no colours.

    Where paper is `alone` all that was beside it is painted over, no cardboard is there, and fingers are straight.
    """
    if pixels.ndim == 2:  # noqa: PLR2004 - grey
        return None
    small = cv2.GaussianBlur(reduced(pixels), (0, 0), 1.0)
    size = small.shape[1], small.shape[0]
    paper = np.array([quantile(np.ascontiguousarray(plane), 0.5) for plane in cv2.split(small)])
    red, green, blue = beside_colour(np.asarray(small, dtype=np.uint8), paper)
    skin = (red > _REDDER * blue) & (red > green) & (green > 0.95 * blue) & (small.min(2) < _GLARE)
    skin &= red > (_DARKEST if paper.max() > _BOARD else _BRIGHTER)
    side = max(3, round(_THICK * min(size))) | 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    # It goes on beyond the picture's edge; its nail may be of another hue.
    framed = cv2.copyMakeBorder(skin.astype(np.uint8), side, side, side, side, cv2.BORDER_REPLICATE)
    thick = cv2.morphologyEx(cv2.morphologyEx(framed, cv2.MORPH_OPEN, ellipse), cv2.MORPH_CLOSE, ellipse)
    thick = thick[side:-side, side:-side]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=4)
    at_edge = {*labels[0].tolist(), *labels[-1].tolist(), *labels[:, 0].tolist(), *labels[:, -1].tolist()}
    found = [
        label
        for label in range(1, count)
        if label in at_edge
        and _LEAST * thick.size < stats[label, cv2.CC_STAT_AREA] < _MOST * thick.size
        and (alone or not _is_rectangle(labels == label))
    ]
    if not found:
        return None
    around = max(3, round(2 * _AROUND * max(size))) | 1
    wide = cv2.dilate(np.isin(labels, found).astype(np.uint8), np.ones((around, around), dtype=np.uint8))
    return np.asarray(cv2.resize(wide, pixels.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0)


def _is_rectangle(marks: npt.NDArray[np.bool_]) -> bool:
    """Return whether marks, bool[h,w], are a rectangle, however turned."""
    contours, _ = cv2.findContours(marks.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(contours, key=cv2.contourArea)
    _, (wide, high), _ = cv2.minAreaRect(outline)
    return bool(cv2.contourArea(outline) > _RECTANGLE * max(wide * high, 1.0))


def fingers_on(pixels: Pixels, sheet: Corners | None) -> npt.NDArray[np.bool_] | None:
    """Return where fingers are, as `find_fingers`; on a sheet they are looked for as if they went on beyond it."""
    if sheet is None:
        return find_fingers(pixels)
    small = reduced(pixels)
    alone = paper_instead(small, of_sheet(sheet * np.float32(small.shape[1] / pixels.shape[1]), small.shape))
    found = find_fingers(alone, alone=True)
    if found is None:
        return None
    return cv2.resize(found.view(np.uint8), pixels.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
