"""What is left where lines cross is told from strokes, and what crosses lines from noise beside them."""

import cv2
import numpy as np
import pytest

from digitrec.reading.crossings import crossed_on_page, darker_than_line, knots_of, short_pieces


def test_only_dots_that_hang_together_with_nothing_else_are_left_of_crossing_lines() -> None:
    both = np.zeros((60, 90), dtype=np.uint8)
    both[20:23, 20:23] = both[20:23, 60:63] = 1
    left = np.zeros_like(both)
    left[19:24, 19:24] = 1  # a darker dot
    left[10:40, 61] = 1  # a stroke
    dot = np.zeros_like(both)
    dot[19:24, 19:24] = 1

    assert (knots_of(left, both) == dot).all()
    assert not knots_of(left, np.zeros_like(both)).any()


def test_short_pieces_are_those_that_go_on_neither_level_nor_upright() -> None:
    marks = np.zeros((400, 640), dtype=bool)
    marks[100, :], marks[:, 300] = True, True
    short = np.zeros_like(marks)
    short[200:208, 100:108] = short[100, 0] = True
    short[100, 0] = False

    assert (short_pieces(marks | short) == short).all()


def test_specks_on_both_sides_of_a_thick_line_do_not_cross_it_and_a_stroke_does() -> None:
    lines, strokes = np.zeros((200, 300), dtype=np.uint8), np.zeros((200, 300), dtype=np.uint8)
    lines[100:114] = 1
    strokes[96:99, 50:53] = strokes[115:118, 50:53] = 1
    strokes[40:100, 200:206] = strokes[114:180, 200:206] = 1

    crossed = crossed_on_page(strokes, lines)

    assert not crossed[:, :150].any()
    assert crossed[100:114, 200:206].all()


@pytest.mark.parametrize("tilt", [0, 18])
@pytest.mark.parametrize("upright", [False, True])
def test_a_stroke_on_a_long_rule_is_told_by_what_the_rule_is_beside_it(tilt: int, upright: bool) -> None:
    rules, stroke = np.zeros((2, 600, 800), dtype=np.uint8)
    for row in range(60, 560, 110):
        cv2.line(rules, (0, row), (799, row + tilt), 1, 7)
    cv2.line(stroke, (420, 100), (350, 480), 1, 9)
    # Half of the rules are nearly half as dark as ink, and half are pale: one level for all would say nothing.
    own = np.where(np.arange(600)[:, None] < 300, 30, 96)
    levels = np.where(stroke > 0, 200, np.where(rules > 0, own, 0)).astype(np.float32)
    nothing = np.zeros_like(rules)
    if upright:
        found = darker_than_line(np.ascontiguousarray(levels.T), nothing.T.copy(), rules.T.copy(), 200).T
    else:
        found = darker_than_line(levels, rules, nothing, 200)

    assert found[(rules & stroke) > 0].mean() > 0.95
    assert not found[(rules > 0) & (cv2.dilate(stroke, np.ones((7, 7), dtype=np.uint8)) == 0)].any()


def test_short_lines_and_places_where_two_cross_are_left_alone() -> None:
    short, level, upright = np.zeros((3, 600, 800), dtype=np.uint8)
    cv2.line(short, (300, 200), (500, 200), 1, 5)
    cv2.line(level, (0, 300), (799, 300), 1, 5)
    cv2.line(upright, (400, 0), (400, 599), 1, 5)
    levels = 60 * (level.astype(np.float32) + upright + short)
    levels[195:206, 395:406] = 200

    assert not darker_than_line(levels, level, upright, 130)[290:311].any()
    assert not darker_than_line(levels, short, np.zeros_like(short), 200).any()
