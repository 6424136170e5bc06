"""Marks that are no digits, drawn: separators, letters, signs, scribbles.

In: a seeded numpy generator and the width of a pen. Out: uint8[28,w], 255 for ink, as high as a line of digits. Knows
nothing of lines or of training.
"""

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from digitrec.damage.strangers import STROKE_FONTS
from digitrec.data.digits import SIDE
from digitrec.training.strokes import BASELINE, Ink, Point, Way, laid_out, line, smooth

if TYPE_CHECKING:
    from collections.abc import Callable

_LETTERS: dict[str, Way] = {
    # Those that could be a digit are left out.
    "A": [(0, 6), (2, 0), (4, 6), None, (1, 4), (3, 4)],
    "E": [(4, 0), (0, 0), (0, 6), (4, 6), None, (0, 3), (3, 3)],
    "F": [(4, 0), (0, 0), (0, 6), None, (0, 3), (3, 3)],
    "H": [(0, 0), (0, 6), None, (4, 0), (4, 6), None, (0, 3), (4, 3)],
    "K": [(0, 0), (0, 6), None, (4, 0), (0, 3.4), (4, 6)],
    "M": [(0, 6), (0, 0), (2, 4), (4, 0), (4, 6)],
    "N": [(0, 6), (0, 0), (4, 6), (4, 0)],
    "P": [(0, 6), (0, 0), (3, 0), (4, 1), (4, 2), (3, 3), (0, 3)],
    "R": [(0, 6), (0, 0), (3, 0), (4, 1), (4, 2), (3, 3), (0, 3), (4, 6)],
    "T": [(0, 0), (4, 0), None, (2, 0), (2, 6)],
    "W": [(0, 0), (1, 6), (2, 1), (3, 6), (4, 0)],
    "X": [(0, 0), (4, 6), None, (4, 0), (0, 6)],
    "Y": [(0, 0), (2, 3), (4, 0), None, (2, 3), (2, 6)],
    "a": [(4, 2.4), (2, 2), (0, 3.6), (1, 5.8), (3, 5.4), (4, 2.4), (4, 5), (4.6, 6)],
    "d": [(4, 3), (2, 2.2), (0, 4), (1.4, 6), (3.4, 5.4), (4, 0), (4, 6)],
    "e": [(0, 4), (4, 3.8), (3, 2.2), (1, 2.2), (0, 4), (1, 6), (4, 5.6)],
    "f": [(4, 0.6), (2.8, 0), (2, 1), (2, 6), None, (0.6, 2.6), (3.6, 2.6)],
    "h": [(0, 0), (0, 6), None, (0, 3.4), (2, 2.4), (3.4, 3.2), (3.4, 6)],
    "k": [(0, 0), (0, 6), None, (3.4, 2), (0, 4.2), (3.6, 6)],
    "m": [(0, 2), (0, 6), (0, 3.4), (1, 2.2), (2, 3.2), (2, 6), (2, 3.4), (3, 2.2), (4, 3.2), (4, 6)],
    "n": [(0, 2), (0, 6), (0, 3.6), (2, 2.2), (3.6, 3.2), (3.6, 6)],
    "r": [(0, 2), (0, 6), (0, 3.8), (1.6, 2.4), (3, 2.6)],
    "w": [(0, 2), (1, 6), (2, 3), (3, 6), (4, 2)],
    "x": [(0, 2), (4, 6), None, (4, 2), (0, 6)],
    "#": [(1, 0), (0.6, 6), None, (3, 0), (2.6, 6), None, (0, 2), (4, 2), None, (0, 4), (4, 4)],
    "+": [(2, 1), (2, 5), None, (0, 3), (4, 3)],
    "=": [(0, 2.4), (4, 2.4), None, (0, 4), (4, 4)],
    "$": [(4, 1), (1, 0.8), (0, 2), (4, 4), (3, 5.4), (0, 5), None, (2, 0), (2, 6)],
    "%": [(4, 0), (0, 6), None, (0, 1), (1, 0), (1.4, 1), (0.6, 2), (0, 1), None, (3, 5), (4, 4), (4, 6), (3, 5)],
    "*": [(0.6, 1), (3.4, 5), None, (3.4, 1), (0.6, 5), None, (0, 3), (4, 3)],
    "?!": [(0, 1), (2, 0), (4, 1), (2, 3), (2, 4), None, (2, 5.6), (2, 6)],
}

_PRINTED = "ACEFHJKLMNPRUVWXYacdefhjkmnrtuvwx@#&%$?+=*!{}<>"


def separator(kind: str, rng: np.random.Generator, thick: float) -> Ink:
    """Return a dot, comma, dash or slash, uint8[28,w], drawn with a pen of `thick` pixels."""
    if kind == ".":
        radius = rng.uniform(0.7, 1.8) if rng.random() < 0.75 else rng.uniform(1.8, 3.0)  # noqa: PLR2004 - felt pens
        place = (4.0, BASELINE - rng.uniform(-1.5, 2.5))
        return line(9, [place, (place[0] + rng.uniform(0, 1), place[1] + rng.uniform(0, 0.7))], 2 * radius)
    if kind == ",":
        down, left = rng.uniform(3, 6.5), rng.uniform(0.5, 3)
        start = BASELINE - rng.uniform(0, 3)
        return line(8, [(5, start), (5 - left / 3, start + down / 2), (5 - left, start + down)], thick)
    if kind == "-":
        length, row = rng.uniform(5, 20), rng.uniform(11, 18)
        end = row + rng.uniform(-2, 1)
        middle = (2 + length / 2, row + rng.uniform(-1, 1))
        points = [(2, row), middle, (2 + length, end)]
        if rng.random() < 0.3:  # noqa: PLR2004 - waved, or with a hook at either end
            before, after = rng.uniform(-3.5, 3.5, 2)
            points = smooth([(2, row + before), (2 + length * 0.25, row), middle, (2 + length, end + after)])
        return line(round(length) + 4, points, thick)
    across = rng.uniform(3, 15)
    return line(round(across) + 4, [(2 + across, rng.uniform(0, 3)), (2, rng.uniform(24, 27.5))], thick)


def equals(rng: np.random.Generator, thick: float) -> Ink:
    """Return the two strokes that close an amount, uint8[28,w], at any height; now and then the pen is not lifted."""
    length, row, apart = rng.uniform(4, 12), rng.uniform(5, 17), rng.uniform(3, 6)
    width, rise = round(length) + 6, rng.uniform(-1.5, 3) / 12 * length
    ends = rng.uniform(-1, 1, 2)
    upper = [(3.0, row + rise / 2), (3 + length, row - rise / 2 + ends[0])]
    lower = [(2.0, row + apart + rise / 2), (2 + length, row + apart - rise / 2 + ends[1])]
    if rng.random() < 0.3:  # noqa: PLR2004 - back to the left, or around on the left
        return line(width, [*upper, *lower] if rng.random() < 0.6 else [*upper[::-1], *lower], thick)  # noqa: PLR2004
    return np.maximum(line(width, upper, thick), line(width, lower, thick))


def long_comma(rng: np.random.Generator, thick: float) -> Ink:
    """Return a comma half as long as a one, uint8[28,w], that begins within the line and ends below it."""
    down, left, start = rng.uniform(6, 11), rng.uniform(0.5, 3), BASELINE - rng.uniform(3, 6)
    return line(8, [(5, start), (5 - left / 3, start + down / 2), (5 - left, start + down)], thick)


def rising_dash(rng: np.random.Generator, thick: float) -> Ink:
    """Return a dash that rises to the right, uint8[28,w], at any height: short, and not as steep as a slash."""
    length, row = rng.uniform(5, 13), rng.uniform(13, 22)
    rise = length * rng.uniform(0.25, 1.1)
    bend = rng.uniform(-1.2, 1.2)
    points = [(2.0, row), (2 + length / 2, row - rise / 2 + bend), (2 + length, row - rise)]
    return line(round(length) + 4, smooth(points), thick)


def other(rng: np.random.Generator, thick: float) -> Ink:
    """Return what is no digit, uint8[28,w]: a written or printed letter, a sign, or a scribble."""
    makers: tuple[Callable[[np.random.Generator, float], Ink], ...] = (
        *(_written, _written, _written, _printed, _printed),
        *(_scribble, _coil, _crossed),
    )
    return makers[rng.integers(len(makers))](rng, thick)


def _written(rng: np.random.Generator, thick: float) -> Ink:
    names = list(_LETTERS)
    wide, high = rng.uniform(2.2, 5), rng.uniform(2.4, 3.4)
    top, slant = BASELINE - 6 * high + rng.uniform(-1, 1), rng.uniform(-0.15, 0.35)

    def place(point: Point) -> Point:
        across, down = point[0] + rng.normal(0, 0.12), point[1] + rng.normal(0, 0.12)
        return 6 + across * wide + (6 - down) * high * slant, top + down * high

    strokes = laid_out(_LETTERS[names[rng.integers(len(names))]], place)
    width = round(12 + 4 * wide + 6 * high * 0.35)
    drawn = np.zeros((SIDE, width), dtype=np.uint8)
    for stroke in strokes:
        drawn = np.maximum(drawn, line(width, smooth(stroke) if rng.random() < 0.5 else stroke, thick))  # noqa: PLR2004
    return drawn


def _printed(rng: np.random.Generator, thick: float) -> Ink:
    drawn = np.zeros((SIDE, 36), dtype=np.uint8)
    font = STROKE_FONTS[rng.integers(len(STROKE_FONTS))]
    letter = _PRINTED[rng.integers(len(_PRINTED))]
    cv2.putText(
        drawn, letter, (4, BASELINE), font, rng.uniform(0.6, 0.95), 255, max(1, round(thick / 1.5)), cv2.LINE_AA
    )
    return drawn


def _scribble(rng: np.random.Generator, thick: float) -> Ink:
    width = int(rng.integers(16, 40))
    count = int(rng.integers(5, 16))
    across = np.clip(np.linspace(4, width - 4, count) * 0.5 + rng.uniform(3, width - 3, count) * 0.5, 2, width - 2)
    down = rng.uniform(4, 25, count)
    return line(width, smooth(list(zip(across, down, strict=True))), thick)


def wide_scribble(rng: np.random.Generator, thick: float) -> Ink:
    """Return a line that wanders and crosses itself, uint8[28,w], as wide as two digits or more."""
    width, count = int(rng.integers(26, 80)), int(rng.integers(8, 30))
    across = rng.uniform(3, width - 3, count)
    if rng.random() < 0.6:  # noqa: PLR2004 - on the whole to the right, as if it were writing
        across = 0.6 * np.sort(across) + 0.4 * across
    if rng.random() < 0.5:  # noqa: PLR2004 - to and fro
        down = np.where(np.arange(count) % 2, rng.uniform(3, 9, count), rng.uniform(19, 25, count))
    else:
        down = rng.uniform(3, 25, count)
    points = list(zip(across.tolist(), down.tolist(), strict=True))
    return line(width, smooth(points) if rng.random() < 0.7 else points, thick)  # noqa: PLR2004


def _coil(rng: np.random.Generator, thick: float) -> Ink:
    """Return a scribble of loops: round and round, drifting, as people try a pen."""
    turns = rng.uniform(2.4, 6)
    angle = np.linspace(0, 2 * math.pi * turns, round(8 * turns)) + rng.uniform(0, 2 * math.pi)
    wide, high, drift = rng.uniform(3, 8), rng.uniform(4, 9), rng.uniform(6, 14)
    rough = rng.normal(0, rng.uniform(0.2, 1.6), (2, len(angle)))
    along = np.linspace(-1, 1, len(angle)) * drift
    lean = rng.normal(0, 0.5)  # which way the loops drift
    across = wide * np.cos(angle) + along * math.cos(lean) + rough[0]
    down = (high * np.sin(angle) + along * math.sin(lean) * 0.6 + rough[1]) * rng.uniform(0.6, 1)
    width = round(float(np.ptp(across))) + 6
    points = zip(across - across.min() + 3, np.clip(down - down.mean() + SIDE / 2, 2, SIDE - 2), strict=True)
    return line(width, smooth([(float(right), float(low)) for right, low in points]), thick)


def _crossed(rng: np.random.Generator, thick: float) -> Ink:
    """Return what is crossed out or hatched: strokes to and fro, or several across each other."""
    width, many = int(rng.integers(14, 34)), int(rng.integers(3, 8))
    if rng.random() < 0.5:  # noqa: PLR2004 - to and fro
        across = np.linspace(3, width - 3, 2 * many)
        down = np.where(np.arange(2 * many) % 2, rng.uniform(20, 25, 2 * many), rng.uniform(3, 8, 2 * many))
        return line(width, list(zip(across.tolist(), down.tolist(), strict=True)), thick)
    drawn = np.zeros((SIDE, width), dtype=np.uint8)
    for _ in range(many):
        ends = rng.uniform((2, 3), (width - 2, 25), (2, 2))
        drawn = np.maximum(drawn, line(width, [(float(right), float(low)) for right, low in ends], thick))
    return drawn
