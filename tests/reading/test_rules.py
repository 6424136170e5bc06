"""Lines of the paper: found where they are long, thin and straight; strokes are let be."""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.rules import find_rules


def drawn(high: int, wide: int, *lines: tuple[tuple[int, int], tuple[int, int], int]) -> npt.NDArray[np.bool_]:
    mask = np.zeros((high, wide), dtype=np.uint8)
    for start, end, thick in lines:
        cv2.line(mask, start, end, 1, thick)
    return mask.astype(bool)


def test_ruled_lines_of_a_page_are_found_though_they_are_not_quite_level() -> None:
    rules = [((0, row), (799, row + 8), 2) for row in range(60, 580, 60)]
    page = drawn(600, 800, *rules)

    assert find_rules(page).lines[page].mean() > 0.95


def test_squared_paper_is_found_both_ways() -> None:
    across = [((0, row), (599, row), 1) for row in range(20, 600, 40)]
    down = [((column, 0), (column, 599), 1) for column in range(20, 600, 40)]
    page = drawn(600, 600, *across, *down)

    assert find_rules(page).lines[page].mean() > 0.95


def test_a_stroke_across_a_ruled_line_is_kept_whole() -> None:
    stroke = ((300, 200), (320, 330), 6)
    alone, page = drawn(500, 700, stroke), drawn(500, 700, stroke, ((0, 270), (699, 270), 2))

    left = find_rules(page).erased(page.astype(np.float32)) > 0

    assert left[alone].mean() > 0.9
    assert left[~alone].mean() < 0.01


def test_the_frame_of_a_cell_is_found_and_the_digit_in_it_kept() -> None:
    seven = [((30, 25), (70, 25), 6), ((70, 25), (45, 85), 6)]
    frame = [((0, 3), (105, 5), 5), ((4, 0), (5, 105), 4)]
    cell = drawn(106, 106, *seven, *frame)

    left = find_rules(cell).erased(cell.astype(np.float32)) > 0

    assert left[drawn(106, 106, *seven)].mean() > 0.95
    assert left[:, :10].sum() + left[:10].sum() < 60


def test_the_bars_of_digits_are_no_rules() -> None:
    for digit in ([((20, 25), (85, 25), 7), ((85, 25), (50, 90), 7)], [((50, 12), (50, 95), 7)]):
        cell = drawn(106, 106, *digit)
        assert not find_rules(cell).lines[cell].any()


def test_nothing_is_no_rule() -> None:
    found = find_rules(np.zeros((50, 70), dtype=bool))

    assert not found.lines.any()
    assert not found.crossed.any()
