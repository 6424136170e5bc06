"""The comparison of two recognisers, on arrays whose outcome is known."""

import json
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitrec import compare
from digitrec.errors import ScoreError
from digitrec.scoring.comparison import mcnemar, shown_p


def reads(digits: list[int]) -> np.ndarray:
    """Return probabilities that are sure of these digits."""
    return np.eye(10)[digits]


def test_a_small_comparison_is_as_counted_by_hand() -> None:
    labels = np.array([1, 2, 3, 4, 5])
    found = compare(reads([1, 2, 0, 0, 5]), reads([1, 0, 3, 4, 6]), labels)

    assert (found.count, found.first_correct, found.second_correct) == (5, 3, 3)
    assert found.only_first == (1, 4)
    assert found.only_second == (2, 3)
    assert found.changed == [1, 2, 3, 4]
    assert found.difference == 0
    assert found.interval[0] == -found.interval[1] < 0
    assert found.p_value == 1
    assert found.verdict == "no real difference: 2 against 2 images, p = 1"


def test_a_lopsided_split_is_a_real_difference_and_says_whose() -> None:
    labels = np.zeros(20, int)
    worse, better = reads([1] * 10 + [0] * 10), reads([0] * 20)

    assert compare(worse, better, labels).verdict == "the second is really better: 0 against 10 images, p = 0.002"
    assert compare(better, worse, labels).verdict == "the first is really better: 10 against 0 images, p = 0.002"
    assert compare(worse, better, labels).interval[0] > 0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (0, 0, 1.0),
        (0, 5, 2 / 2**5),
        (1, 9, 2 * (1 + 10) / 2**10),
        (6, 6, 1.0),
        (59, 6, 2 * sum(math.comb(65, k) for k in range(7)) / 2**65),
    ],
)
def test_mcnemars_probability_is_that_of_coin_tosses(one: int, other: int, expected: float) -> None:
    assert mcnemar(one, other) == pytest.approx(expected)
    assert mcnemar(other, one) == mcnemar(one, other)


def test_thousands_of_changes_do_not_exceed_what_a_float_holds() -> None:
    assert 0.9 < mcnemar(5_000, 5_000) <= 1
    assert mcnemar(4_000, 6_000) < 1e-80


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_probability_is_that_of_whole_numbers(one: int, other: int) -> None:
    tail = 2 * sum(math.comb(one + other, k) for k in range(min(one, other) + 1))

    assert mcnemar(one, other) == pytest.approx(min(1.0, tail / 2 ** (one + other)), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (49_000, 51_000, 2.588716038346898e-10),
        (59_650, 60_350, 0.04360756338955306),
        (500_000, 500_000, 1.0),
        (0, 10**6, 0.0),
    ],
)
def test_a_great_many_changes_are_compared_at_once(one: int, other: int, expected: float) -> None:
    begun = time.process_time()

    assert mcnemar(one, other) == pytest.approx(expected, rel=1e-11, abs=0)
    assert time.process_time() - begun < 2


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_probability_is_one_and_never_rises_as_the_split_grows_uneven(one: int, other: int) -> None:
    even, uneven = mcnemar(one, other), mcnemar(min(one, other), max(one, other) + 1)

    assert 0 < even <= 1
    assert uneven <= even or min(one, other) == max(one, other)


@given(st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=1, max_size=60))
def test_exchanging_the_two_turns_the_comparison_around(rows: list[tuple[int, int, int]]) -> None:
    first, second, labels = map(list, zip(*rows, strict=True))
    there = compare(reads(first), reads(second), np.array(labels))
    back = compare(reads(second), reads(first), np.array(labels))

    assert (there.only_first, there.only_second) == (back.only_second, back.only_first)
    assert there.difference == -back.difference
    assert there.p_value == back.p_value
    assert there.interval == pytest.approx((-back.interval[1], -back.interval[0]))
    assert there.interval[0] <= there.interval[1]


def test_a_comparison_becomes_json() -> None:
    found = json.loads(json.dumps(compare(reads([1, 2]), reads([1, 3]), np.array([1, 3])).to_json()))

    assert found["only_second"] == [1]
    assert found["real"] is False
    assert found["verdict"].startswith("no real difference")


@pytest.mark.parametrize(("value", "shown"), [(1.0, "p = 1"), (0.0312, "p = 0.031"), (0.00001, "p < 0.0001")])
def test_a_probability_is_shown_with_as_many_digits_as_help(value: float, shown: str) -> None:
    assert shown_p(value) == shown


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ScoreError, match=r"expected \(3, 10\)"):
        compare(reads([1, 2, 3]), reads([1, 2]), np.array([1, 2, 3]))
    with pytest.raises(ScoreError, match="-1 against 2 images"):
        mcnemar(-1, 2)
