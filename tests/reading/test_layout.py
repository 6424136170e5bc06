"""Lines of ink: what belongs together is one line, and what was not written is none."""

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.errors import PictureError
from digitrec.reading.ink import find_ink
from digitrec.reading.layout import Line, find_lines
from digitrec.reading.picture import load_picture

Pixels = npt.NDArray[np.uint8]


def page(*sevens: tuple[int, int, int], ink: int = 50) -> Pixels:
    """Return a page of 400×600 with sevens at these places (left, top, height)."""
    pixels = np.full((400, 600), 225, dtype=np.uint8)
    for left, top, high in sevens:
        thick = max(3, high // 10)
        cv2.line(pixels, (left, top), (left + high // 2, top), ink, thick)
        cv2.line(pixels, (left + high // 2, top), (left + high // 6, top + high), ink, thick)
    return pixels


def lines_of(pixels: Pixels) -> list[Line]:
    return find_lines(find_ink(load_picture(pixels)))


def test_digits_beside_each_other_are_a_line_and_those_below_are_another() -> None:
    found = lines_of(page((100, 80, 50), (150, 84, 50), (200, 78, 50), (100, 220, 50)))

    assert [round(line.box[1], -1) for line in found] == [70, 210]
    assert found[0].box[2] > 100 > found[1].box[2]


@pytest.mark.parametrize("rise", [-30, 30])
def test_digits_far_apart_on_one_slope_are_a_line_and_those_off_it_are_not(rise: int) -> None:
    on = [(100 + 75 * place, 180 + rise * (place - 1), 40) for place in range(4)]
    off = [*on[:3], (on[3][0], on[3][1] - 2 * rise, 40)]

    assert len(lines_of(page(*on))) == 1
    assert len(lines_of(page(*on[:2]))) == 2  # two tell no slope
    assert len(lines_of(page(*off))) > 1


def test_a_digit_in_two_pieces_over_one_another_is_as_high_as_both() -> None:
    pixels = np.full((400, 600), 225, dtype=np.uint8)
    for middle in (140, 232):
        cv2.ellipse(pixels, (300, middle), (50, 40), 0, -160, 90, 50, 10)

    (line,) = lines_of(pixels)

    assert line.height == pytest.approx(line.box[3], rel=0.15)
    assert line.height > 160


def test_a_digit_whose_strokes_are_broken_is_one_line() -> None:
    pixels = page((200, 100, 120))
    pixels[100:240:14] = 225
    pixels[101:241:14] = 225  # two rows of every fourteen are missing

    found = lines_of(pixels)

    assert len(found) == 1
    assert found[0].box[3] > 110


@pytest.mark.parametrize("wide", [9, 24])
def test_a_crease_far_paler_than_the_pen_is_not_in_its_line(wide: int) -> None:
    ink = find_ink(load_picture(page((200, 150, 60), (250, 150, 60))))
    mask, depth = ink.mask.copy(), ink.depth.copy()
    mask[60:300, 300 : 300 + wide], depth[60:300, 300 : 300 + wide] = True, 40

    darkest = max(find_lines(replace(ink, mask=mask, depth=depth)), key=lambda line: line.depth)

    assert darkest.box[0] + darkest.box[2] < 300
    assert darkest.box[3] < 80


def test_what_is_left_of_a_boards_edge_round_a_number_is_no_part_of_it() -> None:
    pixels = page((200, 150, 60), (250, 150, 60), (300, 150, 60))
    cv2.polylines(pixels, [np.array([[60, 40], [64, 360], [540, 352]])], isClosed=False, color=50, thickness=3)

    found = lines_of(pixels)

    assert len(found) == 1
    assert found[0].box[0] > 180
    assert found[0].box[3] < 80


def test_blank_paper_has_no_lines() -> None:
    assert lines_of(page()) == []


@pytest.mark.parametrize("beside", ["nothing", "a book", "a corner of its grid"])
def test_a_page_full_of_digits_is_found_whatever_is_beside_it(beside: str) -> None:
    pixels = page(*[(120 + 60 * column, 60 + 50 * row, 28) for column in range(6) for row in range(6)])
    if beside == "a book":
        pixels[230:, 560:] = np.random.default_rng(0).integers(10, 120, (170, 40))
    elif beside == "a corner of its grid":
        cv2.polylines(pixels, [np.array([[430, 40], [460, 40], [460, 230]])], isClosed=False, color=50, thickness=4)
        cv2.line(pixels, (436, 70), (460, 70), 50, 3)  # it hangs together with a digit

    rows = [line for line in lines_of(pixels) if line.box[2] > 250]

    assert [round(line.height, -1) for line in rows] == [30] * 6


def test_creases_of_dim_paper_are_no_lines() -> None:
    down, across = np.mgrid[0:400, 0:600]
    crease = 8 * np.exp(-(((across - 250) / 14) ** 2)) + 8 * np.exp(-(((down - across / 2 - 40) / 12) ** 2))
    pixels = (70 - crease + np.random.default_rng(0).normal(0, 0.8, (400, 600))).astype(np.uint8)

    assert lines_of(pixels) == []


def test_print_beside_a_digit_that_is_many_times_as_high_is_not_in_its_line() -> None:
    pixels = np.full((860, 860), 225, dtype=np.uint8)
    cv2.ellipse(pixels, (460, 560), (100, 110), 0, 0, 360, 40, 14, cv2.LINE_AA)
    cv2.line(pixels, (366, 520), (520, 290), 40, 14, cv2.LINE_AA)
    for row, word in enumerate(("paper", "few", "rmer", "y the", "they", "park", "ne", "many", "dy", "knew")):
        cv2.putText(pixels, word, (2, 70 + 84 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.7, 90, 4, cv2.LINE_AA)

    found = lines_of(pixels)

    assert max(found, key=lambda line: line.height).box[0] > 300


@pytest.mark.parametrize("label", ["Room:", "No."])
def test_a_printed_label_before_a_number_is_not_in_its_line(label: str) -> None:
    number = page((250, 100, 90), (310, 100, 90), (370, 100, 90))
    labelled = number.copy()
    cv2.putText(labelled, label, (80, 190), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 90, 2, cv2.LINE_AA)

    line = max(lines_of(labelled), key=lambda line: line.height)

    assert line.box == lines_of(number)[0].box


def test_a_broken_last_digit_and_a_separator_stay_in_their_line() -> None:
    number = page((250, 100, 90), (310, 100, 90))
    broken = number.copy()
    cv2.line(broken, (400, 100), (400, 135), 50, 8)
    cv2.line(broken, (372, 188), (376, 192), 50, 8)

    assert lines_of(broken)[0].box[2] > lines_of(number)[0].box[2] + 40


def test_a_dash_joins_digits_that_would_be_too_far_apart_without_it() -> None:
    apart = page((80, 150, 60), (120, 150, 60), (330, 150, 60))
    joined = apart.copy()
    cv2.line(joined, (225, 184), (255, 184), 50, 6)

    assert len(lines_of(apart)) == 2
    assert len(lines_of(joined)) == 1


def test_a_minus_and_a_long_stroke_join_no_columns() -> None:
    minus, long = (page((80, 150, 60), (120, 150, 60), (330, 150, 60)) for _ in range(2))
    cv2.line(minus, (286, 184), (312, 184), 50, 6)
    cv2.line(long, (180, 184), (300, 184), 50, 6)

    assert len(lines_of(minus)) == 2
    assert len(lines_of(long)) >= 2


@pytest.mark.parametrize("given", [page(), load_picture(page()), "photo.jpg"])
def test_what_is_no_ink_has_no_lines(given: Any) -> None:
    with pytest.raises(PictureError, match=r"find_lines: a (ndarray|Picture|str); expected an Ink: find_lines"):
        find_lines(given)
