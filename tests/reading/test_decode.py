"""Where in the columns of a line each sign stands."""

import pytest
from columns import columns

from digitrec.reading.decode import places, said_at


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


def test_no_sign_has_no_place() -> None:
    assert places(said_at(columns({0: 1}), ()), 1) == []
