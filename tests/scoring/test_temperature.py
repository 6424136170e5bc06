"""The temperature, on logits whose best one is known."""

import numpy as np
import pytest

from digitrec.errors import ScoreError
from digitrec.scoring.calibration import calibration
from digitrec.scoring.score import score
from digitrec.scoring.temperature import LEAST, fit_temperature


def drawn(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return logits, and labels drawn from the very probabilities that they stand for."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(count, 10)) * 3
    labels = (logits + generator.gumbel(size=logits.shape)).argmax(axis=1)
    return logits, labels


def softmax(logits: np.ndarray) -> np.ndarray:
    powers: np.ndarray = np.exp(logits - logits.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    return powers


@pytest.mark.parametrize("factor", [0.4, 1.0, 3.0])
def test_logits_too_large_by_a_factor_are_divided_by_it(factor: float) -> None:
    logits, labels = drawn(50_000)

    assert fit_temperature(factor * logits, labels) == pytest.approx(factor, rel=0.02)


def test_it_is_the_least_loss_and_mends_the_calibration() -> None:
    logits, labels = drawn(20_000)
    temperature = fit_temperature(3 * logits, labels)
    losses = [score(softmax(3 * logits / each), labels).loss for each in (temperature, temperature * 1.05)]
    before, after = (calibration(softmax(3 * logits / each), labels).expected_error for each in (1, temperature))

    assert losses[0] < losses[1]
    assert before > 0.1
    assert after < 0.02


def test_ten_logits_may_all_be_moved_by_the_same() -> None:
    logits, labels = drawn(500)

    assert fit_temperature(logits + 1000, labels) == pytest.approx(fit_temperature(logits, labels))


def test_all_right_does_not_make_it_infinitely_sure() -> None:
    logits = 5 * np.eye(10)[np.arange(1000) % 10]
    temperature = fit_temperature(logits, logits.argmax(axis=1))

    assert temperature > LEAST
    assert 0.998 < softmax(logits / temperature).max() < 0.9999


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        (np.zeros((3, 9)), np.zeros(3, int), r"shape \(3, 9\) for 3 labels"),
        (np.full((2, 10), np.nan), np.zeros(2, int), "image 0 are not finite"),
        (np.zeros((0, 10)), np.zeros(0, int), "at least one"),
        (np.zeros((1, 10)), np.array([10]), "digits from 0 to 9"),
    ],
)
def test_what_cannot_be_fitted_is_said(logits: np.ndarray, labels: np.ndarray, message: str) -> None:
    with pytest.raises(ScoreError, match=message):
        fit_temperature(logits, labels)
