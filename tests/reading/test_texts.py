"""Texts from columns: the likeliest ones with their probabilities."""

import itertools

import numpy as np
import pytest
from columns import CLASSES, columns
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.reading.signs import SIGNS
from digitrec.reading.texts import likeliest, log_probabilities


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
