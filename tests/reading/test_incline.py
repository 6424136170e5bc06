"""Lines at a slope: it is found, they are made level, and numbers that rise or fall are read."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.incline import incline, levelled

Pixels = npt.NDArray[np.uint8]


def row(slope: float, count: int = 6, high: int = 60) -> Pixels:
    """Return so many upright strokes and rings at a slope, as ink."""
    wide = 50 * count + 40
    amount = np.zeros((high + 40 + int(abs(slope) * wide), wide), dtype=np.uint8)
    for place in range(count):
        across = 45 + 50 * place
        down = round(amount.shape[0] / 2 + slope * (across - wide / 2))
        if place % 2:
            cv2.ellipse(amount, (across, down), (14, high // 2), 0, 0, 360, 255, 6, cv2.LINE_AA)
        else:
            cv2.line(amount, (across, down - high // 2), (across, down + high // 2), 255, 6, cv2.LINE_AA)
    return amount


@given(st.floats(0.12, 0.5), st.booleans(), st.integers(6, 9))
def test_the_slope_of_a_row_is_found_and_it_is_made_level(steep: float, falls: bool, count: int) -> None:
    slope = steep if falls else -steep
    amount = row(slope, count)

    found = incline(amount, 60)

    assert found == pytest.approx(slope, abs=0.03)
    rows = np.flatnonzero(levelled(amount, found).max(1) > 128)
    assert rows[-1] - rows[0] < 60 * 1.4


@given(st.floats(-0.04, 0.04), st.integers(1, 6))
def test_a_level_row_stays_as_it_is(slope: float, count: int) -> None:
    amount = row(slope, count)

    assert incline(amount, 60) == 0
    assert levelled(amount, 0.0) is amount
    assert incline(np.zeros((90, 300), dtype=np.uint8), 60) == 0


@pytest.mark.parametrize(("degrees", "least"), [(-17, 6), (-10, 8), (10, 8), (17, 5)])
def test_numbers_on_a_sheet_that_lies_askew_are_read_and_their_boxes_are_where_they_are(
    mnist: Mnist, degrees: int, least: int
) -> None:
    read = 0
    for start in range(0, 70, 7):
        digits = mnist.test.images[start : start + 7]
        line = np.concatenate([np.pad(digit, ((0, 0), (0, 2)))[:, 3:] for digit in digits], axis=1)
        page = np.pad(cv2.resize(line, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC), 200)
        around = (page.shape[1] / 2, page.shape[0] / 2)
        turn = cv2.getRotationMatrix2D(around, -degrees, 1)
        turned = cv2.warpAffine(page, turn, page.shape[::-1])
        reading = digitrec.read(np.asarray(230 - 0.75 * turned, dtype=np.uint8))
        if reading.text != "".join(map(str, mnist.test.labels[start : start + 7])):
            continue
        read += 1
        for left, top, wide, high in (digit.box for line in reading.lines for digit in line.digits):
            ink = turned[top : top + high, left : left + wide]
            assert ink.size
            assert ink.max() > 200
            below = around[1] + np.tan(np.radians(degrees)) * (left + wide / 2 - around[0])
            assert abs(top + high / 2 - below) < 25

    assert read >= least  # of 10
