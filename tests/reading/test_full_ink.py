"""How much ink is full: by the strong strokes of a picture, and by those around each place."""

import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.full_ink import contrast_of, full_ink


def strokes(*levels: float) -> npt.NDArray[np.float32]:
    """Return levels of a picture with an upright stroke for each, far from one another."""
    found = np.zeros((200, 200 * len(levels)), dtype=np.float32)
    for place, level in enumerate(levels):
        found[40:160, 200 * place + 96 : 200 * place + 104] = level
    return found


def test_the_contrast_is_that_of_the_strong_strokes_and_none_of_a_speck() -> None:
    speck = np.zeros((50, 50), dtype=np.float32)
    speck[20, 20:23] = 200

    assert contrast_of(strokes(120, 30), 12) == pytest.approx(120)
    assert contrast_of(strokes(120), 130) == 0
    assert contrast_of(speck, 12) == 0


def test_pencil_beside_felt_pen_is_full_ink_where_it_stands() -> None:
    levels = strokes(150, 0, 60)

    full = full_ink(levels, 20)

    assert full.shape == levels.shape
    assert full[100, 100] == pytest.approx(150, rel=0.1)
    assert full[100, 500] == pytest.approx(60, rel=0.1)
    assert full.min() >= 20
