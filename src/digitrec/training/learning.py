"""A step as the loop takes it: images are changed as was drawn, prepared, and learnt from; on a CUDA card recorded.

In: a recipe, its step, the device. Out: one function of a batch. Knows nothing of epochs.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from digitrec.training.augment import change
from digitrec.training.recipe import Recipe
from digitrec.training.recorded import Recorded
from digitrec.training.step import Step


def learning(
    recipe: Recipe, step: Step, device: torch.device
) -> Callable[[Tensor, Tensor, float, Sequence[Tensor]], Tensor]:
    """Return what takes a step on images, labels, its length, and what was drawn to change the images.

    On a CUDA card the step is recorded, and nothing that it needs is elsewhere.
    """

    def take(images: Tensor, labels: Tensor, rate: float | Tensor, *drawn: Tensor) -> Tensor:
        return step.take(step.prepare(change(images, recipe, drawn)) if drawn else images, labels, rate)

    if device.type != "cuda":
        return lambda images, labels, rate, drawn: take(images, labels, rate, *(each.to(device) for each in drawn))
    recorded = Recorded(take)
    return lambda images, labels, rate, drawn: recorded(
        images, labels, *(each.to(device, non_blocking=True) for each in (torch.tensor(rate), *drawn))
    )
