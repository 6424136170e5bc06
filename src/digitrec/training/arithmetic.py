"""Whether this machine computes our kinds of layers in bfloat16 right, and faster; and how, where there is a choice.

In: a recipe and a device. Out: an arithmetic, by trying once (`trials.py`). Some processors have instructions for
bfloat16 that are three times as fast, on others torch's kernels for it are slow, and wrong results have been reported
(pytorch#163347, #169688, #183815). Knows nothing of training.
"""

import copy
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from digitrec.data.digits import CLASSES
from digitrec.training.layers import in_channels_last
from digitrec.training.recipe import Arithmetic, Recipe
from digitrec.training.step import by_hand, dense_step
from digitrec.training.trials import tried_once

TOLERANCE = 0.03
"""The largest difference, as a share of the whole, that eight bits of fraction may make."""

FASTER = 1.1
"""How much faster it must be to be worth its coarser numbers."""

Step = Callable[[bool], list[Tensor]]
"""Computes something in a coarser or another way, or not, and returns the results."""

_ANY_FASTER = 1.03
"""How much faster one of two ways must be that are as coarse."""

_INPUTS, _UNITS, _BATCH, _STEPS = 720, 1000, 100, 10
"""The notebook's network, folded, and so many steps, by which these two are tried."""


def chosen_arithmetic(recipe: Recipe, device: torch.device) -> Arithmetic:
    """Return what to compute a training in."""
    if not bfloat16_chosen(recipe, device):
        return "float32"
    return "bfloat16 products" if device.type == "cpu" and by_hand(recipe) and products_pay() else "bfloat16"


def bfloat16_chosen(recipe: Recipe, device: torch.device) -> bool:
    """Whether to compute in bfloat16: where the recipe leaves it open, and the device has it.

    A CPU is tried; a CUDA card is asked whether it has instructions for it.
    """
    if recipe.precision == "float32" or device.type == "mps":
        return False
    # A card either has instructions for it, and is then several times faster, or emulates them.
    return torch.cuda.is_bf16_supported(including_emulation=False) if device.type == "cuda" else bfloat16_pays()


def bfloat16_pays() -> bool:
    """Whether our layers on this machine's CPU are right and faster in bfloat16; tried once, then remembered."""
    return tried_once("bfloat16", lambda: try_bfloat16(layers_of_ours()))


def products_pay() -> bool:
    """Whether the steps of dense layers are faster here when only the products round; tried once, then remembered."""
    return tried_once("bfloat16 products", lambda: try_bfloat16(steps_of_dense(), faster=_ANY_FASTER))


def try_bfloat16(step: Step, times: int = 5, faster: float = FASTER) -> bool:
    """Whether `step` gives about the same when it is told to be coarser, and so much faster."""
    exact, coarse = step(False), step(True)  # noqa: FBT003 - the one argument of a step
    for one, other in zip(exact, coarse, strict=True):
        difference = (one - other.float()).norm() / one.norm()
        if not difference <= TOLERANCE:
            return False
    seconds: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(times):
        for coarsely, measured in seconds.items():
            start = time.perf_counter()
            step(coarsely)
            measured.append(time.perf_counter() - start)
    return statistics.median(seconds[False]) >= faster * statistics.median(seconds[True])


def layers_of_ours(batch: int = 128) -> Step:
    """Return a step of the kinds of layers that our networks have, forward and backward, on fixed numbers."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(batch, 1, 28, 28, generator=generator)
    network = in_channels_last(
        nn.Sequential(
            *(nn.Conv2d(1, 16, 6, stride=2), nn.ReLU(), nn.Conv2d(16, 64, 3), nn.ReLU(), nn.Conv2d(64, 64, 3)),
            *(nn.Flatten(), nn.Linear(4096, 128)),
        )
    )
    for weights in network.parameters():
        nn.init.uniform_(weights, -0.1, 0.1, generator=generator)

    def step(coarsely: bool) -> list[Tensor]:  # noqa: FBT001 - the one argument of a step
        network.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=coarsely):
            result = network(images)
        result.float().square().mean().backward()
        return [result.detach(), *(each.grad.clone() for each in network.parameters() if each.grad is not None)]

    return step


def steps_of_dense() -> Step:
    """Return steps of the notebook's network on fixed numbers: told so in float32 with coarse products, else cast."""
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(_BATCH, _INPUTS, generator=generator)
    labels = torch.arange(_BATCH) % CLASSES
    start = nn.Sequential(nn.Flatten(), nn.Linear(_INPUTS, _UNITS), nn.ReLU(), nn.Linear(_UNITS, CLASSES))
    for weights in start.parameters():
        nn.init.uniform_(weights, -0.05, 0.05, generator=generator)

    def step(products: bool) -> list[Tensor]:  # noqa: FBT001 - the one argument of a step
        network = copy.deepcopy(start)
        taken = dense_step(network, arithmetic="bfloat16 products" if products else "bfloat16")
        given = taken.prepare(images)
        for _ in range(_STEPS):
            taken.take(given, labels, 0.1)
        return [each.detach() for each in network.parameters()]

    return step
