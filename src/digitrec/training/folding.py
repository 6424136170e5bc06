"""Pixels that are the same in all digits, folded into the bias of the first dense layer, and out again.

In: a network whose first layers are a preparation and a dense one, and the digits that it learns from. Out: a network
with fewer inputs that learns the same by plain gradient descent, step by step; and the whole one that it has become. In
MNIST 67 of 784 pixels never change. Knows nothing of steps or files.
"""

import copy
import math

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from digitrec.training.layers import Prepare
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Dense

_WIDE = 16
"""Inputs are a multiple of this, so that each row of weights begins where a processor's registers are filled at once:
with 719 the product that moves the weights takes 1.8 times as long as with 720."""


class Varying(nn.Module):
    """Bytes uint8[n,28,28] → float32[n,d]: what a preparation makes of the pixels that vary, then some constants.

    A weight that is always given 1, and the bias, add to a sum as one number b, which a step moves by the gradient once
    for each: by (1 + 1 + …) times as much as one bias. So does one weight on a constant whose square is their count;
    several whose squares add up to it keep to whole numbers, which bfloat16 holds exactly.
    """

    places: Tensor

    def __init__(self, prepare: Prepare, places: npt.NDArray[np.int64], constants: list[float]) -> None:
        """Make it of a preparation, the numbers of the pixels that vary, and the constants."""
        super().__init__()
        self.prepare = prepare
        self.constants = constants
        self.register_buffer("places", torch.from_numpy(places), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,d]."""
        varying = self.prepare(images).index_select(1, self.places)  # of bytes it takes five times as long
        always = varying.new_tensor(self.constants).expand(len(varying), -1)
        return torch.cat([varying, always], dim=1)


def folds(recipe: Recipe) -> bool:
    """Return whether a recipe's network learns the same folded: by plain gradient descent, from pixels as they are."""
    return isinstance(recipe, Dense) and recipe.descends_plainly and not recipe.augments


def folded(network: nn.Module, images: npt.NDArray[np.uint8]) -> nn.Sequential:
    """Return a copy of the network that looks only at pixels which vary in these images, uint8[n,28,28]."""
    prepare, first, others = _parts(network)
    varies, values = _varying(prepare, images)
    total = 1 + float(values.square().sum())
    constants = _constants(total, int(varies.sum()))
    with torch.no_grad():
        together = first.bias + first.weight[:, ~varies] @ values
        columns = [together[:, None] * (constant / total) for constant in constants]
        narrow: nn.Linear = nn.utils.skip_init(
            nn.Linear, int(varies.sum()) + len(constants), first.out_features, bias=False
        )
        narrow.weight.copy_(torch.cat([first.weight[:, varies], *columns], dim=1))
    places = varies.nonzero()[:, 0].numpy()
    return nn.Sequential(Varying(prepare, places, constants), narrow, *copy.deepcopy(others))


def unfolded(network: nn.Module, untrained: nn.Module, images: npt.NDArray[np.uint8]) -> nn.Sequential:
    """Return the whole network that a folded one has become, from what it was folded from and by which images."""
    whole = copy.deepcopy(untrained)
    prepare, first, _ = _parts(whole)
    _, narrow, *others = network.children()
    assert isinstance(narrow, nn.Linear)  # noqa: S101 - `folded` made it
    varies, values = _varying(prepare, images)
    total = 1 + float(values.square().sum())
    constants = narrow.weight.new_tensor(_constants(total, int(varies.sum())))
    with torch.no_grad():
        before = first.bias + first.weight[:, ~varies] @ values
        count = len(constants)
        moved = (narrow.weight[:, -count:] @ constants - before) / total
        first.weight[:, varies] = narrow.weight[:, :-count]
        first.weight[:, ~varies] = first.weight[:, ~varies] + moved[:, None] * values
        first.bias.add_(moved)
    return nn.Sequential(prepare, first, *others)


def _parts(network: nn.Module) -> tuple[Prepare, nn.Linear, list[nn.Module]]:
    prepare, first, *others = network.children()
    assert isinstance(prepare, Prepare)  # noqa: S101 - as `network.py` makes them
    assert isinstance(first, nn.Linear)  # noqa: S101
    return prepare, first, others


def _varying(prepare: Prepare, images: npt.NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
    """Return which pixels vary, bool[784], and what the others always are as they are prepared."""
    pixels = images.reshape(len(images), -1)
    varies = torch.from_numpy(pixels.min(axis=0) != pixels.max(axis=0))
    values: Tensor = prepare(torch.from_numpy(pixels[:1].copy()))[0, ~varies]
    return varies, values


def _constants(total: float, varying: int) -> list[float]:
    """Return numbers whose squares add up to `total`, with noughts until all inputs are a multiple of `_WIDE`."""
    found = _with_squares_of(total)
    return [*found, *[0.0] * (-(varying + len(found)) % _WIDE)]


def _with_squares_of(total: float) -> list[float]:
    """Return few numbers, whole ones but for the last, whose squares add up to `total`, which is 1 or more."""
    found: list[float] = []
    while total >= 1:
        found.append(float(math.isqrt(int(total))))
        total -= found[-1] ** 2
    return [*found, math.sqrt(total)] if total > 0 else found
