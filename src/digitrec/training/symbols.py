"""What people write beside numbers and is no digit, drawn: brackets, currencies, units, arithmetic, words.

In: a seeded numpy generator and the width of the pen that wrote the number. Out: uint8[28,w], 255 for ink, as high as a
line of digits. In a line what is beside them tells them from digits; alone a bracket is a one and a degree a nought, so
that single signs are none of these. Knows nothing of lines or of training.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from digitrec.damage.strangers import STROKE_FONTS
from digitrec.data.digits import SIDE
from digitrec.training import strokes
from digitrec.training.letter_ways import CLEAR, LIKE_DIGITS
from digitrec.training.shapes import in_columns
from digitrec.training.strokes import BASELINE, TOP, Ink, Point, Way, laid_out, line, smooth
from digitrec.training.symbol_ways import BEFORE, BEHIND, BETWEEN, CLOSING, OPENING

_UNIT = (BASELINE - TOP) / 6
"""Pixels to a unit of the ways, in which digits are 6 high."""

_OF_TWO = frozenset({"No", "°C", "kg", "km", "cm"})
"""Symbols of two letters, each a sign."""

_PRINTED = 0.35
"""The share of words that are in letters of a font; the others are written stroke by stroke."""

Piece = tuple[Ink, float, int]
"""A shape, uint8[28,w], the gap before it in pixels, and how many signs it is."""

_BRACKETED, _SYMBOL_BEFORE, _SYMBOLS_WITHIN, _SYMBOL_BEHIND, _WORD = 0.03, 0.06, 0.06, 0.08, 0.09
"""The shares of lines in brackets, with a symbol before the number, with some between its digits, with one behind it,
and with a word before it or behind it, of those that have room."""

_WORD_ALONE, _ROOM, _LETTER, _LONGEST = 0.5, 14, 12, 7
"""The share of lines without a digit that are a word; pixels of room that a symbol needs, and that a letter takes; and
letters of a word at most."""

_PEN = 2.5
"""How wide the pen is where no digit tells."""


@dataclass(frozen=True)
class Beside:
    """What stands beside the digits of a line, and is none."""

    pen: float = _PEN
    before: Sequence[Piece] = ()
    behind: Sequence[Piece] = ()
    within: bool = False
    """Whether symbols stand between digits."""


def beside(digits: Sequence[Ink], rng: np.random.Generator, room: float) -> Beside:
    """Return the symbols and words that stand beside a number of digits, uint8[28,w], written with its pen.

    None where there is little room for them, in pixels.
    """
    pen = strokes.pen(digits[0]) if digits else _PEN
    if room < _ROOM:
        return Beside(pen)
    before: list[Piece] = []
    behind: list[Piece] = []
    letters = min(_LONGEST, int(room / _LETTER))
    if letters > 1 and rng.random() < (_WORD if digits else _WORD_ALONE):
        if rng.random() < 0.5:  # noqa: PLR2004 - or behind
            before += _word(pen, letters, rng, 0.0)
        else:
            behind += _word(pen, letters, rng, rng.uniform(3, 14))
    elif rng.random() < _SYMBOL_BEFORE:
        before.append(_symbol(BEFORE, pen, rng, 0.0))
    if digits and rng.random() < _BRACKETED:
        opening, closing = _pair(pen, rng)
        before.append((opening, rng.uniform(2, 8), 1))
        behind.insert(0, (closing, rng.uniform(0, 5), 1))
    elif not behind and rng.random() < _SYMBOL_BEHIND:
        behind.append(_symbol(BEHIND, pen, rng, rng.uniform(0, 9)))
    return Beside(pen, before, behind, within=rng.random() < _SYMBOLS_WITHIN)


def between(pen: float, rng: np.random.Generator) -> Piece:
    """Return a symbol that stands between two digits."""
    return _symbol(BETWEEN, pen, rng, rng.uniform(0.5, 8))


def _symbol(ways: Mapping[str, Way], pen: float, rng: np.random.Generator, gap: float) -> Piece:
    names = list(ways)
    name = names[int(rng.integers(len(names)))]
    return drawn(ways[name], pen, rng), gap, 2 if name in _OF_TWO else 1


def _word(pen: float, longest: int, rng: np.random.Generator, gap: float) -> list[Piece]:
    """Return the letters of a word of so many at most, half of which at least are clearly none; or all of a font."""
    count = int(rng.integers(2, longest + 1))
    if rng.random() < _PRINTED:
        letters = _printed(count, pen, rng)
    else:
        clear = rng.permutation(count) < (count + 1) // 2
        letters = [drawn(_one_of(CLEAR if each else LIKE_DIGITS, rng), pen, rng) for each in clear.tolist()]
    gaps = [gap, *rng.uniform(-1, 3, count - 1).tolist()]
    return [(letter, each, 1) for letter, each in zip(letters, gaps, strict=True)]


def _one_of(ways: Mapping[str, Way], rng: np.random.Generator) -> Way:
    return list(ways.values())[int(rng.integers(len(ways)))]


def _printed(count: int, pen: float, rng: np.random.Generator) -> list[Ink]:
    """Return letters of one stroke font, small after the first or all large, as a word has them."""
    font, scale = STROKE_FONTS[int(rng.integers(len(STROKE_FONTS)))], rng.uniform(0.6, 0.95)
    found, large = [], rng.random() < 0.3  # noqa: PLR2004
    for number in range(count):
        letter = string.ascii_letters[int(rng.integers(26))]
        capital = large or (number == 0 and rng.random() < 0.5)  # noqa: PLR2004
        ink = np.zeros((SIDE, 40), dtype=np.uint8)
        thick = max(1, round(pen / 1.5))
        cv2.putText(ink, letter.upper() if capital else letter, (6, BASELINE), font, scale, 255, thick, cv2.LINE_AA)
        found.append(in_columns(ink))
    return found


def _pair(pen: float, rng: np.random.Generator) -> tuple[Ink, Ink]:
    """Return brackets of one kind, that which opens and that which closes."""
    kind = int(rng.integers(len(OPENING)))
    opening, closing = list(OPENING.values())[kind], list(CLOSING.values())[kind]
    return drawn(opening, pen, rng), drawn(closing, pen, rng)


def drawn(way: Way, pen: float, rng: np.random.Generator) -> Ink:
    """Return a way as somebody draws it, uint8[28,w] cropped to its columns, of any size, leaning and unsteady."""
    size, wide = rng.uniform(0.8, 1.12), rng.uniform(0.7, 1.25)
    slant, unsteady = rng.normal(0, 0.12), rng.uniform(0.05, 0.25)
    middle = (TOP + BASELINE) / 2 + rng.normal(0, 0.8)

    def place(point: Point) -> Point:
        across, down = (side + off for side, off in zip(point, rng.normal(0, unsteady, 2).tolist(), strict=True))
        return _UNIT * (wide * across - slant * (down - 3)), middle + _UNIT * size * (down - 3)

    lines = laid_out(way, place)
    left = min(across for stroke in lines for across, _ in stroke) - pen / 2 - 1
    right = max(across for stroke in lines for across, _ in stroke) + pen / 2 + 1
    width, rounded = max(4, round(right - left)), rng.random() < 0.7  # noqa: PLR2004 - or with corners
    found = np.zeros((SIDE, width), dtype=np.uint8)
    for stroke in lines:
        moved = [(across - left, min(max(down, pen / 2), SIDE - pen / 2)) for across, down in stroke]
        found = np.maximum(found, line(width, smooth(moved) if rounded else moved, pen))
    return in_columns(found)
