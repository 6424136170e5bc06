"""Canvases on a screen: found where they are drawn on, whatever their colours; boxes and digits are none."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.ink import find_ink
from digitrec.reading.panel import find_panels
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

        (found,) = find_panels(picture)

        assert np.abs(found[0] - (left, top)).max() <= 4
        assert np.abs(found[2] - (left + side - 1, top + side - 1)).max() <= 4


def test_digits_on_canvases_of_screens_are_read(mnist: Mnist) -> None:
    read = 0
    for number in range(20):
        digit = mnist.test.images[number]
        picture = screen(digit, page=WHITE, canvas=BLACK, ink=WHITE, place=(60, 50), side=240)
        read += digitrec.read(picture).text == str(mnist.test.labels[number])

    assert read >= 19


def figure(digits: Pixels, rows: int, columns: int, *, canvas: Colour, ink: Colour, side: int = 64) -> Pixels:
    """Return a white page with a title above each of rows of canvases, one digit on each, as figures show them."""
    picture = np.full((rows * (side + 24) + 60, columns * (side + 18) + 80, 3), 255, dtype=np.uint8)
    for number in range(rows * columns):
        top, left = 40 + number // columns * (side + 24), 40 + number % columns * (side + 18)
        share = cv2.resize(digits[number], (side, side), interpolation=cv2.INTER_NEAREST)[..., None] / 255
        picture[top : top + side, left : left + side] = np.array(canvas) + (np.array(ink) - np.array(canvas)) * share
        cv2.putText(picture, f"is {number % 10}", (left + 6, top - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (0, 0, 0), 1)
    return picture


VIRIDIS = (68, 1, 84), (253, 231, 37)


@pytest.mark.parametrize(("rows", "columns"), [(1, 5), (5, 5), (4, 3)])
@pytest.mark.parametrize(("canvas", "ink"), [(BLACK, WHITE), VIRIDIS])
def test_figures_of_many_digits_are_read_row_by_row_without_their_titles(
    mnist: Mnist, rows: int, columns: int, canvas: Colour, ink: Colour
) -> None:
    picture = figure(mnist.test.images, rows, columns, canvas=canvas, ink=ink)
    expected = "".join(map(str, mnist.test.labels[: rows * columns]))

    found = digitrec.read(picture).text.split("\n")

    assert len(find_panels(picture)) == rows * columns
    assert [len(line) for line in found] == [columns] * rows
    assert sum(one == other for one, other in zip("".join(found), expected, strict=True)) >= rows * columns - 1


def test_the_ticks_of_axes_are_no_ones(mnist: Mnist) -> None:
    read = 0
    for digit, label in zip(mnist.test.images[:20], mnist.test.labels[:20], strict=True):
        picture = np.full((200, 200, 3), 255, dtype=np.uint8)
        picture[24:180, 25:181] = cv2.resize(digit, (156, 156), interpolation=cv2.INTER_NEAREST)[..., None]
        for tick in (27, 83, 139):
            picture[tick, 21:25] = picture[180:184, tick] = 0
            cv2.putText(picture, "0", (9, tick + 4), cv2.FONT_HERSHEY_SIMPLEX, 0.3, (0, 0, 0), 1)
        read += digitrec.read(picture).text == str(label)

    assert read >= 19


@pytest.mark.parametrize(("disc", "page"), [((0, 0, 0), WHITE), ((30, 60, 170), WHITE), ((250, 250, 250), GREY)])
def test_digits_on_discs_are_read(mnist: Mnist, disc: Colour, page: Colour) -> None:
    read = 0
    ink = np.array((255, 255, 255) if sum(disc) < 400 else (0, 0, 0))
    for digit, label in zip(mnist.test.images[:20], mnist.test.labels[:20], strict=True):
        picture = np.full((300, 320, 3), page, dtype=np.uint8)
        cv2.circle(picture, (160, 150), 100, disc, -1, cv2.LINE_AA)
        share = cv2.resize(digit, (120, 120), interpolation=cv2.INTER_CUBIC)[..., None] / 255
        place = picture[90:210, 100:220]
        place[:] = place * (1 - share) + ink * share
        read += digitrec.read(picture).text == str(label)

    assert read >= 19


def test_filled_boxes_of_several_sizes_and_empty_ones_are_no_canvases() -> None:
    page = np.full((420, 560, 3), 255, dtype=np.uint8)
    several, empty = page.copy(), page.copy()
    for number, side in enumerate((30, 55, 90)):
        cv2.rectangle(several, (40 + 150 * number, 60), (40 + 150 * number + side, 60 + side), (0, 0, 0), -1)
        cv2.line(several, (50 + 150 * number, 70), (55 + 150 * number, 50 + side), (255, 255, 255), 3)
        cv2.rectangle(empty, (40 + 150 * number, 60), (90 + 150 * number, 110), (0, 0, 0), -1)

    assert find_panels(several) == ()
    assert find_panels(empty) == ()


def test_an_empty_rectangle_a_box_of_lines_and_a_fat_nought_are_no_canvas() -> None:
    page = np.full((420, 560), 250, dtype=np.uint8)
    empty, box, nought = page.copy(), page.copy(), page.copy()
    cv2.rectangle(empty, (100, 80), (400, 340), 20, -1)
    cv2.rectangle(box, (100, 80), (400, 340), 20, 4)
    cv2.line(box, (250, 150), (240, 280), 20, 14)
    cv2.ellipse(nought, (280, 210), (90, 150), 0, 0, 360, 20, 50)

    for picture in (page, empty, box, nought):
        assert find_panels(picture) == ()


def test_a_part_of_a_page_in_shadow_that_is_written_on_is_no_canvas() -> None:
    for rows, columns in ((slice(0, 420), slice(380, 560)), (slice(60, 360), slice(120, 420))):
        light = np.full((420, 560), 225, dtype=np.uint8)
        dim = light[rows, columns]
        dim[:] = np.linspace(145, 180, dim.shape[0])[:, None]
        cv2.line(light, (columns.start + 60, 150), (columns.start + 90, 300), 50, 10)

        assert find_panels(light) == ()


def test_a_digit_that_begins_at_the_side_of_a_canvas_does_not_go_on_beyond_it() -> None:
    picture = np.full((420, 560), 250, dtype=np.uint8)
    cv2.rectangle(picture, (100, 60), (400, 360), 17, -1)
    cv2.line(picture, (150, 62), (150, 170), 230, 14)

    ink = find_ink(load_picture(picture))

    assert ink.polarity == "light on dark"
    assert ink.mask[80:160, 150].all()
    assert not ink.mask[:50].any()
