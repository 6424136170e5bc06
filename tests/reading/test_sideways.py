"""By how much sense a reading makes of the ink it is told whether a page lies on its side."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from digitrec.reading.ink import Ink
from digitrec.reading.layout import Line
from digitrec.reading.looks import Look
from digitrec.reading.normalise import framed
from digitrec.reading.sideways import quarters
from digitrec.reading.signs import SIGNS
from digitrec.reading.texts import Text

INK = 6000


def page() -> Ink:
    """Return a page with so many pixels of ink."""
    amount = np.zeros((600, 800), dtype=np.uint8)
    amount[100:160, 100:200] = 255
    return Ink(amount, amount > 0, amount, "dark on light", sure_of_polarity=True, contrast=150.0, noise=1.0)


def look(text: str, sure: float, share: float) -> Look:
    """Return a look at a line that says a text so surely and holds such a share of the page's ink."""
    amount = np.full((60, round(share * INK / 60)), 255, dtype=np.uint8)
    signs = tuple(SIGNS.index(sign) for sign in text)
    line = Line((0, 0, amount.shape[1], 60), 60, amount, amount, (), 150.0)
    return Look(
        line, framed(amount, 60).prepare(), np.zeros((7, 16), dtype=np.float32), [Text(signs, math.log(sure))], ()
    )


AS_IT_IS = [look("5", 0.6, 0.3), look("0", 0.4, 0.3)]
NUMBER = [look("4711", 0.95, 1.0)]
NOTHING = [look("?", 0.9, 1.0)]


def turned(left: list[Look], over: list[Look], right: list[Look], as_it_is: list[Look] = AS_IT_IS) -> int:
    """Return how a page is turned of which these are read when it is turned to the left, over, and to the right."""
    readings = iter([left, right, over])
    return quarters(page(), as_it_is, lambda _: [each.line for each in next(readings)], read_of(left + right + over))


def read_of(looks: list[Look]) -> Callable[[Line], Look]:
    """Return what reads each of these lines as they were read."""
    return lambda line: next(each for each in looks if each.line is line)


def test_a_page_is_turned_to_the_side_on_which_it_says_a_number() -> None:
    assert turned(NUMBER, NOTHING, NOTHING) == 1
    assert turned(NOTHING, NOTHING, NUMBER) == 3


def test_what_says_more_upside_down_is_not_turned_to_a_side() -> None:
    assert turned(NUMBER, [look("471108", 0.95, 1.0)], NOTHING) == 0


def test_a_page_that_makes_sense_as_it_is_is_not_read_again() -> None:
    def fails(_: Ink) -> list[Line]:
        raise AssertionError

    assert quarters(page(), [look("52", 0.99, 1.0)], fails, read_of([])) == 0
    assert quarters(page(), [look("527", 0.7, 1.0)], fails, read_of([])) == 0
    assert quarters(page(), [look("471183", 0.5, 0.2) for _ in range(5)], fails, read_of([])) == 0
    with pytest.raises(AssertionError):
        quarters(page(), [look("52", 0.7, 1.0)], fails, read_of([]))
    with pytest.raises(AssertionError):
        quarters(page(), [look("471183", 0.5, 0.2) for _ in range(4)], fails, read_of([]))


def test_no_more_lines_are_looked_at_than_it_takes_to_see_that_too_little_makes_sense() -> None:
    looked: list[float] = []

    def reads(line: Line) -> Look:
        looked.append(line.box[2] * 60 / INK)
        return replace(look("?", 0.9, looked[-1]), line=line)

    lines = [look("4711", 0.9, share).line for share in (0.05, 0.4, 0.05, 0.3, 0.1, 0.1)]

    assert quarters(page(), AS_IT_IS, lambda _: lines, reads) == 0
    # Of each quarter those with most ink, until less than 0.4 of all is left.
    assert looked == pytest.approx([0.4, 0.3] * 2)


def test_the_upright_lines_of_a_page_are_none_of_the_turned_page() -> None:
    seen: list[Ink] = []

    def lines_of(ink: Ink) -> list[Line]:
        seen.append(ink)
        return []

    quarters(replace(page(), upright=np.ones((4, 4), dtype=np.uint8)), AS_IT_IS, lines_of, lambda _: AS_IT_IS[0])

    assert len(seen) == 2
    assert all(ink.upright is None for ink in seen)


def test_nothing_is_looked_at_where_the_lines_hold_too_little_of_the_ink() -> None:
    def fails(_: Line) -> Look:
        raise AssertionError

    assert quarters(page(), AS_IT_IS, lambda _: [look("4711", 0.9, 0.39).line], fails) == 0
    with pytest.raises(AssertionError):
        quarters(page(), AS_IT_IS, lambda _: [look("4711", 0.9, 0.41).line], fails)


@pytest.mark.parametrize(
    "other",
    [
        [look("8", 0.99, 1.0)],
        [look(digit, 0.95, 0.2) for digit in "47118"],
        [look("47", 0.95, 0.2), *[look(digit, 0.95, 0.2) for digit in "1183"]],
        [look("4711", 0.3, 1.0)],
        NOTHING,
    ],
    ids=["a single digit", "digits over one another", "most over one another", "unsure", "no digit"],
)
def test_a_page_is_not_turned_for(other: list[Look]) -> None:
    assert turned(other, NOTHING, NOTHING) == 0


def test_a_number_beside_a_word_makes_sense_of_its_part_of_the_line() -> None:
    assert turned(NUMBER, NOTHING, NOTHING, [look("??28152", 0.9, 1.0)]) == 0


def test_a_page_of_one_digit_with_a_line_under_it_is_not_turned() -> None:
    underlined = [look("107", 0.99, 1.0)]

    assert turned(underlined, NOTHING, NOTHING, [look("5", 1.0, 0.74)]) == 0
    assert turned(underlined, NOTHING, NOTHING, [look("5", 1.0, 0.4)]) == 1
