"""Digits told from what is none, on scores whose outcome is known."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitrec.errors import ScoreError
from digitrec.scoring.detection import detection

scores = st.lists(st.integers(0, 5), min_size=1, max_size=30).map(lambda values: np.array(values, float))


def test_told_apart_without_fault_or_not_at_all() -> None:
    digits, others = np.linspace(0.5, 1, 100), np.linspace(0, 0.4, 70)

    assert json.loads(json.dumps(detection(digits, others).to_json())) == {
        "count": 70,
        "area": 1.0,
        "false_positives": 0.0,
    }
    assert detection(others, digits).area == 0
    assert detection(digits, digits).area == 0.5
    assert detection(np.ones(9), np.ones(4)).false_positives == 1


def test_ninety_five_in_a_hundred_digits_are_kept() -> None:
    # Of the digits 1 to 100 those from 6 on are kept; of the others, those from 6 on are taken for digits.
    assert detection(np.arange(1.0, 101), np.arange(0.0, 10)).false_positives == 0.4


@given(scores, scores)
def test_the_area_is_the_share_of_pairs_in_order(digits: np.ndarray, others: np.ndarray) -> None:
    pairs = np.sign(digits[:, None] - others)

    assert detection(digits, others).area == pytest.approx(float((pairs + 1).mean() / 2))


@pytest.mark.parametrize(("digits", "others"), [([], [1.0]), ([1.0], []), ([1.0, np.nan], [1.0]), ([[1.0]], [1.0])])
def test_what_cannot_be_scored_is_said(digits: list[float], others: list[float]) -> None:
    with pytest.raises(ScoreError, match="expected at least one finite number"):
        detection(np.array(digits), np.array(others))
