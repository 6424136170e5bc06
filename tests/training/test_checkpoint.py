"""Checkpoints: whole or refused."""

from pathlib import Path

import numpy as np
import pytest
import torch

from digitrec import Dense
from digitrec.errors import RunError
from digitrec.training.checkpoint import load_checkpoint, save_checkpoint
from digitrec.training.history import Epoch
from digitrec.training.loop import State
from digitrec.training.network import build_network
from digitrec.training.optimizer import make_optimizer


def state_after_a_step(recipe: Dense, seed: int = 0) -> State:
    generator = torch.Generator().manual_seed(seed)
    network = build_network(recipe, generator)
    state = State(network, make_optimizer(recipe, network), generator)
    network(torch.full((3, 28, 28), 9, dtype=torch.uint8)).logsumexp(1).sum().backward()
    state.optimizer.step()
    state.epoch, state.step, state.loss_sum, state.correct, state.seconds = 1, 7, 3.25, 41, 0.5
    state.seconds_in_epoch, state.cpu_seconds, state.seconds_in_all = 0.25, 0.75, 2.5
    state.history = [Epoch(1, 0.9, 0.8, None, None, 0.1)]
    return state


@pytest.mark.parametrize("recipe", [Dense(hidden=(5,), momentum=0.5), Dense(hidden=(5,), optimizer="adam")])
def test_what_is_loaded_is_what_was_saved(tmp_path: Path, recipe: Dense) -> None:
    saved, loaded = state_after_a_step(recipe), state_after_a_step(recipe, seed=1)
    save_checkpoint(tmp_path / "checkpoint", saved)
    load_checkpoint(tmp_path / "checkpoint", loaded)

    assert (loaded.epoch, loaded.step, loaded.loss_sum, loaded.correct, loaded.seconds) == (1, 7, 3.25, 41, 0.5)
    assert loaded.history == saved.history
    for one, other in zip(saved.network.parameters(), loaded.network.parameters(), strict=True):
        assert torch.equal(one, other)
    for index, values in saved.optimizer.state_dict()["state"].items():
        for key, value in values.items():
            np.testing.assert_array_equal(loaded.optimizer.state_dict()["state"][index][key], value)


def test_no_checkpoint_is_a_clear_message(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="stopped before its first checkpoint; train it again"):
        load_checkpoint(tmp_path / "checkpoint", state_after_a_step(Dense(hidden=(5,))))


@pytest.mark.parametrize("length", [0, 4, 300, -1])
def test_a_checkpoint_cut_off_anywhere_is_refused(tmp_path: Path, length: int) -> None:
    path = tmp_path / "checkpoint"
    save_checkpoint(path, state_after_a_step(Dense(hidden=(5,))))
    path.write_bytes(path.read_bytes()[:length])

    with pytest.raises(RunError, match="damaged, or of another network"):
        load_checkpoint(path, state_after_a_step(Dense(hidden=(5,))))


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "checkpoint", state_after_a_step(Dense(hidden=(5,))))

    with pytest.raises(RunError, match="of another network"):
        load_checkpoint(tmp_path / "checkpoint", state_after_a_step(Dense(hidden=(6,))))
