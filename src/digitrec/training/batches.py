"""Which digits make each batch of an epoch, in an order that seed and epoch alone decide.

In: digits as tensors, an order, the steps to take. Out: batches, one by one. Knows nothing of networks.
"""

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from digitrec.training.recipe import Recipe

_GATHERED = 16
"""Batches that are gathered at once."""


def steps_of_an_epoch(count: int, recipe: Recipe) -> int:
    """Return how many batches `count` digits make; a single one left over goes with the last, for its deviation."""
    return max(1, math.ceil((count - 1) / recipe.batch_size))


def batches(given: Tensor, labels: Tensor, order: Tensor, size: int, steps: range) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the batch of each of these steps of an epoch, and its labels; the last takes all that is left.

    Many are gathered at once: one alone waits for memory row by row.
    """
    for start in range(steps.start, steps.stop, _GATHERED):
        stop = min(start + _GATHERED, steps.stop)
        chosen = order[start * size : len(order) if stop == steps.stop else stop * size]
        ends = [*range(size, (stop - start) * size, size)]
        yield from zip(
            given.index_select(0, chosen).tensor_split(ends),
            labels.index_select(0, chosen).tensor_split(ends),
            strict=True,
        )


def draw_order(generator: torch.Generator, seed: int, epoch: int, count: int) -> Tensor:
    """Return the order int64[count] of an epoch: by seed and epoch alone, so that a resumed one goes on in the same."""
    generator.manual_seed(seed * 1_000_003 + epoch)
    return torch.randperm(count, generator=generator)


def seed_step(generator: torch.Generator, seed: int, epoch: int, step: int) -> None:
    """Seed what is drawn for one step, by seed, epoch and step alone, for the same reason."""
    generator.manual_seed(((seed * 1_000_003 + epoch) * 1_000_003 + step + 1) % 2**63)
