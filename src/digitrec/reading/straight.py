"""The straight pieces of a mask that are nearly level: where each begins, how long and how thick it is, how it leans.

In: a mask uint8[h,w] of what stands out from the ground. Out: `Pieces`. Knows nothing of which are lines of the paper.
"""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.uint16]
Chosen = npt.NDArray[np.bool_]

STEEPEST = math.tan(math.radians(6))
"""Of an upright line: how far it leans, for its height."""

SOLID = 0.85
"""Of a line of a box, or below a number: so much of it is marked; else digits side by side make it up."""

_CROWDED = 0.18
"""Of a mask: where more of it is marked, gaps are not filled, or noise becomes lines."""

_FEW = 1500
"""Pixels of a piece that are enough to tell which line most of them are on."""

_HEAVY = 6
"""Pixels to a column, in the mean, from which there may be more to a piece than a line."""

_MORE = 1.3
"""Of the pixels on the line itself: a piece with more of them has more to it."""

_LONG, _JOINED = 0.6, 2
"""Of the width: longer pieces with more to them may be several lines, which curves join; and so many times that is
looked for."""

_TURNS = (-4, 0, 4)
"""Degrees from level at which straight pieces are looked for; each finds those up to 2° beside it."""

_MOST = 60
"""Pieces that are looked at more closely, at most."""


@dataclass(frozen=True)
class Pieces:
    """Straight pieces that are nearly level, each a number in the arrays."""

    labels: Labels
    """uint16[h,w]: of each pixel the piece it belongs to, from 1 on."""
    left: Numbers
    width: Numbers
    thick: Numbers
    middle: Numbers
    """The row half-way."""
    slope: Numbers
    beside: Numbers
    """How far its pixels are from the straight line through it, in the mean."""
    straight: Chosen
    heavy: Chosen
    """With more to them than a line: strokes that touch it, or a line that strokes happen to make."""

    @property
    def shape(self) -> tuple[int, int]:
        """The mask's."""
        return self.labels.shape[0], self.labels.shape[1]

    def row(self, piece: int, column: float) -> float:
        """Return at which row a piece is, or would go on."""
        return float(self.rows(piece, np.array(column)))

    def rows(self, piece: int, columns: npt.NDArray[Any]) -> Numbers:
        """Return the same of many columns."""
        found: Numbers = self.middle[piece] + self.slope[piece] * (columns - self.left[piece] - self.width[piece] / 2)
        return found

    def marked(self, piece: int, mask: Mask) -> float:
        """Return for which share of its length a piece is marked, within a pixel: digits side by side have gaps."""
        columns = np.arange(int(self.left[piece]), int(self.left[piece] + self.width[piece]))
        middles = self.rows(piece, columns)
        found = np.zeros(len(columns), dtype=bool)
        for aside in (-1, 0, 1):
            found |= mask[np.rint(middles + aside).astype(int).clip(0, mask.shape[0] - 1), columns] > 0
        return float(found.mean()) if len(found) else 0.0

    def and_those(self, others: "Pieces") -> "Pieces":
        """Return these pieces and others of the same mask, which have none of their pixels."""
        first = len(self.left)
        labels = np.where(others.labels > 0, others.labels + np.uint16(first), self.labels)
        arrays = ("left", "width", "thick", "middle", "slope", "beside", "straight", "heavy")
        both = (np.concatenate([getattr(self, name), getattr(others, name)]) for name in arrays)
        return Pieces(np.asarray(labels, dtype=np.uint16), *both)

    def drawn(self, chosen: Chosen) -> Mask:
        """Return the pixels on the chosen pieces, as thick as each is."""
        found = np.zeros(self.shape, dtype=np.uint8)
        for piece in np.flatnonzero(chosen):
            columns = np.arange(int(self.left[piece]), int(self.left[piece] + self.width[piece]))
            middles = self.rows(int(piece), columns)
            aside = max(self.thick[piece] / 2, 2 * self.beside[piece]) + 0.5
            first, last = (np.rint(edge).astype(int) for edge in (middles - aside, middles + aside))
            for row in range(int(2 * aside) + 2):
                rows = first + row
                inside = (rows >= 0) & (rows <= last) & (rows < self.shape[0])
                found[rows[inside], columns[inside]] = 1
        return found


def straight_pieces(mask: Mask) -> Pieces:
    """Return the straight pieces of a mask that are nearly level, longer than most parts of strokes.

    Two lines that a stroke's curve joins are found one after the other.
    """
    found, more = _straight_pieces(mask)
    for _ in range(_JOINED):
        if not more.any():
            break
        others, more = _straight_pieces(more)
        found = found.and_those(others)
    return found


def _straight_pieces(mask: Mask) -> tuple[Pieces, Mask]:
    """Return the pieces of a mask, and what of long ones with more to them is not on their lines."""
    least = max(16, mask.shape[1] // 32)
    joined = _joined(mask, least)
    _, found, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_16U)
    labels: Labels = np.asarray(found, dtype=np.uint16)
    left, width, area = (
        stats[1:, column].astype(np.float64) for column in (cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH, cv2.CC_STAT_AREA)
    )
    # A few columns of each tell where it is.
    step = least // 8
    some_labels = np.ascontiguousarray(labels[:, ::step]).ravel()
    places = np.flatnonzero(some_labels)
    which = some_labels[places].astype(np.intp) - 1
    down, across = (each.astype(np.float64) for each in np.divmod(places, math.ceil(mask.shape[1] / step)))
    across *= step
    across -= (left + width / 2)[which]
    fit = _fitted(which, across, down, len(left))
    bent = (fit[2] > np.maximum(1.5, 0.35 * area / width)) & (fit[2] < 0.1 * width) & (width >= 2 * least)
    # Tops of digits may hang on a box's line all along, and make it as thick as they are high.
    heavy = ~bent & (area > _HEAVY * width) & (area < 0.2 * width * width) & (width >= 2 * least)
    bent |= heavy
    if bent.any():
        # Strokes that touch a line must not bend it: it is what most of its pixels are on.
        middle, slope, aside = fit[0].copy(), fit[1].copy(), np.full_like(left, 2)
        for piece in np.flatnonzero(bent)[:_MOST]:
            middle[piece], slope[piece], aside[piece] = _along_most(labels, stats[piece + 1].tolist(), int(piece) + 1)
        # A thick line has many such: the second time it is the middle one.
        for _ in range(2):
            some = bent[which]
            some[some] = np.abs(down - middle[which] - slope[which] * across)[some] <= aside[which][some]
            again = _fitted(which[some], across[some], down[some], len(left))
            middle, slope = again[:2]
        fit = tuple(np.where(bent, new, old) for new, old in zip(again, fit, strict=True))
    middle, slope, beside, count = fit
    count = count * step
    heavy &= area > _MORE * count  # a thick line alone is none
    thick = count / width
    most = (count >= 0.35 * area) | (bent & (count >= width))  # a pixel a column, from end to end
    straight = (beside <= 0.5 * thick + np.maximum(1, 0.004 * width)) & (width >= least) & most
    pieces = Pieces(labels, left, width, thick, middle, slope, beside, straight, heavy)
    more = np.zeros_like(mask)
    for piece in np.flatnonzero(straight & (width >= _LONG * mask.shape[1]) & (area > _MORE * count)):
        across, top, wide, high, _ = stats[piece + 1].tolist()
        box = slice(top, top + high), slice(across, across + wide)
        away = np.arange(top, top + high)[:, None] - pieces.rows(int(piece), np.arange(across, across + wide))
        more[box] |= mask[box] & (labels[box] == piece + 1) & (np.abs(away) > thick[piece])
    return pieces, more


def _joined(mask: Mask, least: int) -> Mask:
    """Return what of a mask is straight and nearly level for so many columns, with gaps as wide filled."""
    # All else is ground, and stays so.
    left, top, wide, high = cv2.boundingRect(mask)
    box = slice(max(0, top - least), top + high + least), slice(max(0, left - least), left + wide + least)
    some = mask[box]
    # A line of one pixel has a step every few pixels where it is not quite level.
    tall = cv2.dilate(some, np.ones((3, 1), dtype=np.uint8))
    if cv2.countNonZero(tall) < _CROWDED * mask.size:
        # And where it is faint it has gaps.
        tall = cv2.morphologyEx(tall, cv2.MORPH_CLOSE, np.ones((1, 5), dtype=np.uint8))
    runs = np.zeros_like(some)
    for turn in _TURNS:
        runs |= np.asarray(cv2.morphologyEx(tall, cv2.MORPH_OPEN, ray_of(least, turn)), dtype=np.uint8)
    # With ground around, or what ends near the picture's edge would be joined with it.
    framed = cv2.copyMakeBorder(runs & some, 2, 2, least, least, cv2.BORDER_CONSTANT, value=0)
    found = np.zeros_like(mask)
    joined = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((3, least), dtype=np.uint8))
    found[box] = joined[2:-2, least:-least]
    return found


def _along_most(labels: Labels, stats: list[int], label: int) -> tuple[float, float, float]:
    """Return middle and slope of the line that most pixels of a piece are on, and how far from it they are at most."""
    left, top, width, height, _ = stats
    part = labels[top : top + height, left : left + width] == label
    columns = [round(share * (width - 1)) for share in (0.01, 0.25, 0.75, 0.99)]
    found: list[tuple[int, float, float]] = []
    places = np.argwhere(part[:, :: max(1, width // 128)])
    down, across = places[:: max(1, len(places) // _FEW)].T
    across = across * max(1, width // 128)
    rows = [np.flatnonzero(part[:, column]) for column in columns]
    for first in (0, 1):
        for last in (2, 3):
            some, others = (each[:: max(1, len(each) // 8)] for each in (rows[first], rows[last]))
            starts, ends = (each.ravel() for each in np.meshgrid(some, others))
            if not len(starts):
                continue
            slopes = (ends - starts) / (columns[last] - columns[first])
            away = down - starts[:, None] - slopes[:, None] * (across - columns[first])
            number = np.count_nonzero(np.abs(away, out=away) <= 1, axis=1)
            best = int(np.argmax(number))
            middle = float(starts[best] + slopes[best] * (width / 2 - columns[first]))
            found.append((int(number[best]), middle + top, float(slopes[best])))
    aside = max(2.0, float(np.quantile(part[:, :: max(1, width // 128)].sum(0), 0.25)) / 2 + 1)
    middle, slope = max(found)[1:] if found else (top + height / 2, 0.0)
    return middle, slope, aside


def _fitted(which: npt.NDArray[np.intp], across: Numbers, down: Numbers, count: int) -> tuple[Numbers, ...]:
    """Return the straight line through the pixels of each piece: middle, slope, deviation, and how many they are."""
    number = np.bincount(which, minlength=count).astype(np.float64)
    some = np.maximum(number, 1)
    products = (across, down, across * across, across * down, down * down)
    x, y, xx, xy, yy = (np.bincount(which, weights=each, minlength=count) / some for each in products)
    spread = np.maximum(xx - x * x, 1e-6)
    slope = (xy - x * y) / spread
    return y - slope * x, slope, np.sqrt(np.maximum(yy - y * y - slope * slope * spread, 0)), number


def ray_of(long: int, turn: int) -> Mask:
    """Return a line so many pixels long, turned by so many degrees."""
    steps = np.rint(np.arange(long) * math.tan(math.radians(turn))).astype(int)
    found = np.zeros((int(np.ptp(steps)) + 1, long), dtype=np.uint8)
    found[steps - steps.min(), np.arange(long)] = 1
    return found


def turned(mask: Mask) -> Mask:
    """Return a mask with what is upright level."""
    return np.asarray(cv2.transpose(mask), dtype=np.uint8)
