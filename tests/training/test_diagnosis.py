"""When a training is hopeless, and what is advised then."""

import math

import pytest

from digitrec import Dense
from digitrec.errors import TrainingError
from digitrec.training.diagnosis import require_better_than_chance, require_finite
from digitrec.training.history import Epoch

LABELS = [1000] * 9 + [1200]


def judge(accuracy: float, loss: float, *, rate: float = 0.01, steps: int = 1000) -> None:
    epoch = Epoch(1, loss, accuracy, None, None, 1.0)
    require_better_than_chance(epoch, Dense(learning_rate=rate), labels=LABELS, steps=steps, untrained=2.6)


@pytest.mark.parametrize(("accuracy", "loss"), [(0.5, 1.5), (0.13, 2.29), (0.30, 2.5), (0.99, 0.02)])
def test_what_is_better_than_chance_goes_on(accuracy: float, loss: float) -> None:
    judge(accuracy, loss)


@pytest.mark.parametrize(("accuracy", "loss"), [(0.10, 2.30), (0.118, 2.29), (0.13, 2.61), (0.22, 2.31)])
def test_what_is_no_better_than_chance_is_stopped(accuracy: float, loss: float) -> None:
    with pytest.raises(TrainingError, match=r"after epoch 1 .* \(11.8% show the commonest digit\)"):
        judge(accuracy, loss)


def test_a_few_steps_are_not_judged() -> None:
    judge(0.1, 9.0, steps=99)


@pytest.mark.parametrize(
    ("loss", "rate", "advice"),
    [
        (3.5, 0.01, "lower --learning-rate from 0.01 to 0.001"),
        (2.3026, 5.0, "lower --learning-rate from 5 to 0.5"),
        (2.6, 1e-9, "raise --learning-rate from 1e-09 to 1e-08"),
    ],
)
def test_the_advice_fits_the_trouble(loss: float, rate: float, advice: str) -> None:
    with pytest.raises(TrainingError, match=advice):
        judge(0.1, loss, rate=rate)


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_stopped_with_advice(loss: float) -> None:
    require_finite(2.3, 4, Dense())
    with pytest.raises(TrainingError, match=rf"the loss is {loss:g} in epoch 4: .* from 0.01 to 0.001"):
        require_finite(loss, 4, Dense())
