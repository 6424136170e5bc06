"""Numbers written with a pen, at any size: MNIST's digits turned into strokes, and separators, placed on lines.

In: digits as MNIST has them, and a seeded generator. Out: how much ink lies on each pixel, float32[h,w],
1 for full ink. A digit is thinned to its middle line, which a pen of any width then follows; a felt pen
may instead keep the digit's own shape, enlarged and made crisp. Knows nothing of paper or light, and
shares no code with what the reader learnt from.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import Digits

Map = npt.NDArray[np.float32]
Nib = Literal["line", "shape", "aliased"]

_FINE = 3
"""How many pixels a side a pixel of MNIST becomes before thinning."""

_HOLES = {0: 1, 6: 1, 9: 1, 8: 2}
"""What a clear digit encloses; one that does not could be another once it is thinned."""

_SHIFT = 4

_TOUCHING, _APART = 0.7, 0.06
"""Middle lines of neighbours are at least so much of the pen apart, which makes their strokes touch; and in the mean
over the rows that they share by so much of their height more than the pen, or two ones become a thick one."""

_ROWS = 48
"""Rows in which it is looked how near neighbours are: of a line of two heights."""


@dataclass(frozen=True, eq=False)
class Shape:
    """A sign as a pen draws it, one unit high where it is a digit, its foot at 1 and its left edge at 0."""

    points: Map
    """float32[n,2], across and down."""
    pairs: npt.NDArray[np.int64]
    """int64[m,2], which points a stroke joins."""
    width: float
    image: npt.NDArray[np.uint8] | None = None
    """uint8[h,w] of MNIST itself, cropped; None for separators."""
    value: str = ""
    """The digit; nothing for what is none."""


@dataclass(frozen=True)
class Placed:
    """A shape on a page: where its upper left corner is, and how high a digit is there, in pixels."""

    shape: Shape
    left: float
    top: float
    height: float
    slant: float = 0.0

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.shape.width * self.height


class Hand:
    """Writes the digits of a set, the clear ones alone."""

    def __init__(self, digits: Digits) -> None:
        """Take the digits; each is thinned when it is first written."""
        self._digits = digits

    @cached_property
    def _numbers(self) -> list[npt.NDArray[np.int64]]:
        return [np.flatnonzero(self._digits.labels == digit) for digit in range(10)]

    def shape(self, digit: int, rng: np.random.Generator) -> Shape:
        """Return one of the digits with this value."""
        for _ in range(20):
            shape = self._shape(int(rng.choice(self._numbers[digit])))
            if shape is not None:
                return shape
        raise ValueError(f"no clear {digit} among these digits")

    @lru_cache(maxsize=20_000)  # noqa: B019 - a hand lives as long as the process
    def _shape(self, number: int) -> Shape | None:
        image, label = self._digits.images[number], int(self._digits.labels[number])
        rows, columns = np.flatnonzero(image.max(1) > 60), np.flatnonzero(image.max(0) > 60)
        image = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        if len(rows) < 12:  # lying ones
            return None
        fine = cv2.copyMakeBorder(image, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
        fine = cv2.resize(fine, None, fx=_FINE, fy=_FINE, interpolation=cv2.INTER_CUBIC)
        solid = cv2.GaussianBlur(fine, (0, 0), 1.2) > 110
        if _holes(solid) != _HOLES.get(label, _holes(solid) if label == 4 else 0):
            return None
        points, pairs = _middle_line(solid)
        if not len(pairs):
            return None
        low, high = points.min(0), points.max(0)
        unit = max(float(high[1] - low[1]), 1.0)
        return Shape(
            points=np.asarray((points - low) / unit, dtype=np.float32),
            pairs=pairs,
            width=float(high[0] - low[0]) / unit,
            image=image,
            value=str(label),
        )


def separator(sign: str, rng: np.random.Generator) -> Shape:
    """Return a dot, comma, dash or slash."""
    if sign == ".":
        return _stroke([(0.02, 0.97), (0.05, 0.98)])
    if sign == ",":
        return _stroke([(0.12, 0.93), (0.1, 1.05), (0.0, 1.05 + rng.uniform(0.08, 0.16))])
    if sign == "-":
        return _stroke([(0, 0.55), (rng.uniform(0.25, 0.5), 0.53 + rng.uniform(-0.04, 0.04))])
    return _stroke([(rng.uniform(0.3, 0.5), rng.uniform(-0.15, 0.0)), (0, rng.uniform(1.0, 1.15))])


def polyline(points: Sequence[tuple[float, float]]) -> Shape:
    """Return a stroke through these points as it is, units as in a `Shape`."""
    return _stroke(points)


def place(
    shapes: Sequence[Shape],
    left: float,
    top: float,
    height: float,
    gap: float,
    rng: np.random.Generator,
    *,
    neat: bool = False,
) -> list[Placed]:
    """Return the shapes side by side, `gap` heights apart, uneven as a hand writes, or neat."""
    slant = rng.normal(0, 0.08)
    placed = []
    for shape in shapes:
        own = height * (1 if neat else float(np.clip(rng.normal(1, 0.06), 0.85, 1.15)))
        foot = top + height * (1 if neat else 1 + float(np.clip(rng.normal(0, 0.03), -0.06, 0.06)))
        one = Placed(shape, left, foot - own, own, slant)
        placed.append(one)
        left = one.right + height * (gap + (0 if neat else float(np.clip(rng.normal(0, 0.04), -0.06, 0.1))))
    return placed


def kept_apart(signs: Sequence[Placed], pen: float) -> list[Placed]:
    """Return a line's signs moved apart where a pen that wide would write one over the one before: strokes may touch.

    What lies on one another nobody can read. Their boxes may overlap; the line is written smaller to stay as wide.
    """
    kept: list[Placed] = []
    edge = np.full(_ROWS, -np.inf)
    moved = 0.0
    for sign in signs:
        first, last = _outline(sign, pen, signs[0])
        shared = np.isfinite(first) & np.isfinite(edge)
        if shared.any():
            apart = (first + moved - edge)[shared]
            lacking = max(_TOUCHING * pen - apart.min(), pen + _APART * sign.height - apart.mean())
            moved += max(0.0, float(lacking))
        kept.append(replace(sign, left=sign.left + moved))
        edge = np.maximum(edge, last + moved)
    if not moved:
        return kept
    begin, end = signs[0].left, max(sign.right for sign in signs)
    smaller = (end - begin) / (max(sign.right for sign in kept) - begin)
    foot = signs[0].top + signs[0].height
    return [
        replace(
            sign,
            left=begin + (sign.left - begin) * smaller,
            top=foot + (sign.top - foot) * smaller,
            height=sign.height * smaller,
        )
        for sign in kept
    ]


def _outline(sign: Placed, pen: float, beside: Placed) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return how far a sign's middle line reaches to the left and to the right in each row of a line."""
    points = _points(sign)
    steps = np.linspace(0, 1, 16)[:, None, None]
    along = (points[sign.shape.pairs[:, 0]] * (1 - steps) + points[sign.shape.pairs[:, 1]] * steps).reshape(-1, 2)
    row = beside.height * 2 / _ROWS  # from half a height above the line to half a height below it
    rows = ((along[:, 1] - beside.top + 0.5 * beside.height) / row).astype(int).clip(0, _ROWS - 1)
    first, last = np.full(_ROWS, np.inf), np.full(_ROWS, -np.inf)
    for near in range(-math.ceil(pen / row), math.ceil(pen / row) + 1):
        others = (rows + near).clip(0, _ROWS - 1)
        np.minimum.at(first, others, along[:, 0])
        np.maximum.at(last, others, along[:, 0])
    return first, last


def ink(signs: Sequence[Placed], size: tuple[int, int], pen: float, nib: Nib = "line") -> Map:
    """Return the ink of signs on a page of that height and width, written with a pen `pen` pixels wide."""
    canvas = np.zeros(size, dtype=np.uint8)
    for sign in signs:
        if nib == "shape" and sign.shape.image is not None:
            _stamp(canvas, sign)
        else:
            _draw(canvas, sign, pen, aliased=nib == "aliased")
    return np.asarray(canvas, dtype=np.float32) / np.float32(255)


def _draw(canvas: npt.NDArray[np.uint8], sign: Placed, pen: float, *, aliased: bool) -> None:
    points = _points(sign)
    whole = np.round(points * 2**_SHIFT).astype(np.int32)[sign.shape.pairs]
    kind = cv2.LINE_8 if aliased else cv2.LINE_AA
    strokes: list[npt.NDArray[np.int32]] = list(whole)
    thick = max(1, round(pen))
    cv2.polylines(canvas, strokes, isClosed=False, color=255, thickness=thick, lineType=kind, shift=_SHIFT)


def _points(sign: Placed) -> Map:
    """Return the points of a sign on the page, float32[n,2], across and down."""
    points = sign.shape.points.copy()
    points[:, 0] += (0.5 - points[:, 1]) * sign.slant
    return points * np.float32(sign.height) + np.array([sign.left, sign.top], dtype=np.float32)


def _stamp(canvas: npt.NDArray[np.uint8], sign: Placed) -> None:
    """Put MNIST's own shape on the canvas, enlarged with crisp edges."""
    image = sign.shape.image
    assert image is not None
    factor = sign.height / image.shape[0]
    framed = cv2.copyMakeBorder(image, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    soft = cv2.GaussianBlur(cv2.resize(framed, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC), (0, 0), 2.0)
    shift = factor / 4
    moved = np.array(
        [
            [shift, -sign.slant * shift, sign.left - 2 * factor + sign.slant * sign.height / 2],
            [0, shift, sign.top - 2 * factor],
        ]
    )
    across, down = int(sign.left - 0.4 * sign.height), int(sign.top - 0.2 * sign.height)
    across, down = max(0, across), max(0, down)
    wide = min(canvas.shape[1], int(sign.right + 0.6 * sign.height)) - across
    high = min(canvas.shape[0], int(sign.top + 1.3 * sign.height)) - down
    if wide <= 0 or high <= 0:
        return
    moved[:, 2] -= (across, down)
    large = cv2.warpAffine(soft, moved, (wide, high), flags=cv2.INTER_LINEAR).astype(np.float32)
    crisp = ((large / 255 - 0.33) * max(1.0, factor * 1.6) + 0.5).clip(0, 1)
    where = canvas[down : down + high, across : across + wide]
    np.maximum(where, np.rint(crisp * 255).astype(np.uint8), out=where)


def _stroke(points: Sequence[tuple[float, float]]) -> Shape:
    given = np.array(points, dtype=np.float32)
    pairs = np.stack([np.arange(len(given) - 1), np.arange(1, len(given))], axis=1)
    return Shape(given, pairs, float(given[:, 0].max()))


def _holes(solid: npt.NDArray[np.bool_]) -> int:
    count, _, stats, _ = cv2.connectedComponentsWithStats((~solid).astype(np.uint8), connectivity=4)
    return int((stats[1:count, cv2.CC_STAT_AREA] >= 2 * _FINE**2).sum()) - 1


def _middle_line(solid: npt.NDArray[np.bool_]) -> tuple[Map, npt.NDArray[np.int64]]:
    """Return the points of a mask's middle line, smoothed, and which of them are joined."""
    thin = _thinned(solid)
    down, across = np.nonzero(thin)
    numbers = np.full(thin.shape, -1)
    numbers[down, across] = np.arange(len(down))
    wide = np.pad(numbers, 1, constant_values=-1)
    pairs = []
    for step_down, step_across in ((0, 1), (1, 0), (1, 1), (1, -1)):
        other = wide[1 + down + step_down, 1 + across + step_across]
        joined = other >= 0
        if step_down and step_across:
            # Not across a corner that is joined both ways already.
            around = (wide[1 + down, 1 + across + step_across] >= 0) | (wide[2 + down, 1 + across] >= 0)
            joined &= ~around
        pairs.append(np.stack([np.arange(len(down))[joined], other[joined]], axis=1))
    found = np.concatenate(pairs)
    points = np.stack([across, down], axis=1).astype(np.float32)
    return _smoothed(points, found), found


def _smoothed(points: Map, pairs: npt.NDArray[np.int64]) -> Map:
    degree = np.bincount(pairs.ravel(), minlength=len(points))
    inner = degree == 2
    for _ in range(12):
        sums = np.zeros_like(points)
        np.add.at(sums, pairs[:, 0], points[pairs[:, 1]])
        np.add.at(sums, pairs[:, 1], points[pairs[:, 0]])
        points = np.where(inner[:, None], 0.5 * points + 0.25 * sums, points).astype(np.float32)
    return points


def _thinned(solid: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the mask one pixel wide (Zhang and Suen 1984)."""
    image = np.pad(solid, 1)
    while True:
        before = image.copy()
        for first in (True, False):
            image = image & ~_removed(image, first=first)
        if np.array_equal(before, image):
            return np.asarray(image[1:-1, 1:-1])


def _removed(image: npt.NDArray[np.bool_], *, first: bool) -> npt.NDArray[np.bool_]:
    turns = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    around = np.stack([np.roll(image, (-down, -across), (0, 1)) for down, across in turns])
    count = around.sum(0)
    changes = (~around & np.roll(around, -1, 0)).sum(0)
    north, east, south, west = around[0], around[2], around[4], around[6]
    free = ~(east & south & (north | west)) if first else ~(north & west & (east | south))
    return np.asarray(image & (count >= 2) & (count <= 6) & (changes == 1) & free, dtype=np.bool_)
