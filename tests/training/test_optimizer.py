"""How long steps are, from the first of a training to its last."""

import pytest

from digitrec import Dense
from digitrec.training.optimizer import rate_at, share_done


def test_the_only_step_is_the_longest() -> None:
    recipe = Dense(hidden=(8,), schedule="one-cycle", learning_rate=0.1)

    assert share_done(0, 1) == share_done(25, 100) == 0.25
    assert rate_at(recipe, share_done(0, 1)) == pytest.approx(0.1)


def test_two_cycles_rise_and_fall_twice_the_second_time_less() -> None:
    recipe = Dense(hidden=(8,), schedule="two-cycles", learning_rate=0.1)
    rates = [rate_at(recipe, done / 800) for done in range(800)]
    first, second = rates[:600], rates[600:]

    assert rates[0] == 0
    assert max(first) == pytest.approx(0.1)
    assert first.index(max(first)) == 150
    assert first[-1] < 0.001
    assert second[0] < 0.001
    assert max(second) == pytest.approx(0.04)
    assert 0 < second[-1] < 0.001


def test_one_cycle_rises_and_falls_and_a_constant_rate_stays() -> None:
    cycle = Dense(hidden=(8,), schedule="one-cycle", learning_rate=0.1)
    assert [rate_at(cycle, done) for done in (0, 0.125, 0.25, 0.625, 1)] == pytest.approx([0, 0.05, 0.1, 0.05, 0])
    assert {rate_at(Dense(learning_rate=0.1), done) for done in (0, 0.5, 1)} == {0.1}
