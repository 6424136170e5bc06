"""Where in the columns of a line each sign stands."""

import numpy as np
import pytest
from columns import columns

from digitrec.reading.decode import extents, places, said_at


def test_each_sign_has_the_columns_around_where_it_is_said() -> None:
    line = columns({0: 1}, {2: 1}, {0: 1}, {0: 1}, {3: 1}, {3: 1}, {0: 1})

    spans = places(said_at(line, (1, 2)), len(line))

    assert spans[0][0] == 0
    assert spans[0][1] == spans[1][0] == pytest.approx(3, abs=0.51)
    assert spans[1][1] == 7


def test_more_signs_than_columns_still_have_places_in_order() -> None:
    spans = places(said_at(columns({2: 1}, {3: 1}), (1, 2, 3, 4)), 2)

    assert len(spans) == 4
    assert all(left <= right for left, right in spans)
    assert [left for left, _ in spans] == sorted(left for left, _ in spans)


def test_a_line_is_cut_where_it_has_least_ink_between_the_middles_of_signs() -> None:
    line = columns({0: 1}, {2: 1}, {0: 1}, {0: 1}, {3: 1}, {0: 1}, {0: 1}, {0: 1})  # said 8 pixels early
    image = np.full((28, 32), 200, dtype=np.uint8)
    image[:, 22] = image[:, 8] = 0  # between the two, and within what is of the first

    assert extents(said_at(line, (1, 2)), len(line), image, 8.0)[0] in {(0, 22), (0, 23)}
    assert extents(said_at(line, (1, 2)), len(line), image, 8.0)[1][1] == 32
    assert extents(said_at(line, ()), len(line), image) == []
    assert extents(said_at(line, (1,)), len(line), image, 8.0) == [(0, 32)]


def test_extents_are_in_order_however_early_signs_are_said() -> None:
    for lead in (-50.0, 0.0, 50.0):
        spans = extents(said_at(columns({2: 1}, {3: 1}), (1, 2, 3, 4)), 2, np.zeros((28, 8), dtype=np.uint8), lead)
        assert len(spans) == 4
        assert all(0 <= left <= right <= 8 for left, right in spans)
        assert [left for left, _ in spans] == sorted(left for left, _ in spans)


def test_no_sign_has_no_place() -> None:
    assert places(said_at(columns({0: 1}), ()), 1) == []
