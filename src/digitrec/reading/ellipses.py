"""Circles drawn around a number that touch it: taken out of the ink, so that the digits stand by themselves.

In: an ink map with its pieces. Out: the same without the stroke of each ellipse that has something in it. A circle that
touches nothing goes as a whole (`writing.py`); this one has a piece of a digit, or all, hanging on it. Knows nothing of
lines.
"""

import math
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ink import Ink
from digitrec.reading.parts import Part, inside_of
from digitrec.reading.rules import is_page

_LARGEST = 6
"""Pieces that are looked at, by their boxes."""

_HOLLOW, _LEAST = 0.3, 40
"""Of its box: a circle's stroke, with what hangs on it, covers no more; and how many pixels it is wide and high."""

_ANGLES = 180
"""Directions in which its outline is looked for."""

_ROUND, _ASTRAY = 0.86, 0.8
"""Of all directions: in so many the outline lies on the ellipse, to within so many widths of its stroke."""

_INSIDE, _SEVERAL = 0.3, 1.3
"""Of its height: what is in it is so high; nothing but what hangs on it tells where it is not so many times as wide as
high: that may be a nought with a loop, or with a stroke through it."""


def without_ellipses(ink: Ink, labels: npt.NDArray[np.int32], parts: list[Part]) -> Ink:
    """Return the ink without circles that parts hang on, the same object where there are none.

    Parameters
    ----------
    ink
        Of a page; there are none in others.
    labels, parts
        Its pieces, as `connected_parts` returns them.
    """
    if not is_page(ink.mask.shape):
        return ink
    gone = np.zeros(ink.mask.shape, dtype=np.bool_)
    for part in sorted(parts, key=lambda part: -part.width * part.height)[:_LARGEST]:
        if min(part.width, part.height) < _LEAST or part.area > _HOLLOW * part.width * part.height:
            continue
        piece = labels[part.top : part.bottom, part.left : part.right] == part.label
        stroke = _stroke_of(piece, part.thick)
        if stroke is not None and _holds(part, piece & ~stroke, parts):
            gone[part.top : part.bottom, part.left : part.right] |= piece & stroke
    if not gone.any():
        return ink
    bare = [np.where(gone, np.uint8(0), each) for each in (ink.amount, ink.depth)]
    return replace(ink, amount=bare[0], depth=bare[1], mask=ink.mask & ~gone)


def _stroke_of(piece: npt.NDArray[np.bool_], thick: float) -> npt.NDArray[np.bool_] | None:
    """Return where the stroke of an ellipse is that goes round a piece, bool[h,w]; None where none does."""
    outline = _outline(piece)
    if len(outline) < 5:  # noqa: PLR2004 - what an ellipse takes
        return None
    ellipse = cv2.fitEllipseDirect(outline.astype(np.float32))
    if not all(map(math.isfinite, (*ellipse[0], *ellipse[1], ellipse[2]))) or min(ellipse[1]) < _LEAST / 2:
        return None
    if np.count_nonzero(_away(outline, ellipse) <= _ASTRAY * thick + 1) < _ROUND * _ANGLES:
        return None
    # It was fitted to the outer side of the stroke.
    middle, (wide, high), turned = ellipse
    drawn = np.zeros(piece.shape, dtype=np.uint8)
    inner = (max(wide - thick, 1.0), max(high - thick, 1.0))
    cv2.ellipse(drawn, (middle, inner, turned), 1, max(1, round(2 * thick + 2)))
    return drawn.view(np.bool_)


def _outline(piece: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Return the farthest ink from the middle of a piece in each direction that has some, float64[n,2]."""
    down, across = np.nonzero(piece)
    high, wide = piece.shape
    x, y = across - (wide - 1) / 2, down - (high - 1) / 2
    # By angles of the ellipse in its box, so that those of a flat one are as far apart along it.
    turn = np.floor((np.arctan2(y / high, x / wide) / (2 * math.pi) + 0.5) * _ANGLES).astype(int) % _ANGLES
    far = (x / wide) ** 2 + (y / high) ** 2
    order = np.argsort(far)
    last = np.full(_ANGLES, -1)
    last[turn[order]] = order
    last = last[last >= 0]
    return np.stack([across[last], down[last]], axis=1).astype(np.float64)


def _away(points: npt.NDArray[np.float64], ellipse: cv2.typing.RotatedRect) -> npt.NDArray[np.float64]:
    """Return how many pixels points lie beside an ellipse, about."""
    (left, top), (wide, high), turned = ellipse
    cosine, sine = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    x, y = points[:, 0] - left, points[:, 1] - top
    across, down = (cosine * x + sine * y) / (wide / 2), (cosine * y - sine * x) / (high / 2)
    radius = np.hypot(across, down)
    reach = np.hypot(x, y) / np.maximum(radius, 1e-6)
    return np.asarray(np.abs(radius - 1) * reach)


def _holds(ring: Part, rest: npt.NDArray[np.bool_], parts: list[Part]) -> bool:
    """Whether what is left of a piece without its ellipse, or others in its box, may be written in it, by height."""
    wide, high = ring.width, ring.height
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest.view(np.uint8), connectivity=8)
    hanging = max(stats[1:, cv2.CC_STAT_HEIGHT].tolist(), default=0) if wide >= _SEVERAL * high else 0
    return max(hanging, *(each.height for each in inside_of(ring, parts)), 0) >= _INSIDE * high
