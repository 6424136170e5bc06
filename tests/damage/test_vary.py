"""What is changed by more and more: nothing at its own zero, and then as much as it says."""

import numpy as np
import numpy.typing as npt
import pytest

from digitrec import Mnist
from digitrec.damage.vary import VARIATIONS, vary
from digitrec.errors import DataError

Images = npt.NDArray[np.uint8]


def square() -> Images:
    """A square of 8 by 8 in the middle."""
    images = np.zeros((50, 28, 28), np.uint8)
    images[:, 10:18, 10:18] = 255
    return images


@pytest.mark.parametrize("name", VARIATIONS)
def test_the_curve_passes_through_nothing_and_grows_from_there(name: str, mnist: Mnist) -> None:
    digits, kind = mnist.test.images[:50], VARIATIONS[name]
    changes = [np.abs(vary(digits, name, each).astype(int) - digits).mean() for each in kind.amounts]
    place = kind.amounts.index(kind.none)

    assert list(kind.amounts) == sorted(kind.amounts)
    assert changes[place] == 0
    assert changes[place:] == sorted(changes[place:])
    assert changes[: place + 1] == sorted(changes[: place + 1], reverse=True)
    first, again = (vary(digits, name, kind.amounts[-1], seed=4) for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("name", VARIATIONS)
def test_how_images_lie_in_memory_is_no_matter(name: str, mnist: Mnist) -> None:
    digits = mnist.test.images[:20]
    for amount in VARIATIONS[name].amounts:
        expected = vary(digits, name, amount)
        assert np.array_equal(vary(np.asfortranarray(digits), name, amount), expected)
        turned = np.ascontiguousarray(digits.transpose(0, 2, 1)).transpose(0, 2, 1)
        assert np.array_equal(vary(turned, name, amount), expected)


def test_shift_moves_by_as_much_in_any_direction() -> None:
    found = vary(square(), "shift", 4).astype(float)
    rows, columns = np.indices((28, 28))
    down, right = ((found * each).sum(axis=(1, 2)) / found.sum(axis=(1, 2)) - 13.5 for each in (rows, columns))

    assert np.hypot(down, right) == pytest.approx(4, abs=0.1)
    assert down.min() < -2 < 2 < down.max()


def test_rotation_is_clockwise() -> None:
    pointing_up = np.zeros((1, 28, 28), np.uint8)
    pointing_up[0, 4:14, 13:15] = 255
    found = vary(pointing_up, "rotation", 45)[0]

    assert found[:14, 14:].sum() > 10 * found[:14, :13].sum()


def test_scale_thickness_noise_blur_and_contrast_change_as_much_as_they_say() -> None:
    ink = int(square().sum())

    assert int(vary(square(), "scale", 1.5).sum()) == pytest.approx(1.5**2 * ink, rel=0.02)
    assert np.count_nonzero(vary(square(), "thickness", 1)[0]) == 64 + 4 * 8
    assert np.count_nonzero(vary(square(), "thickness", -1)[0]) == 36
    half = vary(square(), "thickness", 0.5)[0]
    assert half[9, 12] == 128
    grey = np.full((50, 28, 28), 128, np.uint8)
    assert vary(grey, "noise", 0.1).std() == pytest.approx(25.5, rel=0.02)
    blurred = vary(square(), "blur", 2)
    assert int(blurred.sum()) == pytest.approx(ink, rel=0.02)
    assert blurred.max() < 255
    faint = vary(square(), "contrast", 0.25)
    assert int(faint.max()) - int(faint.min()) == pytest.approx(64, abs=1)
    assert faint.mean() == pytest.approx(square().mean(), abs=0.5)


def test_what_cannot_be_varied_is_said() -> None:
    with pytest.raises(DataError, match="no variation named 'age'; there are: shift, rotation"):
        vary(square(), "age", 1)
    with pytest.raises(DataError, match="float64"):
        vary(square().astype(float), "shift", 1)
