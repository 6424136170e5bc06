"""Lines are read row by row, however the page lies, and each column from left to right."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitrec.reading.parts import Part
from digitrec.reading.reading_order import page_slope, reading_order

HIGH, WIDE = 20, 12


def table(degrees: float, rows: int, columns: int, digits: int, unsteady: float = 0.0) -> list[list[Part]]:
    """Return the lines of a table turned by so many degrees, row by row, each of so many digits 20 pixels high."""
    rng = np.random.default_rng(0)
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    lines = []
    for row in range(rows):
        for column in range(columns):
            line = []
            for digit in range(digits):
                across, down = 500 + 150 * column + 16 * digit, 500 + 34 * row + rng.uniform(-unsteady, unsteady) * HIGH
                left, top = round(cosine * across - sine * down), round(sine * across + cosine * down)
                line.append(Part(1 + digit, left, top, left + WIDE, top + HIGH, WIDE * HIGH))
            lines.append(line)
    return lines


def ordered(lines: list[list[Part]]) -> list[int]:
    boxes = []
    for line in lines:
        left, top = min(part.left for part in line), min(part.top for part in line)
        boxes.append((left, top, max(part.right for part in line) - left, max(part.bottom for part in line) - top))
    return reading_order(boxes, [HIGH] * len(lines), page_slope(lines))


@given(
    degrees=st.floats(-20, 20),
    rows=st.integers(1, 6),
    columns=st.integers(1, 4),
    digits=st.integers(2, 5),
    shuffled=st.randoms(use_true_random=False),
)
def test_a_table_is_read_row_by_row_however_it_lies(
    degrees: float, rows: int, columns: int, digits: int, shuffled: random.Random
) -> None:
    lines = table(degrees, rows, columns, digits)
    mixed = list(range(len(lines)))
    shuffled.shuffle(mixed)

    assert [mixed[place] for place in ordered([lines[line] for line in mixed])] == list(range(len(lines)))


@pytest.mark.parametrize("degrees", [-12, -6, -1, 0, 1, 6, 12])
def test_unsteady_hands_do_not_hide_the_slope(degrees: float) -> None:
    lines = table(degrees, 4, 3, 3, unsteady=0.15)

    assert page_slope(lines) == pytest.approx(math.tan(math.radians(degrees)), abs=0.02)
    assert ordered(lines) == list(range(12))


def test_lines_below_each_other_and_single_digits_tell_no_slope() -> None:
    column, grid = table(8, 5, 1, 4), table(0, 4, 3, 1)
    dot = Part(9, 900, 800, 904, 804, 16)

    assert page_slope(column) == page_slope(grid) == page_slope([]) == 0
    assert page_slope(table(0, 2, 2, 2)) == page_slope([[*line, dot] for line in table(0, 2, 2, 2)])
    assert ordered(column) == list(range(5))
    assert ordered(grid) == list(range(12))
    assert reading_order([], [], 0.0) == []
