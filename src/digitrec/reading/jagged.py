"""A piece of paper with a jagged outline on something else: torn off, or cut as a star for a price.

In: a picture, uint8[h,w,3], where no sheet with straight sides was found. Out: the corners of what is well within such
a piece. It is of one hue, ends at once all round, has many teeth, which no fat stroke has, and thin strokes are written
on it. Knows nothing of ink or digits.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.beyond import STEEP, is_loop, of_colour, steepness
from digitrec.reading.ground import SMALL, reduced
from digitrec.reading.paper_alone import Corners, Pixels

_LEAST, _MOST = 0.025, 0.75
"""Of the picture: so much of it is such a piece at least and at most."""

_LIGHT = (0.6, 1.45)
"""How bright beside most of it the same paper is."""

_TEETH, _DEEP, _DEEPEST, _APART = 7, 0.012, 0.15, 115.0
"""Notches that its outline has at least, how deep they are at least and at most, of the square root of its area, and
by how many degrees, from its middle, they are apart at most: they go all round."""

_SOLID, _FULL = 0.75, 0.92
"""Of the convex shape round it, it fills so much; and so much of that without its teeth."""

_OPENED = 0.22
"""Of the square root of its area: teeth are narrower than this."""

_WRITTEN, _THIN = (0.001, 0.3), 0.14
"""Of what is well within: so much is written on; and of the square root of its area: no stroke is wider."""

_RING, _SAME = 9, 0.25
"""Pixels of a reduced picture around it in which no more than so much may be of its colour."""

_NEAR = 2
"""Pixels: what reaches so near to the picture's edge may be cut off."""


def find_jagged(pixels: Pixels) -> Corners | None:
    """Return float32[n,2], corners (x, y) well within the largest jagged piece of paper; None where there is none."""
    if pixels.ndim == 2 or min(pixels.shape[:2]) < SMALL // 4:  # noqa: PLR2004 - grey
        return None
    small = np.asarray(cv2.GaussianBlur(reduced(pixels), (0, 0), 1.0), dtype=np.uint8)
    factor = pixels.shape[1] / small.shape[1]
    smooth = (steepness(small) < STEEP[2]).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(smooth, connectivity=4)
    least = _LEAST / 2 * smooth.size
    order = sorted(range(1, count), key=lambda label: -stats[label, cv2.CC_STAT_AREA])
    best: tuple[float, Corners] | None = None
    for label in order[:4]:
        if stats[label, cv2.CC_STAT_AREA] < least:
            break
        found = _within_piece(labels == label, small)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return None if best is None else np.asarray((best[1] + 0.5) * factor - 0.5, dtype=np.float32)


def _within_piece(seed: npt.NDArray[np.bool_], small: Pixels) -> tuple[float, Corners] | None:
    """Return how large a jagged piece is that has this smooth part, and corners within; None where it is none."""
    paper = np.median(small[seed], 0)
    alike = of_colour(small, paper, *_LIGHT).astype(np.uint8)
    _, labels = cv2.connectedComponents(alike, connectivity=4)
    here = labels[seed & (labels > 0)]
    if not len(here):
        return None
    piece = (labels == np.bincount(here).argmax()).astype(np.uint8)
    contours, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    contour = max(contours, key=cv2.contourArea)
    area = cv2.contourArea(contour)
    left, top, wide, high = cv2.boundingRect(contour)
    rows, columns = piece.shape
    inside = left >= _NEAR and top >= _NEAR and left + wide <= columns - _NEAR and top + high <= rows - _NEAR
    if not inside or not _LEAST * piece.size <= area <= _MOST * piece.size or not _is_jagged(contour, area):
        return None
    shape = cv2.drawContours(np.zeros_like(piece), [contour], -1, 1, -1)
    # The inside of a nought has the same paper around it.
    if not _is_apart(shape, alike) or is_loop(shape, small, paper):
        return None
    side = max(3, round(_OPENED * area**0.5)) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    opened = cv2.morphologyEx(shape, cv2.MORPH_OPEN, disc)
    body = np.asarray(cv2.erode(opened, np.ones((5, 5), dtype=np.uint8)), dtype=np.uint8)
    bodies, _ = cv2.findContours(body, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if len(bodies) != 1:
        return None
    hull = cv2.convexHull(bodies[0])
    if cv2.contourArea(bodies[0]) < _FULL * cv2.contourArea(hull) or not _is_written_on(body, alike, area):
        return None
    corners = cv2.approxPolyDP(hull, 0.01 * cv2.arcLength(hull, closed=True), closed=True).reshape(-1, 2)
    return (area, corners.astype(np.float32)) if len(corners) > 3 else None  # noqa: PLR2004


def _is_jagged(contour: npt.NDArray[Any], area: float) -> bool:
    hull = cv2.convexHull(contour, returnPoints=False)
    if area < _SOLID * cv2.contourArea(cv2.convexHull(contour)) or len(hull) <= 3:  # noqa: PLR2004
        return False
    try:
        notches = cv2.convexityDefects(contour, hull)
    except cv2.error:  # an outline that crosses itself
        return False
    if notches is None:  # type: ignore[redundant-expr, unused-ignore]  # there may be none, whatever OpenCV's types say
        return False
    notches = notches.reshape(-1, 4)
    deep = notches[:, 3] / 256 / area**0.5
    places = contour.reshape(-1, 2)[notches[deep >= _DEEP, 2]] - contour.reshape(-1, 2).mean(0)
    if len(places) < _TEETH or deep.max() > _DEEPEST:
        return False
    turns = np.sort(np.degrees(np.arctan2(places[:, 1], places[:, 0])))
    return bool(np.diff(turns, append=turns[0] + 360).max() <= _APART)


def _is_apart(shape: Pixels, alike: Pixels) -> bool:
    """Whether what is around a shape, uint8[h,w], is not of its colour."""
    near = cv2.dilate(shape, np.ones((5, 5), dtype=np.uint8))
    ring = (cv2.dilate(near, np.ones((_RING, _RING), dtype=np.uint8)) > 0) & (near == 0)
    return bool(ring.any() and alike[ring].mean() <= _SAME)


def _is_written_on(body: Pixels, alike: Pixels, area: float) -> bool:
    """Whether thin strokes lie well within a piece, and little else."""
    well = cv2.erode(body, np.ones((5, 5), dtype=np.uint8))
    strokes = np.asarray((well > 0) & (alike == 0)).astype(np.uint8)
    share = float(strokes.sum()) / max(1, int(well.sum()))
    if not _WRITTEN[0] <= share <= _WRITTEN[1]:
        return False
    thickest = float(cv2.distanceTransform(strokes, cv2.DIST_L2, 3).max())
    return bool(thickest <= _THIN / 2 * area**0.5 + 1)
