"""Pictures of one sign: digits as MNIST has them, stretched or with neighbours, and what is no digit.

In: a digit uint8[28,28] with its label, drawn shapes, a seeded numpy generator. Out: a picture
uint8[28,28] as the reader would prepare it, and the sign in it. Knows nothing of lines.
"""

import cv2
import numpy as np

from digitrec.data.digits import SIDE
from digitrec.reading.normalise import bounds, normalise
from digitrec.reading.signs import OTHER, SIGNS
from digitrec.training import strokes
from digitrec.training.shapes import Shapes
from digitrec.training.strokes import Ink


def compose_single(digit: Ink, label: int, shapes: Shapes, rng: np.random.Generator) -> tuple[Ink, list[int]]:
    """Return a picture of one sign, uint8[28,28]: the digit as it is, stretched, or another sign in its place."""
    chance = rng.random()
    if chance < 0.17:  # noqa: PLR2004 - as often as there is something to learn
        # Not a slash, which alone is a one.
        sign = OTHER if chance < 0.13 else "-,."[rng.integers(3)]  # noqa: PLR2004
        prepared = normalise(shapes.draw(sign, rng), pale=True)
        while prepared.shape[1] != SIDE:
            prepared = normalise(shapes.draw(sign, rng), pale=True)
        return prepared, [SIGNS.index(sign)]
    if chance < 0.45:  # noqa: PLR2004
        return _stretched(digit, rng), [label]
    if chance < 0.52:  # noqa: PLR2004
        return _with_neighbours(digit, shapes, rng), [label]
    return digit, [label]


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
