"""The connected pieces of ink, without those that are no writing: grains, rests of frames, what is rubbed out.

In: an `Ink`. Out: `Part`s, and a map that tells which part each pixel belongs to. Knows nothing of lines.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ink import Ink
from digitrec.reading.rules import is_page

MOST = 4000
"""Pieces that are looked at, the largest: what has more is grain."""

_HOLLOW, _INNER = 0.08, 2
"""Of its box: a piece that covers less is a line round something, where more than so many pieces stand in that box."""

_SPECK = 0.09
"""Of the digits' height: what is smaller both ways is a speck."""

_PALE = 0.5
"""Of the strongest piece's ink: what is paler is rubbed out or shows through."""


_MOST_INK, _FAR_LARGER, _THIN = 0.4, 2.5, 6
"""Of a page's ink: so much is in pieces that end on it and are not so many times as long as wide; what is so many times
as large as those, and does not, is no writing."""

_MANY, _FULL, _ALIKE, _LEGIBLE = 8, 24, 1.5, 10
"""So many pieces that differ by no more than so many times in height, and are so many pixels high, are digits; and so
many are a page full of them."""

_SPARSE = 0.2
"""Of its box: a piece that covers less is in thin strokes."""

_LONG = 12
"""Times as long as wide: so is no digit that is written upright, and none that leans."""

_PRINT, _ALL_OVER, _WRITING = 0.6, 0.35, 0.01
"""Of the darkest pieces' depth: what is paler and covers such a share of a page is printed on it. As the darkest count
the pieces that hold so much of all ink."""


@dataclass(frozen=True)
class Part:
    """A connected piece of ink."""

    label: int
    left: int
    top: int
    right: int
    bottom: int
    area: int
    strength: float = 255.0
    """Its mean amount of ink, or depth."""
    depth: float = 255.0
    """Its mean depth."""

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """The row halfway down."""
        return (self.top + self.bottom) / 2


def connected_parts(ink: Ink) -> tuple[npt.NDArray[np.int32], list[Part]]:
    """Return int32[h,w], the label of the piece at each pixel and 0 at the ground, and the pieces that are writing."""
    # On a page there may be pencil beside felt pen; in a cell what is paler than the rest was rubbed out.
    page = is_page(ink.mask.shape)
    # Of OpenCV's ways this one is the quickest for large pictures, by far.
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(
        _closed(ink.mask.view(np.uint8)) if page else ink.mask.view(np.uint8), 8, cv2.CV_32S, cv2.CCL_BBDT
    )
    inked = np.flatnonzero(ink.mask)
    of = labels.ravel()[inked]
    areas = np.bincount(of, minlength=len(stats))
    depths = np.bincount(of, weights=ink.depth.ravel()[inked], minlength=len(stats))
    amounts = np.bincount(of, weights=ink.amount.ravel()[inked], minlength=len(stats)) if page else depths
    if page:  # not where gaps were closed
        labels = np.zeros_like(labels)
        labels.ravel()[inked] = of
    parts = [
        Part(label, left, top, left + width, top + height, area, amount / area, depth / area)
        for label, ((left, top, width, height, _), area, amount, depth) in enumerate(
            zip(*(each[1:].tolist() for each in (stats, areas, amounts, depths)), strict=True), start=1
        )
    ]
    if page:
        parts = _without_beyond(_without_print(parts, ink.mask.size), ink.mask.shape)
    parts = sorted(parts, key=lambda part: -part.area)[:MOST]
    return np.asarray(labels, dtype=np.int32), _without_specks(parts, ink.mask.shape)


def _closed(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a mask with gaps filled that are about as wide as its strokes: a pencil that skipped, a fold."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8)


def usual_height(parts: list[Part]) -> float:
    """Return how high digits are, about, where these are the pieces: the middle of the taller ones by ink."""
    tall = max(part.height for part in parts)
    heights = sorted(part.height for part in parts if part.height >= 0.4 * tall)
    return float(heights[len(heights) // 2])


def bounds_of(group: list[Part]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of pieces together, the latter two exclusive."""
    return (
        min(part.left for part in group),
        min(part.top for part in group),
        max(part.right for part in group),
        max(part.bottom for part in group),
    )


def darkest(parts: list[Part]) -> float:
    """Return how deep the darkest pieces are that hold enough ink for a digit: the darkest grain is none."""
    order = sorted(parts, key=lambda part: -part.depth)
    areas = np.cumsum([part.area for part in order])
    return order[int(np.argmax(areas >= _WRITING * areas[-1]))].depth if parts else 0.0


def _without_print(parts: list[Part], size: int) -> list[Part]:
    """Return the pieces without security print, cloth or creases: far paler than the darkest, and all over the page.

    Of those that are not all over it only rests of rules go. `size` is the page's pixels. Pencil beside felt pen
    covers little.
    """
    least = _PRINT * darkest(parts)
    covered = sum(part.width * part.height for part in parts if part.depth < least)
    everywhere = covered >= _ALL_OVER * size
    return [part for part in parts if part.depth >= least or not (everywhere or _is_long(part))]


def height_by_ink(parts: list[Part]) -> float:
    """Return how high the pieces of a page are, about, that hold most of its ink: half of it is in lower ones."""
    ordered = sorted(parts, key=lambda part: part.height)
    areas = np.cumsum([part.area for part in ordered])
    return float(ordered[int(np.searchsorted(areas, areas[-1] / 2))].height) if parts else 0.0


def _without_beyond(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces without what goes over the page's edge or is long and thin, and far larger than most.

    Where most of the ink is in smaller pieces that do not, or many of those are alike: a desk and what lies on it, the
    frame of a grid.
    """
    high, wide = shape
    inner = [
        part
        for part in parts
        if part.left > 0 and part.top > 0 and part.right < wide and part.bottom < high and not _is_thin(part)
    ]
    usual = height_by_ink(inner)
    alike = sum(usual / _ALIKE <= part.height <= usual * _ALIKE for part in inner) if usual >= _LEGIBLE else 0
    if alike < _MANY and sum(part.area for part in inner) < _MOST_INK * sum(part.area for part in parts):
        return parts
    most = _FAR_LARGER * usual
    # On a page full of digits a piece inside it may be a rest of their grid, with digits hanging on it.
    full = alike >= _FULL
    kept = {part.label for part in inner if not (full and part.area < _SPARSE * part.width * part.height)}
    return [part for part in parts if part.label in kept or max(part.height, part.width) <= most]


def _is_thin(part: Part) -> bool:
    return max(part.height, part.width) >= _THIN * min(part.height, part.width)


def _is_long(part: Part) -> bool:
    """Whether a piece is as long and thin as no one is: what is left of a rule."""
    return max(part.height, part.width) >= _LONG * min(part.height, part.width)


def _without_specks(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces that are neither dust beside the others nor nothing but a frame of the picture."""
    kept = [part for part in parts if part.area >= 3]  # noqa: PLR2004 - grains of the sensor
    if not kept:
        return parts
    # By ink, so that a thousand grains do not make one grain the usual size.
    kept.sort(key=lambda part: part.height)
    weights = np.cumsum([part.area for part in kept])
    usual = kept[int(np.searchsorted(weights, weights[-1] / 2))].height
    least = max(2.0, _SPECK * usual)
    strong = max((part.strength for part in kept if part.height >= 0.5 * usual), default=0.0)
    return [
        part
        for part in kept
        if max(part.height, part.width) >= least
        and part.area >= least
        and part.strength >= _PALE * strong
        and not _is_frame(part, shape)
        and not _is_at_edge(part, shape, usual)
        and not (is_page(shape) and _encloses(part, kept))
    ]


def _is_at_edge(part: Part, shape: tuple[int, int], usual: float) -> bool:
    """Whether a piece lies along the picture's edge and is low from there: left of a frame or a neighbour."""
    high, wide = shape
    if max(shape) <= 64:  # noqa: PLR2004 - small pictures are cut close
        return False
    near = 0.03 * min(high, wide) + 1
    level = part.height <= 0.3 * usual and (part.top <= near or part.bottom >= high - near)
    # In a wide picture what stands upright at its end may be a one.
    upright = part.width <= 0.15 * usual and (part.left <= near or part.right >= wide - near) and wide < 1.5 * high
    return level or upright


def _encloses(part: Part, parts: list[Part]) -> bool:
    """Whether a piece is nearly hollow and others stand in its box: the edge of a board, what is left of a form's."""
    if part.area > _HOLLOW * part.width * part.height:
        return False
    inner = [
        each.area
        for each in parts
        if each.left >= part.left and each.right <= part.right and each.top >= part.top and each.bottom <= part.bottom
    ]
    return len(inner) > _INNER and sum(inner) - part.area >= 0.5 * part.area


def _is_frame(part: Part, shape: tuple[int, int]) -> bool:
    """Whether a piece goes round the picture and is almost all hollow."""
    round_it = part.width >= 0.9 * shape[1] and part.height >= 0.9 * shape[0] and max(shape) > 64  # noqa: PLR2004
    return round_it and part.area < 0.06 * part.width * part.height
