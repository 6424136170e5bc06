"""On a CUDA card steps are recorded and replayed, and the same is learnt; without one nothing is recorded."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from digitrec import Mnist, train
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Best, Conv, Dense, Elastic, Fast
from digitrec.training.recorded import Recorded
from digitrec.training.train import resume

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA card")

RECIPES = [
    Dense(epochs=3),
    Dense(epochs=2, momentum=0.9),
    Dense(epochs=2, precision="float32"),
    Elastic(epochs=3, hidden=(64, 32)),
    Fast(epochs=3),
    Conv(epochs=3),
    Best(epochs=2, members=2, channels=(8, 16, 16, 16, 16)),
    ReaderRecipe(epochs=1, steps=6, batch_size=8, lines=4, channels=(8, 8, 8, 8, 8, 16, 16)),
]


def test_what_is_replayed_computes_what_the_function_does_for_all_shapes() -> None:
    total = torch.zeros(3, device="cuda")

    def add(given: Tensor, rate: Tensor) -> Tensor:
        total.add_(given.sum(0) * rate)
        return total * 2

    recorded = Recorded(add)
    expected = torch.zeros(3)
    kept = []
    for number in range(20):
        given = torch.full((2 + number % 2, 3), float(number))
        expected += given.sum(0) * (number + 1)
        kept.append((recorded(given.cuda(), torch.tensor(number + 1.0).cuda()), 2 * expected))

    for ours, right in kept:
        assert torch.equal(ours.cpu(), right)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"{recipe.name}-{recipe.optimizer}-{recipe.precision}")
def test_the_same_seed_gives_the_same_bits_also_when_interrupted(recipe: Recipe, mnist: Mnist, tmp_path: Path) -> None:
    steps = 0

    def after_five() -> bool:
        nonlocal steps
        steps += 1
        return steps == 5

    whole, again = (train(recipe, mnist, device="cuda", runs=tmp_path) for _ in range(2))
    begun = train(recipe, mnist, device="cuda", runs=tmp_path, should_stop=after_five)
    assert not begun.finished
    gone_on = resume(begun.folder, mnist)

    weights = [(run.folder / "weights.safetensors").read_bytes() for run in (whole, again, gone_on)]
    assert weights[0] == weights[1] == weights[2]


@pytest.mark.parametrize("recipe", RECIPES[:-1], ids=lambda recipe: f"{recipe.name}-{recipe.optimizer}")
def test_on_a_card_is_learnt_what_is_learnt_without(recipe: Recipe, mnist: Mnist, tmp_path: Path) -> None:
    exact = replace(recipe, precision="float32", epochs=1)
    ours, expected = (train(exact, mnist, device=device, runs=tmp_path) for device in ("cuda", "cpu"))

    probabilities = [run.model().probabilities(mnist.test.images[:200]) for run in (ours, expected)]
    assert np.abs(probabilities[0] - probabilities[1]).mean() < 0.01
