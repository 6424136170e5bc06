"""Canvases on a screen: found where they are drawn on, whatever their colours; boxes and digits are none."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.ink import find_ink
from digitrec.reading.panel import find_panel
from digitrec.reading.picture import load_picture

Pixels = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]


def screen(digit: Pixels, *, page: Colour, canvas: Colour, ink: Colour, place: tuple[int, int], side: int) -> Pixels:
    """Return a page of 420×560 with a title, a canvas with a digit on it, and a button below."""
    picture = np.full((420, 560, 3), page, dtype=np.uint8)
    left, top = place
    share = cv2.resize(digit, (side, side), interpolation=cv2.INTER_CUBIC)[..., None] / 255
    picture[top : top + side, left : left + side] = np.array(canvas) + (np.array(ink) - np.array(canvas)) * share
    letters = tuple(int(level) for level in (255 - np.array(page)))
    cv2.putText(picture, "Draw a digit", (left, max(16, top - 12)), cv2.FONT_HERSHEY_SIMPLEX, 0.5, letters, 1)
    cv2.rectangle(picture, (left, top + side + 12), (left + 70, top + side + 34), (60, 120, 230), -1)
    return picture


WHITE, BLACK, GREY = (250, 250, 252), (0, 0, 0), (40, 44, 52)


@pytest.mark.parametrize(
    ("page", "canvas", "ink"), [(WHITE, BLACK, WHITE), (GREY, WHITE, BLACK), (WHITE, (20, 60, 120), (255, 240, 90))]
)
def test_a_canvas_is_found_whatever_its_colours(mnist: Mnist, page: Colour, canvas: Colour, ink: Colour) -> None:
    rng = np.random.default_rng(0)
    for number in range(30):
        left, top, side = int(rng.integers(10, 250)), int(rng.integers(30, 90)), int(rng.integers(200, 270))
        digit = mnist.test.images[number]
        picture = screen(digit, page=page, canvas=canvas, ink=ink, place=(left, top), side=side)

        found = find_panel(picture)

        assert found is not None, number
        assert np.abs(found[0] - (left, top)).max() <= 4
        assert np.abs(found[2] - (left + side - 1, top + side - 1)).max() <= 4


def test_digits_on_canvases_of_screens_are_read(mnist: Mnist) -> None:
    read = 0
    for number in range(20):
        digit = mnist.test.images[number]
        picture = screen(digit, page=WHITE, canvas=BLACK, ink=WHITE, place=(60, 50), side=240)
        read += digitrec.read(picture).text == str(mnist.test.labels[number])

    assert read >= 19


def test_an_empty_rectangle_a_box_of_lines_and_a_fat_nought_are_no_canvas() -> None:
    page = np.full((420, 560), 250, dtype=np.uint8)
    empty, box, nought = page.copy(), page.copy(), page.copy()
    cv2.rectangle(empty, (100, 80), (400, 340), 20, -1)
    cv2.rectangle(box, (100, 80), (400, 340), 20, 4)
    cv2.line(box, (250, 150), (240, 280), 20, 14)
    cv2.ellipse(nought, (280, 210), (90, 150), 0, 0, 360, 20, 50)

    for picture in (page, empty, box, nought):
        assert find_panel(picture) is None


def test_a_part_of_a_page_in_shadow_that_is_written_on_is_no_canvas() -> None:
    for rows, columns in ((slice(0, 420), slice(380, 560)), (slice(60, 360), slice(120, 420))):
        light = np.full((420, 560), 225, dtype=np.uint8)
        dim = light[rows, columns]
        dim[:] = np.linspace(145, 180, dim.shape[0])[:, None]
        cv2.line(light, (columns.start + 60, 150), (columns.start + 90, 300), 50, 10)

        assert find_panel(light) is None


def test_a_digit_that_begins_at_the_side_of_a_canvas_does_not_go_on_beyond_it() -> None:
    picture = np.full((420, 560), 250, dtype=np.uint8)
    cv2.rectangle(picture, (100, 60), (400, 360), 17, -1)
    cv2.line(picture, (150, 62), (150, 170), 230, 14)

    ink = find_ink(load_picture(picture))

    assert ink.polarity == "light on dark"
    assert ink.mask[80:160, 150].all()
    assert not ink.mask[:50].any()
