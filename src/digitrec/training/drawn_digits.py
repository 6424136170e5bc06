"""Digits drawn stroke by stroke, in the ways of writing that MNIST's writers seldom or never had.

In: a digit's value and a seeded numpy generator. Out: uint8[28,28], as MNIST has its digits. Ones with
flags as long as their stems, fours that are open, fives without a bar or with one that floats, nines
with a hook, sevens with a bar, eights of two circles: most of the world writes them. Knows nothing of lines.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.normalise import normalise
from digitrec.training.strokes import Point, smooth

_SCALE = 2**4
"""OpenCV takes points in whole sixteenths of a pixel."""

_UNIT = 12.0
"""Pixels to a unit of the ways below as they are drawn, before they are scaled to a digit's size."""

Way = Sequence[Point | None]
"""Points across 0..4 and down 0..6, strokes apart by None; a point given twice is a corner."""

_WAYS: dict[int, Sequence[Way]] = {
    0: (
        [(2.2, 0), (0.5, 0.5), (0, 3), (0.5, 5.5), (2, 6), (3.5, 5.5), (4, 3), (3.5, 0.5), (1.8, 0)],
        [(2.8, 0.4), (1, 0.2), (0, 2.6), (0.4, 5.2), (2, 6), (3.6, 5), (4, 2.6), (3, 0.4), (1.6, 0.2), (1, 1)],
        [(1.6, 0.2), (0, 2), (0, 4.4), (1.4, 6), (3, 5.8), (4, 4), (4, 1.8), (2.8, 0.2), (1.4, 0.3)],
    ),
    1: (
        [(2, 0), (2, 6)],
        [(1.1, 1.1), (2, 0), (2, 0), (2, 6)],
        [(0, 2.8), (2.4, 0), (2.4, 0), (2.4, 6)],
        [(0, 4.2), (2.2, 0), (2.2, 0), (2.2, 6)],
        [(0, 3.2), (1.3, 2.2), (2.4, 0), (2.4, 0), (2.3, 6)],
        [(0.6, 1.8), (2, 0), (2, 0), (2, 6), None, (0.6, 6), (3.4, 6)],
        [(0, 2.4), (2, 0), (2, 0), (2, 6), None, (0.2, 6), (3.8, 5.9)],
        [(2.6, 0), (2, 3), (1.6, 6)],
    ),
    2: (
        [(0, 1.5), (0.7, 0.1), (3, 0), (3.8, 1.6), (2.6, 3.6), (0, 6), (0, 6), (4, 6)],
        [(0.2, 1.2), (1.6, 0), (3.4, 0.5), (3.5, 2.4), (1.6, 4.8), (0.2, 5.9), (0, 5), (1, 4.8), (2.4, 5.8), (4, 5.6)],
        [(0.2, 0.4), (2, 0), (3.8, 0.8), (3, 3), (0.2, 5.8), (0.2, 5.8), (2, 5.4), (4.2, 6)],
        [(0, 0.9), (1.9, 0), (3.6, 1.2), (2.6, 3.4), (0.2, 6), (0.2, 6), (4, 5.8)],
    ),
    3: (
        [(0.2, 0.7), (2, 0), (3.7, 0.9), (3.2, 2.5), (1.3, 2.8), (1.3, 2.8), (3.6, 3.3), (3.9, 5.2), (2, 6), (0, 5.3)],
        [(0.2, 0), (3.8, 0), (3.8, 0), (1.6, 2.4), (1.6, 2.4), (3.8, 3.4), (3.5, 5.6), (1.6, 6.1), (0, 5.2)],
        [(0, 0.5), (2.4, 0), (3.4, 1.4), (1.8, 2.9), (1.2, 2.8), (2, 2.7), (3.9, 4), (3.2, 5.7), (1.4, 6), (0, 5.8)],
        [(0.3, 0.6), (2.6, 0), (3.4, 1.8), (1, 3), (1, 3), (3.4, 4), (3, 6), (0.4, 5.6)],
    ),
    4: (
        [(0.8, 0), (0.2, 3.7), (0.2, 3.7), (4.2, 3.5), None, (3.2, 1.2), (3, 6)],
        [(0.5, 0), (0.4, 2.4), (1.3, 3.4), (3.7, 2.8), None, (3.7, 0), (3.5, 6)],
        [(0.2, 0.2), (0.4, 2.9), (1.7, 3.2), (3.4, 2.2), (3.7, 0), (3.4, 6)],
        [(1.7, 0), (0, 4), (0, 4), (4.2, 4), None, (2.5, 2.4), (2.3, 6)],
        [(3, 6), (3, 0), (3, 0), (0, 4.1), (0, 4.1), (4.3, 4.2)],
        [(1, 0), (0, 3.4), (0, 3.4), (4.4, 3.3), None, (3.4, 0), (2.6, 6)],
        [(0.3, 0), (0.3, 3.3), (0.3, 3.3), (3.8, 3.3), None, (3.6, 0), (3.6, 6)],
        [(2.6, 0), (0.2, 3.6), (0.4, 4.2), (4, 3.8), None, (3.4, 2.2), (2.8, 6)],
    ),
    5: (
        [
            (0.6, 0),
            (0.4, 2.6),
            (0.4, 2.6),
            (2.2, 2.1),
            (3.9, 3.6),
            (3.4, 5.5),
            (1.8, 6),
            (0, 5.4),
            None,
            (0.6, 0),
            (3.9, 0),
        ],
        [(3.9, 0), (0.8, 0.1), (0.8, 0.1), (0.4, 2.6), (0.4, 2.6), (2.4, 2.2), (3.9, 3.8), (3, 5.7), (0.1, 5.8)],
        [(0.9, 0), (0.6, 2.4), (0.6, 2.4), (2.6, 2.2), (3.9, 3.8), (3, 5.7), (0.3, 5.8)],
        [(0.9, 0.6), (0.5, 2.6), (2.4, 2.4), (3.7, 3.8), (3, 5.8), (0.2, 5.7), None, (1.2, 0.1), (4.4, -0.5)],
        [(3.9, 0.2), (1.5, 0.1), (0.6, 1.6), (1.7, 2.6), (3.3, 3.4), (3.7, 5), (1.9, 6), (0.2, 5.4)],
        [(0.7, 0.8), (0.5, 3), (1.6, 2.7), (3.5, 3.4), (3.5, 5.2), (2, 6), (0, 5.7), None, (0.6, 0.6), (3.6, 0)],
    ),
    6: (
        [(3.2, 0), (1.3, 1.3), (0.2, 3.8), (0.7, 5.8), (2.6, 6.1), (3.7, 4.6), (2.6, 3.1), (0.9, 3.5), (0.3, 4.5)],
        [(2.4, 0), (0.4, 3.5), (0.5, 5.6), (2, 6), (3.7, 5), (3, 3.5), (1.3, 3.6), (0.4, 4.7)],
        [(1.2, 0), (0.2, 3), (0.4, 5.6), (2.2, 6), (3.6, 4.8), (2.4, 3.4), (0.6, 4.4)],
        [(3.6, 0.4), (2, 0), (0.4, 2), (0.1, 4.4), (1.4, 6), (3.4, 5.6), (3.5, 3.8), (2, 3), (0.3, 4)],
    ),
    7: (
        [(0, 0.1), (4, 0), (4, 0), (1.6, 6)],
        [(0, 0.1), (3.9, 0), (3.9, 0), (1.8, 6), None, (0.9, 3.2), (3.8, 2.8)],
        [(0.1, 1.1), (0.2, 0.1), (0.2, 0.1), (3.9, 0), (3.9, 0), (2, 6)],
        [(0, 0.7), (1.7, 0.3), (3.9, 0.1), (3.9, 0.1), (2.4, 3), (1.9, 6), None, (1, 3.3), (3.6, 3)],
        [(0, 0.5), (2, 0.4), (4, 0), (4, 0), (2.8, 3), (2.7, 6)],
    ),
    8: (
        [
            (3.5, 0.8),
            (2, 0),
            (0.5, 1),
            (1, 2.4),
            (3, 3.4),
            (3.7, 4.8),
            (2, 6),
            (0.3, 5),
            (1, 3.4),
            (3, 2.2),
            (3.6, 0.7),
        ],
        [(2, 2.8), (0.4, 1.5), (2, -0.1), (3.6, 1.5), (2, 2.8), None, (2, 2.8), (0, 4.4), (2, 6.1), (4, 4.4), (2, 2.8)],
        [(3.8, 0.3), (1.4, 0), (0.6, 1.5), (2.2, 2.9), (3.7, 4.6), (2, 6), (0.4, 4.8), (2, 3), (3.4, 1.4), (3.1, 0.2)],
        [(1.2, 0.4), (0.8, 1.8), (3.2, 4), (2.8, 5.8), (1, 5.9), (0.8, 4.2), (3.3, 1.9), (2.8, 0.2), (1.1, 0.5)],
    ),
    9: (
        [(3.7, 1.1), (2.2, 0), (0.4, 0.7), (0.5, 2.6), (2.1, 3.1), (3.5, 2.1), (3.7, 0.7), (3.7, 0.7), (3.5, 6)],
        [(3.6, 1.2), (2, 0), (0.3, 1), (0.9, 3), (2.8, 2.8), (3.7, 0.9), (3.7, 0.9), (3.7, 4.4), (2.4, 6), (0.2, 5.5)],
        [(3.2, 0.4), (1.2, 0.1), (0.3, 2), (1.7, 3.2), (3.4, 1.8), (3.5, 0.3), (3.4, 3.4), (2.6, 6)],
        [(3.5, 1.4), (1.9, 0), (0.4, 1.6), (1.9, 3.1), (3.6, 1.4), None, (3.7, 0.4), (3.4, 6)],
        [(3.7, 0.6), (1.6, 0.1), (0.3, 1.6), (1.2, 3), (3.2, 2.4), (3.8, 0.8), (3.4, 4), (1.4, 5.9), (0.2, 4.9)],
        [(3.4, 0.5), (1, 0.5), (0.6, 2.5), (2.6, 2.9), (3.6, 1.6), None, (3.6, 0), (3.6, 6)],
    ),
}


def draw_digit(value: int, pen: float, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return a digit, uint8[28,28], drawn in one of its ways with a pen of so many pixels."""
    ways = _WAYS[value]
    way = ways[int(rng.integers(len(ways)))]
    wide, high = _UNIT * rng.uniform(0.6, 1.35), _UNIT
    slant, turn = rng.normal(0, 0.2), rng.normal(0, 0.08)
    unsteady = rng.uniform(0.08, 0.4)
    across, down = np.array([[wide, -high * slant], [wide * turn, high]])
    strokes: list[list[Point]] = [[]]
    before: Point | None = None
    for point in way:
        if point is None:
            strokes.append([])
        elif point == before:  # a corner stays one
            strokes[-1].append(strokes[-1][-1])
        else:
            moved = np.array(point) + rng.normal(0, unsteady, 2)
            strokes[-1].append((float(across @ moved), float(down @ moved)))
        before = point
    curves = [np.array(smooth(stroke)) for stroke in strokes]
    least = np.concatenate(curves).min(0)
    most = np.concatenate(curves).max(0)
    # So thick that it is right after scaling the longer side to what is left of twenty pixels.
    thick = max(1, round(pen / max(20.0 - pen, 8.0) * float((most - least).max())))
    room = thick + 2
    size = np.ceil(most - least).astype(int) + 2 * room
    canvas = np.zeros((size[1], size[0]), dtype=np.uint8)
    placed = [np.round((curve - least + room) * _SCALE).astype(np.int32) for curve in curves]
    cv2.polylines(canvas, placed, isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=4)
    # As high as it is wide at least, so that a wide one is not taken for a line.
    return normalise(canvas, height=float((most - least).max()) + thick)
