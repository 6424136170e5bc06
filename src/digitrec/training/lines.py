"""Lines of digits, composed of single ones: what the reader learns from.

In: digits uint8[n,28,28] with labels, and a seeded numpy generator. Out: pictures uint8[n,28,w] as the
reader would prepare them, clean, and the signs in each. Touching, overlapping, slanted and uneven;
with separators, and with what is no digit. Knows nothing of paper (`paper.py`) or of training.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE
from digitrec.reading.normalise import BOX, bounds, normalise
from digitrec.reading.signs import OTHER, SEPARATORS, SIGNS
from digitrec.training import strokes

Ink = npt.NDArray[np.uint8]

_KEPT = 600
"""Drawn separators of a kind, and four times as many letters, kept to be used again and again."""

_CROSSED, _FLAGGED = 0.3, 0.35
"""Shares of the sevens and ones that get a stroke which MNIST's writers did not make."""


_GAPS = (((-4.0, 0.5), 0.35), ((0.0, 6.0), 0.85), ((5.0, 18.0), 1.0))
"""Pixels between the digits of a line, from and to, each with the share of lines up to it."""

_THOUSANDS = ((".", 0.6), (",", 0.85), ("-", 0.95), ("/", 1.0))
_BETWEEN = ((".", 0.3), (",", 0.5), ("-", 0.8), ("/", 1.0))
_BEHIND = (
    (".", 0.3),
    (",", 0.44),
    (".-", 0.64),
    ("-", 0.82),
    ("--", 0.87),
    (",-", 0.92),
    ("..", 0.94),
    ("/", 0.97),
    (OTHER, 1.0),
)
"""Separators of thousands, those anywhere, and what follows a number, with shares as above."""

_ROUND = 6
"""Pixels of ground around a line as it is put together."""

_SEEN = 60
"""From where on a pixel is taken for ink."""

_Kind = TypeVar("_Kind")


class Shapes:
    """The drawn shapes that lines hold besides digits, each uint8[28,w] cropped to its columns."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Draw them all."""
        self._drawn: dict[str, list[Ink]] = {}
        for sign in sorted(SEPARATORS):
            made = (strokes.separator(sign, rng, rng.uniform(1.2, 3.6)) for _ in range(_KEPT))
            self._drawn[sign] = [_in_columns(each) for each in made if each.any()]
        made = (strokes.other(rng, rng.uniform(1.2, 3.6)) for _ in range(4 * _KEPT))
        self._drawn[OTHER] = [_in_columns(each) for each in made if each.any()]

    def draw(self, sign: str, rng: np.random.Generator) -> Ink:
        """Return one of that sign's shapes."""
        kept = self._drawn[sign]
        return kept[rng.integers(len(kept))]


def stroked(images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], rng: np.random.Generator) -> Ink:
    """Return the digits, uint8[n,28,28], some of the sevens crossed and some of the ones flagged."""
    changed = images.copy()
    ways: tuple[tuple[int, float, Callable[[Ink, np.random.Generator], Ink]], ...] = (
        (7, _CROSSED, strokes.crossed_seven),
        (1, _FLAGGED, strokes.flagged_one),
    )
    for digit, share, change in ways:
        for index in np.flatnonzero((labels == digit) & (rng.random(len(labels)) < share)):
            changed[index] = change(images[index], rng)
    return changed


def compose_line(
    digits: Sequence[Ink], labels: Sequence[int], shapes: Shapes, rng: np.random.Generator, width: int
) -> tuple[Ink, list[int]]:
    """Return a line, uint8[28,width], and its signs by number, of at most these digits, each uint8[28,28]."""
    parts, signs = _parts(digits, labels, shapes, rng)
    line = _pasted(parts, rng)
    # The height of what is tall, not of all that sticks out; known to the reader only about.
    prepared = normalise(line, height=_height(line) * rng.uniform(0.88, 1.15))
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


def compose_single(digit: Ink, label: int, shapes: Shapes, rng: np.random.Generator) -> tuple[Ink, list[int]]:
    """Return a picture of one sign, uint8[28,28]: the digit as it is, stretched, or another sign in its place."""
    chance = rng.random()
    if chance < 0.17:  # noqa: PLR2004 - as often as there is something to learn
        # Not a slash, which alone is a one.
        sign = OTHER if chance < 0.13 else "-,."[rng.integers(3)]  # noqa: PLR2004
        prepared = normalise(shapes.draw(sign, rng))
        while prepared.shape[1] != SIDE:
            prepared = normalise(shapes.draw(sign, rng))
        return prepared, [SIGNS.index(sign)]
    if chance < 0.4:  # noqa: PLR2004
        return _stretched(digit, rng), [label]
    if chance < 0.48:  # noqa: PLR2004
        return _with_neighbours(digit, shapes, rng), [label]
    return digit, [label]


def _parts(
    digits: Sequence[Ink], labels: Sequence[int], shapes: Shapes, rng: np.random.Generator
) -> tuple[list[tuple[Ink, float]], list[int]]:
    """Return the shapes of a line from left to right, each with the gap before it, and their signs."""
    least, most = _drawn(_GAPS, rng)
    usual = rng.uniform(least, most)
    spread = rng.uniform(0.3, 2.5)
    thousands = rng.random() < 0.3  # noqa: PLR2004 - as in 12.500
    anywhere = rng.random() < 0.12  # noqa: PLR2004 - as in dates and codes
    uneven = rng.random() < 0.3  # noqa: PLR2004 - as in 10.000, the noughts of which are small
    parts: list[tuple[Ink, float]] = []
    signs: list[int] = []

    def add(ink: Ink, sign: int, gap: float) -> None:
        parts.append((ink, gap if parts else 0))
        signs.append(sign)

    if rng.random() < 0.04:  # noqa: PLR2004
        sign = "-" if rng.random() < 0.5 else OTHER  # noqa: PLR2004
        add(shapes.draw(sign, rng), SIGNS.index(sign), 0)
    for index, (digit, label) in enumerate(zip(digits, labels, strict=True)):
        left = len(digits) - index
        if index and ((thousands and left % 3 == 0) or (anywhere and rng.random() < 0.3)):  # noqa: PLR2004
            sign = _drawn(_THOUSANDS if thousands else _BETWEEN, rng)
            add(shapes.draw(sign, rng), SIGNS.index(sign), rng.uniform(-0.5, 4))
            add(_in_columns(digit), label, rng.uniform(-0.5, 4))
            continue
        if uneven and rng.random() < 0.5:  # noqa: PLR2004
            digit = _smaller(digit, rng)  # noqa: PLW2901 - the same digit
        add(_in_columns(digit), label, usual + rng.normal(0, spread))
    chance = rng.random()
    if chance < 0.22:  # noqa: PLR2004 - what people put behind an amount
        for sign in _drawn(_BEHIND, rng):
            add(shapes.draw(sign, rng), SIGNS.index(sign), rng.uniform(0, 8))
    elif chance < 0.26:  # noqa: PLR2004
        for _ in range(int(rng.integers(1, 4))):
            add(shapes.draw(OTHER, rng), SIGNS.index(OTHER), rng.uniform(1, 6))
    return parts, signs


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
        seen = ink > _SEEN
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


def _smaller(digit: Ink, rng: np.random.Generator) -> Ink:
    """Return the digit smaller, on the same baseline or raised a little."""
    factor = rng.uniform(0.5, 0.9)
    high = round(SIDE * factor)
    wide = round(SIDE * factor * rng.uniform(0.9, 1.3))
    drawn = cv2.resize(digit, (wide, high), interpolation=cv2.INTER_AREA)
    changed = np.zeros((SIDE, wide), dtype=np.uint8)
    foot = round(strokes.BASELINE - (SIDE - strokes.BASELINE) * (factor - 1) - rng.uniform(0, 4))
    top = max(0, min(SIDE - high, foot - round(strokes.BASELINE * factor)))
    changed[top : top + high] = drawn
    return changed


def _height(line: Ink) -> float:
    """Return how high the tall shapes of a line are, about: the middle one of them."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((line > _SEEN).astype(np.uint8), connectivity=8)
    heights = np.sort(stats[1:count, cv2.CC_STAT_HEIGHT])
    if not len(heights):
        return float(BOX)
    return float(np.median(heights[heights >= heights[-1] / 2]))


def _stretched(digit: Ink, rng: np.random.Generator) -> Ink:
    """Return the digit made wider or narrower to any width, as scans are that fill their box."""
    top, left, bottom, right = bounds(digit)
    if bottom == top:
        return digit
    wide, high = int(rng.integers(7, 23)), int(rng.integers(16, 22))
    return _framed(np.asarray(cv2.resize(digit[top:bottom, left:right], (wide, high), interpolation=cv2.INTER_AREA)))


def _framed(ink: Ink) -> Ink:
    placed = np.zeros((SIDE, SIDE), dtype=np.uint8)
    top, left = (SIDE - ink.shape[0]) // 2, (SIDE - ink.shape[1]) // 2
    placed[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return placed


def _with_neighbours(digit: Ink, shapes: Shapes, rng: np.random.Generator) -> Ink:
    """Return the digit with what stands beside it, cut off at the picture's edge."""
    changed = digit.copy()
    for _ in range(int(rng.integers(1, 3))):
        stranger = shapes.draw(OTHER, rng)
        wide = min(int(rng.integers(1, 4)), stranger.shape[1])
        side = rng.integers(4)
        if side == 0:
            np.maximum(changed[:, :wide], stranger[:, -wide:], out=changed[:, :wide])
        elif side == 1:
            np.maximum(changed[:, -wide:], stranger[:, :wide], out=changed[:, -wide:])
        else:
            across = min(stranger.shape[1], SIDE)
            start = int(rng.integers(0, SIDE - across + 1))
            rows = stranger[strokes.TOP : strokes.TOP + wide, :across]
            where = changed[:wide] if side == 2 else changed[-wide:]  # noqa: PLR2004
            np.maximum(where[:, start : start + across], rows, out=where[:, start : start + across])
    return changed


def _moved(line: Ink, down: int) -> Ink:
    moved = np.zeros_like(line)
    if down >= 0:
        moved[down:] = line[: SIDE - down]
    else:
        moved[:down] = line[-down:]
    return moved


def _in_columns(ink: Ink) -> Ink:
    """Return the shape without the empty columns beside it."""
    columns = np.flatnonzero(ink.max(0) > 40)  # noqa: PLR2004 - what is seen
    return ink[:, columns[0] : columns[-1] + 1] if len(columns) else ink[:, :1]


def _drawn(kinds: Sequence[tuple[_Kind, float]], rng: np.random.Generator) -> _Kind:
    """Return one of these, each with the share up to which it is drawn; numpy's `choice` takes fifty times as long."""
    chance = rng.random()
    return next(kind for kind, most in kinds if chance < most)
