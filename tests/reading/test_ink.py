"""Ink told from ground: by light and shadow, colour and polarity; nothing where nothing is written."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.data.mnist import Mnist
from digitrec.errors import PictureError
from digitrec.reading import ink
from digitrec.reading.frames import without_frame
from digitrec.reading.ground import from_closed
from digitrec.reading.ink import find_ink
from digitrec.reading.picture import load_picture
from digitrec.reading.polarity import is_even

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


@pytest.mark.parametrize("thick", [6, 30])
def test_the_shadow_of_a_hand_is_no_ink_and_what_is_written_in_it_is(thick: int) -> None:
    rng = np.random.default_rng(0)
    shadow, strokes = np.zeros((900, 1200), dtype=np.float32), np.zeros((900, 1200), dtype=np.uint8)
    for turn in (-50, -25, 0, 25):
        tip = (round(400 + 330 * np.sin(np.radians(turn))), round(560 - 330 * np.cos(np.radians(turn))))
        cv2.line(shadow, (400, 560), tip, 1, 62)
    cv2.circle(shadow, (400, 600), 130, 1, -1)
    shadow = np.asarray(cv2.GaussianBlur(shadow, (0, 0), 14), dtype=np.float32)
    for middle in (350, 530):
        cv2.ellipse(strokes, (520, middle), (90, 90), 0, -120, 110, 255, thick, cv2.LINE_AA)
    lit = 225 * (1 - 0.5 * shadow)
    pixels = lit * (1 - 0.8 * strokes / 255) + rng.normal(0, 1.5, lit.shape)

    ink = find_ink(load_picture(np.asarray(pixels.clip(0, 255), dtype=np.uint8)))

    near = cv2.dilate(strokes, np.ones((15, 15), dtype=np.uint8)) > 0
    assert ink.mask[strokes > 200].mean() > 0.9
    assert ink.mask[~near].mean() < 0.002


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


def fat_number(high: int = 400, wide: int = 400, thick: int = 46) -> npt.NDArray[np.bool_]:
    """Return where the strokes of a 36 in fat strokes are, which enclose as much as they cover."""
    strokes = np.zeros((high, wide), dtype=np.uint8)
    unit = high / 400
    for middle in (135, 235):
        cv2.ellipse(strokes, (round(110 * unit), round(middle * unit)), (round(50 * unit),) * 2, 0, -140, 110, 1, thick)
    cv2.ellipse(strokes, (round(270 * unit), round(235 * unit)), (round(50 * unit),) * 2, 0, 0, 360, 1, thick)
    cv2.line(strokes, (round(225 * unit), round(220 * unit)), (round(290 * unit), round(90 * unit)), 1, thick)
    return strokes.astype(bool)


@pytest.mark.parametrize("thick", [10, 30, 46])
@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_fat_strokes_are_ink_and_not_the_ground_that_they_enclose(thick: int, noise: float) -> None:
    strokes = fat_number(thick=thick)
    grains = np.random.default_rng(0).normal(0, noise, strokes.shape) if noise else 0
    pixels = np.clip(np.where(strokes, 40, 245) + grains, 0, 255).astype(np.uint8)

    for picture, polarity in ((pixels, "dark on light"), (255 - pixels, "light on dark")):
        ink = find_ink(load_picture(picture))
        assert ink.polarity == polarity
        assert agreement(ink.mask, strokes) > 0.85


def test_the_fattest_stroke_of_a_drawing_is_ink_and_a_note_on_a_scan_is_not() -> None:
    """Both are as thick as they come; but on a note there is something written."""
    drawing = np.full((1200, 400), 255, dtype=np.uint8)
    cv2.ellipse(drawing, (200, 270), (95, 130), 0, 0, 360, 34, 155)
    cv2.line(drawing, (295, 300), (210, 720), 34, 120)
    scan = np.full((600, 630), 250, dtype=np.uint8)
    cv2.rectangle(scan, (210, 120), (480, 470), 195, -1)
    cv2.line(scan, (380, 210), (320, 380), 100, 12, cv2.LINE_AA)

    stroke, note = find_ink(load_picture(drawing)), find_ink(load_picture(cv2.GaussianBlur(scan, (0, 0), 2)))

    small = np.asarray(cv2.resize(drawing, (107, 320), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    assert is_even(drawing, small)
    assert stroke.polarity == note.polarity == "dark on light"
    assert agreement(stroke.mask, drawing < 128) > 0.95
    assert note.mask[295, 340:360].any()
    assert not note.mask[295, 240:330].any()


def test_fat_strokes_on_paper_that_is_not_evenly_lit_are_ink() -> None:
    strokes = fat_number(1600, 1600, 150)[::2, ::2]
    down, across = np.mgrid[0:800, 0:800]
    pixels = np.where(strokes, 50, 220) * (1 - 0.35 * (down + across) / 1600)
    pixels += np.random.default_rng(0).normal(0, 3, pixels.shape)

    ink = find_ink(load_picture(np.asarray(pixels.clip(0, 255), dtype=np.uint8)))

    assert ink.polarity == "dark on light"
    assert ink.mask[strokes].mean() > 0.8


def test_a_scan_of_two_levels_has_ink_however_many_edges_it_has() -> None:
    digits = np.zeros((20, 81), dtype=np.uint8)
    for left in range(4, 76, 14):
        cv2.ellipse(digits, (left + 4, 10), (4, 7), 0, 0, 360, 1, 2)
    scan = np.asarray(255 - 255 * digits, dtype=np.uint8)

    ink = find_ink(load_picture(scan))

    assert ink.polarity == "dark on light"
    assert (ink.mask == digits.astype(bool)).mean() > 0.98


def test_a_frame_round_a_scan_is_not_its_ground() -> None:
    scan = np.asarray(np.where(fat_number(100, 100, 9), 0, 255), dtype=np.uint8)
    scan[[0, 1, -2, -1]] = scan[:, [0, 1, -2, -1]] = 0

    ink = find_ink(load_picture(scan))

    assert ink.polarity == "dark on light"
    assert ink.mask[3:-3, 3:-3].mean() < 0.5


def test_what_the_paper_lies_on_has_no_ink() -> None:
    pixels, strokes = page(600, 800)
    rng = np.random.default_rng(0)
    grain = cv2.blur(rng.uniform(10, 70, (600, 1)), (1, 5))  # of wood
    for where in (np.s_[:, :40], np.s_[:, -60:]):
        pixels[where] = np.broadcast_to(grain, (600, 800))[where].astype(np.uint8)

    ink = find_ink(load_picture(pixels))

    assert not ink.mask[:, :36].any()
    assert not ink.mask[:, -56:].any()
    assert ink.mask[strokes].mean() > 0.9


def test_fat_digits_of_a_scan_that_reach_its_edges_are_ink() -> None:
    strokes = np.zeros((50, 150), dtype=np.uint8)
    cv2.ellipse(strokes, (30, 25), (18, 21), 0, 0, 360, 1, 9)
    cv2.ellipse(strokes, (80, 25), (18, 21), 0, 0, 360, 1, 9)
    cv2.line(strokes, (146, 0), (144, 49), 1, 9)
    pixels = np.where(strokes > 0, 0, 255).astype(np.uint8)

    ink = find_ink(load_picture(pixels))

    assert ink.polarity == "dark on light"
    assert ink.mask[strokes > 0].mean() > 0.8
    assert ink.mask[cv2.dilate(strokes, np.ones((5, 5))) == 0].mean() < 0.02


def cut_out_closely(mnist: Mnist, seed: int, least: int, most: int) -> Pixels:
    """Return a number of bold validation digits, so many pixels high, on little paper, dark on light."""
    rng = np.random.default_rng(seed)
    fat = np.ones((int(rng.integers(4, 12)),) * 2, dtype=np.uint8)
    digits = []
    for image in mnist.validation.images[rng.integers(0, len(mnist.validation), int(rng.integers(1, 5)))]:
        rows, columns = image.max(1) > 100, image.max(0) > 100
        large = cv2.resize(image[rows][:, columns], None, fx=3, fy=60 / rows.sum(), interpolation=cv2.INTER_CUBIC)
        digits.append(np.pad(cv2.dilate((large > 130).astype(np.uint8) * 255, fat), ((0, 0), (2, 5))))
    page = 245 - np.pad(np.hstack(digits), int(rng.integers(4, 12))).astype(np.float32) * 0.85
    share = rng.uniform(least, most) / 60
    return np.asarray(
        cv2.resize(page, None, fx=share, fy=share, interpolation=cv2.INTER_AREA).clip(0, 255), dtype=np.uint8
    )


@pytest.mark.parametrize(("least", "most"), [(14, 30), (45, 200)])
def test_bold_numbers_that_were_cut_out_closely_have_the_right_polarity(mnist: Mnist, least: int, most: int) -> None:
    cuts = [cut_out_closely(mnist, seed, least, most) for seed in range(60)]

    dark = [find_ink(load_picture(cut)).polarity == "dark on light" for cut in cuts]
    light = [find_ink(load_picture(255 - cut)).polarity == "light on dark" for cut in cuts]

    assert np.mean(dark) > 0.84
    assert np.mean(light) > 0.84
    # What is around them is seldom taken for a frame.
    assert np.mean([without_frame(cut) is cut for cut in cuts]) > 0.84


def small_digit(pixels: Pixels, ink: int) -> npt.NDArray[np.bool_]:
    """Draw a seven of 40 pixels into a page, and return where it is."""
    strokes = np.zeros(pixels.shape, dtype=np.uint8)
    cv2.line(strokes, (400, 300), (424, 300), 1, 4)
    cv2.line(strokes, (424, 300), (408, 340), 1, 4)
    pixels[strokes > 0] = ink
    return strokes > 0


@pytest.mark.parametrize("depth", [20, 30, 40])
def test_print_that_covers_far_more_than_a_small_digit_does_not_hide_it(depth: int) -> None:
    rows = np.arange(600)[:, None] + 8 * np.sin(np.arange(800) / 40)[None]
    pixels = np.where(rows % 14 < 3, 225 - depth, 225).astype(np.uint8)
    strokes = small_digit(pixels, 60)

    ink = find_ink(load_picture(pixels))

    assert ink.mask[strokes].mean() > 0.9
    assert ink.contrast > 100


def test_noise_that_would_hide_a_thick_stroke_is_softened() -> None:
    pixels, strokes = page(600, 800, ground=82, ink=52)
    noisy = np.clip(pixels + np.random.default_rng(0).normal(0, 11, pixels.shape), 0, 255).astype(np.uint8)

    ink = find_ink(load_picture(noisy))

    assert ink.mask[strokes].mean() > 0.9
    assert ink.mask[~cv2.dilate(strokes.astype(np.uint8), np.ones((9, 9))).astype(bool)].mean() < 0.01


def test_noise_in_a_deep_shadow_is_no_ink() -> None:
    pixels, strokes = page(400, 600, ink=180)
    edge = 1 / (1 + np.exp((np.arange(600) - 430) / 12))
    shaded = pixels * (0.45 + 0.55 * edge)[None]
    noisy = np.clip(shaded + np.random.default_rng(0).normal(0, 3.5, pixels.shape), 0, 255).astype(np.uint8)

    ink = find_ink(load_picture(noisy))

    assert ink.mask[strokes].mean() > 0.9
    assert ink.mask[:, 440:].mean() < 0.005
    stands_out = [from_closed(noisy, noisy, dark=True, noise=noise)[:, 480:] > 0 for noise in (0.0, 3.5)]
    assert stands_out[0].mean() > 0.1
    assert stands_out[1].mean() < 0.01


@pytest.mark.parametrize("wood", [70, 100, 130])
def test_a_narrow_band_of_a_desk_that_is_not_much_darker_than_its_paper_has_no_ink(wood: int) -> None:
    pixels, strokes = page(600, 800)
    grain = cv2.blur(np.random.default_rng(0).uniform(wood - 40, wood + 40, (600, 1)), (1, 5))
    edge = (30 + np.arange(600) / 30).astype(int)  # it lies a little aslant
    beside = np.arange(800)[None] < edge[:, None]
    pixels[beside] = np.broadcast_to(grain, (600, 800))[beside].astype(np.uint8)

    ink = find_ink(load_picture(pixels))

    assert not ink.mask[:, :28].any()
    assert ink.mask[strokes].mean() > 0.9


def test_a_blackboard_that_is_lit_in_its_middle_is_not_even() -> None:
    down, across = np.mgrid[-1:1:600j, -1:1:800j]
    pixels = (40 - 13 * np.minimum(1, np.hypot(down, across))).astype(np.uint8)
    strokes = small_digit(pixels, 180)

    assert not is_even(pixels, pixels)

    ink = find_ink(load_picture(pixels))

    assert ink.polarity == "light on dark"
    assert agreement(ink.mask, strokes) > 0.9


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


@pytest.mark.parametrize(("left", "top", "seen"), [(290, 190, True), (210, 0, False)], ids=["a piece", "a sheet"])
def test_a_small_empty_piece_of_a_sheet_is_not_all_and_an_empty_sheet_is(
    left: int, top: int, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, strokes = page()
    picture, strokes = np.roll(picture, -100, axis=1), np.roll(strokes, -100, axis=1)  # on the left
    sheet = np.array([(left, top), (399, top), (399, 299), (left, 299)], dtype=np.float32)
    monkeypatch.setattr(ink, "find_sheet", lambda _: sheet)

    found = find_ink(load_picture(np.repeat(picture[..., None], 3, axis=2)))

    assert found.blank != seen
    assert not seen or agreement(found.mask, strokes) > 0.9


@pytest.mark.parametrize("given", ["photo.jpg", np.zeros((28, 28), dtype=np.uint8), None])
def test_what_is_no_picture_has_no_ink(given: Any) -> None:
    with pytest.raises(PictureError, match=r"find_ink: a (str|ndarray|NoneType); expected a Picture: find_ink\(load_"):
        find_ink(given)


@pytest.mark.parametrize("polarity", ["foo", True, ["dark on light"]])
def test_a_polarity_that_there_is_not_is_refused(polarity: Any) -> None:
    with pytest.raises(PictureError, match=r"polarity .*; expected one of 'dark on light', 'light on dark', or None"):
        find_ink(load_picture(page()[0]), polarity)
