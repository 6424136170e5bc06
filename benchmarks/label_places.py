"""Where the labels beside a picture's points stand, so that they cover neither each other nor anything else.

In: points, the sizes of their labels, and boxes that are taken. Out: where each label stands. All in pixels, upwards.
Knows nothing of what is drawn, or with what.
"""

from collections.abc import Sequence
from itertools import product

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, lower, right and upper edge."""

SIDES: tuple[Point, ...] = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
"""Where beside its point a label may stand, the best first."""

DISTANCES = (12.0, 18.0, 24.0, 32.0, 42.0)
"""How far from it, in pixels."""


def places(points: Sequence[Point], sizes: Sequence[Point], taken: Sequence[Box], frame: Box) -> list[Point]:
    """Return the lower left corner of each label: as near as it can be without covering what is taken or leaving."""
    covered, found = list(taken), []
    for point, size in zip(points, sizes, strict=True):

        def cost(box: Box, point: Point = point) -> tuple[float, int]:
            """Return what a label covers, then how many points it stands nearer to than to its own."""
            area = sum(_common(box, other) for other in covered) + _outside(box, frame)
            return area, sum(_apart(box, other) < _apart(box, point) for other in points)

        # The first of the best: where there is room nothing is covered.
        box = min((_beside(point, size, side, far) for far, side in product(DISTANCES, SIDES)), key=cost)
        covered.append(box)
        found.append(box[:2])
    return found


def _beside(point: Point, size: Point, side: Point, far: float) -> Box:
    """Return the box of a label whose nearest edge or corner is that far from its point."""
    slanting = 0.7 if all(side) else 1.0
    low = [at + way * far * slanting - long * (0.5 - way / 2) for at, way, long in zip(point, side, size, strict=True)]
    return low[0], low[1], low[0] + size[0], low[1] + size[1]


def _apart(box: Box, point: Point) -> float:
    """Return how far a point is from a box, squared."""
    return sum(max(box[end] - point[end], point[end] - box[end + 2], 0.0) ** 2 for end in (0, 1))


def _common(one: Box, other: Box) -> float:
    """Return the area that two boxes have in common."""
    wide, high = (min(one[end + 2], other[end + 2]) - max(one[end], other[end]) for end in (0, 1))
    return max(wide, 0.0) * max(high, 0.0)


def _outside(box: Box, frame: Box) -> float:
    """Return the area of a box that is not within the frame."""
    return (box[2] - box[0]) * (box[3] - box[1]) - _common(box, frame)
