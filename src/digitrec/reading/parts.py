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

_SPECK = 0.09
"""Of the digits' height: what is smaller both ways is a speck."""

_PALE = 0.5
"""Of the strongest piece's ink: what is paler is rubbed out or shows through."""


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
    if page:
        labels[~ink.mask] = 0
        stats[:, cv2.CC_STAT_AREA] = np.bincount(labels.ravel(), minlength=len(stats))
    strengths = ink.amount if page else ink.depth
    amounts = np.bincount(labels[ink.mask], weights=strengths[ink.mask], minlength=len(stats))
    parts = [
        Part(label, left, top, left + width, top + height, area, amounts[label] / area)
        for label, (left, top, width, height, area) in enumerate(stats[1:].tolist(), start=1)
    ]
    if page:
        depths = np.bincount(labels[ink.mask], weights=ink.depth[ink.mask], minlength=len(stats))
        parts = _without_print(parts, depths[1:].astype(np.float64), ink.mask.size)
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


def _without_print(parts: list[Part], depths: npt.NDArray[np.float64], size: int) -> list[Part]:
    """Return the pieces without security print, cloth or creases: far paler than the darkest, and all over the page.

    Of those that are not all over it only rests of rules go.

    `depths` are the sums of their pixels' depths, `size` is the page's pixels. Pencil beside felt pen covers little.
    """
    areas = np.array([part.area for part in parts], dtype=np.float64)
    means = depths / np.maximum(areas, 1)
    order = np.argsort(-means)
    # A digit's strokes at least: the darkest grain is none.
    enough = np.cumsum(areas[order]) >= _WRITING * areas.sum()
    pale = means < _PRINT * means[order][int(np.argmax(enough))] if len(parts) else np.zeros(0, dtype=bool)
    pale_rule = pale & np.array([_is_long(part) for part in parts], dtype=bool)
    covered = sum(part.width * part.height for part, is_pale in zip(parts, pale, strict=True) if is_pale)
    if covered < _ALL_OVER * size:
        pale = pale_rule
    return [part for part, is_pale in zip(parts, pale, strict=True) if not is_pale]


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


def _is_frame(part: Part, shape: tuple[int, int]) -> bool:
    """Whether a piece goes round the picture and is almost all hollow."""
    round_it = part.width >= 0.9 * shape[1] and part.height >= 0.9 * shape[0] and max(shape) > 64  # noqa: PLR2004
    return round_it and part.area < 0.06 * part.width * part.height
