"""Digits drawn stroke by stroke, in the ways of writing that MNIST's writers seldom or never had (`ways.py`).

In: a digit's value and a seeded numpy generator. Out: uint8[28,28], as MNIST has its digits, each drawn in another
width, slant and unsteadiness. Knows nothing of lines.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.normalise import normalise
from digitrec.training.strokes import SHIFT, Point, smooth
from digitrec.training.ways import WAYS

_UNIT = 12.0
"""Pixels to a unit of the ways as they are drawn, before they are scaled to a digit's size."""


def draw_digit(value: int, pen: float, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return a digit, uint8[28,28], drawn in one of its ways with a pen of so many pixels."""
    ways = WAYS[value]
    way = ways[int(rng.integers(len(ways)))]
    wide, high = _UNIT * rng.uniform(0.6, 1.35), _UNIT
    slant, turn = rng.normal(0, 0.2), rng.normal(0, 0.08)
    unsteady = rng.uniform(0.08, 0.4)
    matrix = np.array([[wide, -high * slant], [wide * turn, high]])
    points = np.array([point for point in way if point is not None])
    moved = (points + rng.normal(0, unsteady, points.shape)) @ matrix.T
    strokes: list[list[Point]] = [[]]
    before: Point | None = None
    places = iter(moved.tolist())
    for point in way:
        if point is None:
            strokes.append([])
        else:
            across, down = next(places)
            # A corner stays one.
            strokes[-1].append(strokes[-1][-1] if point == before else (across, down))
        before = point
    curves = [np.array(smooth(stroke)) for stroke in strokes]
    least = np.concatenate(curves).min(0)
    most = np.concatenate(curves).max(0)
    # So thick that it is right after scaling the longer side to what is left of twenty pixels.
    thick = max(1, round(pen / max(20.0 - pen, 8.0) * float((most - least).max())))
    room = thick + 2
    size = np.ceil(most - least).astype(int) + 2 * room
    canvas = np.zeros((size[1], size[0]), dtype=np.uint8)
    placed = [np.round((curve - least + room) * 2**SHIFT).astype(np.int32) for curve in curves]
    cv2.polylines(canvas, placed, isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=SHIFT)
    # As high as it is wide at least, so that a wide one is not taken for a line.
    return normalise(canvas, height=float((most - least).max()) + thick)
