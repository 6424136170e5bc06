"""A highlighter is no ink: its colour goes, what is written in it stays; pens, notes, coloured paper stay."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.highlights import without_highlights

Pixels = npt.NDArray[np.uint8]


def page(mnist: Mnist, colour: tuple[int, int, int], long: int = 520, high: int = 120) -> tuple[Pixels, str]:
    """Return a page with a number of five digits on a patch of that colour, and the number."""
    picture = np.full((600, 800, 3), (206, 204, 200), dtype=np.uint8)
    left, top = 400 - long // 2, 300 - high // 2
    cv2.rectangle(picture, (left, top), (left + long, top + high), colour, -1)
    ink = np.zeros((600, 800), dtype=np.uint8)
    chosen = [7, 0, 4, 12, 8]  # clear ones
    for place, number in enumerate(chosen):
        digit = cv2.resize(mnist.test.images[number], (84, 84), interpolation=cv2.INTER_CUBIC)
        ink[258:342, 190 + 84 * place : 274 + 84 * place] = digit
    share = ink[..., None] / 255.0
    shown = picture * (1 - share) + np.array((30, 30, 70)) * share
    return np.asarray(np.rint(shown), dtype=np.uint8), "".join(str(mnist.test.labels[number]) for number in chosen)


@pytest.mark.parametrize("colour", [(214, 160, 60), (226, 226, 90), (120, 210, 110), (240, 130, 180)])
def test_what_is_written_on_a_highlighter_is_read(mnist: Mnist, colour: tuple[int, int, int]) -> None:
    picture, text = page(mnist, colour)
    assert digitrec.read(picture).text == text


def test_only_the_highlighted_place_changes_and_becomes_like_the_paper(mnist: Mnist) -> None:
    picture, _ = page(mnist, (226, 226, 90))
    cleared = without_highlights(picture)

    beside = np.ones(picture.shape[:2], dtype=bool)
    beside[200:400, 100:700] = False
    assert (cleared[beside] == picture[beside]).all()
    assert np.abs(cleared[250, 150:600].astype(int) - (206, 204, 200)).max() < 24
    assert cleared[258:342, 190:610].min() < 90


def test_a_grey_picture_coloured_paper_a_note_a_pen_and_a_bare_strip_stay_as_they_are(mnist: Mnist) -> None:
    note, _ = page(mnist, (226, 226, 90), long=440, high=420)
    pen, _ = page(mnist, (206, 204, 200))
    cv2.line(pen, (100, 80), (500, 140), (40, 120, 60), 20)
    paper = np.rint(page(mnist, (206, 204, 200))[0] * (1.0, 0.95, 0.55)).astype(np.uint8)
    grey = np.asarray(cv2.cvtColor(note, cv2.COLOR_RGB2GRAY), dtype=np.uint8)

    bare = np.full((600, 800, 3), (206, 204, 200), dtype=np.uint8)
    cv2.rectangle(bare, (140, 240), (660, 360), (226, 226, 90), -1)

    for picture in (note, pen, paper, grey, bare):
        assert (without_highlights(picture) == picture).all()


def test_red_ink_on_yellow_is_read_and_a_patch_that_is_lighter_than_paper_stays(mnist: Mnist) -> None:
    picture, text = page(mnist, (226, 226, 90))
    dark = picture.max(2) < 150
    red = picture.copy()
    red[dark] = (190, 30, 40)
    cleared = without_highlights(red)
    assert np.abs(cleared[245, 150:180].astype(int) - (206, 204, 200)).max() < 24
    assert cleared[dark].min(1).mean() < 120
    assert digitrec.read(red).text == text

    table, _ = page(mnist, (250, 150, 190))
    table = np.where(table == (206, 204, 200), np.uint8(95), table)
    assert (without_highlights(table) == table).all()


def test_a_slanted_patch_goes_to_its_ends() -> None:
    picture = np.full((600, 800, 3), (206, 204, 200), dtype=np.uint8)
    cv2.line(picture, (220, 285), (560, 312), (120, 210, 110), 42)
    for place in range(240, 550, 30):
        cv2.line(picture, (place, 290), (place + 8, 306), (30, 30, 70), 5)

    cleared = without_highlights(picture)

    assert (cleared != picture).any(2)[:, 203:210].any()
    assert np.abs(cleared.astype(int) - (120, 210, 110)).sum(2).min() > 60


def test_a_number_highlighted_on_a_sheet_that_lies_on_a_dark_table_is_read(mnist: Mnist) -> None:
    picture, text = page(mnist, (120, 210, 110), long=440, high=100)
    rng = np.random.default_rng(3)
    table = (np.array((90, 44, 40)) + rng.normal(0, 6, (1400, 1500, 3))).clip(0, 255).astype(np.uint8)
    table[400:1000, 350:1150] = picture
    assert digitrec.read(table).text == text


def test_a_red_pen_with_dark_stripes_stays() -> None:
    picture = np.full((600, 800, 3), (206, 204, 200), dtype=np.uint8)
    cv2.rectangle(picture, (200, 260), (560, 330), (210, 24, 28), -1)
    for place in range(230, 550, 40):
        cv2.line(picture, (place, 265), (place, 325), (40, 10, 10), 6)

    assert (without_highlights(picture) == picture).all()


@pytest.mark.parametrize(("shade", "stays"), [(0.36, True), (0.6, False)])
def test_what_is_far_darker_than_a_highlighter_in_shadow_stays(mnist: Mnist, shade: float, stays: bool) -> None:
    """A greenish chair behind a page, woven of darker threads, beside a patch in shadow."""
    ground = np.array((206, 204, 200)) * shade * np.array((0.92, 1.0, 0.74))
    picture, _ = page(mnist, tuple(ground.astype(int).tolist()))

    assert (without_highlights(picture) is picture) == stays
