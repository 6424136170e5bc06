"""Words in a number's line are left out, before it and after it; groups of digits are not."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.data.mnist import Mnist
from digitrec.reading.labels import TRUST
from digitrec.reading.reader import Reader

Pixels = npt.NDArray[np.uint8]


def number(mnist: Mnist, digits: str, choice: int = 0) -> Pixels:
    """Return ink, light on dark: validation digits beside each other, 84 pixels high cells."""
    images = [mnist.validation.images[mnist.validation.labels == int(digit)][choice] for digit in digits]
    trimmed = [image[:, np.flatnonzero(image.max(0))[0] : np.flatnonzero(image.max(0))[-1] + 2] for image in images]
    return np.asarray(np.hstack([each.repeat(3, axis=0).repeat(3, axis=1) for each in trimmed]), dtype=np.uint8)


def word(letters: str, high: float = 2.7) -> Pixels:
    """Return ink, light on dark: letters of strokes, as high as the digits."""
    font, thick = cv2.FONT_HERSHEY_DUPLEX, 6
    (wide, _), _ = cv2.getTextSize(letters, font, high, thick)
    ink = np.zeros((84, wide + 8), dtype=np.uint8)
    cv2.putText(ink, letters, (2, 71), font, high, 255, thick, cv2.LINE_AA)
    return ink


def page(*pieces: Pixels, gap: int = 48) -> Pixels:
    """Return dark ink on a page, the pieces so far apart on one line."""
    spaced = [np.pad(piece, ((0, 0), (0, gap))) for piece in pieces]
    line = np.hstack(spaced)
    ink = np.zeros((420, max(640, line.shape[1] + 160)), dtype=np.uint8)
    ink[160 : 160 + line.shape[0], 80 : 80 + line.shape[1]] = cv2.GaussianBlur(line, (0, 0), 1.2)
    return np.asarray(232 - 0.8 * ink, dtype=np.uint8)


@pytest.mark.parametrize("letters", ["Bus:", "ROOM", "Seat:", "Page", "CODE", "Total:"])
def test_a_word_before_a_number_is_left_out_and_the_number_is_less_sure(mnist: Mnist, letters: str) -> None:
    digits = ("3027", "59", "6048", "8235")
    readings = [Reader().read(page(word(letters), number(mnist, text))) for text in digits]

    right = [reading for reading, text in zip(readings, digits, strict=True) if reading.text == text]
    assert len(right) >= 3, [reading.text for reading in readings]
    assert all(reading.confidence <= TRUST for reading in right)


def test_a_unit_after_a_number_is_left_out_though_its_letters_look_like_digits(mnist: Mnist) -> None:
    read = [Reader().read(page(number(mnist, text), word("mg"))).text for text in ("3027", "59", "6048")]

    assert read == ["3027", "59", "6048"]


def test_groups_of_digits_stay_whole(mnist: Mnist) -> None:
    reader, kept = Reader(), 0
    for choice in range(6):
        groups = [number(mnist, text, choice) for text in ("036", "28", "495")]
        alone = "".join(reader.read(page(group)).text for group in groups)
        kept += reader.read(page(*groups)).text == alone

    assert kept >= 5
