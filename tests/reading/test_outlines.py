"""Boxes by their outline: found where they lean, are soft or small; noughts and empty boxes are not."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.outlines import outlined

Mask = npt.NDArray[np.uint8]


def box(cells: int, thick: int = 2, high: int = 60, wide: int = 48) -> tuple[Mask, Mask]:
    """Return a box of so many cells on a page, and a seven for each cell."""
    lines, digits = np.zeros((300, 500), dtype=np.uint8), np.zeros((300, 500), dtype=np.uint8)
    cv2.rectangle(lines, (60, 100), (60 + cells * wide, 100 + high), 1, thick)
    for cell in range(cells):
        left = 60 + cell * wide
        cv2.line(lines, (left, 100), (left, 100 + high), 1, thick)
        cv2.line(digits, (left + 12, 112), (left + wide - 12, 112), 1, 3)
        cv2.line(digits, (left + wide - 12, 112), (left + 16, 100 + high - 12), 1, 3)
    return lines, digits


def leaning(mask: Mask, corner: int) -> Mask:
    """Return a mask as seen from aside: its right corners come nearer to each other by so many pixels."""
    there = np.array([[0, 0], [500, corner], [500, 300 - corner // 2], [0, 300]], dtype=np.float32)
    here = np.array([[0, 0], [500, 0], [500, 300], [0, 300]], dtype=np.float32)
    moved = cv2.warpPerspective(mask * np.uint8(255), cv2.getPerspectiveTransform(here, there), (500, 300))
    return np.asarray(moved > 127, dtype=np.uint8)


@pytest.mark.parametrize("corner", [0, 12, 24])
@pytest.mark.parametrize("thick", [2, 5])
@pytest.mark.parametrize("cells", [1, 2, 6])
def test_a_box_is_found_with_its_walls_and_without_what_is_written(cells: int, thick: int, corner: int) -> None:
    lines, digits = (leaning(each, corner) for each in box(cells, thick))

    across, down = outlined(lines | digits, np.zeros_like(lines))
    found = across | down

    assert found[(lines == 1) & (digits == 0)].mean() > 0.97
    assert found[(digits == 1) & (lines == 0)].mean() < 0.05


def test_a_box_whose_lines_are_known_is_let_be() -> None:
    lines, digits = box(3)

    across, down = outlined(lines | digits, lines)

    assert not (across | down).any()


def test_a_nought_and_an_empty_box_are_none() -> None:
    nought = np.zeros((200, 200), dtype=np.uint8)
    cv2.ellipse(nought, (100, 100), (40, 60), 0, 0, 360, 1, 6)
    cv2.line(nought, (100, 80), (100, 120), 1, 4)  # with a stroke in it
    empty = np.zeros((200, 200), dtype=np.uint8)
    cv2.rectangle(empty, (40, 40), (120, 160), 1, 3)

    for mask in (nought, empty, np.zeros_like(empty)):
        across, down = outlined(mask, np.zeros_like(mask))
        assert not (across | down).any()


@pytest.mark.parametrize(
    ("cells", "thick", "degrees"), [(5, 2, -1.2), (5, 2, -2.75), (5, 2, 3), (5, 1, -1), (5, 1, 0.5)]
)
def test_a_small_box_that_is_turned_a_little_is_found(cells: int, thick: int, degrees: float) -> None:
    turn = cv2.getRotationMatrix2D((250, 150), degrees, 1.0)
    lines, digits = (
        (cv2.warpAffine(each * np.uint8(255), turn, (500, 300)) > 127).astype(np.uint8)
        for each in box(cells, thick, 58, 43)
    )

    across, down = outlined(lines | digits, np.zeros_like(lines))
    found = across | down

    assert found[(lines == 1) & (digits == 0)].mean() > 0.97
    assert found[(digits == 1) & (lines == 0)].mean() < 0.05


def test_a_row_of_boxes_is_found_though_strokes_reach_out_of_it_and_a_rule_ends_on_it() -> None:
    lines, digits = box(5)
    cv2.line(digits, (150, 70), (150, 130), 1, 3)
    cv2.line(digits, (240, 130), (232, 190), 1, 3)
    cv2.line(digits, (0, 160), (60, 160), 1, 2)

    across, down = outlined(lines | digits, np.zeros_like(lines))

    assert (across | down)[lines > 0].mean() > 0.85
    assert (across | down)[(digits > 0) & (lines == 0)].mean() < 0.2


def test_fat_digits_in_a_row_of_boxes_are_no_walls() -> None:
    lines, digits = box(5)
    for cell in range(5):
        cv2.line(digits, (84 + 48 * cell, 112), (84 + 48 * cell, 148), 1, 25)

    across, down = outlined(lines | digits, np.zeros_like(lines))

    assert (across | down)[lines > 0].mean() > 0.85
    assert (across | down)[(digits > 0) & (lines == 0)].mean() < 0.2


def test_the_loops_of_an_eight_and_of_a_four_that_strokes_reach_out_of_are_no_boxes() -> None:
    mask = np.zeros((300, 500), dtype=np.uint8)
    cv2.ellipse(mask, (120, 118), (16, 20), 0, 0, 360, 1, 4)
    cv2.ellipse(mask, (120, 162), (20, 24), 0, 0, 360, 1, 4)
    cv2.polylines(mask, [np.array([[240, 60], [220, 130], [270, 130]])], isClosed=False, color=1, thickness=4)
    cv2.line(mask, (268, 70), (262, 200), 1, 4)
    cv2.rectangle(mask, (360, 140), (402, 190), 1, 4)  # a square six with a speck in its loop
    cv2.line(mask, (360, 140), (388, 60), 1, 4)
    cv2.rectangle(mask, (378, 160), (386, 168), 1, -1)

    across, down = outlined(mask, np.zeros_like(mask))

    assert not (across | down).any()
