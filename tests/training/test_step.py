"""The step by hand is the step by autograd."""

import copy

import pytest
import torch
from torch import nn

from digitrec import Dense, Mnist
from digitrec.training.network import build_network
from digitrec.training.recipe import Arithmetic, Recipe
from digitrec.training.recipes import Best, Conv
from digitrec.training.step import autograd_step, cross_entropy, dense_step, make_step, right


def network_of(recipe: Recipe) -> nn.Sequential:
    network = build_network(recipe, torch.Generator().manual_seed(0))
    assert isinstance(network, nn.Sequential)
    return network


def batches(mnist: Mnist, count: int = 5) -> list[tuple[torch.Tensor, torch.Tensor]]:
    images, labels = torch.from_numpy(mnist.train.images), torch.from_numpy(mnist.train.labels).to(torch.int64)
    return [(images[start : start + 50], labels[start : start + 50]) for start in range(0, 50 * count, 50)]


@pytest.mark.parametrize("hidden", [(), (30,), (40, 30, 20)])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize(
    ("arithmetic", "tolerance"), [("float32", 1e-5), ("bfloat16", 0.02), ("bfloat16 products", 0.03)]
)
def test_by_hand_and_by_autograd_weights_and_logits_are_the_same(
    mnist: Mnist, hidden: tuple[int, ...], smoothing: float, arithmetic: Arithmetic, tolerance: float
) -> None:
    one = network_of(Dense(hidden=hidden))
    other = copy.deepcopy(one)
    by_hand = dense_step(one, smoothing, arithmetic)
    by_autograd = autograd_step(other, torch.optim.SGD(other.parameters()), smoothing, arithmetic)

    for number, (images, labels) in enumerate(batches(mnist)):
        rate = 0.1 / (1 + number)
        logits, expected = (step(images, labels, rate) for step in (by_hand, by_autograd))
        torch.testing.assert_close(logits, expected, rtol=0, atol=10 * tolerance)
    for ours, theirs in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=tolerance)


def test_products_are_of_rounded_numbers_while_a_step_is_taken_and_not_afterwards(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = dense_step(network_of(Dense(hidden=(30,))), arithmetic="bfloat16 products")
    images, labels = batches(mnist, 1)[0]
    given = step.prepare(images)
    before = torch.get_float32_matmul_precision()
    told: list[str] = []
    really = torch.set_float32_matmul_precision

    def tell(precision: str) -> None:
        told.append(precision)
        really(precision)

    monkeypatch.setattr(torch, "set_float32_matmul_precision", tell)

    step.take(given, labels, 0.1)
    assert told == ["medium", before]
    with pytest.raises(RuntimeError):
        step.take(given[:, :5], labels, 0.1)
    assert torch.get_float32_matmul_precision() == before
    assert given.dtype == torch.float32


def test_only_plain_gradient_descent_with_relu_is_by_hand() -> None:
    def is_by_hand(recipe: Recipe) -> bool:
        network = network_of(recipe)
        step = make_step(recipe, network, torch.optim.SGD(network.parameters()), arithmetic="float32")
        return "dense_step" in step.take.__qualname__

    assert is_by_hand(Dense())
    for other in (
        Dense(momentum=0.9),
        Dense(weight_decay=0.1),
        Dense(activation="tanh"),
        Dense(optimizer="adam"),
        Conv(),
    ):
        assert not is_by_hand(other)


def test_the_loss_of_a_committee_is_the_mean_of_its_members_losses() -> None:
    logits, labels = torch.randn(7, 10, 3, generator=torch.Generator().manual_seed(0)), torch.arange(7)
    alone = [cross_entropy(logits[:, :, member], labels, 0.1) for member in range(3)]

    torch.testing.assert_close(cross_entropy(logits, labels, 0.1), torch.stack(alone).mean())


def test_members_that_learn_one_after_another_learn_as_from_one_loss(mnist: Mnist) -> None:
    one = network_of(Best(channels=(4, 8), pooled=(1,), units=6, members=3))
    other = copy.deepcopy(one)
    step = autograd_step(one, torch.optim.SGD(one.parameters()), 0.1)
    together = torch.optim.SGD(other.parameters(), 0.1)

    for images, labels in batches(mnist, 3):
        logits = step(images, labels, 0.1)
        expected = other(images)
        together.zero_grad()
        cross_entropy(expected, labels, 0.1).backward()
        together.step()
        assert logits.shape == (50, 10, 3)
        torch.testing.assert_close(logits, expected.detach(), rtol=0, atol=1e-4)
    for ours, theirs in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-4)


def test_a_committee_reads_by_the_mean_of_probabilities() -> None:
    logits = torch.full((1, 10, 3), -9.0)
    logits[0, 4] = torch.tensor([9.0, 1.0, 1.0])
    logits[0, 5] = torch.tensor([-9.0, 2.0, 2.0])

    # Two of three prefer 5, but not by as much as the third prefers 4.
    assert right(logits, torch.tensor([4])) == 1
    assert right(logits, torch.tensor([5])) == 0
    assert right(logits[:, :, 1], torch.tensor([5])) == 1
