"""What stands beside numbers: drawn with their pen, as many signs as it has letters, and never a digit."""

from collections.abc import Mapping

import numpy as np
import pytest

from digitrec.training import letter_ways, strokes, symbol_ways
from digitrec.training.strokes import Way
from digitrec.training.symbols import beside, between, drawn

ALL: Mapping[str, Way] = {**symbol_ways.BEFORE, **symbol_ways.BETWEEN, **symbol_ways.BEHIND}
DIGIT = strokes.line(28, [(14, 4), (14, 24)], 3)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("pen", [0.8, 2.5, 4.5])
def test_each_is_drawn_within_the_line_as_thick_as_the_pen(name: str, pen: float) -> None:
    rng = np.random.default_rng(0)
    for _ in range(10):
        ink = drawn(ALL[name], pen, rng)

        assert ink.dtype == np.uint8
        assert ink.shape[0] == 28
        assert 1 <= ink.shape[1] <= 60
        assert ink[:, 0].any()
        assert ink[:, -1].any()
        assert (ink > 127).sum() >= pen


def test_brackets_reach_beyond_digits_and_a_colon_is_two_dots() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        rows = np.flatnonzero(drawn(symbol_ways.OPENING["("], 2, rng).max(1) > 60)
        assert rows[-1] - rows[0] > 17
        colon = drawn(symbol_ways.BETWEEN[":"], 2, rng).max(1) > 60
        assert (np.diff(np.flatnonzero(colon)) > 1).sum() == 1


def test_lines_hold_symbols_as_often_as_said_and_the_same_seed_the_same() -> None:
    rng, many = np.random.default_rng(2), 3000
    found = [beside([DIGIT] * 3, rng, 80) for _ in range(many)]

    assert sum(bool(each.before) for each in found) / many == pytest.approx(0.13, abs=0.03)
    assert sum(bool(each.behind) for each in found) / many == pytest.approx(0.15, abs=0.03)
    assert sum(each.within for each in found) / many == pytest.approx(0.06, abs=0.02)
    assert all(each.pen == found[0].pen for each in found)
    one, other = (between(2.0, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    assert one[1:] == other[1:]


def test_words_have_letters_that_are_no_digits_and_as_many_as_there_is_room_for() -> None:
    rng = np.random.default_rng(8)
    for room, most in ((80, 6), (30, 2)):
        words = [each.before for each in (beside([], rng, room) for _ in range(300)) if len(each.before) > 1]
        assert len(words) > 40
        assert max(map(len, words)) == most
        assert all(count == 1 and ink.any() for word in words for ink, _, count in word)
    assert not any(beside([DIGIT], rng, 10).before for _ in range(200))
    assert not set(letter_ways.CLEAR) & set(letter_ways.LIKE_DIGITS)
