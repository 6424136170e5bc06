"""Torn paper and tags cut as stars are paper; fat digits, boxes, shadows and patches of light are none."""

import cv2
import numpy as np
import pytest
from composed import compose
from hands import Hand

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.jagged import find_jagged
from digitrec.reading.picture import load_picture

MIDDLE = np.array((420, 300))


def outline(kind: str) -> np.ndarray:
    """Return the outline of a piece of paper on a page of 600 by 800, int32[n,2]."""
    rng = np.random.default_rng(4)
    if kind == "star":
        turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        reach = np.where(np.arange(40) % 2, 150, 178)
        star = MIDDLE + np.stack([1.4 * reach * np.cos(turns), reach * np.sin(turns)], 1)
        return np.asarray(np.rint(star), dtype=np.int32)
    sides = [((200, 160), (640, 180)), ((640, 180), (630, 450)), ((630, 450), (210, 430)), ((210, 430), (200, 160))]
    points = [
        np.array(begin) + (np.array(end) - begin) * along + rng.uniform(-12, 12, 2)
        for begin, end in sides
        for along in np.linspace(0, 1, 14, endpoint=False)
    ]
    return np.asarray(np.rint(points), dtype=np.int32)


def scene(
    mnist: Mnist, kind: str, table: tuple[int, int, int], paper: tuple[int, int, int], *, written: bool = True
) -> tuple[np.ndarray, str]:
    """Return a picture of a piece of paper with three digits on a table, and what it says."""
    rng = np.random.default_rng(2)
    picture = np.full((600, 800, 3), table, dtype=np.float64) + rng.normal(0, 2, (600, 800, 3))
    cv2.fillPoly(picture, [outline(kind)], paper, cv2.LINE_AA)
    text = ""
    for place, number in enumerate((7, 4, 8)):
        ink = cv2.resize(mnist.test.images[number], (84, 84), interpolation=cv2.INTER_CUBIC)[..., None] / 255.0
        where = picture[258:342, 300 + 80 * place : 384 + 80 * place]
        where[:] = where * (1 - ink) + np.array((30, 30, 60)) * ink if written else where
        text += str(mnist.test.labels[number])
    return np.rint(picture).clip(0, 255).astype(np.uint8), text


@pytest.mark.parametrize("kind", ["star", "torn"])
@pytest.mark.parametrize(
    ("table", "paper"),
    [((96, 62, 40), (180, 220, 80)), ((50, 66, 110), (244, 240, 214)), ((90, 90, 90), (250, 150, 190))],
)
def test_what_is_written_on_it_is_read(
    mnist: Mnist, kind: str, table: tuple[int, int, int], paper: tuple[int, int, int]
) -> None:
    picture, text = scene(mnist, kind, table, paper)

    corners = find_jagged(picture)

    assert corners is not None
    inside = np.zeros(picture.shape[:2], dtype=np.uint8)
    whole = cv2.fillPoly(inside.copy(), [outline(kind)], 1)
    cv2.fillConvexPoly(inside, np.rint(corners).astype(np.int32), 1)
    assert (whole[inside > 0]).mean() > 0.98
    assert inside[258:342, 310:540].all()
    assert digitrec.read(picture).text == text


def test_an_empty_one_and_one_in_grey_are_not_looked_for(mnist: Mnist) -> None:
    empty, _ = scene(mnist, "star", (96, 62, 40), (180, 220, 80), written=False)
    full, _ = scene(mnist, "star", (96, 62, 40), (180, 220, 80))

    assert find_jagged(empty) is None
    assert find_jagged(np.asarray(cv2.cvtColor(full, cv2.COLOR_RGB2GRAY), dtype=np.uint8)) is None
    assert find_jagged(full[:60, :90]) is None


def test_what_has_few_notches_or_them_on_one_side_or_ends_at_the_edge_is_none(mnist: Mnist) -> None:
    picture, _ = scene(mnist, "star", (96, 62, 40), (180, 220, 80))
    smooth = picture.copy()
    cv2.ellipse(smooth, tuple(MIDDLE.tolist()), (250, 180), 0, 0, 360, (180, 220, 80), 40)

    assert find_jagged(smooth) is None
    assert find_jagged(picture[140:]) is None  # the picture cuts it off


@pytest.mark.parametrize("notches", ["few", "on one side", "one deep"])
def test_notches_that_are_few_or_on_one_side_or_far_too_deep_make_no_torn_paper(mnist: Mnist, notches: str) -> None:
    picture, _ = scene(mnist, "star", (96, 62, 40), (180, 220, 80))
    turns = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    reach = np.full(400, 178.0)
    for place in {"few": range(0, 400, 80), "on one side": range(0, 130, 12), "one deep": range(0, 400, 20)}[notches]:
        reach[place : place + 5] -= 16
    reach[210:216] -= 90 if notches == "one deep" else 0
    shape = np.rint(MIDDLE + np.stack([1.4 * reach * np.cos(turns), reach * np.sin(turns)], 1)).astype(np.int32)
    inside = cv2.fillPoly(np.zeros(picture.shape[:2], np.uint8), [shape], 1)[..., None] > 0
    paper, _ = scene(mnist, "star", (180, 220, 80), (180, 220, 80))
    table = np.full_like(picture, (96, 62, 40))

    assert find_jagged(np.where(inside, paper, table)) is None


def test_a_fat_digit_on_a_board_is_none() -> None:
    board = np.full((600, 800, 3), (40, 60, 50), dtype=np.uint8)
    cv2.ellipse(board, (400, 210), (70, 80), 0, 0, 360, (230, 228, 220), 60)
    cv2.ellipse(board, (400, 390), (85, 90), 0, 0, 360, (230, 228, 220), 60)

    assert find_jagged(board) is None


def test_a_box_of_a_form_whose_paper_goes_on_around_it_is_none(mnist: Mnist) -> None:
    picture, _ = scene(mnist, "torn", (238, 236, 230), (238, 236, 230))
    cv2.polylines(picture, [outline("torn")], isClosed=True, color=(170, 60, 60), thickness=26, lineType=cv2.LINE_AA)

    assert find_jagged(picture) is None


def test_the_inside_of_a_large_nought_on_printed_paper_is_none(mnist: Mnist) -> None:
    page = compose("one digit in a photo", Hand(mnist.test), 106)

    assert find_jagged(load_picture(page.content).pixels) is None
    assert digitrec.read(page.content).text == page.truth == "0"
