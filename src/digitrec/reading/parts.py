"""The connected pieces of ink, and what they are like together: how high, how dark.

In: an `Ink`. Out: `Part`s, and a map that tells which part each pixel belongs to. Knows nothing of lines, nor of which
pieces are writing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ink import Ink
from digitrec.reading.rules import is_page

_GAP = 3
"""Pixels: narrower gaps are a pencil that skipped, or a fold."""

_BROKEN, _PEN, _WIDEST_GAP, _HIGHER = 12, 1.6, 15, 1.4
"""A page of so many pieces may be broken strokes: those with gaps up to so many times the pen's width, and so many
pixels, which are so many times as high when they are filled."""

_ALIKE, FULL, _OF_PEN = 1.5, 24, 4
"""Pieces that differ by no more than so many times in height are alike; so many are a page full of digits; and none is
broken where they are so many times as high as the pen is wide."""

_FILLED, _THIN = 0.55, 6
"""Of its box: so much a blob covers; and times as long as wide, a thin piece."""

_LARGE = 0.1
"""Of a page's longer side: of what is shorter it is not asked how broad it is."""

_ENOUGH = 50_000
"""Pixels that tell how broad pieces are, of many: evenly picked."""

_PALE = 0.5
"""Of a ring's ink: what is paler in it is printed or shows through."""

_DIGIT = 0.01
"""Of all ink: so much is enough for a digit."""


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
    thick: float = 1.0
    """How wide its strokes are in the mean, in pixels."""
    breadth: float = math.inf
    """How wide a straight bar is that lies as it does, in pixels, of what is large on a page."""

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
    """Return int32[h,w], the label of the piece at each pixel and 0 at the ground, and all pieces."""
    if not is_page(ink.mask.shape):
        return _parts_of(ink, ink.mask.view(np.uint8), page=False)
    found = _parts_of(ink, _closed(ink.mask.view(np.uint8), _GAP), page=True)
    if len(found[1]) < _BROKEN:
        return found
    usual, pen = height_by_ink(found[1]), _pen(ink.mask)
    if alike(found[1], usual) >= FULL and usual >= _OF_PEN * pen:
        return found
    # A pencil on rough paper leaves grains; joined, they are as high as digits. Clean strokes are no higher for it.
    wide = min(_WIDEST_GAP, round(_PEN * pen) | 1)
    joined = _parts_of(ink, _closed(ink.mask.view(np.uint8), wide), page=True) if wide > _GAP else found
    return joined if height_by_ink(joined[1]) > _HIGHER * usual else found


def _pen(mask: npt.NDArray[np.bool_]) -> float:
    """Return how wide strokes are in the mean: their area beside half of their outline."""
    return 2 * float(mask.sum()) / max(1.0, float((mask & ~_inner(mask)).sum()))


def _inner(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return what of a mask is not its outline."""
    return np.asarray(cv2.erode(mask.view(np.uint8), np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8).view(np.bool_)


def _parts_of(ink: Ink, marks: npt.NDArray[np.uint8], *, page: bool) -> tuple[npt.NDArray[np.int32], list[Part]]:
    """Return the labels and pieces of ink, by the marks uint8[h,w] that it hangs together in.

    On a page there may be pencil beside felt pen; in a cell what is paler than the rest was rubbed out.
    """
    # Of OpenCV's ways this one is the quickest for large pictures, by far.
    _, labels, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(marks, 8, cv2.CV_32S, cv2.CCL_BBDT)
    inked = np.flatnonzero(ink.mask)
    of = labels.ravel()[inked]
    areas = np.bincount(of, minlength=len(stats))
    depths = np.bincount(of, weights=ink.depth.ravel()[inked], minlength=len(stats))
    amounts = np.bincount(of, weights=ink.amount.ravel()[inked], minlength=len(stats)) if page else depths
    # Ink that fills the picture has no outline.
    outlines = np.bincount(of[~_inner(ink.mask).ravel()[inked]], minlength=len(stats)).clip(1)
    if page:  # not where gaps were closed
        labels = np.zeros_like(labels)
        labels.ravel()[inked] = of
    sizes = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    breadths = _breadths(of, inked, sizes, ink.mask.shape) if page else np.full(len(stats), math.inf)
    parts = [
        Part(label, left, top, left + width, top + height, area, amount / area, depth / area, 2 * area / outline, broad)
        for label, ((left, top, width, height, _), area, amount, depth, outline, broad) in enumerate(
            zip(*(each[1:].tolist() for each in (stats, areas, amounts, depths, outlines, breadths)), strict=True),
            start=1,
        )
    ]
    return np.asarray(labels, dtype=np.int32), parts


def _breadths(
    of: npt.NDArray[Any], inked: npt.NDArray[np.intp], sizes: npt.NDArray[np.float64], shape: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    """Return float64[labels], how wide a bar is whose pixels deviate as much across its long way as those of a piece.

    Not of small ones. `of` is the label of each pixel that is `inked`, by its place in the picture;
    `sizes` are the diagonals of the boxes of all.
    """
    large = sizes >= _LARGE * max(shape)
    large[0] = False
    some = np.flatnonzero(large[of])
    some = some[:: len(some) // _ENOUGH | 1]
    of, (down, across) = of[some], np.divmod(inked[some], shape[1])
    count = np.maximum(np.bincount(of, minlength=len(sizes)), 1)

    def mean(values: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return np.asarray(np.bincount(of, weights=values, minlength=len(sizes)) / count, dtype=np.float64)

    right, low = mean(across), mean(down)
    wide, high, both = mean(across**2) - right**2, mean(down**2) - low**2, mean(across * down) - right * low
    lesser = (wide + high) / 2 - np.sqrt(((wide - high) / 2) ** 2 + both**2)
    return np.where(large, np.sqrt(12 * np.maximum(lesser, 0)), np.inf)


def _closed(mask: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    """Return a mask with gaps filled that are narrower than so many pixels."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, side), dtype=np.uint8)), dtype=np.uint8)


def usual_height(parts: Sequence[Part]) -> float:
    """Return how high digits are, about, where these are the pieces: the middle of the taller ones by ink."""
    tall = max(part.height for part in parts)
    heights = sorted(part.height for part in parts if part.height >= 0.4 * tall)
    return float(heights[len(heights) // 2])


def bounds_of(group: Sequence[Part]) -> tuple[int, int, int, int]:
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
    return order[int(np.argmax(areas >= _DIGIT * areas[-1]))].depth if parts else 0.0


def alike(parts: list[Part], height: float) -> int:
    """Return how many pieces are about so high."""
    return sum(height / _ALIKE <= part.height <= height * _ALIKE for part in parts)


def height_by_ink(parts: list[Part]) -> float:
    """Return how high the pieces of a page are, about, that hold most of its ink: half of it is in lower ones."""
    ordered = sorted(parts, key=lambda part: part.height)
    areas = np.cumsum([part.area for part in ordered])
    return float(ordered[int(np.searchsorted(areas, areas[-1] / 2))].height) if parts else 0.0


def inside_of(ring: Part, parts: list[Part], room: float = 0.0) -> list[Part]:
    """Return the pieces within a piece's box, such a share away from its sides, that are not far paler."""
    wide, high = room * ring.width, room * ring.height
    return [
        each
        for each in parts
        if ring.left + wide < each.left
        and each.right < ring.right - wide
        and ring.top + high < each.top
        and each.bottom < ring.bottom - high
        and each.strength >= _PALE * ring.strength
    ]


def is_within(part: Part, other: Part) -> bool:
    """Whether the middle of a piece is in the box around another."""
    return other.left <= (part.left + part.right) / 2 <= other.right and other.top <= part.middle <= other.bottom


def is_blob(part: Part, share: float = 1.0) -> bool:
    """Whether a piece is filled as no digit is, or for such a share of that; a fat one is, but narrow."""
    wide, high = part.width, part.height
    return 2 * min(wide, high) > max(wide, high) and part.area > share * _FILLED * wide * high


def is_cut(part: Part, shape: tuple[int, int]) -> bool:
    """Whether a piece is cut off at the edge of a picture of that height and width."""
    return part.left <= 0 or part.top <= 0 or part.right >= shape[1] or part.bottom >= shape[0]


def is_thin(part: Part) -> bool:
    """Whether a piece is level or upright and many times as long as wide."""
    return max(part.height, part.width) >= _THIN * min(part.height, part.width)
