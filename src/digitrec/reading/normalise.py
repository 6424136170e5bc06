"""The one preparation: ink of any size → the 28 rows that a model reads.

In: an ink map, uint8[h,w], 255 for ink. Out: uint8[28,w'], light ink on dark ground, as MNIST's
digits are: a single digit is scaled so that its longer side is 20 and stands with its centre of mass
in the middle (LeCun et al. 1998, section III.A); a line so that its digits are 20 high, and it is as wide as it needs.
Used by the reader and by the training of what it reads with. Knows nothing of pictures or models.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE
from digitrec.errors import PictureError
from digitrec.reading.quantile import quantile

Ink = npt.NDArray[np.uint8]

Gaps = tuple[tuple[int, int], ...]
"""Columns of ground that were left out between digits far apart: before which column that is left, and how many."""

BOX = 20
"""Pixels along the longer side of a digit."""

SINGLE = 1.3
"""Ink that is at most so many times as wide as high is framed as one digit."""

MARGIN, NARROWEST = 6, 32
"""Ground left and right of a line, and how wide the whole is at least, in pixels: more than one digit."""

TALL = 3.2
"""No digit is less high than so many times its pen is thick: what is lower is a dash or a dot, and stays small."""

_GAP = 0.5
"""Of the digits' height: wider ground between two of a line says nothing, and is made so narrow."""

_NOTHING, _PALE = 8, 120.0
"""Of 255: what is less is no ink; and strong parts of strokes are so strong at least."""

_MIDDLE = SIDE / 2 + 0.5
"""MNIST's digits have their centre of mass in the middle of pixel 14, counted from 0."""

WIDEST = 4096
"""A line is never made wider than this."""


@dataclass(frozen=True)
class Prepared:
    """Ink as a model reads it, and the way back."""

    image: Ink
    """uint8[28,28] for one digit and uint8[28,w] for a line, w divisible by 4."""
    factor: float
    """By how much the ink was enlarged."""
    left: float
    top: float
    """Where in the image the ink's own left and top edge are."""
    squeeze: float = 1.0
    """Of its width the ink kept so much."""
    gaps: Gaps = ()
    """What was left out of the ink between its own left and right edge."""

    def back(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        """Return the edges of a box in the image as those in the ink that it was made of."""
        across = self.factor * self.squeeze
        begin, end = (
            edge + sum(wide for place, wide in self.gaps if place < edge)
            for edge in ((left - self.left) / across, (right - self.left) / across)
        )
        return begin, (top - self.top) / self.factor, end, (bottom - self.top) / self.factor


@dataclass(frozen=True)
class Framed:
    """Ink cut out and measured: what all looks at it begin with. Made by `framed`."""

    cropped: Ink
    """uint8[h,w]: no row or column at its edges is without ink, and no wide gap; empty where there is none."""
    left: int
    top: int
    """Where that was, in pixels of the ink."""
    tall: float
    """How high its digits are, in pixels, or would be if they were as thin as most."""
    gaps: Gaps = ()
    """What was left out of it."""

    @property
    def wide(self) -> int:
        """How wide the ink was with all its gaps, in pixels."""
        return int(self.cropped.shape[1]) + sum(wide for _, wide in self.gaps)

    @property
    def larger_as_line(self) -> float:
        """How many times larger it would be as a line than as one digit."""
        return max(1.0, max(self.cropped.shape) / self.tall) if self.cropped.size else 1.0

    def prepare(self, *, zoom: float = 1.0, slant: float = 0.0, squeeze: float = 1.0, pale: bool = False) -> Prepared:
        """Return it as a model reads it.

        Parameters
        ----------
        zoom, slant, squeeze
            For another look at the same: enlarged by so much more, leaning to the right by that share of its
            height, and of that share of its width.
        pale
            Leave strokes as pale as shrinking makes thin ones, as they are when a model learns.
        """
        high, wide = self.cropped.shape
        if not high:
            return Prepared(np.zeros((SIDE, SIDE), dtype=np.uint8), 1.0, 0.0, 0.0)
        single = self.wide <= SINGLE * self.tall
        factor = BOX / (max(high, self.tall, wide) if single else self.tall)
        factor = zoom * min(factor, (WIDEST - 2 * MARGIN) / wide, 2 * SIDE / high)
        scaled = _leaning(_scaled(self.cropped, factor), slant)
        if squeeze != 1:
            size = (max(1, round(scaled.shape[1] * squeeze)), scaled.shape[0])
            scaled = np.asarray(cv2.resize(scaled, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        if not pale:
            scaled = _strong(scaled)
        single = single and scaled.shape[1] <= SIDE
        of_line = max(NARROWEST, -(-(scaled.shape[1] + 2 * MARGIN) // 4) * 4)
        image, across, down = _centred(scaled, SIDE if single else of_line)
        left = across - self.left * factor * squeeze
        gaps = tuple((place + self.left, columns) for place, columns in self.gaps)
        return Prepared(image, factor, left, down - self.top * factor, squeeze, gaps)


def framed(ink: Ink, height: float | None = None, *, closed: bool = True) -> Framed:
    """Return ink cut out and measured, its wide gaps `closed`; `ink` and `height` as in `normalise`."""
    top, left, bottom, right = bounds(ink)
    cropped = ink[top:bottom, left:right]
    tall = max(height or bottom - top, TALL * pen(cropped))
    cropped, gaps = _without_gaps(cropped, max(1, round(_GAP * tall))) if closed else (cropped, ())
    return Framed(cropped, left, top, tall, gaps)


def normalise(ink: Ink, height: float | None = None, *, pale: bool = False) -> Ink:
    """Return ink as a model reads it.

    >>> normalise(line.amount, line.height).shape
    (28, 92)

    Parameters
    ----------
    ink
        uint8[h,w], 255 for ink, cropped to it or not. Without any, it is prepared as an empty digit.
    height
        How high its digits are, in pixels, where that is not how high the ink is (a long slash, say).
    pale
        Leave strokes as pale as shrinking makes thin ones, and gaps as wide as they are: so a model learns.

    Returns
    -------
    array
        uint8[28,28] for one digit and uint8[28,w] for a line, w divisible by 4.

    Raises
    ------
    PictureError
        When it is no ink.
    """
    if getattr(ink, "dtype", None) != np.uint8 or ink.ndim != 2:  # noqa: PLR2004 - rows and columns
        raise PictureError(_no_ink(ink))
    return framed(ink, height, closed=not pale).prepare(pale=pale).image


def _no_ink(given: object) -> str:
    if isinstance(given, np.ndarray):
        came, way = f"{given.dtype}{list(given.shape)}", "of shares make bytes, as in (255 * ink).astype(np.uint8)"
    else:
        came, way = f"a {type(given).__name__}", "of a line, normalise(line.amount, line.height)"
    return f"normalise: {came}; expected ink, uint8[h,w], 255 for full ink: {way}"


def pen(ink: Ink) -> float:
    """Return about how thick, in pixels, the strokes of ink, uint8[h,w], are: 0 without ink."""
    around = cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    strokes = (around > ink.max(initial=0) / 2).view(np.uint8)
    area = cv2.countNonZero(strokes)
    # Over a stroke the distance from its edge goes from nothing to half of its width, a quarter in the mean.
    return 4 * cv2.sumElems(cv2.distanceTransform(strokes, cv2.DIST_L2, 3))[0] / area - 1 if area else 0.0


def bounds(ink: Ink) -> tuple[int, int, int, int]:
    """Return top, left, bottom and right of what is not zero, the latter two exclusive; all zero without ink."""
    left, top, wide, high = cv2.boundingRect(ink)
    return top, left, top + high, left + wide


def _without_gaps(ink: Ink, most: int) -> tuple[Ink, Gaps]:
    """Return ink with no more than so many columns of ground between two that are inked, and what was left out.

    Of digits far apart each has so many columns of its own that a model doubts whether it stands there twice.
    """
    inked = np.flatnonzero(ink.max(0, initial=0))
    wide = np.diff(inked) - 1 - most
    after = np.flatnonzero(wide > 0)
    if not len(after):
        return ink, ()
    kept = np.ones(ink.shape[1], dtype=bool)
    for begin, columns in zip(inked[after] + 1 + most // 2, wide[after], strict=True):
        kept[begin : begin + columns] = False
    places = np.cumsum(kept)[inked[after] + 1 + most // 2]
    return np.ascontiguousarray(ink[:, kept]), tuple(zip(places.tolist(), wide[after].tolist(), strict=True))


def _leaning(ink: Ink, slant: float) -> Ink:
    """Return the ink leaning to the right by so much of its height, or to the left."""
    if not slant:
        return ink
    high, wide = ink.shape
    more = int(abs(slant) * high) + 1
    moved = np.array([[1, -slant, slant * high / 2 + more / 2], [0, 1, 0]])
    return np.asarray(cv2.warpAffine(ink, moved, (wide + more, high), flags=cv2.INTER_LINEAR), dtype=np.uint8)


def _scaled(ink: Ink, factor: float) -> Ink:
    """Return the ink enlarged or shrunk; shrunk by areas, so that thin strokes become pale, not broken."""
    high, wide = (max(1, round(side * factor)) for side in ink.shape)
    if (high, wide) == ink.shape:
        return ink
    # Enlarged in two steps: a square pixel of a small picture would else stay a square.
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC if min(ink.shape) > 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, (wide, high), interpolation=way), dtype=np.uint8)


def _strong(ink: Ink) -> Ink:
    """Return ink stronger, where it was so thin that shrunk it is far paler than any pen's."""
    # Most are strong enough, which is quickly seen.
    strong = int(np.count_nonzero(ink >= _PALE))
    if 10 * strong >= np.count_nonzero(ink > _NOTHING):
        return ink
    level = quantile(ink[ink > _NOTHING], 0.9)
    return np.asarray(cv2.convertScaleAbs(ink, alpha=_PALE / level), dtype=np.uint8)


def _centred(ink: Ink, width: int) -> tuple[Ink, int, int]:
    """Return uint8[28,width] with the ink in it, and where its left and top edge came to lie.

    Its centre of mass is in the middle row and, for one digit, in the middle column; what is higher
    than the image is cut off.
    """
    high, wide = ink.shape
    mass = ink.sum(1, dtype=np.float64)
    middle = float((mass * (np.arange(high) + 0.5)).sum() / max(mass.sum(), 1.0))
    top = round(_MIDDLE - middle)
    top = min(max(top, 0), SIDE - high) if high <= SIDE else min(max(top, SIDE - high), 0)
    left = (width - wide) // 2
    if width == SIDE:
        mass = ink.sum(0, dtype=np.float64)
        across = float((mass * (np.arange(wide) + 0.5)).sum() / max(mass.sum(), 1.0))
        left = min(max(round(_MIDDLE - across), 0), width - wide)
    placed = np.zeros((SIDE, width), dtype=np.uint8)
    placed[max(top, 0) : top + high, left : left + wide] = ink[max(-top, 0) : SIDE - top]
    return placed, left, top
