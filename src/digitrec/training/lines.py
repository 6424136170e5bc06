"""Lines of digits, composed of single ones: what the reader learns from.

In: digits uint8[n,28,28] with labels, and a seeded numpy generator. Out: pictures uint8[n,28,w] as the
reader would prepare them, clean, and the signs in each. Touching, overlapping, slanted and uneven;
with separators, and with what is no digit. Knows nothing of paper (`paper.py`) or of training.
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE
from digitrec.reading.normalise import BOX, SINGLE, bounds, normalise
from digitrec.reading.signs import OTHER, SIGNS
from digitrec.training import marks, strokes
from digitrec.training.drawn_digits import draw_noughts
from digitrec.training.shapes import EQUALS, LONG, RISING, SEEN, Shapes, drawn, in_columns
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

_ROUND = 6
"""Pixels of ground around a line as it is put together."""


def compose_line(
    digits: Sequence[Ink], labels: Sequence[int], shapes: Shapes, rng: np.random.Generator, width: int
) -> tuple[Ink, list[int]]:
    """Return a line, uint8[28,width], and its signs by number, of at most these digits, each uint8[28,28]."""
    parts, signs = _parts(digits, labels, shapes, rng)
    line = _pasted(parts, rng)
    # The height of what is tall, not of all that sticks out; known to the reader only about.
    prepared = normalise(line, height=_height(line) * rng.uniform(0.88, 1.15), pale=True)
    room = width - prepared.shape[1]
    if prepared.shape[1] < SIDE or room < 0:
        prepared = np.asarray(
            cv2.resize(prepared, (min(width, max(SIDE, prepared.shape[1])), SIDE), interpolation=cv2.INTER_AREA)
        )
        room = width - prepared.shape[1]
    placed = np.zeros((SIDE, width), dtype=np.uint8)
    left = int(rng.integers(0, room + 1)) if rng.random() < 0.3 else min(room, int(rng.integers(0, 5)))  # noqa: PLR2004
    placed[:, left : left + prepared.shape[1]] = prepared
    return _moved(placed, max(-4, min(4, round(rng.normal(0, 1.2))))), signs


def compose_narrow(digits: Sequence[Ink], labels: Sequence[int], rng: np.random.Generator) -> tuple[Ink, list[int]]:
    """Return a number as narrow as one digit, uint8[28,28], and its signs: what is framed as one may be two."""
    line = _pasted([(in_columns(digit), rng.uniform(-3, 2)) for digit in digits], rng)
    top, left, bottom, right = bounds(line)
    ink, high = line[top:bottom, left:right], bottom - top
    if right - left > SINGLE * high:
        wide = max(1, int(SINGLE * high * rng.uniform(0.75, 1)))
        ink = np.asarray(cv2.resize(ink, (wide, high), interpolation=cv2.INTER_AREA))
    return normalise(ink, pale=True)[:, :SIDE], list(labels)


def _parts(
    digits: Sequence[Ink], labels: Sequence[int], shapes: Shapes, rng: np.random.Generator
) -> tuple[list[tuple[Ink, float]], list[int]]:
    """Return the shapes of a line from left to right, each with the gap before it, and their signs."""
    least, most = drawn(_GAPS, rng)
    usual = rng.uniform(least, most)
    spread = rng.uniform(0.3, 2.5)
    thousands = rng.random() < 0.25  # noqa: PLR2004 - as in 12.500
    anywhere = rng.random() < 0.12  # noqa: PLR2004 - as in codes
    dated = drawn(_DATED, rng) if rng.random() < 0.06 else ""  # noqa: PLR2004 - one sign after every second digit
    parts: list[tuple[Ink, float]] = []
    signs: list[int] = []

    def add(ink: Ink, sign: int, gap: float, count: int = 1) -> None:
        parts.append((ink, gap if parts else 0))
        signs.extend([sign] * count)

    if rng.random() < 0.04:  # noqa: PLR2004
        sign = "-" if rng.random() < 0.5 else OTHER  # noqa: PLR2004
        add(shapes.draw(sign, rng), SIGNS.index(sign), 0)
    index = 0
    for digit, label, count in _written(digits, labels, rng, one_stroke=not dated and rng.random() < _ONE_STROKE):
        left = len(digits) - index
        after = index and ((dated and index in {2, 4}) or (not dated and thousands and left % 3 == 0))
        index += count
        if after or (index > count and anywhere and rng.random() < 0.3):  # noqa: PLR2004
            sign = dated or drawn(_THOUSANDS if thousands else _BETWEEN, rng)
            add(shapes.draw(sign, rng), SIGNS.index(_READ_AS.get(sign, sign)), rng.uniform(-0.5, 4))
            add(in_columns(digit), label, rng.uniform(-0.5, 4), count)
            continue
        add(in_columns(digit), label, usual + rng.normal(0, spread), count)
    if not digits and rng.random() < 0.8:  # noqa: PLR2004 - what nobody wrote as digits
        for _ in range(int(rng.integers(1, 3))):
            add(in_columns(marks.wide_scribble(rng, rng.uniform(0.8, 3))), SIGNS.index(OTHER), rng.uniform(4, 12))
        return parts, signs
    for sign, gap in _behind(rng):
        add(shapes.draw(sign, rng), SIGNS.index(_READ_AS.get(sign, sign)), gap)
    return parts, signs


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


def _pasted(parts: Sequence[tuple[Ink, float]], rng: np.random.Generator) -> Ink:
    """Return the shapes side by side, uint8[40,w], on a baseline that goes up or down a little, slanted as one hand."""
    room = sum(ink.shape[1] + max(0, round(gap)) for ink, gap in parts) + 2 * _ROUND
    line = np.zeros((SIDE + 2 * _ROUND, room), dtype=np.uint8)
    slope, jitter = rng.normal(0, 0.02), rng.uniform(0.2, 1.4)
    close = rng.random() < 0.5  # noqa: PLR2004 - gaps between strokes, not between what they reach
    joined = rng.random() < 0.12  # noqa: PLR2004 - the pen not lifted
    edge = np.full(len(line), _ROUND)  # how far each row has ink, to the right
    for ink, gap in parts:
        box = int(edge.max()) + round(gap)
        drop = max(-_ROUND, min(_ROUND, round(slope * (box - room / 2) + rng.normal(0, jitter))))
        rows = slice(_ROUND + drop, _ROUND + drop + SIDE)
        seen = ink > SEEN
        begins = np.where(seen.any(1), seen.argmax(1), ink.shape[1])
        left = box
        if close:
            # As near as the strokes allow, but never so near that one stands behind the other.
            nearest = int((_reach(edge)[rows] - begins).max()) + max(-2, round(gap))
            left = max(nearest, box - ink.shape[1] // 2, box - 8)
        left = max(_ROUND, min(left, room - ink.shape[1]))
        where = line[rows, left : left + ink.shape[1]]
        if joined and left > _ROUND:
            _join(line, edge, rows, left + int(begins.min()), rng)
        np.maximum(where, ink, out=where)
        ends = np.where(seen.any(1), left + ink.shape[1] - seen[:, ::-1].argmax(1), 0)
        edge[rows] = np.maximum(edge[rows], ends)
    return _slanted(line, rng.normal(0, 0.25))


def _reach(edge: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how far ink reaches in each row or near it: strokes need room above and below, too."""
    reach = edge.copy()
    for rows in (1, 2):
        np.maximum(reach[rows:], edge[:-rows], out=reach[rows:])
        np.maximum(reach[:-rows], edge[rows:], out=reach[:-rows])
    return reach


def _join(line: Ink, edge: npt.NDArray[np.int64], rows: slice, left: int, rng: np.random.Generator) -> None:
    """Draw a stroke from the ink so far to the next shape."""
    row = int(rng.integers(rows.start + strokes.TOP, rows.start + strokes.BASELINE))
    start = (max(_ROUND, int(edge[row]) - 1), row)
    cv2.line(line, start, (left + 3, row + int(rng.integers(-3, 4))), 255, int(rng.integers(1, 3)), cv2.LINE_AA)


def _slanted(line: Ink, slant: float) -> Ink:
    """Return the line leaning to the right by so much of its height, or to the left."""
    high, wide = line.shape
    more = int(np.ceil(abs(slant) * high)) + 1
    moved = np.array([[1, -slant, slant * high / 2 + more / 2], [0, 1, 0]], dtype=np.float64)
    return np.asarray(cv2.warpAffine(line, moved, (wide + more, high), flags=cv2.INTER_LINEAR), dtype=np.uint8)


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


def _height(line: Ink) -> float:
    """Return how high the tall shapes of a line are, about: the middle one of them."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((line > SEEN).astype(np.uint8), connectivity=8)
    heights = np.sort(stats[1:count, cv2.CC_STAT_HEIGHT])
    if not len(heights):
        return float(BOX)
    return float(np.median(heights[heights >= heights[-1] / 2]))


def _moved(line: Ink, down: int) -> Ink:
    moved = np.zeros_like(line)
    if down >= 0:
        moved[down:] = line[: SIDE - down]
    else:
        moved[:down] = line[-down:]
    return moved
