"""The sheet of paper in a photo, where it lies on something else: a table, a cloth, a carpet.

In: a picture, uint8[h,w,3] or uint8[h,w]. Out: the sheet's corners, by which what is beside it is painted over
(`paper_alone.py`), so that grain, stripes and edges there are not taken for ink. A sheet is smooth, lighter than what
is around it, has straight sides where it ends within the picture, ends at once there, and what lies beyond
is no paper in shadow: of another hue, or with grain, or far darker. Knows nothing of ink or digits.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.beyond import IN_SHADOW, PAPER, STEEP, Beside, beside, is_loop, of_colour, steepness
from digitrec.reading.corners import ARCS, corners_of, may_be_whole
from digitrec.reading.ground import SMALL, reduced
from digitrec.reading.paper_alone import Corners, Floats, Pixels, of_sheet, on_edge
from digitrec.reading.polarity import is_even, two_colours
from digitrec.reading.quantile import quantile

_LEAST, _MOST = 0.025, 0.93
"""Of the picture: so much of it is a sheet at least; one that fills nearly all of it leaves nothing to be left out."""

_LEAST_OF_SIDES, _LEAST_DARKER, _LEAST_ROUND = {1: 0.45, 2: 0.12}, 0.12, 0.08
"""The same of a sheet of which so few sides are in the picture, or the picture's frame would be one; of one that is
darker than what it lies on, for a cell that is printed in colour is as well; and of a lid."""

_OF_FEW_SIDES = 0.7
"""A sheet of which one or two sides tell counts as so much of one of which more do: it may be all that is as light."""

_LARGEST = 8
"""Smooth shapes that are looked at, the largest."""

_PIECES = 3
"""Pieces that may be of a sheet whose rules or shadows cut it up, the largest."""

_SOLID = 0.75
"""Of a lid: so much of it is of its colour at least."""

_AS_LIGHT = (0.85, 1.15)
"""The same beside a sheet of which all four sides are seen."""

_BEYOND = 0.4
"""Of what lies beyond a sheet: when more may be paper, the whole of it is."""

_HALF, _SEEN, _GOES_ON = 0.35, 0.3, 0.65
"""Of a sheet's size: so far beyond its sides its other half is looked for; of that, so much is in the picture at least;
and so much of it is paper."""

_BLACK = 40
"""Grey levels: what is darker is no paper."""

_WRITTEN, _FLAT, _OF_EMPTY = 5.0, 0.5, 0.1
"""Times as steep as most of a sheet is what is written on it, at least, where most changes by so many grey levels a
pixel or more; and one that is empty counts as so much of one that is not.
"""


_AS_MUCH = 0.3
"""Of a fat stroke's ink: so much more there is beside it, in other digits."""


def find_sheet(pixels: Pixels) -> Corners | None:
    """Return float32[n,2], the corners (x, y) of the sheet of paper in a photo; None where all is paper, or nothing."""
    factor = max(pixels.shape[:2]) / SMALL
    size = (max(1, round(pixels.shape[1] / factor)), max(1, round(pixels.shape[0] / factor)))
    if min(size) < SMALL // 8:
        return None
    small = np.asarray(cv2.resize(pixels, size) if factor < 1 else reduced(pixels), dtype=np.uint8)
    if small.ndim == 2:  # noqa: PLR2004 - grey
        small = np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2RGB), dtype=np.uint8)
    clear, small = small, np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), dtype=np.uint8)
    steep = steepness(small)
    best: tuple[float, Corners] | None = None
    for least in STEEP:
        best = _best(_smooth_shapes(steep, least), small, steep, best)
    if best is None:
        # Rules cut a sheet in pieces, and so do shadows: all of its hue.
        pieces = sorted(_smooth_shapes(steep, STEEP[2]), key=cv2.contourArea, reverse=True)[:_PIECES]
        best = _best([whole for piece in pieces for whole in _of_hue(piece, small)], small, steep, best)
    if best is None or _is_a_stroke(best[1], clear):
        return None
    return np.asarray((best[1] + 0.5) * factor - 0.5, dtype=np.float32)


def _is_a_stroke(corners: Corners, small: Pixels) -> bool:
    """Return whether what looks like a sheet is a fat digit among others, in a drawing or a scan, light on dark."""
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if not is_even(grey, grey):
        return False
    marks, inside = ~two_colours(grey)[1], of_sheet(corners, grey.shape)
    _, labels = cv2.connectedComponents(marks.astype(np.uint8), connectivity=8)
    own = np.isin(labels, np.unique(labels[marks & inside])) & marks
    return bool((marks & ~own).sum() > _AS_MUCH * own.sum())


def _smooth_shapes(steep: Floats, least: float) -> list[npt.NDArray[Any]]:
    """Return the outlines of what changes by less than that, as `_shapes`."""
    smooth = (steep < least).astype(np.uint8)
    return _shapes(cv2.morphologyEx(smooth, cv2.MORPH_OPEN, np.ones((3, 3), dtype=np.uint8)))


def _shapes(marks: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """Return the outlines of what hangs together, the largest first; not of holes, which are strokes."""
    contours, tree = cv2.findContours(marks, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    # A sheet lies in a hole of its table.
    outer = [contour for place, contour in enumerate(contours) if tree[0][place][3] < 0]
    return sorted(outer, key=cv2.contourArea, reverse=True)[:_LARGEST]


def _best(
    shapes: list[npt.NDArray[Any]], small: Pixels, steep: Floats, best: tuple[float, Corners] | None
) -> tuple[float, Corners] | None:
    """Return the largest sheet of shapes and the best so far: its area, less where few sides tell, and its corners."""
    for shape in shapes:
        area = cv2.contourArea(shape)
        if (best is None or area > best[0]) and _LEAST * steep.size < area < _MOST * steep.size:
            corners = corners_of(shape, area)
            if corners is None or not (sides := _sides_of_sheet(corners, small, steep)):
                continue
            weight = area if sides > 2 else _OF_FEW_SIDES * area  # noqa: PLR2004
            weight *= _worth(_well_within(_drawn(corners, small)), small, steep)
            if weight > (0.0 if best is None else best[0]):
                best = (weight, corners)
    return best


def _of_hue(piece: npt.NDArray[Any], small: Pixels) -> list[npt.NDArray[Any]]:
    """Return the outline of what hangs together with a piece and is of its hue, in light or in shadow."""
    if cv2.contourArea(piece) < _LEAST / 4 * small[..., 0].size:
        return []
    inside = cv2.drawContours(np.zeros(small.shape[:2], dtype=np.uint8), [piece], -1, 1, -1) > 0
    alike = of_colour(small, np.median(small[inside], 0), IN_SHADOW, PAPER[1])
    closed = cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), dtype=np.uint8))
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((5, 5), dtype=np.uint8))
    _, labels = cv2.connectedComponents(closed, connectivity=4)
    here = labels[inside & (labels > 0)]
    return _shapes((labels == np.bincount(here).argmax()).astype(np.uint8))[:1] if len(here) else []


def _sides_of_sheet(corners: Corners, small: Pixels, steep: Floats) -> int:
    """Return beyond how many sides of a smooth shape there is something else; 0 where it is no sheet.

    But part of one that lies in shadow, or what a stroke encloses.
    """
    high, wide = steep.shape
    shape = _drawn(corners, small)
    inner = _well_within(shape)
    outer = cv2.dilate(shape, np.ones((9, 9), dtype=np.uint8)) == 0
    if not inner.any():
        return 0
    paper = np.median(small[inner], 0)
    # A fat nought is round, too, but has a hole.
    if len(corners) == ARCS and of_colour(small, paper, *PAPER)[inner].mean() < _SOLID:
        return 0
    sides = [
        beside(begin, end, corners.mean(0), small, steep, float(paper.mean()))
        for begin, end in zip(corners, np.roll(corners, -1, axis=0), strict=True)
        if not on_edge(begin, end, wide, high)
    ]
    whole = len(sides) == len(corners)
    if whole and (paper.mean() < _BLACK or is_loop(shape, small, paper)):
        return 0
    if not _are_sides(sides, float(shape.mean()), whole=whole) or (whole and not may_be_whole(corners)):
        return 0
    smooth = steep < STEEP[2]
    alike = of_colour(small, paper, *PAPER) & smooth
    if _is_half(corners, alike):
        return 0
    if whole:  # no shadow leaves four sides light: there only what is about as light is paper
        alike = of_colour(small, paper, *_AS_LIGHT) & smooth
    return len(sides) - sides.count("none") if not outer.any() or alike[outer].mean() < _BEYOND else 0


def _drawn(corners: Corners, small: Pixels) -> Pixels:
    """Return uint8[h,w], 1 in a shape with these corners."""
    shape = np.zeros(small.shape[:2], dtype=np.uint8)
    cv2.fillConvexPoly(shape, np.rint(corners).astype(np.int32), 1)
    return shape


def _well_within(shape: Pixels) -> npt.NDArray[np.bool_]:
    """Return bool[h,w], what of a shape is not near its sides."""
    return np.asarray(cv2.erode(shape, np.ones((9, 9), dtype=np.uint8)) > 0)


def _worth(inner: npt.NDArray[np.bool_], small: Pixels, steep: Floats) -> float:
    """Return 1 for a sheet, whose `inner` pixels are given, on which something is written, far less for an empty one.

    And 0 where that is darker than what is around it, too: coffee in a mug, a finger.
    """
    if quantile(steep[inner], 0.999) >= _WRITTEN * max(_FLAT, quantile(steep[inner], 0.5)):
        return 1.0
    return _OF_EMPTY if small[inner].mean() > small[~inner].mean() else 0.0


def _is_half(corners: Corners, alike: npt.NDArray[np.bool_]) -> bool:
    """Return whether paper, bool[h,w], goes on beyond one side of a shape and beyond no other: there is a fold."""
    reach = _HALF * float(np.sqrt(cv2.contourArea(corners)))
    shares = []
    for begin, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - begin) / max(float(np.linalg.norm(end - begin)), 1e-6)
        aside = np.array([along[1], -along[0]])
        aside = aside if aside @ (begin - corners.mean(0)) > 0 else -aside
        inset = 0.1 * (end - begin)
        strip = np.array([begin + inset, end - inset, end - inset + reach * aside, begin + inset + reach * aside])
        beyond = np.zeros(alike.shape, dtype=np.uint8)
        cv2.fillConvexPoly(beyond, np.rint(strip + 4 * aside).astype(np.int32), 1)
        if beyond.sum() > _SEEN * reach * np.linalg.norm(end - begin):
            shares.append(float(alike[beyond > 0].mean()))
    goes_on = [share > _GOES_ON for share in shares]
    return len(shares) > 1 and sum(goes_on) == 1 and all(share < 1 - _GOES_ON for share in shares if share <= _GOES_ON)


def _are_sides(sides: list[Beside], area: float, *, whole: bool) -> bool:
    """Whether these are the sides of a sheet that has such a share of the picture, and may lie `whole` within it."""
    if "same" in sides:
        return False
    told = [side for side in sides if side not in {"unseen", "none"}]
    # A finger, a string or light may hide one side of what is known by all others.
    hidden = sides.count("none")
    if not told or (hidden and not (whole and hidden <= max(1, len(sides) // 5) and "unseen" not in sides)):
        return False
    # Of fewer sides there is no telling.
    if {"shadow", "stripes", "lighter"}.intersection(told) and len(told) < 3:  # noqa: PLR2004
        return False
    least = _LEAST_DARKER if "lighter" in told or hidden else _LEAST_ROUND if len(sides) == ARCS else 0.0
    return area >= max(least, _LEAST_OF_SIDES.get(len(sides), 0.0))
