"""The training loop, against NumPy as an independent referee."""

import math

import numpy as np
import pytest
import torch

from digitrec import Dense, Digits, Mnist
from digitrec.errors import TrainingError
from digitrec.training.history import Progress
from digitrec.training.loop import State, fit
from digitrec.training.network import build_network
from digitrec.training.optimizer import make_optimizer


def new_state(recipe: Dense, seed: int = 0) -> State:
    generator = torch.Generator().manual_seed(seed)
    network = build_network(recipe, generator)
    return State(network, make_optimizer(recipe, network), generator)


def run(state: State, digits: Digits, recipe: Dense, *, seed: int = 0, stop_at: int | None = None) -> list[Progress]:
    """Train, to the end or to the stop, and return what was reported."""
    heard: list[Progress] = []
    steps = 0

    def should_stop() -> bool:
        nonlocal steps
        steps += 1
        return steps == stop_at

    fit(
        state,
        digits,
        None,
        recipe,
        seed=seed,
        device=torch.device("cpu"),
        on_progress=heard.append,
        should_stop=should_stop,
        on_epoch=lambda _: None,
    )
    return heard


def weights(state: State) -> list[np.ndarray]:
    return [each.detach().numpy() for each in state.network.parameters()]


def test_an_epoch_of_sgd_is_what_numpy_computes(small: Mnist) -> None:
    recipe = Dense(hidden=(16,), epochs=1, batch_size=32, learning_rate=0.05)
    state = new_state(recipe)
    first, first_bias, last, last_bias = (each.astype(np.float64) for each in map(np.copy, weights(state)))
    digits = small.train[:250]
    order = torch.randperm(250, generator=torch.Generator().manual_seed(0)).numpy()
    losses = []
    for start in range(0, 250, 32):
        chosen = order[start : start + 32]
        numbers = 1 - digits.images[chosen].reshape(-1, 784) / 255
        hidden = np.maximum(numbers @ first.T + first_bias, 0)
        logits = hidden @ last.T + last_bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        losses += (-np.log(shares[np.arange(len(chosen)), digits.labels[chosen]])).tolist()
        error = (shares - np.eye(10)[digits.labels[chosen]]) / len(chosen)
        back = error @ last * (hidden > 0)
        last -= 0.05 * error.T @ hidden
        last_bias -= 0.05 * error.sum(axis=0)
        first -= 0.05 * back.T @ numbers
        first_bias -= 0.05 * back.sum(axis=0)

    run(state, digits, recipe)

    for ours, expected in zip(weights(state), (first, first_bias, last, last_bias), strict=True):
        np.testing.assert_allclose(ours, expected, atol=2e-5)
    assert state.history[0].loss == pytest.approx(np.mean(losses), rel=1e-5)
    assert len(losses) == 250


def test_each_epoch_has_its_own_order_and_the_seed_decides_them(small: Mnist) -> None:
    recipe = Dense(hidden=(4,), epochs=2, batch_size=7)
    one, same, other = new_state(recipe), new_state(recipe), new_state(recipe)
    run(one, small.train[:70], recipe, seed=1)
    run(same, small.train[:70], recipe, seed=1)
    run(other, small.train[:70], recipe, seed=2)
    orders = [torch.randperm(70, generator=torch.Generator().manual_seed(1_000_003 + epoch)) for epoch in (0, 1)]

    assert not torch.equal(*orders)
    assert all(map(np.array_equal, weights(one), weights(same)))
    assert not all(map(np.array_equal, weights(one), weights(other)))


def test_every_image_is_learnt_from_once_an_epoch_even_in_a_short_last_batch(small: Mnist) -> None:
    recipe = Dense(hidden=(4,), epochs=3, batch_size=64)
    heard = run(new_state(recipe), small.train[:100], recipe)

    finished = [progress for progress in heard if progress.finished_epoch]
    assert [progress.images for progress in finished] == [100, 100, 100]
    assert [progress.epoch for progress in finished] == [1, 2, 3]
    assert finished[-1].seconds_left == 0


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_stopping_at_any_step_and_going_on_gives_the_same_weights(small: Mnist, optimizer: str) -> None:
    recipe = Dense(hidden=(8,), epochs=2, batch_size=50, optimizer=optimizer, learning_rate=0.003)  # type: ignore[arg-type]
    whole, broken = new_state(recipe), new_state(recipe)
    run(whole, small.train[:300], recipe)
    for stop_at in (2, 3, 3):
        run(broken, small.train[:300], recipe, stop_at=stop_at)
    run(broken, small.train[:300], recipe)

    assert all(map(np.array_equal, weights(whole), weights(broken)))
    assert [epoch.loss for epoch in whole.history] == pytest.approx([epoch.loss for epoch in broken.history])
    assert [epoch.accuracy for epoch in whole.history] == [epoch.accuracy for epoch in broken.history]


def test_a_one_cycle_of_a_single_step_takes_it(small: Mnist) -> None:
    recipe = Dense(hidden=(8,), epochs=1, batch_size=100, schedule="one-cycle", learning_rate=0.1)
    state = new_state(recipe)
    before = [each.copy() for each in weights(state)]
    run(state, small.train[:100], recipe)

    assert all((old != new).any() for old, new in zip(before, weights(state), strict=True))


def test_the_loss_that_is_told_is_that_of_the_labels_as_they_are(small: Mnist) -> None:
    digits = small.train[:300]
    told = []
    for smoothing in (0.0, 0.4):
        state = new_state(Dense(hidden=(8,)))
        recipe = Dense(hidden=(8,), epochs=1, batch_size=300, label_smoothing=smoothing)
        told.append(run(state, digits, recipe)[-1].loss)

    assert told[0] == told[1]


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_every_optimizer_learns(small: Mnist, optimizer: str) -> None:
    rate = 0.05 if optimizer == "sgd" else 0.003
    recipe = Dense(hidden=(64,), epochs=4, optimizer=optimizer, learning_rate=rate, invert=False)  # type: ignore[arg-type]
    state = new_state(recipe)
    run(state, small.train, recipe)

    assert state.history[-1].accuracy > 0.8
    assert state.history[-1].loss < state.history[0].loss


def test_a_loss_that_is_not_finite_stops_with_advice(small: Mnist) -> None:
    recipe = Dense(hidden=(64, 64), learning_rate=1000, weight_decay=10)

    with pytest.raises(
        TrainingError, match=r"the loss is (nan|inf) in epoch 1: .*lower --learning-rate from 1000 to 100"
    ):
        run(new_state(recipe), small.train, recipe)


def test_a_network_that_does_not_learn_is_stopped_after_an_epoch(mnist: Mnist) -> None:
    recipe = Dense(hidden=(8,), learning_rate=1e-9)

    with pytest.raises(
        TrainingError, match=r"after epoch 1 .* no better than chance .* raise --learning-rate from 1e-09"
    ):
        run(new_state(recipe), mnist.test, recipe)


@pytest.mark.parametrize("rate", [0.5, 5.0, 500.0])
def test_a_network_that_overshoots_is_told_to_take_shorter_steps(mnist: Mnist, rate: float) -> None:
    recipe = Dense(hidden=(1000,), learning_rate=rate)

    with pytest.raises(TrainingError, match=rf"lower --learning-rate from {rate:g} to {rate / 10:g}"):
        run(new_state(recipe), mnist.test, recipe)


def test_a_slow_start_within_a_few_steps_is_not_judged(small: Mnist) -> None:
    recipe = Dense(hidden=(8,), learning_rate=1e-9, epochs=2)
    state = new_state(recipe)
    run(state, small.train[:500], recipe)

    assert len(state.history) == 2


def test_validation_digits_are_scored_and_not_learnt_from(small: Mnist) -> None:
    recipe = Dense(hidden=(16,), epochs=1, learning_rate=0.1)
    with_validation, without = new_state(recipe), new_state(recipe)
    run(without, small.train, recipe)
    fit(
        with_validation,
        small.train,
        small.validation,
        recipe,
        seed=0,
        device=torch.device("cpu"),
        on_progress=lambda _: None,
        should_stop=lambda: False,
        on_epoch=lambda _: None,
    )
    with torch.no_grad():
        logits = with_validation.network(torch.from_numpy(small.validation.images)).numpy()
    epoch = with_validation.history[0]

    assert all(map(np.array_equal, weights(with_validation), weights(without)))
    assert epoch.validation_accuracy == (logits.argmax(1) == small.validation.labels).mean()
    assert epoch.validation_loss is not None
    assert math.isfinite(epoch.validation_loss)
    assert without.history[0].validation_accuracy is None
