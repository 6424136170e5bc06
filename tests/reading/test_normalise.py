"""The one preparation: what size and place ink gets, whatever it had."""

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digitrec.data.mnist import load_part
from digitrec.errors import PictureError
from digitrec.reading.normalise import bounds, framed, normalise, pen


def stroke(high: int, wide: int, *, around: int = 0) -> np.ndarray:
    """Return a frame drawn as high and wide as that, with ground around it."""
    ink = np.zeros((high + 2 * around, wide + 2 * around), dtype=np.uint8)
    thick = max(1, min(high, wide) // 8)
    inner = ink[around : around + high, around : around + wide]
    inner[:thick] = inner[-thick:] = 255
    inner[:, :thick] = inner[:, -thick:] = 255
    return ink


def test_the_longer_side_of_a_digit_becomes_twenty_pixels() -> None:
    for high, wide in ((60, 40), (40, 50), (200, 30), (10, 8)):
        top, left, bottom, right = bounds(normalise(stroke(high, wide)))
        assert max(bottom - top, right - left) == 20


def test_a_digit_stands_with_its_centre_of_mass_in_the_middle() -> None:
    ink = np.zeros((50, 50), dtype=np.uint8)
    ink[5:45, 20:25] = 255
    ink[5:10, 20:40] = 255
    image = normalise(ink).astype(float)

    for axis in (0, 1):
        mass = image.sum(axis)
        assert (mass * (np.arange(28) + 0.5)).sum() / mass.sum() == pytest.approx(14.5, abs=0.6)


def test_ground_around_a_digit_changes_nothing() -> None:
    assert (normalise(stroke(40, 30)) == normalise(stroke(40, 30, around=25))).all()


@given(st.floats(0.5, 6))
@settings(max_examples=20, deadline=None)
def test_the_size_of_a_digit_hardly_matters(factor: float) -> None:
    small, large = normalise(stroke(48, 32)), normalise(stroke(round(48 * factor), round(32 * factor)))

    assert np.abs(small.astype(int) - large.astype(int)).mean() < 30


def test_mnists_own_digits_are_prepared_as_they_are() -> None:
    images = load_part("test").images[:50]

    moved = [np.abs(normalise(image).astype(int) - image.astype(int)).mean() for image in images]

    # By a rounding of the middle at most, which is a pixel.
    assert np.median(moved) < 1
    assert max(moved) < 40


def test_a_line_is_as_wide_as_it_needs_and_its_digits_are_twenty_high() -> None:
    line = np.concatenate([stroke(40, 24, around=3)] * 5, axis=1)

    prepared = framed(line).prepare()

    assert prepared.image.shape[0] == 28
    assert prepared.image.shape[1] % 4 == 0
    top, left, bottom, right = bounds(prepared.image)
    assert bottom - top == 20
    assert right - left == pytest.approx((5 * 30 - 6) / 2, abs=1)


@pytest.mark.parametrize("squeeze", [1.0, 0.65, 1.5])
def test_the_way_back_finds_the_ink_that_was_prepared(squeeze: float) -> None:
    line = np.zeros((100, 300), dtype=np.uint8)
    line[20:60, 30:250] = stroke(40, 220)
    prepared = framed(line).prepare(squeeze=squeeze)
    top, left, bottom, right = bounds(prepared.image)

    edges = prepared.back(left, top, right, bottom)

    assert edges == pytest.approx((30, 20, 250, 60), abs=2)


@given(st.lists(st.integers(1, 150), min_size=1, max_size=6), st.sampled_from([1.0, 0.75, 1.25]))
@example([7, 20, 20, 20, 20, 20], 0.75)
@settings(max_examples=30, deadline=None)
def test_wide_gaps_are_closed_and_the_way_back_opens_them_again(gaps: list[int], squeeze: float) -> None:
    left, places, pieces = 7, [], [np.zeros((40, 7), dtype=np.uint8)]
    for gap in (*gaps, 9):
        places.append(left)
        pieces += [stroke(40, 24), np.zeros((40, gap), dtype=np.uint8)]
        left += 24 + gap
    line = np.concatenate(pieces, axis=1)

    prepared = framed(line).prepare(squeeze=squeeze)

    # At half of the size: 24 pixels are 12, and no gap is wider than 10 are.
    assert prepared.image.shape[1] <= squeeze * sum(12 + min(gap / 2, 10) for gap in (*gaps, 0)) + 16
    inked = np.flatnonzero(prepared.image.max(0) > 60)
    if min(gaps) >= 6:  # they stand apart there, too
        runs = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1)
        assert len(runs) == len(places)
        for run, place in zip(runs, places, strict=True):
            begin, _, end, _ = prepared.back(float(run[0]), 0, float(run[-1] + 1), 28)
            # To within two pixels of the image, which is half as large, and squeezed.
            assert begin == pytest.approx(place, abs=4 / squeeze)
            assert end == pytest.approx(place + 24, abs=4 / squeeze)


def test_two_ones_far_apart_are_a_line_and_no_digit() -> None:
    one = np.full((40, 4), 255, dtype=np.uint8)
    for gap in (60, 200):
        line = np.concatenate([one, np.zeros((40, gap), dtype=np.uint8), one], axis=1)

        assert normalise(line).shape == (28, 32)


def test_a_dash_and_a_dot_stay_small() -> None:
    dash, dot = np.full((6, 40), 255, dtype=np.uint8), np.full((9, 9), 255, dtype=np.uint8)

    for ink in (dash, dot):
        top, _, bottom, _ = bounds(normalise(ink))
        assert bottom - top <= 9


def test_no_ink_is_an_empty_picture() -> None:
    assert not normalise(np.zeros((40, 60), dtype=np.uint8)).any()
    assert normalise(np.zeros((1, 1), dtype=np.uint8)).shape == (28, 28)


def test_single_pixels_and_hair_lines_do_not_break_it() -> None:
    for high, wide in ((1, 1), (1, 500), (500, 1), (3, 9000)):
        image = normalise(np.full((high, wide), 255, dtype=np.uint8))
        assert image.shape[0] == 28
        assert image.any()


def test_the_pen_is_as_thick_as_the_strokes() -> None:
    for thick in (2, 5, 9):
        ink = np.zeros((120, 120), dtype=np.uint8)
        ink[20:100, 50 : 50 + thick] = 255
        assert pen(ink) == pytest.approx(thick, abs=1.5)
    assert pen(np.zeros((9, 9), dtype=np.uint8)) == 0


def test_a_hair_line_on_a_large_picture_is_not_paler_than_any_pen() -> None:
    thin = np.zeros((700, 520), dtype=np.uint8)
    cv2.line(thin, (60, 80), (450, 90), 255, 3)
    cv2.line(thin, (450, 90), (200, 640), 255, 3)

    strong, pale = normalise(thin), normalise(thin, pale=True)

    assert np.quantile(strong[strong > 8], 0.9) >= 110
    assert np.quantile(pale[pale > 8], 0.9) < 60
    assert (normalise(stroke(60, 40)) == normalise(stroke(60, 40), pale=True)).all()


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (np.zeros((28, 20)), r"float64\[28, 20\]; expected ink, uint8\[h,w\], 255 for full ink: of shares make bytes"),
        (np.zeros((9, 9, 3), dtype=np.uint8), r"uint8\[9, 9, 3\]; expected ink, uint8\[h,w\]"),
        ([[255]], r"a list; expected ink, uint8\[h,w\].*: of a line, normalise\(line.amount, line.height\)"),
        (framed(stroke(40, 30)), r"a Framed; expected ink, uint8\[h,w\]"),
    ],
)
def test_what_is_no_ink_is_refused(given: Any, complaint: str) -> None:
    with pytest.raises(PictureError, match=f"normalise: {complaint}"):
        normalise(given)
