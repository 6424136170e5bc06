"""Pieces of a margin's line are no ones; ones below one another are."""

import numpy as np

from digitrec.reading.margins import without_margins
from digitrec.reading.parts import Part

PAGE = (1632, 1224)
NUMBER = [Part(place, 200 + 150 * place, 300, 300 + 150 * place, 560, 5500, depth=100.0) for place in range(1, 4)]


def line(*rows: tuple[int, int], lean: float = 0.177, left: int = 0, depth: float = 84.0) -> list[Part]:
    """Return pieces of a thin line, each from a row to another."""
    found = []
    for place, (top, bottom) in enumerate(rows):
        begin, end = left + lean * (top - rows[0][0]), left + lean * (bottom - rows[0][0])
        area = 4 * (bottom - top)
        found.append(Part(20 + place, round(begin), top, round(end) + 4, bottom, area, depth=depth))
    return found


def test_pieces_of_one_line_go() -> None:
    broken = line((431, 583), (728, 936), (1085, 1288))

    assert without_margins([*NUMBER, *broken], PAGE) == NUMBER


def test_two_go_where_the_line_goes_on_beyond_the_picture() -> None:
    at_edge, within = line((0, 665), (669, 792), left=810), line((300, 665), (669, 792), left=810)

    assert without_margins([*NUMBER, *at_edge], PAGE) == NUMBER
    assert without_margins([*NUMBER, *within], PAGE) == [*NUMBER, *within]


def test_ones_below_one_another_stay_though_they_are_pale() -> None:
    rng = np.random.default_rng(0)
    stayed = 0
    for _ in range(200):
        rows = [(300 + 400 * place, 300 + 400 * place + int(rng.integers(180, 240))) for place in range(3)]
        ones = [line(row, lean=rng.normal(0.1, 0.06), left=round(300 + rng.normal(0, 12)))[0] for row in rows]
        stayed += without_margins([*NUMBER, *ones], PAGE) == [*NUMBER, *ones]

    # A hand that keeps to a line so straight three times is a rare chance.
    assert stayed >= 196


def test_dark_pieces_and_pieces_alone_stay() -> None:
    dark, alone = line((431, 583), (728, 936), (1085, 1288), depth=100.0), line((431, 583), (728, 936), (1085, 1288))

    assert without_margins([*NUMBER, *dark], PAGE) == [*NUMBER, *dark]
    assert without_margins(alone, PAGE) == alone


def test_thin_pieces_with_one_middle_are_no_line() -> None:
    crossed = [Part(5, 900, 100, 910, 300, 1500, depth=84.0), Part(6, 902, 150, 908, 250, 500, depth=84.0)]

    assert without_margins([*NUMBER, *crossed], PAGE) == [*NUMBER, *crossed]
