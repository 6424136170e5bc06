"""Combs of forms: lines and marks go, what is written stays; underlined digits are no comb."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.combs import comb_lines
from digitrec.reading.straight import straight_pieces

Mask = npt.NDArray[np.uint8]


def comb(fields: int, pitch: int, high: int, *, lean: int = 0) -> tuple[Mask, Mask]:
    """Return a comb, its ends as high as its fields are wide, and a seven in each field but the last."""
    lines, digits = np.zeros((300, 700), dtype=np.uint8), np.zeros((300, 700), dtype=np.uint8)
    foot = 200
    cv2.line(lines, (60, foot), (60 + fields * pitch, foot + lean), 1, 3)
    for mark in range(fields + 1):
        at, down = 60 + mark * pitch, foot + round(lean * mark / fields)
        cv2.line(lines, (at, down), (at, down - (pitch if mark in {0, fields} else high)), 1, 3)
        if mark < fields - 1:
            cv2.line(digits, (at + 12, down - pitch + 10), (at + pitch - 10, down - pitch + 10), 1, 4)
            cv2.line(digits, (at + pitch - 10, down - pitch + 10), (at + 18, down - 8), 1, 4)
    return lines, digits


@pytest.mark.parametrize("lean", [0, 6, -8])
@pytest.mark.parametrize(("fields", "pitch", "high"), [(3, 60, 20), (6, 60, 58), (8, 44, 14)])
def test_a_comb_is_found_without_what_is_written(fields: int, pitch: int, high: int, lean: int) -> None:
    lines, digits = comb(fields, pitch, high, lean=lean)
    mask = lines | digits

    across, down = comb_lines(mask, straight_pieces(mask))
    found = (across | down) & mask

    assert found[(lines == 1) & (digits == 0)].mean() > 0.95
    assert found[(digits == 1) & (lines == 0)].mean() < 0.03


def test_what_is_written_may_touch_a_mark() -> None:
    lines, digits = comb(5, 60, 20)
    cv2.ellipse(digits, (340, 165), (20, 26), 0, 0, 360, 1, 4)  # a nought on the last mark's side
    mask = lines | digits

    across, down = comb_lines(mask, straight_pieces(mask))

    assert ((across | down) & mask)[(lines == 1) & (digits == 0)].mean() > 0.93
    assert (across | down)[(digits == 1) & (lines == 0)].mean() < 0.15


@pytest.mark.parametrize("places", [(60, 180, 300), (90, 150, 270), (120,)])
def test_ones_on_a_line_are_no_comb(places: tuple[int, ...]) -> None:
    mask = np.zeros((300, 400), dtype=np.uint8)
    cv2.line(mask, (40, 200), (340, 200), 1, 3)
    for place in places:
        cv2.line(mask, (place, 140), (place - 4, 199), 1, 5)

    across, down = comb_lines(mask, straight_pieces(mask))

    assert not (across | down).any()


def test_digits_side_by_side_are_no_line_with_marks_on_it() -> None:
    # Feet of twos, so near to each other that they seem to go on, with a stem on each.
    mask = np.zeros((300, 500), dtype=np.uint8)
    for number in range(4):
        left = 100 + 50 * number
        cv2.line(mask, (left, 200), (left + (40 if number < 3 else 0), 200), 1, 3)
        cv2.line(mask, (left, 200), (left, 150), 1, 3)

    across, down = comb_lines(mask, straight_pieces(mask))

    assert not (across | down).any()


def test_marks_beyond_the_edge_of_the_picture_are_no_error() -> None:
    mask = np.zeros((60, 700), dtype=np.uint8)
    cv2.line(mask, (10, 40), (690, 62), 1, 3)
    cv2.line(mask, (10, 40), (10, 5), 1, 3)
    cv2.line(mask, (689, 59), (689, 20), 1, 3)

    comb_lines(mask, straight_pieces(mask))
