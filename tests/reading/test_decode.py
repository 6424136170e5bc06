"""Texts from columns: the likeliest ones with their probabilities, and where each sign stands."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.reading.decode import extents, likeliest, log_probabilities, places, said_at
from digitrec.reading.signs import SIGNS

CLASSES = len(SIGNS) + 1


def columns(*said: dict[int, float]) -> npt.NDArray[np.float32]:
    """Return log-probabilities of columns that say these classes, the rest shared among all."""
    chances = np.full((len(said), CLASSES), 1e-6)
    for row, column in zip(chances, said, strict=True):
        for each, chance in column.items():
            row[each] = chance
    return np.asarray(np.log(chances / chances.sum(1, keepdims=True)), dtype=np.float32)


def text(signs: tuple[int, ...]) -> str:
    return "".join(SIGNS[sign] for sign in signs)


def test_repeated_columns_are_one_sign_and_nothing_between_makes_two() -> None:
    once = columns({4: 1}, {4: 1}, {0: 1}, {8: 1})
    twice = columns({4: 1}, {0: 1}, {4: 1}, {8: 1})

    assert text(likeliest(once)[0].signs) == "37"
    assert text(likeliest(twice)[0].signs) == "337"


def test_columns_that_say_nothing_are_an_empty_text() -> None:
    assert likeliest(columns({0: 1}, {0: 1}))[0].signs == ()


def test_a_text_counts_with_all_its_ways_of_being_said() -> None:
    # Nothing at all is the likeliest way of each column, and yet three is the likelier text.
    found = likeliest(columns({0: 0.6, 4: 0.4}, {0: 0.6, 4: 0.4}))

    assert text(found[0].signs) == "3"
    assert np.exp(found[0].log_probability) == pytest.approx(0.64, abs=1e-3)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_the_probabilities_are_those_of_summing_over_all_ways(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.full(CLASSES, 0.15), 3)
    logs = np.asarray(np.log(chances + 1e-12), dtype=np.float32)
    sums: dict[tuple[int, ...], float] = {}
    some = [np.flatnonzero(row > 1e-3) for row in chances]
    for way in itertools.product(*some):
        said = tuple(int(each) - 1 for each, _ in itertools.groupby(way) if each)
        sums[said] = sums.get(said, 0.0) + float(np.prod([chances[step, each] for step, each in enumerate(way)]))
    best = max(sums, key=lambda each: sums[each])

    found = {each.signs: np.exp(each.log_probability) for each in likeliest(logs, 5000)}

    assert found[best] == pytest.approx(sums[best], rel=0.05, abs=0.01)
    assert sum(found.values()) == pytest.approx(1, abs=0.05)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_looks_of_any_length_say_texts_as_probably_as_the_search_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    looks = [
        np.asarray(np.log(rng.dirichlet(np.full(CLASSES, 0.15), steps) + 1e-12), dtype=np.float32)
        for steps in (2, 4, 3)
    ]
    found = [{each.signs: each.log_probability for each in likeliest(look, 5000)} for look in looks]
    texts = sorted({signs for look in found for signs in look}, key=len)

    logs = log_probabilities(looks, texts)

    assert logs.shape == (len(texts), 3)
    for column, look in zip(logs.T, found, strict=True):
        by_sum = dict(zip(texts, column.tolist(), strict=True))
        for signs, chance in look.items():
            # The search leaves out what is improbable in a column.
            assert np.exp(by_sum[signs]) >= np.exp(chance) - 1e-6
            assert np.exp(by_sum[signs]) == pytest.approx(np.exp(chance), rel=0.05, abs=0.01)


def test_long_lines_have_probabilities_too_small_for_a_float() -> None:
    rng = np.random.default_rng(0)
    line = np.asarray(np.log(rng.dirichlet(np.full(CLASSES, 5.0), 1024)), dtype=np.float32)

    best = likeliest(line)[0]

    assert best.log_probability < -800
    assert log_probabilities([line], [best.signs])[0, 0] >= best.log_probability


def test_only_what_is_allowed_is_followed() -> None:
    unsure = columns({4: 0.6, 9: 0.4}, {0: 1})

    assert text(likeliest(unsure)[0].signs) == "3"
    assert text(likeliest(unsure, allowed=lambda signs: signs == (8,))[0].signs) == "8"


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
