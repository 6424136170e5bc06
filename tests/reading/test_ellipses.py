"""A circle round a number that touches it goes, and the number stays; noughts, sixes and loops stay as they are."""

import cv2
import numpy as np
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.ellipses import without_ellipses
from digitrec.reading.ink import Ink, find_ink
from digitrec.reading.parts import connected_parts
from digitrec.reading.picture import load_picture

NUMBERS = (7, 0, 4, 12)


def page(mnist: Mnist, axes: tuple[int, int], turned: float = 0) -> tuple[np.ndarray, str]:
    """Return a page with a number of four digits, an ellipse around its middle, and what it says."""
    picture = np.full((600, 800), 255, dtype=np.uint8)
    for place, number in enumerate(NUMBERS):
        digit = cv2.resize(mnist.test.images[number], (84, 84), interpolation=cv2.INTER_CUBIC)
        left = 232 + 84 * place
        np.minimum(picture[258:342, left : left + 84], 255 - digit, out=picture[258:342, left : left + 84])
    cv2.ellipse(picture, (400, 300), axes, turned, 0, 360, 0, 5, cv2.LINE_AA)
    return picture, "".join(str(mnist.test.labels[number]) for number in NUMBERS)


def bare(picture: np.ndarray) -> tuple[Ink, Ink]:
    """Return a picture's ink, and the same without ellipses."""
    ink = find_ink(load_picture(picture))
    return ink, without_ellipses(ink, *connected_parts(ink))


@pytest.mark.parametrize(("axes", "turned"), [((162, 70), 0), ((150, 60), 0), ((168, 90), 3), ((240, 120), 0)])
def test_a_number_is_read_whether_the_circle_round_it_touches_it_or_not(
    mnist: Mnist, axes: tuple[int, int], turned: float
) -> None:
    picture, text = page(mnist, axes, turned)
    assert digitrec.read(picture).text == text


def test_only_the_stroke_goes(mnist: Mnist) -> None:
    picture, _ = page(mnist, (162, 70))
    stroke = np.zeros(picture.shape, dtype=np.uint8)
    cv2.ellipse(stroke, (400, 300), (162, 70), 0, 0, 360, 1, 15)

    before, after = bare(picture)

    assert after is not before
    for one, other in ((before.mask, after.mask), (before.amount, after.amount), (before.depth, after.depth)):
        assert (one == other)[stroke == 0].all()
    assert not (after.mask & (cv2.erode(stroke, np.ones((9, 9), np.uint8)) > 0)).any()


def digit(kind: str) -> np.ndarray:
    """Return a page with one large shape in round strokes."""
    picture = np.full((600, 800), 255, dtype=np.uint8)
    if kind in {"nought", "nought with a loop", "nought with a stroke"}:
        cv2.ellipse(picture, (400, 300), (120, 160), 0, 0, 360, 0, 12, cv2.LINE_AA)
    if kind == "nought with a loop":
        cv2.ellipse(picture, (400, 170), (44, 32), 0, 0, 360, 0, 12, cv2.LINE_AA)
    if kind == "nought with a stroke":
        cv2.line(picture, (315, 415), (485, 185), 0, 12, cv2.LINE_AA)
    if kind == "six":
        cv2.ellipse(picture, (400, 380), (90, 80), 0, 0, 360, 0, 12, cv2.LINE_AA)
        cv2.ellipse(picture, (470, 340), (160, 220), 0, 170, 260, 0, 12, cv2.LINE_AA)
    if kind == "eight":
        cv2.ellipse(picture, (400, 215), (75, 80), 0, 0, 360, 0, 12, cv2.LINE_AA)
        cv2.ellipse(picture, (400, 385), (90, 90), 0, 0, 360, 0, 12, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("kind", ["nought", "nought with a loop", "nought with a stroke", "six", "eight"])
def test_digits_of_round_strokes_stay(kind: str) -> None:
    before, after = bare(digit(kind))
    assert after is before


def test_a_triangle_stays() -> None:
    picture = digit("")
    cv2.polylines(picture, [np.array([(180, 420), (640, 400), (420, 200)])], isClosed=True, color=0, thickness=8)
    cv2.line(picture, (400, 405), (410, 300), 0, 8)

    before, after = bare(picture)
    assert after is before
