"""What lines hold besides their digits, as often as it is meant, and their digits in order."""

import numpy as np

from digitrec.reading.signs import NO_DIGIT, SEPARATORS, SIGNS
from digitrec.training import strokes
from digitrec.training.line_parts import parts_of_line
from digitrec.training.shapes import Shapes

DIGIT = strokes.line(28, [(14, 4), (14, 24)], 3)


def test_a_line_says_its_digits_in_order_whatever_stands_beside_them() -> None:
    rng, shapes = np.random.default_rng(4), Shapes(np.random.default_rng(5))
    labels, symbolic = [3, 1, 4, 1], 0
    for _ in range(300):
        pieces, signs = parts_of_line([DIGIT] * 4, labels, shapes, rng, 80)

        assert [sign for sign in signs if sign < 10] == labels
        assert len(pieces) <= len(signs)
        assert pieces[0][1] == 0
        symbolic += NO_DIGIT in signs

    assert 60 < symbolic < 150


def test_a_line_without_room_holds_no_symbols_but_those_that_always_may_stand_there() -> None:
    rng, shapes = np.random.default_rng(6), Shapes(np.random.default_rng(7))
    with_room, without = (
        sum(NO_DIGIT in parts_of_line([DIGIT] * 4, [1] * 4, shapes, rng, room)[1] for _ in range(400))
        for room in (80, 5)
    )

    assert without < 0.6 * with_room


def test_separators_stand_in_lines_and_the_same_seed_gives_the_same_line() -> None:
    shapes, labels = Shapes(np.random.default_rng(8)), list(range(6))
    one, other = (parts_of_line([DIGIT] * 6, labels, shapes, np.random.default_rng(9), 60) for _ in range(2))
    rng, marked = np.random.default_rng(10), 0
    for _ in range(300):
        _, signs = parts_of_line([DIGIT] * 6, labels, shapes, rng, 60)
        marked += any(SIGNS[sign] in SEPARATORS for sign in signs)

    assert one[1] == other[1]
    assert all((ink == same).all() and gap == apart for (ink, gap), (same, apart) in zip(one[0], other[0], strict=True))
    assert 90 < marked < 220
