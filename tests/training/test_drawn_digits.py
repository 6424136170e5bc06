"""Digits that are drawn look like digits, in many ways, the same for the same seed."""

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.reading.normalise import bounds
from digitrec.reading.reader import shipped_model
from digitrec.training.drawn_digits import draw_digit, draw_noughts, some_hand
from digitrec.training.ways import OF_HANDS, WAYS


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


def test_who_writes_a_line_writes_a_digit_alike_each_time() -> None:
    rng = np.random.default_rng(1)

    def apart(one: np.ndarray, two: np.ndarray) -> float:
        return float(np.abs(one.astype(float) - two).mean())

    same, other = [], []
    for value in np.tile(np.arange(10), 12).tolist():
        hand = some_hand(rng)
        first = draw_digit(value, 2.0, rng, hand)
        same.append(apart(first, draw_digit(value, 2.0, rng, hand)))
        other.append(apart(first, draw_digit(value, 2.0, rng, some_hand(rng))))

    assert np.mean(same) < 0.8 * np.mean(other)


def test_a_hand_has_ways_of_its_own_beside_those_of_single_digits() -> None:
    assert not any(way in WAYS[value] for value, ways in OF_HANDS.items() for way in ways)
    rng = np.random.default_rng(2)
    known = [some_hand(rng).ways for _ in range(200)]

    assert all(any(ways[value] in each for ways in known) for value, each in OF_HANDS.items())


@given(st.integers(2, 4), st.floats(0.7, 3), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_noughts_in_one_stroke_are_one_piece_of_ink_as_high_as_digits(count: int, pen: float, seed: int) -> None:
    drawn = draw_noughts(count, pen, np.random.default_rng(seed))

    assert drawn.shape[0] == 28
    assert drawn.dtype == np.uint8
    top, left, bottom, right = bounds((drawn > 60).astype(np.uint8))
    assert 15 <= bottom - top <= 22
    assert right - left > 5 * count
    assert (drawn == draw_noughts(count, pen, np.random.default_rng(seed))).all()


def test_noughts_in_one_stroke_have_a_hole_each() -> None:
    holes = []
    for seed in range(60):
        drawn = draw_noughts(3, 1.2, np.random.default_rng(seed))
        large = cv2.resize(drawn, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
        ground = np.pad((large < 40).astype(np.uint8), 1, constant_values=1)
        holes.append(cv2.connectedComponents(ground, connectivity=4)[0] - 2)

    assert np.mean(np.array(holes) >= 3) > 0.8
