"""Digits of which only the outline is drawn are read as what they outline; noughts, eights and circles stay."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.hollow import with_hollow_filled
from digitrec.reading.ink import Ink, find_ink
from digitrec.reading.parts import connected_parts
from digitrec.reading.picture import load_picture

Pixels = npt.NDArray[np.uint8]


def strokes(digit: Pixels, high: int) -> Pixels:
    """Return a digit of MNIST enlarged, uint8[h,w], 1 where it is inked: smooth, as high as that."""
    large = cv2.resize(digit, None, fx=high / 20, fy=high / 20, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.GaussianBlur(large, (0, 0), high / 40) > 100, dtype=np.uint8)


def outlined(digits: Pixels, *, high: int = 120, pen: int = 3) -> Pixels:
    """Return a page with the outlines of digits, uint8[n,28,28], side by side."""
    each = [cv2.copyMakeBorder(strokes(digit, high), 30, 30, 0, 0, cv2.BORDER_CONSTANT, value=0) for digit in digits]
    marks = np.concatenate([np.pad(one, ((0, 0), (8, 8))) for one in each], axis=1)
    marks = np.pad(marks, 60)
    contours, _ = cv2.findContours(marks, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    page = np.full(marks.shape, 255, dtype=np.uint8)
    cv2.drawContours(page, contours, -1, 0, pen, cv2.LINE_AA)
    return page


def inked(picture: Pixels) -> tuple[Ink, Ink]:
    """Return a picture's ink, and the same with what is hollow filled."""
    ink = find_ink(load_picture(picture))
    return ink, with_hollow_filled(ink, *connected_parts(ink))


@pytest.mark.parametrize(("high", "pen"), [(120, 3), (200, 4), (90, 2)])
def test_numbers_in_outline_are_read(mnist: Mnist, high: int, pen: int) -> None:
    read = 0
    for first in range(0, 60, 3):
        some = slice(first, first + 3)
        picture = outlined(mnist.test.images[some], high=high, pen=pen)
        read += digitrec.read(picture).text == "".join(map(str, mnist.test.labels[some]))

    assert read >= 17


def test_between_the_outlines_all_is_ink_and_within_the_inner_one_nothing(mnist: Mnist) -> None:
    number = int(np.flatnonzero(mnist.test.labels == 0)[0])
    picture = outlined(mnist.test.images[number : number + 1], high=160)
    contours, tree = cv2.findContours((picture < 128).astype(np.uint8), cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    middle = [contour for contour, of in zip(contours, tree[0], strict=True) if of[2] < 0]
    assert len(middle) == 1

    before, after = inked(picture)

    assert not before.mask.all()
    inner = np.zeros(picture.shape, dtype=np.uint8)
    cv2.drawContours(inner, middle, -1, 1, cv2.FILLED)
    assert not after.mask[cv2.erode(inner, np.ones((9, 9), np.uint8)) > 0].any()
    # All of it is one stroke with one hole.
    assert cv2.connectedComponents(after.mask.astype(np.uint8))[0] == 2
    assert after.amount[after.mask & ~before.mask].min() == 255


def page(kind: str, mnist: Mnist) -> Pixels:
    """Return a page of what is no outline, or is not told to be one."""
    picture = np.full((400, 600), 255, dtype=np.uint8)
    if kind in {"nought", "circled"}:
        cv2.ellipse(picture, (300, 200), (100, 130) if kind == "nought" else (150, 150), 0, 0, 360, 0, 6, cv2.LINE_AA)
    if kind == "hollow one":
        cv2.ellipse(picture, (300, 200), (14, 130), 8, 0, 360, 0, 4, cv2.LINE_AA)
    if kind == "eights":
        for left in (200, 300, 400):
            cv2.circle(picture, (left, 150), 34, 0, 6, cv2.LINE_AA)
            cv2.circle(picture, (left, 232), 46, 0, 6, cv2.LINE_AA)
    if kind == "box":
        cv2.rectangle(picture, (180, 80), (420, 320), 0, 4)
    if kind in {"circled", "box"}:
        digit = 255 - 255 * strokes(mnist.test.images[int(np.flatnonzero(mnist.test.labels == 8)[0])], 120)
        high, wide = digit.shape
        place = picture[200 - high // 2 :, 300 - wide // 2 :][:high, :wide]
        np.minimum(place, digit, out=place)
    return picture


@pytest.mark.parametrize("kind", ["blank", "nought", "hollow one", "eights", "circled", "box"])
def test_what_is_no_outline_of_a_digit_stays_as_it_is(mnist: Mnist, kind: str) -> None:
    before, after = inked(page(kind, mnist))

    assert after is before


def test_digits_of_one_stroke_are_never_hollow(mnist: Mnist) -> None:
    for first in range(0, 200, 4):
        numbers = [255 - 255 * strokes(digit, 60) for digit in mnist.test.images[first : first + 4]]
        picture = np.pad(np.concatenate(numbers, axis=1), 40, constant_values=255)

        before, after = inked(np.asarray(picture, dtype=np.uint8))

        assert after is before, first


def test_one_digit_of_a_single_stroke_among_outlines_leaves_all_as_they_are(mnist: Mnist) -> None:
    picture = outlined(mnist.test.images[:3])
    one = np.pad(np.zeros((120, 10), dtype=np.uint8), ((90, picture.shape[0] - 210), (30, 60)), constant_values=255)

    before, after = inked(np.concatenate([picture, one], axis=1))

    assert after is before
