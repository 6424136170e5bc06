"""Calibration and selective reading, on arrays whose outcome is known."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitrec.errors import ScoreError
from digitrec.scoring.calibration import BINS, calibration, selection


def answers(confidences: list[float], right: list[bool]) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities that answer 0 with these confidences, and labels that make each right or wrong."""
    probabilities = np.zeros((len(confidences), 10))
    probabilities[:, 0] = confidences
    probabilities[:, 1:] = (1 - probabilities[:, :1]) / 9
    return probabilities, np.where(right, 0, 1)


def test_one_who_is_right_as_often_as_sure_has_no_error() -> None:
    found = calibration(*answers([0.75] * 4, [True, True, True, False]))

    assert found.expected_error == pytest.approx(0)
    (full,) = (each for each in found.bins if each.count)
    assert (full.count, full.accuracy) == (4, 0.75)
    assert full.confidence == pytest.approx(0.75)
    assert full.low < 0.75 <= full.high


def test_the_error_weighs_each_bin_by_its_digits() -> None:
    # Three sure of 0.9 and all right: 0.1 apart; one sure of 0.5 and wrong: 0.5 apart.
    found = calibration(*answers([0.9, 0.9, 0.9, 0.5], [True, True, True, False]))

    assert found.expected_error == pytest.approx((3 * 0.1 + 0.5) / 4)


def test_there_are_fifteen_bins_of_equal_width_and_empty_ones_have_no_means() -> None:
    bins = calibration(*answers([1.0], [True])).bins

    assert len(bins) == BINS == 15
    assert (bins[0].low, bins[-1].high) == (0, 1)
    assert all(one.high == other.low for one, other in itertools.pairwise(bins))
    assert bins[-1].count == 1
    assert bins[3].accuracy is None
    assert bins[3].confidence is None


@given(st.lists(st.tuples(st.floats(0.11, 1), st.booleans()), min_size=1, max_size=60))
def test_every_digit_is_in_one_bin_and_the_error_is_a_share(rows: list[tuple[float, bool]]) -> None:
    confidences, right = map(list, zip(*rows, strict=True))
    found = calibration(*answers(confidences, right))

    assert sum(each.count for each in found.bins) == len(rows)
    assert 0 <= found.expected_error <= 1
    for each in found.bins:
        if each.confidence is not None:
            assert each.low - 1e-9 <= each.confidence <= each.high + 1e-9


def test_declining_the_least_sure_leaves_the_others() -> None:
    found = selection(*answers([0.5, 0.9, 0.8, 0.7], [False, True, True, False]))

    assert [found.error_at(share) for share in (0.25, 0.5, 0.75, 1)] == [0, 0, 1 / 3, 0.5]
    assert found.error_at(0.99) == 1 / 3
    assert found.error_at(0.01) == 0


def test_the_threshold_answers_as_many_as_the_wished_error_allows() -> None:
    found = selection(*answers([0.5, 0.9, 0.8, 0.7], [True, True, False, True]))

    assert found.threshold_for(0) == pytest.approx(0.9)
    assert found.threshold_for(0.3) == pytest.approx(0.5)
    assert selection(*answers([0.9], [False])).threshold_for(0.1) is None


def test_of_equally_sure_digits_all_or_none_are_answered() -> None:
    found = selection(*answers([0.9, 0.8, 0.8], [True, True, False]))

    assert found.threshold_for(0.1) == pytest.approx(0.9)


@given(st.lists(st.tuples(st.floats(0.11, 1), st.booleans()), min_size=1, max_size=60), st.floats(0, 1))
def test_answering_from_the_threshold_up_keeps_the_wished_error(rows: list[tuple[float, bool]], error: float) -> None:
    confidences, right = map(list, zip(*rows, strict=True))
    probabilities, labels = answers(confidences, right)
    threshold = selection(probabilities, labels).threshold_for(error)

    if threshold is not None:
        answered = probabilities.max(axis=1) >= threshold
        assert (probabilities.argmax(axis=1) != labels)[answered].mean() <= error


@pytest.mark.parametrize("share", [0, -1, 1.01, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ScoreError, match="to answer; expected a number above 0, at most 1"):
        selection(*answers([0.9], [True])).error_at(share)


def test_a_calibration_becomes_json() -> None:
    found = json.loads(json.dumps(calibration(*answers([0.9, 0.4], [True, False])).to_json()))

    assert len(found["bins"]) == 15
    assert found["expected_error"] == pytest.approx(0.25)


def test_arrays_that_cannot_be_scored_are_refused() -> None:
    with pytest.raises(ScoreError, match="not finite"):
        calibration(np.full((1, 10), np.nan), np.zeros(1, int))
