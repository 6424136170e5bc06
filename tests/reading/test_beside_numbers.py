"""What stands beside a sure number and is none goes: shades, print, words, edges; numbers stay."""

import math
from dataclasses import replace

import cv2
import numpy as np

from digitrec.reading.beside_numbers import without_faint, without_small, without_words
from digitrec.reading.layout import Line
from digitrec.reading.looks import Look
from digitrec.reading.normalise import framed
from digitrec.reading.signs import OTHER, SIGNS, between_others
from digitrec.reading.texts import Text


def said(text: str, height: float, sure: float = 0.98) -> Look:
    """Return a look at a line so high that says a text so surely, and else one sign less."""
    signs = tuple(SIGNS.index(sign) for sign in text)
    amount = np.full((round(height), 40), 255, dtype=np.uint8)
    line = Line((0, 0, 40, round(height)), height, amount, amount, (), 150.0)
    texts = [Text(signs, math.log(sure)), Text(signs[1:], math.log(1 - sure))]
    return Look(line, framed(amount, height).prepare(), np.zeros((7, 16), dtype=np.float32), texts, ())


def placed(look: Look, box: tuple[int, int, int, int], depth: float = 150.0) -> Look:
    """Return the look with its line there, as large as its box."""
    amount = np.full(box[:1:-1], 255, dtype=np.uint8)
    return replace(look, line=replace(look.line, box=box, depth=depth, amount=amount, whole=amount))


def blurred(look: Look) -> Look:
    """Return the look at a line whose edges are soft."""
    amount = np.asarray(cv2.GaussianBlur(np.pad(look.line.amount, 30), (0, 0), 14), dtype=np.uint8)
    return replace(look, line=replace(look.line, amount=amount))


def texts(looks: list[Look]) -> list[str]:
    return ["".join(SIGNS[sign] for sign in look.signs) for look in looks]


def test_lines_far_lower_than_a_number_go_where_they_are_strokes_or_unsure() -> None:
    number, below = said("4073", 90), (0, 200, 40, 40)
    low, stroke, unsure = (placed(look, below) for look in (said("28", 40), said("1", 40), said("29", 40, 0.3)))

    assert texts(without_small([number, low, stroke, unsure])) == ["4073", "28"]
    assert texts(without_small([said("1", 90), stroke, unsure])) == ["1", "1", "29"]


def test_a_one_far_higher_than_the_words_beside_it_is_what_is_written() -> None:
    words = OTHER * 3 + "1"
    word = said(words, 30)

    assert texts(without_words([said("1", 200), word])) == ["1"]
    assert texts(without_words([said("1", 40), word])) == ["1", words]


def test_a_number_with_a_symbol_or_a_word_beside_it_is_no_word() -> None:
    number, unsure = said("4073", 60), said("?25", 60, 0.3)
    kept = ["?25", "25??", "?7", "6?", "?????251", "?1250.75?"]
    gone = ["???", "?3??", "?1?2", "2??5"]

    looks = [number, *(said(text, 60) for text in kept + gone), unsure]

    assert texts(without_words(looks)) == ["4073", *kept]


def test_what_a_line_says_without_what_is_no_digit_at_its_ends() -> None:
    for text, between in (("?25??", "25"), ("25", "25"), ("?2?5?", "2?5"), ("??", ""), ("", ""), ("-5.?", "-5.")):
        signs = tuple(map(SIGNS.index, text))
        assert between_others(signs) == tuple(map(SIGNS.index, between)), text


def test_a_sign_half_as_high_before_a_number_or_in_another_row_is_print_however_sure() -> None:
    number = placed(said("4073", 90), (300, 100, 300, 90))
    beside, above = placed(said("0", 40), (60, 140, 40, 40)), placed(said("0", 40), (300, 20, 40, 40))
    after, far = placed(said("0", 40), (620, 100, 40, 40)), placed(said("48", 40), (60, 140, 80, 40))

    assert texts(without_small([beside, number])) == ["4073"]
    assert texts(without_small([above, number])) == ["4073"]
    higher = placed(said("0", 46), (300, 20, 40, 46))
    assert texts(without_small([higher, number])) == ["0", "4073"]
    assert texts(without_small([number, after])) == ["4073", "0"]  # cents
    assert texts(without_small([far, number])) == ["48", "4073"]


def test_a_one_that_lies_beside_a_number_is_an_edge() -> None:
    number, lying = placed(said("4073", 90), (300, 100, 300, 90)), placed(said("1", 80), (60, 300, 240, 90))
    standing = placed(said("1", 80), (60, 300, 40, 90))
    minus = replace(standing, line=replace(standing.line, box=(20, 300, 120, 90)))

    assert texts(without_small([number, lying])) == ["4073"]
    assert texts(without_small([number, standing])) == ["4073", "1"]
    assert texts(without_small([number, minus])) == ["4073", "1"]  # with a dash that was taken out
    assert texts(without_small([lying])) == ["1"]


def test_a_single_sign_far_fainter_than_a_number_is_a_shade_and_a_number_in_pencil_none() -> None:
    number = said("92", 90)
    shade, pencil = (placed(said(text, 90), (0, 0, 40, 90), 22.0) for text in ("7", "38"))

    assert texts(without_faint([number, blurred(shade)])) == ["92"]
    assert texts(without_faint([number, shade])) == ["92", "7"]  # pencil, whose edges are sharp
    assert texts(without_faint([number, blurred(pencil)])) == ["92", "38"]
    assert texts(without_faint([number, blurred(placed(shade, (0, 0, 40, 90), 60.0))])) == ["92", "7"]


def test_far_fainter_strokes_beside_a_dark_one_alone_are_creases_and_others_as_dark_are_ones() -> None:
    one, crease, other = (
        placed(said("1", 90), (at, 0, 40, 90), depth) for at, depth in ((0, 150), (90, 40), (200, 130))
    )

    assert texts(without_faint([one, crease])) == ["1"]
    assert texts(without_faint([one, other])) == ["1", "1"]


def test_what_is_far_lower_and_holds_what_is_no_digit_goes_however_sure() -> None:
    number = said("660", 90)

    assert texts(without_small([number, placed(said(f"911{OTHER}", 40), (0, 200, 80, 40))])) == ["660"]
    assert texts(without_small([number, placed(said("911", 40), (0, 200, 80, 40))])) == ["660", "911"]
