"""The dense network: as Keras starts it, and a function of bytes."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from digitrec import Dense, Mnist
from digitrec.training.network import build_network
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Best, Conv


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_notebooks_network_has_as_many_weights_as_its_recipe_says() -> None:
    network = build_network(Dense(), generator())

    assert [tuple(each.shape) for each in network.parameters()] == [(1000, 784), (1000,), (10, 1000), (10,)]
    assert sum(each.numel() for each in network.parameters()) == Dense().weights


def test_weights_start_glorot_uniform_and_biases_zero() -> None:
    weight, bias, *_ = build_network(Dense(), generator()).parameters()
    limit = math.sqrt(6 / (784 + 1000))

    assert weight.abs().max() <= limit
    assert weight.abs().max() > 0.999 * limit
    assert abs(float(weight.detach().mean())) < limit / 100
    assert math.isclose(float(weight.detach().std()), limit / math.sqrt(3), rel_tol=0.01)
    assert not bias.any()


def test_the_seed_decides_the_weights() -> None:
    one, same, other = (next(build_network(Dense(), generator(seed)).parameters()) for seed in (1, 1, 2))

    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def layers_of(recipe: Recipe) -> nn.Sequential:
    network = build_network(recipe, generator())
    assert isinstance(network, nn.Sequential)
    return network


def test_ink_is_fed_as_0_when_inverted_and_as_1_when_not(mnist: Mnist) -> None:
    images = torch.from_numpy(mnist.test.images[:2])
    inverted, plain = (layers_of(Dense(invert=invert))[0](images) for invert in (True, False))

    expected = mnist.test.images[:2].reshape(2, 784) / 255
    np.testing.assert_allclose(plain, expected, atol=1e-7)
    np.testing.assert_allclose(inverted, 1 - expected, atol=1e-7)


def test_the_network_is_what_numpy_computes_from_its_weights(mnist: Mnist) -> None:
    network = build_network(Dense(hidden=(30, 20)), generator())
    first, first_bias, second, second_bias, last, last_bias = (each.detach().numpy() for each in network.parameters())
    numbers = 1 - mnist.test.images[:5].reshape(5, 784) / 255
    hidden = np.maximum(numbers @ first.T + first_bias, 0)
    hidden = np.maximum(hidden @ second.T + second_bias, 0)

    logits = network(torch.from_numpy(mnist.test.images[:5])).detach()
    np.testing.assert_allclose(logits, hidden @ last.T + last_bias, atol=1e-5)


@pytest.mark.parametrize(
    ("channels", "pooled", "units", "last"),
    [
        ((4,), (), 0, (10, 576)),
        ((4, 8), (1, 2), 0, (10, 72)),
        ((4, 8), (2,), 0, (10, 288)),
        ((4, 8, 6, 5), (2, 3), 0, (10, 45)),
        ((4, 8, 6), (1, 2), 7, (10, 7)),
    ],
)
def test_convolutions_end_in_ten_logits_whatever_their_number(
    channels: tuple[int, ...], pooled: tuple[int, ...], units: int, last: tuple[int, int]
) -> None:
    network = build_network(Conv(channels=channels, pooled=pooled, units=units), generator())

    assert network(torch.zeros(3, 28, 28, dtype=torch.uint8)).shape == (3, 10)
    assert next(reversed([tuple(each.shape) for each in network.parameters() if each.dim() == 2])) == last


def test_convolutions_start_uniform_within_one_over_the_root_of_the_fan_in() -> None:
    first = next(build_network(Conv(channels=(500, 4), pooled=()), generator()).parameters())

    assert first.abs().max() <= 1 / 6
    assert first.abs().max() > 0.999 / 6


def test_what_the_first_convolution_gives_has_its_channels_last() -> None:
    """In the other order each later layer would first turn it around."""
    prepare, convolution, *_ = layers_of(Conv())

    assert convolution(prepare(torch.zeros(2, 28, 28, dtype=torch.uint8))).stride(1) == 1


def test_a_committee_trains_each_member_and_answers_with_the_mean_of_their_probabilities(mnist: Mnist) -> None:
    recipe = Best(channels=(4, 8, 8, 8), pooled=(1, 3), units=6, members=3, average_shifts=False)
    committee = layers_of(recipe)
    images = torch.from_numpy(mnist.test.images[:20])
    members = committee[0].members
    assert isinstance(members, nn.ModuleList)
    with torch.no_grad():
        assert committee.train()(images).shape == (20, 10, 3)
        together = committee.eval()(images).softmax(1)
        alone = [member(images).softmax(1) for member in members]

    assert together.shape == (20, 10)
    np.testing.assert_allclose(together, torch.stack(alone).mean(0), atol=1e-6)
    assert not np.allclose(alone[0], alone[1], atol=1e-3)


def test_a_committee_answers_with_the_mean_over_shifts(mnist: Mnist) -> None:
    recipe = Best(channels=(4, 8, 8, 8), pooled=(1, 3), units=6, members=2)
    shifting, still = (
        build_network(each, generator()).eval() for each in (recipe, replace(recipe, average_shifts=False))
    )
    images = torch.from_numpy(mnist.test.images[:20])
    moved = [torch.roll(images, shift, (1, 2)) for shift in ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))]
    with torch.no_grad():
        expected = torch.stack([still(each).softmax(1) for each in moved]).mean(0)
        np.testing.assert_allclose(shifting(images).softmax(1), expected, atol=1e-6)


def test_no_hidden_layer_is_softmax_regression() -> None:
    assert sum(each.numel() for each in build_network(Dense(hidden=()), generator()).parameters()) == 7850
