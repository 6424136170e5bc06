"""Pieces of ink: broken strokes of a pencil hang together, clean ones stay as they are."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.ink import Ink, find_ink
from digitrec.reading.parts import connected_parts, height_by_ink
from digitrec.reading.picture import load_picture

Mask = npt.NDArray[np.uint8]


def written(apart: int = 30) -> Mask:
    """Return a page, uint8[600,900], with four loops so many pixels apart, 6 wide and 120 high."""
    mask = np.zeros((600, 900), dtype=np.uint8)
    for place in range(4):
        cv2.ellipse(mask, (150 + (66 + apart) * place, 300), (30, 57), 0, 0, 360, 255, 6)
    return mask


def ink_of(mask: Mask) -> Ink:
    return find_ink(load_picture(255 - mask))


def test_strokes_that_a_pencil_left_in_grains_are_as_high_as_digits() -> None:
    mask = written()
    for row in range(240, 370, 17):
        mask[row : row + 6] = 0

    labels, parts = connected_parts(ink_of(mask))

    assert height_by_ink(parts) > 100
    assert len([part for part in parts if part.height > 60]) == 4
    assert not labels[mask == 0].any() or labels[mask == 0].astype(bool).mean() < 0.005  # the gaps are no ink


@pytest.mark.parametrize("apart", [8, 30])
def test_clean_digits_close_to_each_other_are_not_joined(apart: int) -> None:
    mask = written(apart)
    for place in range(12):
        cv2.circle(mask, (100 + 60 * place, 520), 4, 255, -1)

    _, parts = connected_parts(ink_of(mask))

    assert len([part for part in parts if part.height > 100]) == 4
