"""Digits that are drawn look like digits, in many ways, the same for the same seed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.reading.normalise import bounds
from digitrec.reading.reader import shipped_model
from digitrec.training.drawn_digits import draw_digit


@given(st.integers(0, 9), st.floats(0.7, 4.5), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_every_drawn_digit_is_as_large_as_mnists_and_seeded(value: int, pen: float, seed: int) -> None:
    digit = draw_digit(value, pen, np.random.default_rng(seed))

    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    top, left, bottom, right = bounds((digit > 60).astype(np.uint8))
    assert 17 <= max(bottom - top, right - left) <= 22
    assert (digit == draw_digit(value, pen, np.random.default_rng(seed))).all()


def test_no_two_are_alike_and_thicker_pens_leave_more_ink() -> None:
    many = [draw_digit(5, 2.0, np.random.default_rng(seed)) for seed in range(50)]
    assert len({each.tobytes() for each in many}) == 50

    thin, thick = (np.mean([draw_digit(3, pen, np.random.default_rng(seed)) for seed in range(20)]) for pen in (1, 4))
    assert thick > 1.5 * thin


def test_they_are_read_as_what_they_are_meant_to_be() -> None:
    rng = np.random.default_rng(0)
    values = np.repeat(np.arange(10), 20)
    digits = np.stack([draw_digit(int(value), rng.uniform(1.5, 3), rng) for value in values])

    read = shipped_model().probabilities(digits).argmax(1)

    assert (read == values).mean() > 0.95
