"""Digits that are broken across are read whole; digits one below the other are not joined."""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.mnist import Mnist
from digitrec.reading.ink import find_ink
from digitrec.reading.layout import find_lines
from digitrec.reading.picture import load_picture
from digitrec.reading.reader import Reader

Pixels = npt.NDArray[np.uint8]


def on_paper(ink: Pixels) -> Pixels:
    """Return ink, light on dark, as dark strokes in the middle of a page."""
    page = np.zeros((640, 520), dtype=np.uint8)
    top, left = (640 - ink.shape[0]) // 2, (520 - ink.shape[1]) // 2
    page[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return np.asarray(228 - 0.75 * page, dtype=np.uint8)


def large(digit: Pixels, side: int = 280) -> Pixels:
    return np.asarray(cv2.resize(digit, (side, side), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def test_digits_whose_ink_a_rule_took_along_are_read_whole(mnist: Mnist) -> None:
    reader, broken, read = Reader(), 0, 0
    for number in range(60):
        digit = large(mnist.test.images[number])
        digit[135:160] = 0
        picture = on_paper(digit)
        if len(find_lines(find_ink(load_picture(picture)))) != 2:
            continue
        broken += 1
        read += reader.read(picture).text == str(mnist.test.labels[number])

    assert broken >= 10
    assert read >= 0.7 * broken


def test_digits_one_below_the_other_stay_two_lines(mnist: Mnist) -> None:
    reader = Reader()
    for first in range(20, 40, 2):
        both = [large(mnist.test.images[place], 170) for place in (first, first + 1)]
        rows = [np.flatnonzero(ink.max(1) > 60) for ink in both]
        inks = [ink[row[0] : row[-1] + 1] for ink, row in zip(both, rows, strict=True)]
        column = np.concatenate([np.pad(inks[0], ((0, 40), (0, 0))), inks[1]])

        text = reader.read(on_paper(np.asarray(column, dtype=np.uint8))).text

        assert text == "\n".join(str(mnist.test.labels[place]) for place in (first, first + 1))
