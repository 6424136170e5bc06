"""What must not change an answer: where a number stands, how large, how lit, in which format and colours."""

from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from composed import PLAIN, Page, Setting, Writing, compose, photographed
from hands import Hand, ink, kept_apart, place
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from digitrec import read
from digitrec.data.mnist import load_mnist

few = settings(max_examples=6, deadline=None, derandomize=True)

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def hand() -> Hand:
    return Hand(load_mnist().validation)


@pytest.fixture(scope="module")
def clear(hand: Hand) -> list[tuple[str, Pixels]]:
    """Pages of clear digits, well apart: what is written, and the picture, uint8[h,w,3]."""
    return [(text, _page(hand, text, seed)) for seed, text in enumerate(("2047", "8", "519630"))]


def _page(hand: Hand, text: str, seed: int) -> Pixels:
    rng = np.random.default_rng(seed)
    shapes = [hand.shape(int(each), rng) for each in text]
    signs = place(shapes, 150, 240, 90, 0.3, rng)
    writing = Writing([[signs]], [[text]], 90)
    setting = Setting(**{**vars(PLAIN), "size": (600, 900)})
    return Page("clear", text, photographed(setting, writing, rng), {}).pixels().copy()


def _ground(pixels: Pixels) -> tuple[int, ...]:
    return tuple(int(each) for each in np.median(pixels, axis=(0, 1)))


def test_clear_digits_are_read(clear: list[tuple[str, Pixels]]) -> None:
    assert [read(pixels).text for _, pixels in clear] == [text for text, _ in clear]


@few
@given(which=st.integers(0, 2), across=st.integers(-100, 120), down=st.integers(-160, 200))
def test_moving_a_number_changes_nothing(clear: list[tuple[str, Pixels]], which: int, across: int, down: int) -> None:
    text, pixels = clear[which]
    moved = np.array([[1, 0, across], [0, 1, down]], dtype=np.float32)
    size = (pixels.shape[1], pixels.shape[0])
    changed = cv2.warpAffine(pixels, moved, size, borderMode=cv2.BORDER_CONSTANT, borderValue=_ground(pixels))

    assert read(changed).text == text


@few
@given(which=st.integers(0, 2), factor=st.floats(0.5, 4))
def test_enlarging_and_reducing_changes_nothing(clear: list[tuple[str, Pixels]], which: int, factor: float) -> None:
    text, pixels = clear[which]
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR

    assert read(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=way)).text == text


@pytest.mark.parametrize("which", range(3))
def test_inverting_changes_nothing(clear: list[tuple[str, Pixels]], which: int) -> None:
    text, pixels = clear[which]

    assert read(255 - pixels).text == text


@few
@given(which=st.integers(0, 2), sides=st.tuples(*[st.integers(0, 300)] * 4))
def test_a_margin_changes_nothing(
    clear: list[tuple[str, Pixels]], which: int, sides: tuple[int, int, int, int]
) -> None:
    text, pixels = clear[which]
    changed = cv2.copyMakeBorder(pixels, *sides, cv2.BORDER_CONSTANT, value=_ground(pixels))

    assert read(changed).text == text


@pytest.mark.parametrize("which", range(3))
def test_saving_it_as_a_jpeg_of_quality_70_changes_nothing(clear: list[tuple[str, Pixels]], which: int) -> None:
    text, pixels = clear[which]
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=70)

    assert read(file.getvalue()).text == text


@few
@given(which=st.integers(0, 2), turn=st.floats(0, 6.28), least=st.floats(0.4, 0.9))
def test_a_linear_shadow_changes_nothing(
    clear: list[tuple[str, Pixels]], which: int, turn: float, least: float
) -> None:
    text, pixels = clear[which]
    down, across = (np.linspace(-0.5, 0.5, side) for side in pixels.shape[:2])
    along = (across[None, :] * np.cos(turn) + down[:, None] * np.sin(turn)) / 1.42 + 0.5
    shade = least + (1 - least) * along.clip(0, 1)

    assert read((pixels * shade[:, :, None]).astype(np.uint8)).text == text


@few
@given(
    which=st.integers(0, 2),
    paper=st.sampled_from([(255, 245, 180), (200, 225, 250), (250, 210, 215), (255, 255, 255)]),
    pen=st.sampled_from([(200, 30, 40), (20, 60, 180), (10, 110, 50), (90, 30, 130)]),
)
def test_colours_change_nothing(
    clear: list[tuple[str, Pixels]],
    which: int,
    paper: tuple[int, int, int],
    pen: tuple[int, int, int],
) -> None:
    text, pixels = clear[which]
    grey = pixels.mean(2, keepdims=True) / 255
    changed = np.asarray(grey * paper + (1 - grey) * pen, dtype=np.uint8)

    assert read(changed).text == text


@pytest.mark.parametrize("which", range(3))
def test_an_alpha_channel_changes_nothing(clear: list[tuple[str, Pixels]], which: int) -> None:
    text, pixels = clear[which]
    opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, dtype=np.uint8)])
    through = np.dstack([np.zeros_like(pixels), 255 - pixels.min(2)])

    assert read(opaque).text == text
    assert read(through).text == text


def test_a_page_is_the_same_for_the_same_seed(hand: Hand) -> None:
    assert compose("a scan", hand, 3) == compose("a scan", hand, 3)
    assert compose("a number in a photo", hand, 3).truth != compose("a number in a photo", hand, 4).truth


def test_neighbours_on_a_page_may_touch_but_do_not_lie_on_one_another(hand: Hand) -> None:
    pen = 8.0
    covered: dict[str, list[float]] = {"placed": [], "apart": []}
    for seed in range(20):
        rng = np.random.default_rng(seed)
        shapes = [hand.shape(int(each), rng) for each in rng.integers(0, 10, 5)]
        placed = place(shapes, 40, 60, 100, -0.1, rng)
        apart = kept_apart(placed, pen)
        assert apart[0].left == placed[0].left
        assert apart[-1].right <= max(sign.right for sign in placed) + 1e-3
        for name, signs in (("placed", placed), ("apart", apart)):
            each = np.stack([ink([sign], (220, 600), pen) for sign in signs]) > 0.5
            covered[name].append(float((each.sum(0) > 1).sum() / each.sum()))

    assert np.mean(covered["placed"]) > 0.05
    assert np.mean(covered["apart"]) < 0.02


def test_neighbours_that_are_apart_stay_where_they_are(hand: Hand) -> None:
    rng = np.random.default_rng(1)
    placed = place([hand.shape(int(each), rng) for each in "4171"], 40, 60, 100, 0.3, rng)

    assert kept_apart(placed, 4.0) == placed
