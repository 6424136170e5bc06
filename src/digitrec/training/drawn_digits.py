"""Digits drawn stroke by stroke, in the ways of writing that MNIST's writers seldom or never had (`ways.py`).

In: a digit's value, a pen's width, a seeded numpy generator, and the hand that writes where several digits are to look
alike. Out: uint8[28,28], as MNIST has its digits, or noughts in one stroke, uint8[28,w]. Knows nothing of lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.normalise import normalise
from digitrec.training.strokes import SHIFT, Point, Way, laid_out, smooth
from digitrec.training.ways import OF_HANDS, WAYS

_UNIT = 12.0
"""Pixels to a unit of the ways as they are drawn, before they are scaled to a digit's size."""

_SELDOM = 0.12
"""How often a hand writes a digit in another way than it is used to."""


@dataclass(frozen=True)
class Hand:
    """How one person writes: each digit in one way, as broad and as unsteady as the others."""

    ways: Mapping[int, Way]
    wide: float
    """How broad digits are, 1 for as broad as the ways are."""
    unsteady: float
    """By how much points stray, in units of the ways."""


def some_hand(rng: np.random.Generator) -> Hand:
    """Return the hand of somebody, who may write digits that are such only among digits."""
    ways: dict[int, Way] = {}
    for value in WAYS:
        known = [*WAYS[value], *OF_HANDS[value]]
        ways[value] = known[int(rng.integers(len(known)))]
    return Hand(ways, float(rng.uniform(0.6, 1.35)), float(rng.uniform(0.08, 0.3)))


def draw_digit(value: int, pen: float, rng: np.random.Generator, hand: Hand | None = None) -> npt.NDArray[np.uint8]:
    """Return a digit, uint8[28,28], drawn in one of its ways, or in that of a hand, with a pen of so many pixels."""
    if hand is None or rng.random() < _SELDOM:
        ways = WAYS[value]
        way = ways[int(rng.integers(len(ways)))]
    else:
        way = hand.ways[value]
    if hand is None:
        wide, unsteady = rng.uniform(0.6, 1.35), rng.uniform(0.08, 0.4)
    else:
        wide, unsteady = hand.wide * rng.uniform(0.85, 1.15), hand.unsteady
    slant, turn = rng.normal(0, 0.2 if hand is None else 0.06), rng.normal(0, 0.08)

    def place(point: Point) -> Point:
        across, down = (side + off for side, off in zip(point, rng.normal(0, unsteady, 2).tolist(), strict=True))
        return wide * across - slant * down, wide * turn * across + down

    canvas, side = _drawn([smooth(stroke) for stroke in laid_out(way, place)], pen)
    # As high as it is wide at least, so that a wide one is not taken for a line.
    return normalise(canvas, height=side, pale=True)


def draw_noughts(count: int, pen: float, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return so many noughts written in one stroke, uint8[28,w], joined by curls above.

    Not as coils, joined below: what people scribble looks like that, and with a line below it would be twos.
    """
    curled = rng.random() < 0.5  # noqa: PLR2004 - with a curl between two, or drawn the other way around
    half = rng.uniform(1.1, 2.2)
    between = max(rng.uniform(3.2, 5.4), 2 * half - 0.2)
    turn = rng.normal(0, 0.05)
    points: list[Point] = []
    if rng.random() < 0.3:  # noqa: PLR2004 - the pen comes from what was before
        points.append((-half - 0.8, 0.4))
    for number in range(count):
        wide, high = half * rng.uniform(0.85, 1.15), 3 * rng.uniform(0.85, 1.1)
        middle = number * between + rng.normal(0, 0.15)
        for eighth in range(9):
            angle = (1.5 + (-1 if curled else 1) * eighth / 4) * np.pi  # from above
            stray = rng.normal(0, 0.12, 2)
            points.append((middle + wide * np.cos(angle) + stray[0], 6 - high + high * np.sin(angle) + stray[1]))
        if curled and number + 1 < count:
            points.append((middle + half * 0.7, 6 - 2 * high + rng.uniform(0.5, 1.4)))
    if rng.random() < 0.3:  # noqa: PLR2004 - and goes on
        points.append((points[-1][0] + rng.uniform(1, 2.4), points[-1][1] + rng.normal(0, 0.3)))
    turned = [(across, down + turn * across) for across, down in points]
    canvas, _ = _drawn([smooth(turned)], pen, high=6 * _UNIT)
    return normalise(canvas, height=float(canvas.any(1).sum()), pale=True)


def _drawn(
    strokes: Sequence[Sequence[Point]], pen: float, high: float | None = None
) -> tuple[npt.NDArray[np.uint8], float]:
    """Return strokes, in units, drawn with a pen that has so many pixels once they are as large as digits.

    And their longer side in pixels; `high` stands in its place where the height alone says how large they become.
    """
    curves = [np.array(stroke) * _UNIT for stroke in strokes]
    least = np.concatenate(curves).min(0)
    most = np.concatenate(curves).max(0)
    side = float((most - least).max())
    # So thick that it is right after scaling the longer side to what is left of twenty pixels.
    thick = max(1, round(pen / max(20.0 - pen, 8.0) * (high or side)))
    room = thick + 2
    size = np.ceil(most - least).astype(int) + 2 * room
    canvas = np.zeros((size[1], size[0]), dtype=np.uint8)
    placed = [np.round((curve - least + room) * 2**SHIFT).astype(np.int32) for curve in curves]
    cv2.polylines(canvas, placed, isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=SHIFT)
    return canvas, side + thick
