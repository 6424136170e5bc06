"""The frame of a small picture is painted over; what looks a little like one is not."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.frames import without_frame

Pixels = npt.NDArray[np.uint8]


def scan(high: int, wide: int, thick: int = 0, margin: int = 0) -> tuple[Pixels, Pixels]:
    """Return a seven on paper in a frame, and the same without the frame."""
    bare = np.full((high, wide), 245, dtype=np.uint8)
    left, right, top, bottom = round(wide * 0.3), round(wide * 0.7), round(high * 0.25), round(high * 0.8)
    cv2.line(bare, (left, top), (right, top), 20, 3)
    cv2.line(bare, (right, top), (left, bottom), 20, 3)
    framed = bare.copy()
    inner = thick + margin
    framed[margin : high - margin, margin : wide - margin] = 20
    framed[inner : high - inner, inner : wide - inner] = bare[inner : high - inner, inner : wide - inner]
    return framed, bare


@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("margin", [0, 2])
@pytest.mark.parametrize("thick", [1, 3])
@pytest.mark.parametrize("size", [(48, 44), (60, 140), (200, 200)])
def test_a_frame_goes_and_the_digit_in_it_stays(size: tuple[int, int], thick: int, margin: int, inverted: bool) -> None:
    framed, bare = scan(*size, thick=thick, margin=margin)
    if inverted:
        framed, bare = 255 - framed, 255 - bare

    found = without_frame(framed)

    assert np.array_equal(found, bare)


def test_a_number_that_touches_its_frame_keeps_what_is_inside() -> None:
    framed, bare = scan(60, 140, thick=3)
    framed[20:23, 60:] = bare[20:23, 60:137].min()  # a bar that runs into the frame

    found = without_frame(framed)

    assert (found[:, 4:-4] == framed[:, 4:-4])[4:-4].all()
    assert (found[:2] == 245).all()
    assert (found[:, -2:] == 245).all()


def test_a_nought_that_fills_its_box_is_no_frame() -> None:
    box = np.full((40, 30), 245, dtype=np.uint8)
    cv2.ellipse(box, (15, 20), (13, 18), 0, 0, 360, 20, 4)
    square = np.full((40, 30), 20, dtype=np.uint8)
    square[4:-4, 4:-4] = 245  # nothing is written in it

    for picture in (box, square):
        assert without_frame(picture) is picture


@pytest.mark.parametrize("sides", [(0,), (0, 1), (0, 1, 2)])
def test_lines_that_do_not_go_all_round_are_no_frame(sides: tuple[int, ...]) -> None:
    _, bare = scan(50, 50)
    for side in sides:
        np.rot90(bare, side)[:2] = 20

    assert without_frame(bare) is bare


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (12, 12), (3, 40), (300, 300)])
def test_odd_pictures_have_an_answer(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    for picture in (np.zeros(shape, dtype=np.uint8), rng.integers(0, 256, shape, dtype=np.uint8)):
        assert without_frame(picture).shape == shape
