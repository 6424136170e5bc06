"""The optimizer of a recipe, and how long its steps are.

In: a recipe, a network, and the share of its steps that is done. Out: torch's optimizer over the network's weights, and
a rate. Knows nothing of digits or of losses.
"""

import torch
from torch import nn

from digitrec.training.recipe import Recipe

_RISE = 0.25
"""The share of a cycle in which the steps grow."""

_FIRST, _SHORTER = 0.75, 0.4
"""Of two cycles: the share of all steps that the first has, and by what the steps of the second are shorter."""


def make_optimizer(recipe: Recipe, network: nn.Module) -> torch.optim.Optimizer:
    """Return the recipe's optimizer over the network's weights, on a CUDA card one whose steps can be recorded."""
    on_card = next(network.parameters()).is_cuda
    if recipe.optimizer == "sgd":
        return torch.optim.SGD(
            network.parameters(),
            recipe.learning_rate,
            recipe.momentum,
            weight_decay=recipe.weight_decay,
            fused=on_card or None,
        )
    kind = torch.optim.Adam if recipe.optimizer == "adam" else torch.optim.AdamW
    # A cycle is over too soon for the long memory that is Adam's default (tuomaso/train_mnist_fast, step 8).
    # One of many thousand steps, which is what AdamW is taken for here, has time for more.
    betas = (0.9, 0.999)
    if recipe.schedule != "constant":
        betas = (0.7, 0.9) if recipe.optimizer == "adam" else (0.9, 0.99)
    return kind(
        network.parameters(),
        recipe.learning_rate,
        betas,
        weight_decay=recipe.weight_decay,
        fused=True,
        capturable=on_card,
    )


def share_done(step: int, steps: int) -> float:
    """Return the share of all steps that is done before this one; of a single one, so much that it is the longest."""
    return step / steps if steps > 1 else _RISE


def rate_at(recipe: Recipe, done: float) -> float:
    """Return the length of the next step, when the share `done` of all steps is done.

    Two cycles are a warm restart (Loshchilov and Hutter 2017, "SGDR", section 3), by shorter steps.
    """
    if recipe.schedule == "constant":
        return recipe.learning_rate
    if recipe.schedule == "two-cycles":
        if done < _FIRST:
            return _in_cycle(recipe.learning_rate, done / _FIRST)
        return _in_cycle(_SHORTER * recipe.learning_rate, (done - _FIRST) / (1 - _FIRST))
    return _in_cycle(recipe.learning_rate, done)


def _in_cycle(most: float, done: float) -> float:
    return most * (done / _RISE if done < _RISE else (1 - done) / (1 - _RISE))
