"""What a line holds: its digits with what parts them, what stands beside them, and the gaps.

In: digits uint8[n,28,28] with labels, drawn shapes, and a seeded numpy generator. Out: the shapes of a line from left
to right, each with the gap before it, and their signs. Knows nothing of how they are pasted.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digitrec.data.digits import SIDE
from digitrec.reading.signs import NO_DIGIT, OTHER, SIGNS
from digitrec.training import marks, strokes, symbols
from digitrec.training.drawn_digits import draw_noughts
from digitrec.training.shapes import EQUALS, LONG, RISING, Shapes, drawn, in_columns
from digitrec.training.strokes import Ink

_GAPS = (((-3.0, 0.5), 0.3), ((0.0, 6.0), 0.85), ((5.0, 18.0), 1.0))
"""Pixels between the digits of a line, from and to, each with the share of lines up to it."""

_THOUSANDS = ((".", 0.6), (",", 0.83), (LONG, 0.87), ("-", 0.98), ("/", 1.0))
_BETWEEN = ((".", 0.33), (",", 0.55), ("-", 0.88), ("/", 1.0))
_DATED = (("/", 0.6), (".", 0.8), ("-", 1.0))
_BEHIND = (
    (".", 0.25),
    (",", 0.32),
    (LONG, 0.35),
    (".-", 0.5),
    ("-", 0.63),
    ("--", 0.68),
    (",-", 0.74),
    ("..", 0.76),
    ("/", 0.77),
    (OTHER, 0.8),
    (RISING, 0.87),
    (f".{RISING}", 0.9),
    (f",{RISING}", 0.92),
    (EQUALS, 1.0),
)
"""Separators of thousands, those anywhere, those of dates, and what follows a number, with shares as above."""

_READ_AS = {EQUALS: OTHER, RISING: "-", LONG: ","}
"""Shapes of their own, and the signs that they are."""

_ONE_STROKE = 0.45
"""The share of lines whose noughts side by side are written in one stroke, where no date is."""

_BRACKETED, _BEFORE, _WITHIN, _BEHIND_IT, _WORDS = 0.03, 0.07, 0.07, 0.09, 0.06
"""The shares of lines in brackets, with a symbol before the number, with some between its digits, with one behind it,
and with a word before it or behind it."""

_SYMBOL = 0.35
"""How often one stands between two digits of a line that has some."""

_BETWEEN_TWO = 0.35
"""How often a symbol stands between two digits of a line that has some."""


@dataclass(frozen=True)
class _Habits:
    """How a line is written: the usual gap in pixels and how far it varies, and what parts its digits."""

    usual: float
    spread: float
    thousands: bool
    """As in 12.500."""
    anywhere: bool
    """As in codes."""
    dated: str
    """One sign after every second digit."""


class _Parts:
    """Shapes side by side, each with the gap before it, and the signs that they are."""

    def __init__(self) -> None:
        """Begin with none."""
        self.shapes: list[tuple[Ink, float]] = []
        self.signs: list[int] = []

    def add(self, ink: Ink, sign: int, gap: float, count: int = 1) -> None:
        """Add a shape that is a sign so many times over."""
        self.shapes.append((ink, gap if self.shapes else 0))
        self.signs.extend([sign] * count)

    def add_beside(self, pieces: Sequence[symbols.Piece]) -> None:
        """Add what is no digit."""
        for ink, gap, count in pieces:
            self.add(ink, NO_DIGIT, gap, count)


def parts_of_line(
    digits: Sequence[Ink], labels: Sequence[int], shapes: Shapes, rng: np.random.Generator, room: float
) -> tuple[list[tuple[Ink, float]], list[int]]:
    """Return the shapes of a line from left to right, each with the gap before it, and their signs.

    Symbols and words stand beside its digits where there is room for them, in pixels.
    """
    habits = _Habits(
        usual=rng.uniform(*drawn(_GAPS, rng)),
        spread=rng.uniform(0.3, 2.5),
        thousands=rng.random() < 0.25,  # noqa: PLR2004
        anywhere=rng.random() < 0.12,  # noqa: PLR2004
        dated=drawn(_DATED, rng) if rng.random() < 0.06 else "",  # noqa: PLR2004
    )
    parts = _Parts()
    beside = symbols.beside(digits, rng, room)
    if rng.random() < 0.04:  # noqa: PLR2004
        sign = "-" if rng.random() < 0.5 else OTHER  # noqa: PLR2004
        parts.add(shapes.draw(sign, rng), SIGNS.index(sign), 0)
    parts.add_beside(beside.before)
    _add_number(parts, digits, labels, habits, beside, shapes, rng)
    parts.add_beside(beside.behind)
    if not digits and rng.random() < 0.8:  # noqa: PLR2004 - what nobody wrote as digits
        for _ in range(int(rng.integers(1, 3))):
            parts.add(in_columns(marks.wide_scribble(rng, rng.uniform(0.8, 3))), NO_DIGIT, rng.uniform(4, 12))
        return parts.shapes, parts.signs
    for sign, gap in _behind(rng):
        parts.add(shapes.draw(sign, rng), SIGNS.index(_READ_AS.get(sign, sign)), gap)
    return parts.shapes, parts.signs


def _add_number(  # noqa: PLR0913, PLR0917 - one caller, nothing to leave out
    parts: _Parts,
    digits: Sequence[Ink],
    labels: Sequence[int],
    habits: _Habits,
    beside: symbols.Beside,
    shapes: Shapes,
    rng: np.random.Generator,
) -> None:
    """Add digits, with separators and symbols between them."""
    # What is before a number keeps some distance from it.
    least = rng.uniform(1, 9) if beside.before else -math.inf
    dated, index = habits.dated, 0
    for digit, label, count in _written(digits, labels, rng, one_stroke=not dated and rng.random() < _ONE_STROKE):
        left = len(digits) - index
        after = index and ((dated and index in {2, 4}) or (not dated and habits.thousands and left % 3 == 0))
        index += count
        gap = max(least, habits.usual + rng.normal(0, habits.spread))
        if after or (index > count and habits.anywhere and rng.random() < 0.3):  # noqa: PLR2004
            sign = dated or drawn(_THOUSANDS if habits.thousands else _BETWEEN, rng)
            parts.add(shapes.draw(sign, rng), SIGNS.index(_READ_AS.get(sign, sign)), rng.uniform(-0.5, 4))
            gap = rng.uniform(-0.5, 4)
        elif index > count and not dated and beside.within and rng.random() < _BETWEEN_TWO:
            parts.add_beside([symbols.between(beside.pen, rng)])
            gap = rng.uniform(0.5, 8)
        parts.add(in_columns(digit), label, gap, count)
        least = -math.inf


def _behind(rng: np.random.Generator) -> Iterator[tuple[str, float]]:
    """Yield what stands behind the digits, each with the gap before it: what people put behind amounts, or letters."""
    chance = rng.random()
    if chance < 0.22:  # noqa: PLR2004
        for sign in drawn(_BEHIND, rng):
            yield sign, rng.uniform(0, 8)
    elif chance < 0.26:  # noqa: PLR2004
        for _ in range(int(rng.integers(1, 4))):
            yield OTHER, rng.uniform(1, 6)


def _written(
    digits: Sequence[Ink], labels: Sequence[int], rng: np.random.Generator, *, one_stroke: bool
) -> Iterator[tuple[Ink, int, int]]:
    """Yield what is written before the pen is lifted, the digit, and how many of it: noughts may be joined."""
    uneven = rng.random() < 0.25  # noqa: PLR2004 - some are smaller than others
    small = rng.uniform(0.45, 0.85) if rng.random() < 0.15 else 1  # noqa: PLR2004 - as in 10.000, all noughts alike
    index = 0
    while index < len(digits):
        count = 1
        # Not across where thousands are parted.
        while one_stroke and labels[index] == 0 and (len(digits) - index - count) % 3 and labels[index + count] == 0:
            count += 1
        digit = draw_noughts(count, strokes.pen(digits[index]), rng) if count > 1 else digits[index]
        if index and labels[index] == 0 and small < 1:
            digit = _smaller(digit, rng, small)
        elif uneven and rng.random() < 0.5:  # noqa: PLR2004
            digit = _smaller(digit, rng, rng.uniform(0.5, 0.9))
        yield digit, labels[index], count
        index += count


def _smaller(digit: Ink, rng: np.random.Generator, factor: float) -> Ink:
    """Return the digit smaller by a factor below 1, on the same baseline or raised a little."""
    high = round(SIDE * factor)
    wide = round(digit.shape[1] * factor * rng.uniform(0.9, 1.3))
    small = cv2.resize(digit, (wide, high), interpolation=cv2.INTER_AREA)
    changed = np.zeros((SIDE, wide), dtype=np.uint8)
    foot = round(strokes.BASELINE - (SIDE - strokes.BASELINE) * (factor - 1) - rng.uniform(0, 4))
    top = max(0, min(SIDE - high, foot - round(strokes.BASELINE * factor)))
    changed[top : top + high] = small
    return changed
