"""In which order lines are read: row by row, and within a row from left to right, on a page that lies askew, too.

In: boxes of lines with the height of their digits, and the pieces that each line was made of. Out: the order, as
indices. Rows of a table that was photographed at a slope rise or fall as the lines themselves do. Knows nothing of
pictures.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from digitrec.reading.parts import Part, bounds_of, usual_height

_STEEPEST, _STEPS = 0.6, 41
"""Rows a column: no page lies more askew; and how many slopes are tried on either side of what the lines tell."""

_UNSTEADY, _LIKELY = 0.08, 3.0
"""Of the height of digits, by how much their middles are off a line in the mean; and so many deviations from what the
lines tell a slope may be."""

_TALL = 0.5
"""Of a line's height: lower pieces stand on its foot, and tell no slope by their middles."""

_ROW, _ALIGNED = 0.5, 0.25
"""Of the height of digits: what is lower by less than that is in one row; and those of one row differ by so much."""

_MOST = 60
"""Lines of which each pair is compared: the longest."""


def page_slope(lines: Sequence[Sequence[Part]]) -> float:
    """Return by how many rows the lines of a page fall for each column to the right.

    About that of one straight line through the middles of the pieces of each, the same for all; of what is as likely by
    those, the slope at which lines beside each other stand in rows. 0 where none are.
    """
    longest = sorted((line for line in lines if line), key=lambda line: -len(line))[:_MOST]
    if len(longest) < 2:  # noqa: PLR2004 - in one row whatever its slope
        return 0.0
    edges = np.array([bounds_of(line) for line in longest], dtype=np.float64)
    beside = edges[:, None, 2] <= edges[None, :, 0]
    height = float(np.median([usual_height(line) for line in longest]))
    across, down = _about_their_middles(longest)
    spread = float((across * across).sum())
    if not beside.any() or not spread:
        return 0.0
    told = float((across * down).sum()) / spread
    unsure = _UNSTEADY * height / spread**0.5
    slopes = told + np.linspace(-_LIKELY, _LIKELY, 2 * _STEPS + 1) * unsure
    slopes = np.append(slopes[np.abs(slopes) <= _STEEPEST], 0.0)
    middles = (edges[:, 1] + edges[:, 3]) / 2 - slopes[:, None] * (edges[:, 0] + edges[:, 2]) / 2
    apart = (middles[:, :, None] - middles[:, None, :])[:, beside] / (_ALIGNED * height)
    likely = np.exp(-(apart**2) / 2).sum(1) - ((slopes - told) / unsure) ** 2 / 2
    return float(slopes[likely.argmax()])


def _about_their_middles(lines: Sequence[Sequence[Part]]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return where tall pieces stand, across and down, each from the middle of its line."""
    places = []
    for line in lines:
        tall = [part for part in line if part.height >= _TALL * usual_height(line)]
        middles = np.array([((part.left + part.right) / 2, part.middle) for part in tall])
        places.append(middles - middles.mean(0))
    across, down = np.concatenate(places).T
    return across, down


def reading_order(boxes: Sequence[tuple[int, int, int, int]], heights: Sequence[float], slope: float) -> list[int]:
    """Return the indices of lines as they are read.

    Parameters
    ----------
    boxes
        Left, top, width and height of each.
    heights
        How high its digits are.
    slope
        Of the page, as `page_slope` returns it.
    """
    middles = [top + high / 2 - slope * (left + wide / 2) for left, top, wide, high in boxes]
    rows: list[list[int]] = []
    for line in sorted(range(len(boxes)), key=middles.__getitem__):
        if not rows or middles[line] >= np.mean([middles[each] for each in rows[-1]]) + _ROW * heights[line]:
            rows.append([])
        rows[-1].append(line)
    return [line for row in rows for line in sorted(row, key=lambda line: boxes[line][0])]
