"""A folded network learns what the whole one learns, with fewer inputs."""

import copy

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import digitrec
from digitrec import Dense, Mnist
from digitrec.training.folding import folded, folds, unfolded
from digitrec.training.network import build_network
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Conv
from digitrec.training.step import autograd_step, dense_step


def network_of(recipe: Recipe) -> nn.Sequential:
    network = build_network(recipe, torch.Generator().manual_seed(0))
    assert isinstance(network, nn.Sequential)
    return network


def framed(count: int, frame: int, ground: int) -> np.ndarray:
    """Return noise uint8[count,28,28] with a frame of this many pixels that are always `ground`."""
    images = np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)
    mask = np.ones((28, 28), dtype=bool)
    mask[frame : 28 - frame, frame : 28 - frame] = False
    images[:, mask] = ground
    return images


@pytest.mark.parametrize("hidden", [(), (30,), (20, 10)])
@pytest.mark.parametrize("invert", [True, False])
@pytest.mark.parametrize(("frame", "ground"), [(0, 0), (1, 0), (3, 255), (2, 100)])
def test_after_steps_of_plain_descent_it_unfolds_to_what_the_whole_one_is(
    hidden: tuple[int, ...], invert: bool, frame: int, ground: int
) -> None:
    images = framed(200, frame, ground)
    labels = torch.from_numpy(np.random.default_rng(1).integers(0, 10, 200))
    whole = network_of(Dense(hidden=hidden, invert=invert))
    untrained = copy.deepcopy(whole)
    narrow = folded(whole, images)
    always_alike = 28 * 28 - (28 - 2 * frame) ** 2
    assert isinstance(narrow[1], nn.Linear)
    assert narrow[1].in_features <= 784 - always_alike + 6 + 15
    assert narrow[1].in_features % 16 == 0
    torch.testing.assert_close(narrow(torch.from_numpy(images)), whole(torch.from_numpy(images)), atol=1e-4, rtol=0)

    by_autograd = autograd_step(whole, torch.optim.SGD(whole.parameters()))
    by_hand = dense_step(narrow)
    for start in range(0, 200, 50):
        some = torch.from_numpy(images[start : start + 50])
        ours = by_hand(some, labels[start : start + 50], 0.002)
        torch.testing.assert_close(ours, by_autograd(some, labels[start : start + 50], 0.002), atol=1e-3, rtol=0)

    found = unfolded(narrow, untrained, images)
    for ours, theirs in zip(found.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=0)


def test_only_plain_descent_from_unchanged_pixels_is_folded() -> None:
    assert folds(Dense())
    assert folds(Dense(hidden=(), invert=False, label_smoothing=0.1, schedule="one-cycle"))
    for other in (Dense(momentum=0.9), Dense(weight_decay=0.1), Dense(optimizer="adam"), Dense(shift=1), Conv()):
        assert not folds(other)


def test_a_run_leaves_the_whole_network_behind(small: Mnist, tmp_path_factory: pytest.TempPathFactory) -> None:
    run = digitrec.train(Dense(epochs=1, hidden=(8,)), small, runs=tmp_path_factory.mktemp("runs"))
    weights = load_file(run.folder / "weights.safetensors")

    assert sorted(weights) == ["1.bias", "1.weight", "3.bias", "3.weight"]
    assert weights["1.weight"].shape == (8, 784)
