"""Augmentation: digits moved within the recipe's ranges, and by the seed alone."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from digitrec import Mnist
from digitrec.training.augment import augment, augmented
from digitrec.training.recipes import Conv

STILL = Conv(shift=0, rotate=0, scale=0, shear=0)


PARTS = (slice(0, 8), slice(8, 19), slice(19, 28))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def square(side: int = 8) -> torch.Tensor:
    """Return a full square of ink in the middle, three hundred times."""
    images = torch.zeros(300, 28, 28, dtype=torch.uint8)
    edge = 14 - side // 2
    images[:, edge : edge + side, edge : edge + side] = 255
    return images


def shifted(quarters: torch.Tensor) -> torch.Tensor:
    """Return uint8[n,28,28] with the quarter in its upper left, for its centre there."""
    return nn.functional.pad(quarters, (0, 14, 0, 14))


def centres(images: torch.Tensor) -> np.ndarray:
    """Return the centre of mass of each image as (row, column)."""
    ink = images.numpy().astype(float)
    places = np.arange(28)
    total = ink.sum(axis=(1, 2))
    return np.stack([(ink.sum(axis=2) @ places) / total, (ink.sum(axis=1) @ places) / total], axis=1)


def test_ranges_of_nothing_change_nothing(mnist: Mnist) -> None:
    images = torch.from_numpy(mnist.test.images[:200])

    assert torch.equal(augment(images, STILL, generator()), images)


@given(
    shift=st.floats(0, 6),
    rotate=st.floats(0, 90),
    scale=st.floats(0, 0.8),
    shear=st.floats(0, 0.9),
    elastic=st.floats(0, 3),
    proportions=st.floats(0, 0.4),
    thickness=st.floats(0, 1),
    seed=st.integers(0),
)
@settings(max_examples=25, deadline=None)
def test_bytes_stay_bytes_of_the_same_shape_and_the_seed_decides_them(seed: int, **ranges: Any) -> None:
    recipe = Conv(**ranges)
    images = square()[:20]
    first, again = (augment(images, recipe, generator(seed % 2**63)) for _ in range(2))

    assert first.dtype == torch.uint8
    assert first.shape == images.shape
    assert torch.equal(first, again)


def test_every_digit_is_moved_by_an_amount_of_its_own_within_the_range() -> None:
    moved = centres(augment(square(), Conv(shift=3, rotate=0, scale=0, shear=0), generator())) - 13.5

    assert np.abs(moved).max() <= 3.01
    assert np.abs(moved).max() > 2.7
    assert len(np.unique(moved.round(3))) > 300
    assert np.abs(moved.mean(axis=0)).max() < 0.4


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_areas_grow_and_shrink_within_the_range(share: float) -> None:
    images = square(12)
    areas = augment(images, Conv(shift=0, rotate=0, scale=share, shear=0), generator()).float().sum((1, 2)).numpy()
    ratio = np.sqrt(areas / images[0].float().sum().item())
    most = (1 + share) ** 1.01

    assert ratio.max() <= most * 1.02
    assert ratio.min() >= 1 / most / 1.02
    assert ratio.max() > 1 + share / 2
    assert ratio.min() < 1 / (1 + share / 2)


def test_turning_keeps_the_centre_and_the_area() -> None:
    turned = augment(square(10), Conv(shift=0, rotate=45, scale=0, shear=0), generator())

    assert np.abs(centres(turned) - 13.5).max() < 0.1
    np.testing.assert_allclose(turned.float().sum((1, 2)), 100 * 255, rtol=0.02)
    assert len({tuple(image.flatten().tolist()) for image in turned[:50]}) == 50


def test_slanting_moves_the_top_against_the_bottom() -> None:
    bar = torch.zeros(200, 28, 28, dtype=torch.uint8)
    bar[:, 4:24, 13:15] = 255
    slanted = augment(bar, Conv(shift=0, rotate=0, scale=0, shear=0.4), generator())
    top, bottom = (centres(part)[:, 1] for part in (slanted[:, 4:8].repeat(1, 7, 1), slanted[:, 20:24].repeat(1, 7, 1)))

    assert np.abs(top - bottom).max() <= 0.4 * 16 + 0.2
    assert np.abs(top - bottom).max() > 0.3 * 16
    np.testing.assert_allclose((top + bottom) / 2, 13.5, atol=0.3)


def test_bending_moves_each_part_its_own_way_by_about_the_deviation_and_smoothly() -> None:
    dots = torch.zeros(300, 28, 28, dtype=torch.uint8)
    dots[:, 6:8, 6:8] = dots[:, 20:22, 20:22] = 255
    bent = augment(dots, replace(STILL, elastic=1.0), generator())
    moved = [centres(part) - 6.5 for part in (shifted(bent[:, :14, :14]), shifted(bent[:, 14:, 14:]))]

    assert 0.5 < np.std(np.concatenate(moved)) < 1.2
    assert abs(np.corrcoef(moved[0].ravel(), moved[1].ravel())[0, 1]) < 0.2
    # Neighbours move together: a square keeps its ink, nearly.
    areas = augment(square(10), replace(STILL, elastic=0.5), generator()).float().sum((1, 2)) / (100 * 255)
    assert 0.7 < areas.min() <= areas.max() < 1.4


def test_proportions_move_the_middle_and_leave_the_ends_where_they_are() -> None:
    bars = torch.zeros(300, 28, 28, dtype=torch.uint8)
    bars[:, [4, 5, 13, 14, 22, 23], 8:20] = 255
    changed = augment(bars, replace(STILL, proportions=0.3), generator())
    rows = changed[:, :, 13].float().numpy()
    upper, middle, lower = (rows[:, part] @ np.arange(28)[part] / rows[:, part].sum(1) for part in PARTS)

    np.testing.assert_allclose(upper, 4.5, atol=1.2)
    np.testing.assert_allclose(lower, 22.5, atol=1.2)
    # Three tenths of the ten pixels that a digit is half as high as.
    assert 2.6 < np.abs(middle - 13.5).max() <= 3.2
    assert abs(np.mean(middle - 13.5)) < 0.4


def test_strokes_grow_and_shrink_by_at_most_the_range() -> None:
    bar = torch.zeros(300, 28, 28, dtype=torch.uint8)
    bar[:, 4:24, 12:16] = 255
    widths = augment(bar, replace(STILL, thickness=0.6), generator())[:, 14].float().sum(1) / 255

    assert 4 - 2 * 0.6 - 0.02 <= widths.min() < 4 - 2 * 0.5
    assert 4 + 2 * 0.5 < widths.max() <= 4 + 2 * 0.6 + 0.02
    assert abs(widths.mean() - 4) < 0.15
    assert len(widths.unique()) > 100


def test_digits_to_look_at_are_shown_so_many_times_each(mnist: Mnist) -> None:
    shown = augmented(mnist.test.images[:5], Conv(), times=3, seed=1)

    assert shown.shape == (3, 5, 28, 28)
    assert len({picture.tobytes() for picture in shown.reshape(15, 28, 28)}) == 15


def test_digits_stay_what_they_are(mnist: Mnist) -> None:
    """The ink of a digit moved as `conv` does it is nearly all there, and still near where it was."""
    images = torch.from_numpy(mnist.test.images[:500])
    moved = augment(images, Conv(), generator())
    kept = moved.float().sum((1, 2)) / images.float().sum((1, 2))

    assert 0.75 < kept.min() <= kept.max() < 1.3
    assert np.abs(centres(moved) - centres(images)).max() < 3.5
