"""Numbers in the cells of a table: rows of signs → what stands between one wall and the next.

In: the pieces of a page by line, and its ink, which knows the upright lines of the paper. Out: the pieces by line and
cell, where walls part numbers; as they were where each cell holds a digit of one number, as in a form, and on squared
paper, whose lines part nothing. Knows nothing of which signs they are.
"""

from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ink import Ink
from digitrec.reading.parts import Part, bounds_of, usual_height

_HIGH, _WIDE = 0.5, 1.2
"""Of the digits' height: what is so high is a digit, and what is so wide as well is several that touch."""

_CELL, _GAP = 1.8, 0.15
"""Of the digits' height: so wide is a cell that holds a number at least; and so far apart are what is left and right of
a wall."""

_WALLS, _ALONG, _LEANS, _SAME = 2, 0.8, 0.06, 0.5
"""So many walls a row of a table has at least; of a line's height, so much of it each goes along, and how far it leans
for that; and of the digits' height, how far from each other walls of two rows are that are the same."""


def parted_by_walls(groups: list[list[Part]], ink: Ink) -> list[list[Part]]:
    """Return the pieces of each line by the cell of a table that they are in, as they were where they are in none.

    A row whose cells hold one digit each is one of a table where another between the same walls holds a number in one.
    """
    if ink.upright is None or not ink.upright.any():
        return groups
    factor = len(ink.mask) / len(ink.upright)
    walls = [_walls_across(group, ink.upright, factor) for group in groups]
    rows = [_has_room(group, where) for group, where in zip(groups, walls, strict=True)]
    of_tables = [
        where for group, where, row in zip(groups, walls, rows, strict=True) if row and _holds_a_number(group, where)
    ]
    found: list[list[Part]] = []
    for group, where, row in zip(groups, walls, rows, strict=True):
        near = _SAME * usual_height(group)
        of_one = row and any(len(_same(where, other, near)) >= _WALLS for other in of_tables)
        if of_one and _stand_apart(group, where):
            found += [cell for cell in _cells(group, where) if cell]
        else:
            found.append(group)
    return found


def _cells(group: list[Part], walls: list[float]) -> list[list[Part]]:
    """Return pieces by the cell that their middle is in, left of the first wall and right of the last one as well."""
    cells: list[list[Part]] = [[] for _ in range(len(walls) + 1)]
    for part in group:
        cells[int(np.searchsorted(walls, (part.left + part.right) / 2))].append(part)
    return cells


def _has_room(group: list[Part], walls: list[float]) -> bool:
    """Whether all cells of a row that hold digits are wide enough for a number: those of forms are not.

    Of a form a wall may not be found, and then two digits stand in one box that is as wide as two.
    """
    height = usual_height(group)
    edges = pairwise([-np.inf, *walls, np.inf])
    filled = [
        right - left
        for cell, (left, right) in zip(_cells(group, walls), edges, strict=True)
        if any(part.height >= _HIGH * height for part in cell)
    ]
    return len(walls) >= _WALLS and min(filled) >= _CELL * height


def _holds_a_number(group: list[Part], walls: list[float]) -> bool:
    """Whether a cell of a row holds more than a digit."""
    height = usual_height(group)
    several = (
        sum(2 if part.width > _WIDE * height else 1 for part in cell if part.height >= _HIGH * height) > 1
        for cell in _cells(group, walls)
    )
    return any(several)


def _stand_apart(group: list[Part], walls: list[float]) -> bool:
    """Whether what is in one cell of a row keeps away from what is in the next."""
    least, filled = _GAP * usual_height(group), [cell for cell in _cells(group, walls) if cell]
    return all(bounds_of(after)[0] - bounds_of(before)[2] >= least for before, after in pairwise(filled))


def _same(walls: list[float], others: list[float], near: float) -> list[float]:
    """Return which walls of a row are those of another, too."""
    return [wall for wall in walls if any(abs(wall - other) <= near for other in others)]


def _walls_across(group: list[Part], upright: npt.NDArray[np.uint8], factor: float) -> list[float]:
    """Return in which columns, in pixels of the picture, walls go along a line from its top to its bottom."""
    _, top, _, bottom = bounds_of(group)
    band = upright[int(top / factor) : max(int(top / factor) + 1, round(bottom / factor))]
    leaning = 2 * round(_LEANS * usual_height(group) / factor) + 3
    along = cv2.dilate(band, np.ones((1, leaning), dtype=np.uint8)).mean(0) >= _ALONG
    edges = np.flatnonzero(np.diff(np.concatenate([[0], along.astype(np.int8), [0]])))
    return [factor * (begin + end) / 2 for begin, end in edges.reshape(-1, 2).tolist()]
