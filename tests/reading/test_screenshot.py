"""Of a telephone's screen the photo is read, and neither its buttons nor its words; a page is no screen."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.data.mnist import Mnist
from digitrec.reading.ink import find_ink
from digitrec.reading.picture import load_picture
from digitrec.reading.reader import read
from digitrec.reading.screenshot import find_photo

Pixels = npt.NDArray[np.uint8]


def screen(photo: Pixels, ground: int, top: int = 300) -> Pixels:
    """Return a photo within an app's bars, with a word above and buttons below."""
    shown = np.full((1500, photo.shape[1], 3), ground, dtype=np.uint8)
    shown[top : top + len(photo)] = photo
    ink = (255 - ground,) * 3
    cv2.putText(shown, "< Photo 108", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.2, ink, 3, cv2.LINE_AA)
    for left in (80, 300, 520):
        cv2.circle(shown, (left, 1440), 22, ink, 4, cv2.LINE_AA)
    return shown


def photo_of(mnist: Mnist, place: int) -> Pixels:
    """Return a photo of a test digit on squared paper, in uneven light."""
    paper = np.full((800, 720), 205.0)
    paper[::90] = paper[:, ::90] = 160
    digit = cv2.resize(mnist.test.images[place], (340, 340), interpolation=cv2.INTER_CUBIC)
    paper[230:570, 190:530] -= 0.7 * digit
    light = np.linspace(1.0, 0.8, 720)[None] * np.ones((800, 1))
    return np.asarray((paper * light)[..., None].repeat(3, 2).clip(0, 255), dtype=np.uint8)


@pytest.mark.parametrize("ground", [0, 255])
def test_the_photo_on_a_screen_is_read_as_it_is_alone(mnist: Mnist, ground: int) -> None:
    right = 0
    for place in range(6):
        photo = photo_of(mnist, place)
        alone, shown = read(photo), read(screen(photo, ground))
        right += shown.text == alone.text == str(mnist.test.labels[place])
        if shown.lines and alone.lines:
            left, top, wide, high = alone.lines[0].digits[0].box
            boxed = shown.lines[0].digits[0].box
            assert np.abs(np.array(boxed) - (left, top + 300, wide, high)).max() <= 6

    assert right == 6


@pytest.mark.parametrize("ground", [0, 255])
def test_its_rows_are_found_to_a_few_pixels(mnist: Mnist, ground: int) -> None:
    rows = find_photo(screen(photo_of(mnist, 0), ground))

    assert rows is not None
    assert 300 <= rows.start <= 312
    assert 1088 <= rows.stop <= 1100


def test_a_page_with_margins_and_a_photo_without_bars_are_no_screens(mnist: Mnist) -> None:
    scan = np.full((1500, 720, 3), 255, dtype=np.uint8)
    digit = 255 - cv2.resize(mnist.test.images[0], (700, 700), interpolation=cv2.INTER_CUBIC)
    scan[400:1100, 10:710] = digit[..., None]

    assert find_photo(scan) is None
    assert find_photo(photo_of(mnist, 0)) is None
    assert find_photo(np.full((1500, 720, 3), 255, dtype=np.uint8)) is None


def test_the_ink_of_a_screen_is_as_large_as_the_screen(mnist: Mnist) -> None:
    ink = find_ink(load_picture(screen(photo_of(mnist, 0), 255)))

    assert ink.amount.shape == ink.mask.shape == ink.depth.shape == (1500, 720)
    assert not ink.mask[:300].any()
    assert not ink.mask[1100:].any()
    assert ink.mask[300:1100].any()


def test_strips_and_pages_with_a_line_or_a_banner_across_are_no_screens() -> None:
    for wide, high, line in ((400, 12, 2), (600, 36, 4), (1600, 100, 6)):
        strip = np.full((high, wide), 255, dtype=np.uint8)
        strip[high // 2 : high // 2 + line] = 0
        assert find_photo(strip) is None
        assert find_photo(strip.T.copy()) is None
        assert read(strip).text in {"", "1"}
    page = np.full((1400, 1000, 3), 255, dtype=np.uint8)
    page[200:640] = (40, 90, 200)

    assert find_photo(page) is None


def test_a_photo_that_reaches_a_screens_edge_is_within_no_bars(mnist: Mnist) -> None:
    shown = np.full((1040, 720, 3), 255, dtype=np.uint8)
    shown[10:810] = photo_of(mnist, 0)

    assert find_photo(shown) is None
    assert find_photo(np.vstack([shown[-160:], shown])) is not None
