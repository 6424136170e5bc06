"""What is left where lines cross is told from strokes, and what crosses lines from noise beside them."""

import numpy as np

from digitrec.reading.crossings import crossed_on_page, knots_of, short_pieces


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
