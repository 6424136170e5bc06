"""Middle lines hang together as the digits do, and pens of any width follow them."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.data.mnist import Mnist
from digitrec.training.pens import middle_lines, written


@pytest.fixture(scope="module")
def images(mnist: Mnist) -> npt.NDArray[np.uint8]:
    return mnist.train.images[:100]


def as_masks(lines: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.unpackbits(lines, axis=1).reshape(-1, 56, 56)


def pieces_and_holes(mask: npt.NDArray[np.uint8]) -> tuple[int, int]:
    pieces = cv2.connectedComponents(mask, connectivity=8)[0] - 1
    return pieces, cv2.connectedComponents(1 - mask, connectivity=4)[0] - 2


def test_middle_lines_are_thin_within_the_digit_and_hang_together_as_it_does(images: npt.NDArray[np.uint8]) -> None:
    for image, line in zip(images, as_masks(middle_lines(images)), strict=True):
        solid = (cv2.resize(image, (56, 56), interpolation=cv2.INTER_CUBIC) > 127).astype(np.uint8)
        assert not (line & (1 - solid)).any()
        assert pieces_and_holes(line) == pieces_and_holes(solid)
        # Nowhere thick: no three by three pixels are all of the line.
        assert not cv2.erode(line, np.ones((3, 3), dtype=np.uint8)).any()
        assert line.sum() < 0.5 * solid.sum()


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_whatever_is_thinned_stays_in_one_piece(seed: int) -> None:
    rng = np.random.default_rng(seed)
    image = np.zeros((28, 28), dtype=np.uint8)
    for _ in range(3):
        ends = rng.integers(5, 23, 4).tolist()
        cv2.line(image, tuple(ends[:2]), tuple(ends[2:]), 255, int(rng.integers(2, 6)), cv2.LINE_AA)
    solid = (cv2.resize(image, (56, 56), interpolation=cv2.INTER_CUBIC) > 127).astype(np.uint8)

    line = as_masks(middle_lines(image[None]))[0]

    assert line.any()
    assert pieces_and_holes(line)[0] <= pieces_and_holes(solid)[0]


def test_wider_pens_leave_more_ink_and_thin_ones_are_pale(images: npt.NDArray[np.uint8]) -> None:
    lines = middle_lines(images)
    thin, usual, wide = (written(lines, np.full(len(lines), pen)) for pen in (0.7, 2.5, 4.5))

    assert thin.shape == images.shape
    assert thin.dtype == np.uint8
    assert (usual >= thin).all()
    assert (wide >= usual).all()
    assert np.median(thin.max((1, 2))) < 220 < np.median(usual.max((1, 2)))
    # The usual pen writes about what was written.
    alike = [np.corrcoef(one.ravel(), two.ravel())[0, 1] for one, two in zip(usual, images, strict=True)]
    assert np.median(alike) > 0.85


def test_no_digits_have_no_lines() -> None:
    assert middle_lines(np.zeros((0, 28, 28), dtype=np.uint8)).shape == (0, 392)
    assert written(middle_lines(np.zeros((1, 28, 28), dtype=np.uint8)), np.ones(1)).max() == 0
