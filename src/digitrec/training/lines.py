"""Lines of digits, composed of single ones: what the reader learns from.

In: digits uint8[n,28,28] with labels, and a seeded numpy generator. Out: pictures uint8[n,28,w] as the
reader would prepare them, clean, the signs in each, and where each stands. Touching, overlapping, slanted and uneven;
with separators, and with what is no digit. Knows nothing of paper (`paper.py`) or of training.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE
from digitrec.reading.normalise import BOX, SINGLE, bounds, prepare
from digitrec.reading.signs import OTHER, SIGNS
from digitrec.training import strokes
from digitrec.training.shapes import EQUALS, SEEN, Composed, Ink, Shape, Shapes, drawn, one_sign

_GAPS = (((-3.0, 0.5), 0.3), ((0.0, 6.0), 0.85), ((5.0, 18.0), 1.0))
"""Pixels between the digits of a line, from and to, each with the share of lines up to it."""

_THOUSANDS = ((".", 0.6), (",", 0.87), ("-", 0.98), ("/", 1.0))
_BETWEEN = ((".", 0.33), (",", 0.55), ("-", 0.88), ("/", 1.0))
_DATED = (("/", 0.6), (".", 0.8), ("-", 1.0))
_BEHIND = (
    (".", 0.3),
    (",", 0.44),
    (".-", 0.64),
    ("-", 0.82),
    ("--", 0.87),
    (",-", 0.92),
    ("..", 0.94),
    ("/", 0.95),
    (OTHER, 0.975),
    (EQUALS, 1.0),
)
"""Separators of thousands, those anywhere, those of dates, and what follows a number, with shares as above."""

_ROUND = 6
"""Pixels of ground around a line as it is put together."""


def compose_line(
    digits: Sequence[Ink], labels: Sequence[int], shapes: Shapes, rng: np.random.Generator, width: int
) -> Composed:
    """Return a line, uint8[28,width], of at most these digits, each uint8[28,28]."""
    parts = _parts(digits, labels, shapes, rng)
    line, edges = _pasted(parts, rng)
    # The height of what is tall, not of all that sticks out; known to the reader only about.
    least, most = (0.65, 1.35) if rng.random() < 0.12 else (0.88, 1.15)  # noqa: PLR2004 - seldom badly known
    prepared = prepare(line, height=_height(line) * rng.uniform(least, most))
    image, edges = prepared.image, edges * prepared.factor + prepared.left
    room = width - image.shape[1]
    if image.shape[1] < SIDE or room < 0:
        size = min(width, max(SIDE, image.shape[1]))
        edges *= size / image.shape[1]
        image = np.asarray(cv2.resize(image, (size, SIDE), interpolation=cv2.INTER_AREA))
        room = width - image.shape[1]
    placed = np.zeros((SIDE, width), dtype=np.uint8)
    left = int(rng.integers(0, room + 1)) if rng.random() < 0.3 else min(room, int(rng.integers(0, 5)))  # noqa: PLR2004
    placed[:, left : left + image.shape[1]] = image
    moved = _moved(placed, max(-4, min(4, round(rng.normal(0, 1.2)))))
    return Composed(moved, [sign for shape, _ in parts for sign in shape.signs], edges + left)


def compose_narrow(digits: Sequence[Ink], labels: Sequence[int], rng: np.random.Generator) -> Composed:
    """Return a number as narrow as one digit, uint8[28,28]: what is framed as one may be two."""
    shapes = [one_sign(digit, int(label)) for digit, label in zip(digits, labels, strict=True)]
    line, edges = _pasted([(shape, rng.uniform(-3, 2)) for shape in shapes], rng)
    top, left, bottom, right = bounds(line)
    ink, high, edges = line[top:bottom, left:right], bottom - top, edges - left
    if right - left > SINGLE * high:
        wide = max(1, int(SINGLE * high * rng.uniform(0.75, 1)))
        edges *= wide / ink.shape[1]
        ink = np.asarray(cv2.resize(ink, (wide, high), interpolation=cv2.INTER_AREA))
    prepared = prepare(ink)
    return Composed(prepared.image[:, :SIDE], list(labels), edges * prepared.factor + prepared.left)


def _parts(
    digits: Sequence[Ink], labels: Sequence[int], shapes: Shapes, rng: np.random.Generator
) -> list[tuple[Shape, float]]:
    """Return the shapes of a line from left to right, each with the gap before it."""
    least, most = drawn(_GAPS, rng)
    usual = rng.uniform(least, most)
    spread = rng.uniform(0.3, 2.5)
    thousands = rng.random() < 0.25  # noqa: PLR2004 - as in 12.500
    anywhere = rng.random() < 0.12  # noqa: PLR2004 - as in codes
    dated = drawn(_DATED, rng) if rng.random() < 0.1 else ""  # noqa: PLR2004 - one sign after every second digit
    uneven = rng.random() < 0.3  # noqa: PLR2004 - as in 10.000, the noughts of which are small
    chained = rng.random() < 0.3  # noqa: PLR2004 - noughts in one stroke
    parts: list[tuple[Shape, float]] = []

    def add(shape: Shape, gap: float) -> None:
        parts.append((shape, gap if parts else 0))

    def add_sign(sign: str, gap: float) -> None:
        add(one_sign(shapes.draw(sign, rng), SIGNS.index(OTHER if sign == EQUALS else sign)), gap)

    if rng.random() < 0.04:  # noqa: PLR2004
        add_sign("-" if rng.random() < 0.5 else OTHER, 0)  # noqa: PLR2004
    index = 0
    while index < len(digits):
        digit, label, gap = digits[index], int(labels[index]), usual + rng.normal(0, spread)
        left = len(digits) - index
        after = index and ((dated and index in {2, 4}) or (not dated and thousands and left % 3 == 0))
        if after or (index and anywhere and rng.random() < 0.3):  # noqa: PLR2004
            add_sign(dated or drawn(_THOUSANDS if thousands else _BETWEEN, rng), rng.uniform(-0.5, 4))
            gap = rng.uniform(-0.5, 4)
        elif uneven and rng.random() < 0.5:  # noqa: PLR2004
            digit = _smaller(digit, rng)
        noughts = next((more for more, each in enumerate(labels[index:]) if each), left)
        if chained and not dated and noughts > 1:
            chain = shapes.noughts(noughts, rng)
            add(chain, gap)
            index += len(chain.signs)
            continue
        add(one_sign(digit, label), gap)
        index += 1
    for sign, gap in _behind(rng):
        add_sign(sign, gap)
    return parts


def _behind(rng: np.random.Generator) -> list[tuple[str, float]]:
    """Return what follows a number, each with the gap before it."""
    chance = rng.random()
    if chance < 0.25:  # noqa: PLR2004 - what people put behind an amount
        return [(sign, rng.uniform(0, 8)) for sign in drawn(_BEHIND, rng)]
    if chance < 0.29:  # noqa: PLR2004
        return [(OTHER, rng.uniform(1, 6)) for _ in range(int(rng.integers(1, 4)))]
    return []


def _pasted(parts: Sequence[tuple[Shape, float]], rng: np.random.Generator) -> tuple[Ink, npt.NDArray[np.float64]]:
    """Return the shapes side by side on a baseline that goes up or down a little, slanted as one hand.

    uint8[40,w], and float64[signs,2]: from and to where each sign reaches in the middle row.
    """
    room = sum(shape.ink.shape[1] + max(0, round(gap)) for shape, gap in parts) + 2 * _ROUND
    line = np.zeros((SIDE + 2 * _ROUND, room), dtype=np.uint8)
    slope, jitter = rng.normal(0, 0.02), rng.uniform(0.2, 1.4)
    close = rng.random() < 0.5  # noqa: PLR2004 - gaps between strokes, not between what they reach
    joined = rng.random() < 0.12  # noqa: PLR2004 - the pen not lifted
    edge = np.full(len(line), _ROUND)  # how far each row has ink, to the right
    edges: list[tuple[float, float]] = []
    for shape, gap in parts:
        ink = shape.ink
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
        edges += [(left + first, left + last) for first, last in shape.edges]
    slanted, aside = _slanted(line, rng.normal(0, 0.25))
    return slanted, np.array(edges, dtype=np.float64).reshape(-1, 2) + aside


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


def _slanted(line: Ink, slant: float) -> tuple[Ink, float]:
    """Return the line leaning to the right by so much of its height, or to the left, and how far its middle moved."""
    high, wide = line.shape
    more = int(np.ceil(abs(slant) * high)) + 1
    moved = np.array([[1, -slant, slant * high / 2 + more / 2], [0, 1, 0]], dtype=np.float64)
    leaning = cv2.warpAffine(line, moved, (wide + more, high), flags=cv2.INTER_LINEAR)
    return np.asarray(leaning, dtype=np.uint8), more / 2


def _smaller(digit: Ink, rng: np.random.Generator) -> Ink:
    """Return the digit smaller, on the same baseline or raised a little."""
    factor = rng.uniform(0.5, 0.9)
    high = round(SIDE * factor)
    wide = round(SIDE * factor * rng.uniform(0.9, 1.3))
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
