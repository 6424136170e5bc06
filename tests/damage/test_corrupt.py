"""The fifteen families: what defines each, on digits and on pictures made by hand."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from digitrec import Mnist
from digitrec.damage.corrupt import FAMILIES, corrupt
from digitrec.errors import DataError

Images = npt.NDArray[np.uint8]

NAMES = ["shot_noise", "impulse_noise", "glass_blur", "motion_blur", "shear", "scale", "rotate", "brightness"]
NAMES += ["translate", "stripe", "fog", "spatter", "dotted_line", "zigzag", "canny_edges"]


@pytest.fixture(scope="module")
def digits(mnist: Mnist) -> Images:
    return mnist.test.images[:200]


def blank(value: int = 0) -> Images:
    return np.tile(np.uint8(value), (200, 28, 28))


def bar() -> Images:
    """A bar from top to bottom in the middle, three pixels wide."""
    images = blank()
    images[:, 4:24, 13:16] = 255
    return images


def places(images: Images) -> npt.NDArray[np.float64]:
    """The middle of the ink, down and across, of each."""
    down, across = np.indices(images.shape[1:])
    middles = [np.average(each.ravel(), weights=image.ravel()) for image in images for each in (down, across)]
    return np.array(middles, dtype=np.float64).reshape(-1, 2)


def test_the_fifteen_are_there() -> None:
    assert list(FAMILIES) == NAMES


@pytest.mark.parametrize("family", NAMES)
def test_bytes_in_bytes_out_seeded_and_nothing_at_severity_zero(family: str, digits: Images) -> None:
    before = digits.copy()
    damaged, again, other = (corrupt(digits, family, seed=seed) for seed in (1, 1, 2))
    untouched = corrupt(digits, family, severity=0)

    assert damaged.shape == digits.shape
    assert damaged.dtype == np.uint8
    assert (damaged != digits).any(axis=(1, 2)).all()
    assert np.array_equal(damaged, again)
    # Four are no matter of chance.
    assert np.array_equal(damaged, other) == (family in {"scale", "brightness", "stripe", "canny_edges"})
    assert np.array_equal(untouched, digits)
    assert not np.shares_memory(untouched, digits)
    assert np.array_equal(digits, before)
    assert corrupt(digits[:0], family).shape == (0, 28, 28)


@pytest.mark.parametrize("family", [name for name in NAMES if len(FAMILIES[name].levels) > 1 and name != "spatter"])
def test_the_greatest_severity_changes_more_than_the_least(family: str, digits: Images) -> None:
    least, most = (corrupt(digits, family, severity=each).astype(int) for each in (1, len(FAMILIES[family].levels)))

    assert np.abs(most - digits).mean() > np.abs(least - digits).mean()


def test_shot_noise_counts_photons() -> None:
    ground, half = corrupt(blank(), "shot_noise"), corrupt(blank(128), "shot_noise")

    assert not ground.any()
    assert set(np.unique(half)) == {0, 85, 170, 255}
    # Poisson's share of none, of a mean of 3 × 128/255.
    assert (half == 0).mean() == pytest.approx(np.exp(-3 * 128 / 255), abs=0.01)


def test_impulse_noise_is_ground_or_ink_as_often() -> None:
    found = corrupt(blank(100), "impulse_noise")

    assert (found == 0).mean() == pytest.approx(0.085, abs=0.005)
    assert (found == 255).mean() == pytest.approx(0.085, abs=0.005)
    assert set(np.unique(found)) == {0, 100, 255}


def test_glass_blur_keeps_ink_about_where_it_is() -> None:
    found = corrupt(bar(), "glass_blur")

    assert found.sum() == pytest.approx(bar().sum(), rel=0.05)
    assert found.max() < 255
    # Pixels change places with ones above and to the left only, as defined, within two pixels.
    assert np.abs(places(found) - places(bar())).max() < 2


def test_motion_blur_is_a_trail_to_one_side() -> None:
    found = corrupt(bar(), "motion_blur")

    assert (found[:, 14, :13].sum(axis=1) > 300).all()
    assert not found[:, 14, 17:].any()
    assert (places(found)[:, 1] < 13).all()
    assert found.max() < 255


@pytest.mark.parametrize("family", ["shear", "rotate"])
def test_shear_and_rotate_go_either_way_about_the_middle(family: str) -> None:
    found = corrupt(bar(), family)
    leaning: npt.NDArray[np.float64] = places(found[:, :10])[:, 1] - places(found[:, 18:])[:, 1]

    assert 0.3 < (leaning > 0).mean() < 0.7
    # The bar's ends are 14 or so apart, and lean by about the tangent of 0.4.
    assert np.abs(leaning) == pytest.approx(14 * np.tan(0.4), abs=0.7)
    assert np.abs(places(found) - places(bar())).max() < 0.5


def test_scale_leaves_seven_tenths_each_way() -> None:
    found = corrupt(bar(), "scale")

    assert found.sum() == pytest.approx(0.49 * bar().sum(), rel=0.03)
    assert np.abs(places(found) - (13.5 + 0.7 * (places(bar()) - 13.5))).max() < 0.05


def test_brightness_adds_half_of_full_ink() -> None:
    assert (corrupt(blank(10), "brightness") == 138).all()
    assert (corrupt(blank(200), "brightness") == 255).all()


def test_translate_moves_by_three_pixels_to_any_corner() -> None:
    moved = (places(corrupt(bar(), "translate")) - places(bar())).round().astype(int)

    assert {tuple(each) for each in moved} == {(3, 3), (3, -3), (-3, 3), (-3, -3)}


def test_stripe_swaps_ink_and_ground_in_the_outer_quarters(digits: Images) -> None:
    found = corrupt(digits, "stripe")

    assert np.array_equal(found[:, :, :7], 255 - digits[:, :, :7])
    assert np.array_equal(found[:, :, 21:], 255 - digits[:, :, 21:])
    assert np.array_equal(found[:, :, 7:21], digits[:, :, 7:21])


def test_fog_lies_over_ground_and_ink_and_is_different_everywhere() -> None:
    found = corrupt(bar(), "fog")
    ground = found[:, :, 20:]

    assert 60 < ground.mean() < 140
    assert ground.std(axis=(1, 2)).min() > 5
    assert found[:, 10, 14].mean() == pytest.approx(ground.mean() + 255 / 4, rel=0.1)


def test_spatter_is_mud_a_quarter_as_bright_as_ink() -> None:
    on_ground, on_ink = corrupt(blank(), "spatter"), corrupt(blank(255), "spatter")

    assert on_ground.max() == 63
    assert on_ink.min() == 63
    assert set(np.unique(on_ground[on_ground > 0])) <= set(range(50, 64))
    assert 0.02 < (on_ground > 0).mean() < 0.7


def test_a_dotted_line_has_two_columns_in_four() -> None:
    found = corrupt(blank(), "dotted_line")
    columns = np.asarray(found.any(axis=1))

    assert not columns[:, np.arange(28) % 4 < 2].any()
    assert columns[:, 2].all()
    assert columns[:, 22].all()
    assert ((found > 0).sum(axis=1) <= 40 / 8).mean() > 0.9


def test_a_zigzag_goes_from_side_to_side_and_up_and_down() -> None:
    found = corrupt(blank(), "zigzag", seed=1)
    inside = found[found[:, 8:20].any(axis=(1, 2)) & ~found[:, [0, 1, 26, 27]].any(axis=(1, 2))]
    rows = np.arange(28)[None, :, None]
    heights = (inside * rows).sum(axis=1)[:, 4:24] / inside.sum(axis=1)[:, 4:24]
    bends = np.diff(np.sign(np.diff(heights, axis=1)), axis=1)

    assert np.asarray(inside.any(axis=1))[:, 3:24].all()
    assert not inside[:, :, :2].any()
    # Six teeth: the line turns back four times or more within.
    assert (np.count_nonzero(bends, axis=1) >= 4).all()


def test_canny_edges_leaves_lines_on_either_side_of_a_stroke() -> None:
    found = corrupt(bar(), "canny_edges")

    assert set(np.unique(found)) == {0, 255}
    assert (np.count_nonzero(found[:, 14], axis=1) == 2).all()
    assert not found[:, 14, 14].any()


@pytest.mark.parametrize("family", NAMES)
def test_how_images_lie_in_memory_is_no_matter(family: str, digits: Images) -> None:
    expected = corrupt(digits, family)
    last = np.ascontiguousarray(digits.transpose(1, 2, 0)).transpose(2, 0, 1)
    turned = np.ascontiguousarray(digits.transpose(0, 2, 1)).transpose(0, 2, 1)
    for images in (
        last,
        turned,
        np.asfortranarray(digits),
        np.repeat(digits, 2, axis=0)[::2],
        digits[:, ::-1][:, ::-1],
    ):
        assert np.array_equal(corrupt(images, family), expected)


@pytest.mark.parametrize(
    ("images", "options", "message"),
    [
        (blank(), {"family": "rust"}, "no damage named 'rust'; there are: shot_noise, impulse_noise"),
        (blank(), {"family": "fog", "severity": 6}, "severity 6 of fog: expected a whole number from 0 to 5"),
        (blank(), {"family": "fog", "severity": 2.0}, "severity 2.0 of fog: expected a whole number from 0 to 5"),
        (blank(), {"family": "fog", "severity": "2"}, "severity '2' of fog: expected a whole number from 0 to 5"),
        (blank(), {"family": "stripe", "severity": 2}, "severity 2 of stripe: expected a whole number from 0 to 1"),
        (blank().astype(float), {"family": "fog"}, "float64"),
        (blank()[0], {"family": "fog"}, "got uint8.28,28"),
    ],
)
def test_what_cannot_be_damaged_is_said(images: Images, options: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        corrupt(images, **options)
