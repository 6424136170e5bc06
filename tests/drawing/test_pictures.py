"""Contact sheets and answers as pictures."""

import numpy as np
import pytest

from digitrec import Digits
from digitrec.drawing.answer import Answer
from digitrec.drawing.pictures import answer_sheet, augmentation_sheet, contact_sheet


def answer(expected: int, *, predicted: int) -> Answer:
    image = np.zeros((28, 28), np.uint8)
    image[10:18, 10:18] = 255
    return Answer(0, image, np.eye(10, dtype=np.float32)[predicted], expected)


def test_a_sheet_has_a_row_for_each_digit_with_its_images_dark_on_white() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[:, 14, 14] = 255
    sheet = np.asarray(contact_sheet(Digits(images, np.array([0, 0, 9], np.uint8))).convert("L"))
    cells = sheet[40:360, 110:750].reshape(10, 32, 20, 32).transpose(0, 2, 1, 3)
    dark = (cells.min(axis=(2, 3)) < 10).tolist()

    assert dark[0] == [True, True] + [False] * 18
    assert dark[9] == [True] + [False] * 19
    assert not any(map(any, dark[1:9]))


def test_a_sheet_of_augmented_digits_has_the_original_first() -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, 14, 14] = 255
    changed = np.zeros((3, 2, 28, 28), np.uint8)
    changed[1, 1, 5, 5] = 255
    sheet = np.asarray(augmentation_sheet(images, changed, "").convert("L"))

    assert sorted(map(tuple, np.argwhere(sheet[40:] < 10).tolist())) == [(14, 12 + 14), (32 + 5, 12 + 16 + 2 * 32 + 5)]


@pytest.mark.parametrize(("count", "size"), [(1, (430, 212)), (2, (860, 212)), (5, (860, 636))])
def test_answers_stand_two_to_a_row(count: int, size: tuple[int, int]) -> None:
    assert answer_sheet([answer(1, predicted=1)] * count).size == size


def test_a_right_answer_is_green_and_a_wrong_one_red() -> None:
    for predicted, expected in ((1, 1), (1, 2)):
        pixels = np.asarray(answer_sheet([answer(expected, predicted=predicted)])).astype(int)
        bar = pixels[30 + 17 * 1 + 7, 300]
        red, green, _ = bar.tolist()
        assert (green > red) == (predicted == expected)


def test_the_digit_is_drawn_large_and_dark() -> None:
    pixels = np.asarray(answer_sheet([answer(1, predicted=1)]).convert("L"))

    assert (pixels[30 + 60 : 30 + 108, 12 + 60 : 12 + 108] == 0).all()
    assert pixels[35, 20] == 255
