"""Rows of holes are no noughts; noughts, and digits beside others in a row, are no holes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitrec.reading.holes import without_holes
from digitrec.reading.parts import Part

PAGE = (1536, 2048)
DIGIT = Part(1, 972, 573, 1159, 984, 14_820, depth=78.0)


def holes(count: int, *, lean: float = 0.02, gap: float = 190, size: int = 120, filled: float = 0.58) -> list[Part]:
    """Return holes down the left side of a page, with a wire in each."""
    found = []
    for place in range(count):
        left, top = round(340 + lean * gap * place), round(66 + gap * place)
        area = round(filled * size * (size + 4))
        found.append(Part(10 + place, left, top, left + size, top + size + 4, area, depth=158.0))
    return found


@given(st.integers(4, 7), st.floats(-0.2, 0.2), st.integers(60, 130))
def test_holes_go_and_the_digit_beside_them_stays(count: int, lean: float, size: int) -> None:
    assert without_holes([DIGIT, *holes(count, lean=lean, size=size)], PAGE) == [DIGIT]


def test_what_the_edge_cuts_off_in_their_row_goes_too() -> None:
    cut = Part(9, 340, 0, 460, 40, 2400, depth=158.0)

    assert without_holes([DIGIT, cut, *holes(6)], PAGE) == [DIGIT]


def test_noughts_stay() -> None:
    alone = holes(5)
    after_one = [*holes(4), Part(9, 345, 830, 400, 950, 4000, depth=158.0)]
    uneven = [
        replace(part, top=part.top + 40 * (part.label % 3), bottom=part.bottom + 40 * (part.label % 3))
        for part in alone
    ]
    of_many_sizes = [replace(part, bottom=part.bottom + 14 * (part.label % 4)) for part in alone]
    thin = holes(5, filled=0.3)

    assert without_holes(alone, PAGE) == alone
    for parts in (after_one, uneven, of_many_sizes, thin, holes(3)):
        assert without_holes([DIGIT, *parts], PAGE) == [DIGIT, *parts]


def spiral(count: int, *, shrink: float = 0.0) -> list[Part]:
    """Return a hole and its wire as one narrow piece each, along the top of a page, smaller from one to the next."""
    found, left = [], 20.0
    for place in range(count):
        scale = 1 - shrink * place
        wide, high = round(36 * scale), round(118 * scale)
        found.append(
            Part(10 + place, round(left), 300, round(left) + wide, 300 + high, round(0.49 * wide * high), depth=177.0)
        )
        left += 55 * scale
    return found


@pytest.mark.parametrize("shrink", [0.0, 0.01])
def test_a_spiral_whose_wires_hang_together_with_its_holes_goes_also_when_it_is_seen_aslant(shrink: float) -> None:
    assert without_holes([DIGIT, *spiral(14, shrink=shrink)], PAGE) == [DIGIT]


def test_a_few_ones_alike_are_no_spiral() -> None:
    ones = spiral(6)

    assert without_holes([DIGIT, *ones], PAGE) == [DIGIT, *ones]


def test_holes_that_the_edge_cuts_each_a_little_farther_go() -> None:
    cut = [
        Part(10 + place, 0, 80 + 180 * place, 128 - 9 * place, 164 + 180 * place, 84 * (80 - 5 * place), depth=167.0)
        for place in range(5)
    ]

    assert without_holes([DIGIT, *cut], PAGE) == [DIGIT]
    assert without_holes([DIGIT, *cut[:4]], PAGE) == [DIGIT, *cut[:4]]


def test_pieces_one_above_another_are_no_row() -> None:
    there = [replace(hole, left=400, top=300, right=520, bottom=424) for hole in holes(5)]

    assert without_holes([DIGIT, *there], PAGE) == [DIGIT, *there]
