"""Fingers that hold the paper are told from strokes by hue and width, whatever the skin."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from digitrec.reading.fingers import find_fingers
from digitrec.reading.ink import find_ink
from digitrec.reading.picture import load_picture

Pixels = npt.NDArray[np.uint8]


def page() -> Pixels:
    """Return noisy paper with a one on it, uint8[600,800,3]."""
    rng = np.random.default_rng(0)
    paper = np.asarray((226 + rng.normal(0, 2, (600, 800, 3))).clip(0, 255), dtype=np.uint8)
    cv2.line(paper, (400, 180), (380, 420), (30, 35, 60), 8, cv2.LINE_AA)
    return paper


def held(skin: tuple[int, int, int]) -> tuple[Pixels, npt.NDArray[np.bool_]]:
    """Return the page held by a finger at its lower edge, and where that is."""
    where = np.zeros((600, 800), dtype=np.uint8)
    cv2.ellipse(where, (150, 560), (48, 110), 10, 0, 360, 1, -1)
    picture = page()
    shade = 1 - 0.25 * np.abs(np.mgrid[0:600, 0:800][1] - 150) / 60
    picture = np.asarray(picture * np.linspace(1, 0.8, 800)[None, :, None], dtype=np.uint8)  # by a window
    picture[where > 0] = (np.array(skin) * shade[..., None]).clip(0, 255).astype(np.uint8)[where > 0]
    nail = tuple(min(255, channel + 30) for channel in skin)
    cv2.ellipse(picture, (143, 490), (22, 28), 10, 0, 360, nail, -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.0), dtype=np.uint8), where > 0


SKINS = [(240, 195, 170), (200, 140, 105), (140, 90, 60), (95, 60, 45)]


@pytest.mark.parametrize("skin", SKINS)
def test_a_finger_is_found_and_is_no_ink(skin: tuple[int, int, int]) -> None:
    picture, where = held(skin)

    found = find_fingers(picture)
    ink = find_ink(load_picture(picture))

    assert found is not None
    assert found[where].mean() > 0.97
    assert not found[150:450, 340:440].any()
    assert not ink.mask[where].any()
    assert ink.mask[200:400, 370:410].any()


@pytest.mark.parametrize("pen", [(190, 40, 40), (30, 35, 60), (120, 70, 40)])
def test_a_thick_pen_that_goes_over_the_edge_is_no_finger(pen: tuple[int, int, int]) -> None:
    picture = page()
    cv2.line(picture, (200, 300), (150, 640), pen, 24, cv2.LINE_AA)

    assert find_fingers(picture) is None


def test_there_are_none_on_plain_paper_and_in_grey() -> None:
    assert find_fingers(page()) is None
    assert find_fingers(held(SKINS[0])[0][..., 0]) is None


def test_cardboard_that_goes_over_the_edge_is_no_finger() -> None:
    picture = page()
    cv2.rectangle(picture, (520, 300), (799, 420), (176, 120, 80), -1)

    assert find_fingers(picture) is None


@pytest.mark.parametrize("skin", [SKINS[1], SKINS[3]])
def test_straight_fingers_that_hold_a_card_in_front_of_a_room_are_no_ink(skin: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(2)
    room = cv2.GaussianBlur(cv2.resize(rng.uniform(60, 200, (5, 7, 3)), (800, 600)), (0, 0), 25)
    cv2.rectangle(room, (140, 120), (640, 430), (225, 232, 240), -1)
    cv2.line(room, (400, 180), (380, 330), (40, 45, 110), 9, cv2.LINE_AA)
    finger = np.zeros((600, 800), dtype=np.uint8)
    cv2.line(finger, (300, 410), (300, 640), 1, 44)
    room[finger > 0] = skin
    picture = cv2.GaussianBlur(room + rng.normal(0, 2, room.shape), (0, 0), 1.0).clip(0, 255).astype(np.uint8)

    ink = find_ink(load_picture(picture))

    assert ink.mask[190:320, 375:405].any()
    assert not ink.mask[380:].any()


def test_glare_on_bluish_paper_is_no_finger() -> None:
    down, across = np.mgrid[0:600, 0:800]
    light = np.exp(-(((across - 380) / 260) ** 2 + ((down - 60) / 200) ** 2))[..., None]
    picture = np.asarray((np.array((150, 165, 180)) + 260 * light).clip(0, 255), dtype=np.uint8)

    assert find_fingers(picture) is None


@pytest.mark.parametrize("board", [(22, 55, 51), (29, 32, 39)])
def test_neither_chalk_nor_glow_on_a_dark_ground_is_a_finger_and_a_finger_is(board: tuple[int, int, int]) -> None:
    """Beside a dark ground every grey is red."""
    rng = np.random.default_rng(0)
    dark = np.array(board) + rng.normal(0, 1, (600, 800, 3)) + 14 * np.mgrid[0:600, 0:800][0][..., None] / 600
    glow = np.zeros((600, 800), dtype=np.float32)
    cv2.ellipse(glow, (120, 300), (90, 160), 25, 0, 360, 1, 16)
    glow = np.asarray(cv2.GaussianBlur(glow, (0, 0), 14), dtype=np.float32)[..., None]
    picture = np.asarray((dark + glow * np.array([40, 20, 0])).clip(0, 255), dtype=np.uint8)
    cv2.ellipse(picture, (120, 300), (90, 160), 25, 0, 360, (250, 248, 235), 16, cv2.LINE_AA)

    assert find_fingers(picture) is None

    cv2.ellipse(picture, (500, 590), (50, 110), 10, 0, 360, (200, 140, 105), -1, cv2.LINE_AA)
    found = find_fingers(picture)

    assert found is not None
    assert found[540, 500]
    assert not found[:, :300].any()
