"""What makes a reading less sure, by lines and looks made by hand."""

import copy
from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitrec.errors import ModelError
from digitrec.reading.beside_numbers import without_faint, without_words
from digitrec.reading.confidence import either, fitted, likely_at, makes_more_sense, sense, trust_in_line, trust_in_page
from digitrec.reading.layout import Box, Line
from digitrec.reading.looks import Look
from digitrec.reading.normalise import framed
from digitrec.reading.reader import shipped_model
from digitrec.reading.signs import OTHER, SIGNS
from digitrec.reading.texts import Text

PAGE, CELL = (600, 800), (100, 120)


def look(text: str, *, box: Box = (300, 250, 60, 40), depth: float = 150, chance: float = 0.99) -> Look:
    """Return a look at a line that says `text` with this probability, and something else with the rest."""
    ink = np.full((20, 20), 255, dtype=np.uint8)
    signs = tuple(SIGNS.index(sign) for sign in text)
    texts = [Text(signs, float(np.log(chance))), Text((*signs, 0), float(np.log(1 - chance)))]
    columns = np.zeros((7, len(SIGNS) + 1), dtype=np.float32)
    return Look(Line(box, 40.0, ink, ink, (), depth), framed(ink).prepare(), columns, texts, ())


def test_a_clear_line_in_the_middle_of_a_page_is_trusted_whole() -> None:
    assert trust_in_line(look("27"), PAGE) == 1


@pytest.mark.parametrize("box", [(0, 250, 60, 40), (300, 0, 60, 40), (740, 250, 60, 40), (300, 560, 60, 40)])
def test_what_reaches_a_pages_edge_is_less_sure_and_a_cell_is_cut_close(box: Box) -> None:
    assert trust_in_line(look("1", box=box), PAGE) < 0.9
    assert trust_in_line(look("1", box=(0, 0, 60, 100)), CELL) == 1


def test_what_is_low_is_less_sure_and_on_a_page_sooner() -> None:
    low = look("4")
    low = replace(low, line=replace(low.line, height=12.0))

    assert trust_in_line(low, CELL) == 1
    assert trust_in_line(low, PAGE) == 12 / 16


def test_a_digit_among_letters_is_less_sure() -> None:
    assert trust_in_line(look(f"1{OTHER}"), PAGE) == 0.5


def test_several_digits_beside_a_symbol_are_nearly_as_sure_as_without_it() -> None:
    assert trust_in_line(look("?25"), PAGE) == pytest.approx(0.9)
    assert trust_in_line(look("25???"), PAGE) == pytest.approx(0.9)
    assert trust_in_line(look("2?5"), PAGE) == pytest.approx(2 / 3)
    assert trust_in_line(look("?5"), PAGE) == pytest.approx(0.5)


def test_ones_alone_in_several_lines_are_less_sure_than_numbers() -> None:
    assert trust_in_page([look("1"), look("1.")]) < 0.9
    assert trust_in_page([look("1")]) == trust_in_page([look("1"), look("12")]) == 1
    assert trust_in_page([look("1"), look("11112")]) < 0.9
    assert trust_in_page([look("2"), look("11345")]) == 1


def test_a_one_that_lies_is_less_sure_than_other_digits() -> None:
    assert trust_in_line(look("1", box=(300, 300, 120, 100)), PAGE) < 0.9
    assert trust_in_line(look("7", box=(300, 300, 120, 100)), PAGE) == 1
    assert trust_in_line(look("11", box=(300, 300, 120, 100)), PAGE) == 1


@pytest.mark.parametrize(("smeared", "trust"), [(2, 1.0), (12, 0.85)])
def test_a_one_without_edges_is_less_sure_for_it_may_be_a_lamps_glow(smeared: float, trust: float) -> None:
    ink = np.zeros((240, 80), dtype=np.uint8)
    ink[20:220, 25:55] = 255
    soft = np.asarray(cv2.GaussianBlur(ink, (0, 0), smeared), dtype=np.uint8)
    one, seven = (look(sign, box=(300, 200, 80, 240)) for sign in "17")
    one = replace(one, line=replace(one.line, height=200.0, amount=soft))
    seven = replace(seven, line=one.line)

    assert trust_in_line(one, PAGE) == trust
    assert trust_in_line(seven, PAGE) == 1


def test_a_page_of_which_most_lines_say_no_digit_is_less_sure() -> None:
    page = [look("12")] * 3 + [look(OTHER)] * 6
    assert trust_in_page(page) == pytest.approx(3 / 9 / 0.5)
    assert trust_in_page([look("12")] * 5 + [look(OTHER)] * 4) == 1
    assert trust_in_page(page[2:5]) == 1


def test_faint_strokes_and_what_is_faint_and_unsure_are_left_out_beside_dark_ink() -> None:
    dark, pencil = look("27"), look("35", depth=70)
    crease, cloud = look("1", depth=70), look("74", depth=70, chance=0.7)

    assert without_faint([crease, dark, pencil, cloud]) == [dark, pencil]
    assert without_faint([crease, cloud]) == [crease, cloud]
    assert without_faint([dark, look("1")])[1].signs == (1,)


def test_sense_is_of_digits_and_of_separators_where_they_are_allowed() -> None:
    assert sense([look("27")]) == pytest.approx(0.99)
    assert sense([look("2.7")]) == 0
    assert sense([look("2.7")], with_separators=True) == pytest.approx(0.99)
    assert sense([look(f"2{OTHER}"), look("-")], with_separators=True) == 0
    assert sense([]) < 0


def test_either_holds_what_is_probable_enough_and_the_likeliest_in_any_case() -> None:
    assert either([(8, 0.7), (3, 0.25), (5, 0.01)], 8, 0.02) == (3, 8)
    assert either([(8, 0.01), (3, 0.005)], 8, 0.02) == (8,)
    # As 1000 is read where the ink says 1800 by a little.
    assert either([(8, 0.7), (3, 0.25), (0, 0.01)], 0, 0.02) == (0, 3, 8)


def test_either_holds_what_other_looks_hold_likely_where_they_read_as_many_signs() -> None:
    chances = {"17": 0.5, "11": 0.2, "47": 0.09, "1.7": 0.1, "97": 0.01, "7": 0.1}
    texts = [Text(tuple(SIGNS.index(sign) for sign in text), float(np.log(each))) for text, each in chances.items()]

    # Of what has two signs, 0.8: nine is likely by a hundredth and a quarter of it.
    assert likely_at(texts, (1, 7), 0.02) == [{1, 4}, {1, 7}]
    assert likely_at(texts, (1, 7), 0.012) == [{1, 4, 9}, {1, 7}]
    assert likely_at(texts, (1, SIGNS.index("."), 7), 0.02) == [{1}, set(), {7}]
    assert likely_at(texts, (1, 7, 7, 7), 0.02) == [set()] * 4
    assert either([(7, 0.99), (4, 0.005)], 7, 0.02, {1, 7}) == (1, 7)


@pytest.mark.parametrize(
    "said", [{"temperature": float("nan")}, {"temperature": 1e-9}, {"lead": float("inf")}, {"least": 2}, {"lead": "9"}]
)
def test_what_a_file_cannot_say_of_reading_is_refused(said: dict[str, object]) -> None:
    model = shipped_model()
    assert fitted(model).temperature > 0
    changed = copy.copy(model)
    changed.metadata = {**model.metadata, "reading": {**model.metadata["reading"], **said}}

    with pytest.raises(ModelError, match=r"its metadata say .* of reading; train or copy it again"):
        fitted(changed)


def high(text: str, height: float, chance: float = 0.99) -> Look:
    """Return a look at a line of that height."""
    found = look(text, chance=chance)
    return replace(found, line=replace(found.line, height=height))


def test_words_beside_a_number_are_left_out_and_what_is_as_low_as_they_are() -> None:
    number, word, rest = high("3266", 60), high(f"{OTHER}{OTHER}1", 25), high("9", 26)

    assert [each.signs for each in without_words([word, number, rest])] == [number.signs]
    assert len(without_words([high("21", 28), number])) == 2  # there is no word


def test_words_stay_where_there_is_no_number_and_numbers_where_they_are_as_high_as_words() -> None:
    word, number, long = high(f"{OTHER}1{OTHER}", 50), high("47", 50), high(f"4711{OTHER}", 50)

    assert len(without_words([word, high("1", 50)])) == 2
    assert [each.signs for each in without_words([word, number, long])] == [number.signs, long.signs]


def test_a_sure_number_is_not_given_up_for_a_shorter_one_whatever_is_beside_it() -> None:
    number, mark = look("68130", chance=0.9), look(",", chance=0.6)

    assert not makes_more_sense([look("2", chance=0.95)], [mark, number])
    assert makes_more_sense([look("681302", chance=0.95)], [mark, number])
    assert makes_more_sense([look("2", chance=0.95)], [mark, look("68130", chance=0.4)])
