"""The report, on arrays whose report is known."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitrec import score
from digitrec.errors import ScoreError
from digitrec.scoring.score import wilson_interval


def sure_of(predicted: list[int]) -> np.ndarray:
    """Return probabilities that put 0.91 on each digit predicted and 0.01 on the others."""
    probabilities = np.full((len(predicted), 10), 0.01)
    probabilities[np.arange(len(predicted)), predicted] = 0.91
    return probabilities


def test_every_number_of_a_small_report_is_as_counted_by_hand() -> None:
    report = score(sure_of([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 2]), doubtful=[4])

    assert (report.count, report.correct, report.accuracy) == (5, 3, 0.6)
    assert (report.count_of_valid_labels, report.correct_on_valid_labels) == (4, 3)
    assert report.accuracy_on_valid_labels == 0.75
    assert report.confusion[1][:3] == (1, 2, 0)
    assert report.confusion[2][:3] == (0, 1, 0)
    assert sum(map(sum, report.confusion)) == 5
    one = report.per_digit[1]
    assert (one.count, one.precision, one.recall) == (3, 2 / 3, 2 / 3)
    assert report.loss == pytest.approx(-(3 * math.log(0.91) + 2 * math.log(0.01)) / 5)


def test_a_digit_that_is_never_seen_or_never_predicted_has_no_share() -> None:
    report = score(sure_of([0]), np.array([3]))

    assert report.per_digit[7].precision is None
    assert report.per_digit[7].recall is None
    assert report.per_digit[3].precision is None
    assert report.per_digit[3].recall == 0


def test_a_certain_mistake_costs_much_but_not_infinitely_much() -> None:
    report = score(np.eye(10)[[3]], np.array([4]))

    assert 80 < report.loss < 100


@pytest.mark.parametrize(
    ("correct", "count", "low", "high"),
    # Known values: Brown, Cai & DasGupta 2001; and the interval stated for 99.00 % of 10,000.
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (9900, 10_000, 0.98786, 0.99178)],
)
def test_the_interval_is_wilsons(correct: int, count: int, low: float, high: float) -> None:
    assert wilson_interval(correct, count) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 10**6).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_interval_lies_within_0_and_1_around_the_share(correct_and_count: tuple[int, int]) -> None:
    correct, count = correct_and_count
    low, high = wilson_interval(correct, count)

    assert 0 <= low <= correct / count <= high <= 1


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=50))
def test_all_images_are_counted_once_whatever_they_are(pairs: list[tuple[int, int]]) -> None:
    predicted, labels = map(list, zip(*pairs, strict=True))
    report = score(sure_of(predicted), np.array(labels))

    assert report.count == len(pairs)
    assert report.correct == sum(one == other for one, other in pairs)
    assert sum(each.count for each in report.per_digit) == len(pairs)


def test_a_report_becomes_json_with_the_promised_keys() -> None:
    report = json.loads(json.dumps(score(sure_of([1, 2]), np.array([1, 3])).to_json()))

    promised = {"count", "correct", "accuracy", "interval", "correct_on_valid_labels", "per_digit", "confusion"}
    assert promised <= report.keys()
    assert report["per_digit"][1] == {"digit": 1, "count": 1, "precision": 1.0, "recall": 1.0}


@pytest.mark.parametrize(
    ("probabilities", "labels", "message"),
    [
        (np.zeros((3, 9)), np.zeros(3, int), r"shape \(3, 9\).*expected \(3, 10\)"),
        (np.zeros((3, 10)), np.zeros(4, int), r"expected \(4, 10\)"),
        (np.full((1, 10), np.nan), np.zeros(1, int), "image 0 are not finite"),
        (np.zeros((1, 10)), np.array([10]), "labels from 10 to 10; expected digits from 0 to 9"),
        (np.zeros((1, 10)), np.array([-1]), "expected digits from 0 to 9"),
        (np.zeros((1, 10)), np.array([1.0]), "expected at least one whole number"),
        (np.zeros((0, 10)), np.zeros(0, int), "expected at least one"),
        (
            np.eye(10)[[0, 1]] * [[1], [3]],
            np.array([0, 1]),
            "row 1 is no probabilities: from 0 to 3, 3 together; expected none below 0 and 1 together",
        ),
        (np.array([[1.5, -0.5] + 8 * [0.0]]), np.array([0]), "row 0 is no probabilities: from -0.5 to 1.5, 1 together"),
        (np.zeros((1, 10)), np.array([0]), "0 together"),
    ],
)
def test_arrays_that_cannot_be_scored_are_refused(probabilities: np.ndarray, labels: np.ndarray, message: str) -> None:
    with pytest.raises(ScoreError, match=message):
        score(probabilities, labels)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rounded_probabilities_are_scored(dtype: type[np.floating]) -> None:
    draws = np.random.default_rng(0).dirichlet(np.full(10, 0.3), 500).astype(dtype)

    assert score(draws, draws.argmax(axis=1)).accuracy == 1


@pytest.mark.parametrize(
    ("doubtful", "named"), [([10], "10"), ([3, -1], "-1"), ([1.0], r"1\.0"), ([True, False], "True"), (["3"], "'3'")]
)
def test_a_doubtful_label_that_is_none_of_the_labels_is_refused(doubtful: list[int], named: str) -> None:
    with pytest.raises(ScoreError, match=rf"^doubtful label {named} of 10; expected indices from 0 to 9$"):
        score(np.eye(10), np.arange(10), doubtful=doubtful)


def test_doubtful_labels_may_be_named_twice_or_not_at_all() -> None:
    assert score(np.eye(10), np.arange(10), doubtful=np.array([3, 9, 3], np.uint8).tolist()).count_of_valid_labels == 8
    assert score(np.eye(10), np.arange(10), doubtful=()).count_of_valid_labels == 10


def test_labels_that_are_all_doubtful_are_refused() -> None:
    with pytest.raises(ScoreError, match="all 1 labels"):
        score(sure_of([1]), np.array([1]), doubtful=[0])
