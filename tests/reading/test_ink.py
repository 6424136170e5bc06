"""Ink told from ground: by light and shadow, colour and polarity; nothing where nothing is written."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.reading.ink import find_ink
from digitrec.reading.picture import load_picture

Pixels = npt.NDArray[np.uint8]


def page(high: int = 300, wide: int = 400, ground: int = 230, ink: int = 60) -> tuple[Pixels, npt.NDArray[np.bool_]]:
    """Return a page with a large three and where its strokes are."""
    strokes = np.zeros((high, wide), dtype=np.uint8)
    thick = max(2, high // 40)
    for middle in (0.38, 0.62):
        centre, axes = (wide // 2, round(high * middle)), (round(high * 0.12),) * 2
        cv2.ellipse(strokes, centre, axes, 0, -120, 110, 255, thick, cv2.LINE_AA)
    share = strokes.astype(float) / 255
    return np.asarray(ground + (ink - ground) * share, dtype=np.uint8), strokes > 200


def agreement(found: npt.NDArray[np.bool_], strokes: npt.NDArray[np.bool_]) -> float:
    """Return which share of the strokes is found; less, where more than their rims is found besides."""
    near = cv2.dilate(strokes.astype(np.uint8), np.ones((7, 7), dtype=np.uint8)).astype(bool)
    return float(found[strokes].mean() - found[~near].mean() * 20)


def test_dark_ink_on_light_paper_and_light_on_dark_are_told_apart() -> None:
    pixels, strokes = page()

    for picture, polarity in ((pixels, "dark on light"), (255 - pixels, "light on dark")):
        ink = find_ink(load_picture(picture))
        assert ink.polarity == polarity
        assert ink.sure_of_polarity
        assert agreement(ink.mask, strokes) > 0.9


@given(st.integers(60, 250), st.floats(0.3, 0.8), st.sampled_from(["left", "top", "corner"]))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_light_that_falls_off_changes_nothing(ground: int, dim: float, side: str) -> None:
    pixels, strokes = page(ground=ground, ink=ground // 3)
    down, across = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
    way = {"left": across / 400, "top": down / 300, "corner": (across / 400 + down / 300) / 2}[side]
    shaded = np.asarray(pixels * (1 - dim * way), dtype=np.uint8)

    assert agreement(find_ink(load_picture(shaded)).mask, strokes) > 0.85


def test_the_edge_of_a_shadow_is_no_ink() -> None:
    pixels, strokes = page()
    shaded = pixels.astype(float)
    shaded[:, 300:] *= 0.6

    ink = find_ink(load_picture(np.asarray(shaded, dtype=np.uint8)))

    assert agreement(ink.mask, strokes) > 0.8


def test_coloured_ink_as_bright_as_its_paper_is_seen() -> None:
    _, strokes = page()
    pixels = np.full((*strokes.shape, 3), (200, 150, 150), dtype=np.uint8)
    pixels[strokes] = (120, 175, 230)  # of the same brightness

    assert agreement(find_ink(load_picture(pixels)).mask, strokes) > 0.9


@pytest.mark.parametrize("noise", [0, 2, 6])
@pytest.mark.parametrize("level", [0, 30, 128, 240, 255])
def test_blank_paper_has_no_ink(level: int, noise: int) -> None:
    rng = np.random.default_rng(level)
    paper = np.clip(level + rng.normal(0, noise, (300, 400)), 0, 255).astype(np.uint8)

    assert find_ink(load_picture(paper)).blank


def test_pale_pencil_beside_a_felt_pen_is_ink_too() -> None:
    pixels, _ = page(600, 1200)
    pencil, strokes = page(600, 1200, ink=190)
    both = pixels.copy()
    both[:, 700:] = 230
    both[:, 650:] = np.minimum(both[:, 650:], np.roll(pencil, 350, axis=1)[:, 650:])
    moved = np.roll(strokes, 350, axis=1)
    moved[:, :650] = False

    assert find_ink(load_picture(both)).mask[moved].mean() > 0.8


def test_a_small_picture_that_is_half_ink_says_that_it_is_unsure() -> None:
    picture = np.zeros((16, 16), dtype=np.uint8)
    picture[:, 4:12] = 255

    assert not find_ink(load_picture(picture)).sure_of_polarity


def test_the_caller_may_know_better() -> None:
    pixels, strokes = page()

    ink = find_ink(load_picture(255 - pixels), "light on dark")

    assert ink.polarity == "light on dark"
    assert agreement(ink.mask, strokes) > 0.9


@pytest.mark.parametrize("shape", [(1, 1), (1, 200), (200, 1), (2, 3000), (64, 64), (65, 65)])
@pytest.mark.parametrize("kind", ["black", "white", "noise", "spot"])
def test_odd_pictures_have_an_answer(shape: tuple[int, int], kind: str) -> None:
    picture = np.full(shape, 0 if kind == "black" else 255, dtype=np.uint8)
    if kind == "noise":
        picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    if kind == "spot":
        picture[shape[0] // 2, shape[1] // 2] = 0

    loaded = load_picture(picture)
    ink = find_ink(loaded)

    assert ink.amount.shape == ink.mask.shape == loaded.pixels.shape
    if kind in {"black", "white"}:
        assert ink.blank
