"""A grey in which the ink of all pens stands out: one colour of the picture, or each pixel's darkest."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.colours import most_telling
from digitrec.reading.ink import find_ink
from digitrec.reading.picture import load_picture

Colour = tuple[int, int, int]
PENS: dict[str, Colour] = {
    "orange": (245, 170, 70),
    "light blue": (110, 185, 240),
    "green": (130, 200, 120),
    "pink": (240, 140, 175),
}


def page(*pens: Colour, light: bool = False) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[np.bool_]]]:
    """Return noisy white paper, lit from one side or not, with a loop of each pen, and where they are."""
    rng = np.random.default_rng(3)
    picture = np.asarray((242 + rng.normal(0, 1.5, (400, 640, 3))).clip(0, 255), dtype=np.uint8)
    strokes = []
    for place, pen in enumerate(pens):
        where = np.zeros((400, 640), dtype=np.uint8)
        cv2.ellipse(where, (100 + 140 * place, 200), (40, 90), 0, 0, 360, 1, 14)
        picture[where > 0] = pen
        strokes.append(where > 0)
    if light:
        picture = np.asarray(picture * np.linspace(1, 0.6, 640)[None, :, None], dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.0), dtype=np.uint8), strokes


@pytest.mark.parametrize("light", [False, True])
def test_pens_of_all_colours_are_ink_beside_one_another(light: bool) -> None:
    picture, strokes = page(*PENS.values(), light=light)

    ink = find_ink(load_picture(picture))

    assert ink.polarity == "dark on light"
    for name, stroke in zip(PENS, strokes, strict=True):
        assert ink.mask[stroke].mean() > 0.8, name


def test_one_colour_is_taken_as_it_is_where_one_pen_wrote() -> None:
    picture, (stroke,) = page(PENS["orange"])

    grey, small = most_telling(picture)

    np.testing.assert_array_equal(grey, picture[..., 2])  # blue, of which orange leaves least
    assert small.shape == (200, 320)
    assert grey[stroke].mean() < 110


def test_dark_ink_on_paper_with_pale_colours_is_seen_by_its_brightness() -> None:
    picture, _ = page((30, 30, 35), (205, 225, 242))

    grey, _ = most_telling(picture)

    np.testing.assert_array_equal(grey, cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))


def test_grey_pictures_stay_as_they_are() -> None:
    picture = np.full((100, 90), 200, dtype=np.uint8)

    grey, small = most_telling(picture)

    assert grey is picture
    assert small.shape == (100, 90)


def drawing(ground: Colour, *pens: Colour) -> tuple[npt.NDArray[np.uint8], list[npt.NDArray[np.bool_]]]:
    """Return a drawing on one colour all over with a loop of each pen, and where they are."""
    picture, strokes = np.full((300, 140 * len(pens) + 60, 3), ground, dtype=np.uint8), []
    for place, pen in enumerate(pens):
        where = np.zeros(picture.shape[:2], dtype=np.uint8)
        cv2.ellipse(where, (100 + 140 * place, 150), (40, 90), 0, 0, 360, 1, 12)
        picture[where > 0] = pen
        strokes.append(where > 0)
    return picture, strokes


@pytest.mark.parametrize(
    ("ground", "pens", "polarity"),
    [
        ((255, 255, 255), ((0, 0, 0), (255, 255, 0), (0, 0, 255)), "dark on light"),
        ((0, 0, 0), ((255, 255, 255), (40, 40, 255), (255, 0, 0)), "light on dark"),
        ((0, 0, 128), ((128, 0, 0), (0, 255, 255), (255, 255, 0)), "light on dark"),
    ],
    ids=["yellow beside black", "neon", "rainbow"],
)
def test_pens_of_a_drawing_are_ink_whatever_their_colours(
    ground: Colour, pens: tuple[Colour, ...], polarity: str
) -> None:
    picture, strokes = drawing(ground, *pens)

    ink = find_ink(load_picture(picture))

    assert ink.polarity == polarity
    for pen, stroke in zip(pens, strokes, strict=True):
        assert ink.mask[stroke].mean() > 0.9, pen
    assert ink.mask[~np.any(strokes, axis=0)].mean() < 0.03


def test_the_one_ground_of_a_drawing_is_not_asked_of_photos() -> None:
    picture, _ = drawing((255, 255, 255), (0, 0, 0), (255, 255, 0))
    large = np.kron(picture, np.ones((4, 4, 1), dtype=np.uint8)).astype(np.int16) // 2 + 60
    noise = np.random.default_rng(0).normal(0, 3, large.shape)
    photo = np.asarray((large + noise).clip(0, 255), dtype=np.uint8)

    assert (most_telling(picture)[0] != most_telling(picture, of_photo=True)[0]).any()
    np.testing.assert_array_equal(most_telling(photo)[0], most_telling(photo, of_photo=True)[0])


def test_digits_in_the_colours_of_the_rainbow_are_read(mnist: Mnist) -> None:
    read = 0
    for digit, label in zip(mnist.test.images[:20], mnist.test.labels[:20], strict=True):
        large = cv2.resize(digit, (280, 280), interpolation=cv2.INTER_NEAREST)
        picture = cv2.cvtColor(cv2.applyColorMap(large, cv2.COLORMAP_JET), cv2.COLOR_BGR2RGB)
        read += digitrec.read(picture).text == str(label)

    assert read >= 19
