"""Walls of a table part numbers; those of a form's boxes, squared paper and a margin part nothing."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.cells import parted_by_walls
from digitrec.reading.ink import Ink, find_ink
from digitrec.reading.parts import Part
from digitrec.reading.picture import load_picture

HIGH = 40
BLANK = find_ink(load_picture(np.full((400, 900), 255, dtype=np.uint8)))


def ink(walls: list[int], factor: int = 1) -> Ink:
    """Return blank ink with upright lines in those columns, perhaps in a reduced picture."""
    upright = np.zeros((400 // factor, 900 // factor), dtype=np.uint8)
    for wall in walls:
        upright[:, wall // factor] = 1
    return replace(BLANK, upright=upright)


def row(*lefts: int, top: int = 100) -> list[Part]:
    """Return digits that begin in those columns."""
    return [Part(1000 * top + left, left, top, left + 25, top + HIGH, 300) for left in lefts]


def lefts(groups: list[list[Part]]) -> list[list[int]]:
    return [[part.left for part in group] for group in groups]


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_what_stands_between_walls_is_a_number_each(factor: int) -> None:
    group = row(20, 50, 130, 240, 270, 300)

    found = parted_by_walls([group], ink([10, 100, 200, 340], factor))

    assert lefts(found) == [[20, 50], [130], [240, 270, 300]]


def test_a_row_of_one_digit_to_a_cell_is_parted_as_the_row_above_it() -> None:
    above, below = row(20, 50, 130, 240), row(30, 120, 250, top=200)
    walls = ink([10, 100, 200, 340])

    assert lefts(parted_by_walls([above, below], walls)) == [[20, 50], [130], [240], [30], [120], [250]]
    assert lefts(parted_by_walls([below], walls)) == [[30, 120, 250]]


def test_a_digit_in_each_box_is_one_number_and_so_is_one_on_squared_paper_or_beside_a_margin() -> None:
    form, squared, margin = row(15, 65, 115, 165), row(15, 45, 75, 105), row(20, 60, 90, 120)

    assert lefts(parted_by_walls([form], ink([5, 55, 105, 155, 205]))) == [[15, 65, 115, 165]]
    assert lefts(parted_by_walls([squared], ink(list(range(0, 300, 50))))) == [[15, 45, 75, 105]]
    assert lefts(parted_by_walls([margin], ink([52]))) == [[20, 60, 90, 120]]


def test_a_form_of_which_a_wall_is_not_found_and_squares_with_grains_in_them_part_nothing() -> None:
    form, squared = row(15, 65, 115, 165), row(15, 45, 75, 105)
    grains = [Part(9, 160, 200, 163, 204, 10), Part(10, 170, 200, 173, 204, 10), Part(11, 215, 200, 218, 204, 10)]

    assert lefts(parted_by_walls([form], ink([5, 55, 155, 205]))) == [[15, 65, 115, 165]]
    assert [15, 45, 75, 105] in lefts(parted_by_walls([squared, grains], ink(list(range(0, 300, 50)))))


def test_a_number_that_runs_over_a_wall_and_walls_elsewhere_part_nothing() -> None:
    over = row(20, 50, 88, 116, 240)
    elsewhere = ink([10, 100, 200, 340])
    assert elsewhere.upright is not None
    elsewhere.upright[90:160] = 0

    assert lefts(parted_by_walls([over], ink([10, 100, 200, 340]))) == [[20, 50, 88, 116, 240]]
    assert lefts(parted_by_walls([row(20, 50, 130)], elsewhere)) == [[20, 50, 130]]
    assert lefts(parted_by_walls([row(20, 50, 130)], BLANK)) == [[20, 50, 130]]


def table(mnist: Mnist, degrees: float) -> tuple[npt.NDArray[np.uint8], list[str]]:
    """Return a table of three rows and three columns, turned, and the numbers in its cells."""
    page, numbers, digit = np.full((420, 640), 245, dtype=np.uint8), [], 0
    for place, count in enumerate((2, 1, 3, 1, 1, 1, 3, 2, 1)):
        top, left = 60 + 100 * (place // 3) + 22, 60 + 170 * (place % 3) + 14
        some = slice(digit, digit + count)
        for each in mnist.test.images[some]:
            large = cv2.resize(each, (56, 56), interpolation=cv2.INTER_CUBIC)
            np.minimum(page[top : top + 56, left : left + 56], 255 - large, out=page[top : top + 56, left : left + 56])
            left += 44
        numbers.append("".join(map(str, mnist.test.labels[some])))
        digit += count
    for line in range(4):
        cv2.line(page, (60, 60 + 100 * line), (570, 60 + 100 * line), 70, 2)
        cv2.line(page, (60 + 170 * line, 60), (60 + 170 * line, 360), 70, 2)
    turned = cv2.warpAffine(page, cv2.getRotationMatrix2D((320, 210), degrees, 1), (640, 420), borderValue=(245,))
    return np.asarray(turned, dtype=np.uint8), numbers


@pytest.mark.parametrize("degrees", [0, 2, -3])
def test_the_numbers_of_a_table_are_read_one_by_one(mnist: Mnist, degrees: float) -> None:
    picture, numbers = table(mnist, degrees)

    found = digitrec.read(picture).text.split("\n")

    assert len(found) == len(numbers)
    assert sum(one == other for one, other in zip(found, numbers, strict=True)) >= len(numbers) - 1
