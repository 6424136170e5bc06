"""Readings as pictures: what is drawn where, on small pictures and large ones, without any model."""

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from digitrec.drawing.reading import GREY, NOT_READ, READ, annotated, annotated_png, steps
from digitrec.reading.reading import Box, Digit, LineReading, Mark, Reading


def digit(value: int | None, box: Box, confidence: float = 0.97) -> Digit:
    seen = np.zeros((28, 28), np.uint8)
    seen[4:24, 12:16] = 255
    return Digit(value, confidence, box, ((1, 0.97),), (1,), seen)


def line(digits: Sequence[Digit], marks: Sequence[Mark] = ()) -> LineReading:
    left, top = digits[0].box[:2]
    right, bottom = (max(each.box[side] + each.box[side + 2] for each in digits) for side in (0, 1))
    return LineReading(
        (left, top, right - left, bottom - top), tuple(digits), tuple(marks), 0.9, np.zeros((28, 40), np.uint8)
    )


def reading(
    upright: npt.NDArray[np.uint8], lines: Sequence[LineReading] = (), warnings: Sequence[str] = (), scale: float = 1
) -> Reading:
    high, wide = (round(side * scale) for side in upright.shape[:2])
    known = {"source": "one.png", "page": 0, "width": wide, "height": high, "turned": 0, "polarity": "dark on light"}
    return Reading(tuple(lines), tuple(warnings), known, {"name": "none", "version": None}, upright)


def paper(high: int, wide: int, *boxes: Box) -> npt.NDArray[np.uint8]:
    pixels = np.full((high, wide), 255, np.uint8)
    for left, top, across, down in boxes:
        pixels[top : top + down, left : left + across] = 0
    return pixels


def colours(picture: Image.Image) -> set[tuple[int, ...]]:
    return {colour for _, colour in picture.convert("RGB").getcolors(2**24)}  # type: ignore[misc,union-attr]


def bounds_of(picture: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero((np.asarray(picture) == colour).all(2))
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def test_a_small_picture_is_enlarged_in_whole_steps_and_its_box_is_around_the_ink() -> None:
    picture = annotated(reading(paper(28, 28, (10, 4, 8, 20)), [line([digit(1, (10, 4, 8, 20))])]))
    ink = bounds_of(picture, (0, 0, 0))
    box = bounds_of(picture.crop((0, ink[1] - 2, picture.width, ink[3] + 3)), READ)

    assert ink[2] - ink[0] + 1 == 8 * 18
    assert box[0] in range(ink[0] - 4, ink[0])
    assert box[2] in range(ink[2] + 1, ink[2] + 5)


def test_a_large_picture_is_as_large_as_before_and_its_boxes_stand_in_what_was_read() -> None:
    box = (400, 200, 40, 80)
    inner = paper(750, 1000, (200, 100, 20, 40))
    picture = annotated(reading(inner, [line([digit(1, box)])], scale=2))
    left, top, right, bottom = bounds_of(picture, (0, 0, 0))

    assert (right - left + 1, bottom - top + 1) == (20, 40)
    assert np.asarray(picture)[top + 20, left - 1].tolist() == list(READ)
    assert picture.width < 1200


def test_what_was_declined_or_is_no_digit_is_told_apart_by_colour() -> None:
    ink = paper(60, 200, (10, 10, 10, 30))
    read, declined = digit(1, (10, 10, 10, 30)), digit(None, (60, 10, 20, 30), 0.3)
    strange, dash = Mark("?", 0.9, (110, 10, 20, 30), 2), Mark("-", 0.9, (150, 20, 20, 6), 2)

    assert NOT_READ not in colours(annotated(reading(ink, [line([read], [dash])])))
    assert NOT_READ in colours(annotated(reading(ink, [line([read, declined])])))
    assert NOT_READ in colours(annotated(reading(ink, [line([read], [strange])])))
    assert GREY in colours(annotated(reading(ink, [line([read], [dash])])))


@pytest.mark.parametrize("near", [(30, 96, 300, 60), (55, 130, 20, 60)], ids=["its box", "its label"])
def test_nothing_of_a_neighbour_covers_how_sure_a_digit_is(near: Box) -> None:
    def written(other: Box) -> int:
        """Return how much of the confidence below a digit is seen beside another one."""
        first, second = digit(1, (40, 20, 20, 60)), digit(None, other, 0.3)
        pixels = np.asarray(annotated(reading(paper(480, 480), [line([first]), line([second])])))
        # The picture begins after a rim of 60 pixels.
        return int((pixels[60 + 86 : 60 + 110, 60 + 20 : 60 + 80] == READ).all(2).sum())

    assert written(near) == written((200, 300, 20, 60)) > 20


@pytest.mark.parametrize("of", ["tritan", "protan", "deutan", "none"])
def test_colours_are_told_apart_by_colour_blind_people(of: str) -> None:
    # Viénot, Brettel and Mollon 1999, and for tritan Brettel, Viénot and Mollon 1997, in linear light, rounded.
    sight = {
        "none": np.eye(3),
        "protan": np.array([[0.11, 0.89, 0], [0.11, 0.89, 0], [0.004, -0.004, 1]]),
        "deutan": np.array([[0.29, 0.71, 0], [0.29, 0.71, 0], [-0.02, 0.02, 1]]),
        "tritan": np.array([[1, 0.15, -0.15], [0, 0.87, 0.13], [0, 0.87, 0.13]]),
    }[of]
    seen = [
        255 * np.clip(sight @ (np.array(colour) / 255) ** 2.2, 0, 1) ** (1 / 2.2) for colour in (READ, NOT_READ, GREY)
    ]

    assert all(np.abs(one - other).max() > 40 for number, one in enumerate(seen) for other in seen[:number])


def test_text_and_warnings_stand_below() -> None:
    ink = paper(480, 480)
    bare = annotated(reading(ink))
    warned = annotated(reading(ink, warnings=["nothing written: no ink was found; more light helps"] * 9))

    assert warned.height > bare.height
    assert warned.width == bare.width


@pytest.mark.parametrize("shape", [(1, 1), (2, 2048), (2048, 2), (28, 28, 3), (16, 16)])
def test_pictures_of_any_shape_are_drawn(shape: tuple[int, ...]) -> None:
    empty = reading(np.full(shape, 255, np.uint8))
    for picture in (annotated(empty), steps(empty)):
        assert min(picture.size) >= 28
        assert max(picture.size) <= 2500


def test_steps_are_one_strip_with_a_crop_for_each_digit() -> None:
    boxes = [(10 + 30 * number, 20, 8, 40) for number in range(3)]
    few = steps(reading(paper(80, 120, *boxes), [line([digit(1, box) for box in boxes])]))
    many = steps(reading(paper(80, 120, *boxes), [line([digit(1, boxes[0])]) for _ in range(100)]))

    assert few.width > 2 * few.height
    assert READ in colours(few)
    assert many.height < 700


def test_the_png_is_that_picture_and_what_a_notebook_shows() -> None:
    answer = reading(paper(28, 28, (10, 4, 8, 20)), [line([digit(1, (10, 4, 8, 20))])])
    with Image.open(io.BytesIO(annotated_png(answer))) as picture:
        assert picture.format == "PNG"
        assert np.array_equal(np.asarray(picture), np.asarray(annotated(answer)))
    assert answer._repr_png_() == annotated_png(answer)
