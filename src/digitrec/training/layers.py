"""What networks of ours have in common: the layers that take bytes, and how weights start.

In: uint8[n,28,w] of light ink on dark ground. Out: torch modules. Knows no recipe.
"""

import math
from typing import TypeVar

import torch
from torch import Tensor, nn

from digitrec.data.digits import SIDE

MEAN, DEVIATION = 0.1307, 0.3081
"""Of MNIST's training pixels, as shares of full ink."""

Layer = TypeVar("Layer", nn.Linear, nn.Conv2d)


class Prepare(nn.Module):
    """Bytes uint8[n,28,28] → numbers float32[n,784] in 0..1."""

    def __init__(self, *, invert: bool) -> None:
        """Make it; `invert` turns ink into 0 and ground into 1."""
        super().__init__()
        self.invert = invert

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,784]."""
        pixels = images.flatten(1)
        return (255 - pixels if self.invert else pixels).to(torch.float32).div_(255)


class Standardise(nn.Module):
    """Bytes uint8[n,28,w] → numbers float32[n,1,28,w] of mean 0 and deviation 1 over MNIST."""

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,1,28,w]."""
        return (images.unsqueeze(1).to(torch.float32) / 255 - MEAN) / DEVIATION


Moves = tuple[tuple[int, int], ...]
"""How many pixels down and right copies of a picture are moved."""

BY_A_PIXEL: Moves = ((0, 1), (0, -1), (1, 0), (-1, 0))


def moved(images: Tensor, moves: Moves = BY_A_PIXEL) -> list[Tensor]:
    """Return uint8[n,28,28] once for each move; what leaves the picture is lost, what comes in is ground."""
    margin = farthest(moves)
    wide = nn.functional.pad(images, (margin,) * 4)
    starts = [(margin - down, margin - right) for down, right in moves]
    return [wide[:, down : down + SIDE, right : right + SIDE] for down, right in starts]


def farthest(moves: Moves) -> int:
    """Return the margin of ground, in pixels, that all moves need."""
    return max(abs(pixels) for move in moves for pixels in move)


def in_channels_last(network: nn.Sequential) -> nn.Sequential:
    """Return the network with its filters stored channel by channel for each pixel, which is faster."""
    for layer in network:
        if isinstance(layer, nn.Conv2d):
            # Not `contiguous`: that does nothing for the single channel of the first layer.
            layer.weight.data = layer.weight.data.to(memory_format=torch.channels_last)
    return network


def uniform_by_fan_in(layer: Layer, generator: torch.Generator) -> Layer:
    """Return the layer with weights and biases uniform within 1/√fan-in, as torch starts its own."""
    bound = 1 / math.sqrt(layer.weight[0].numel())
    for values in layer.parameters():
        nn.init.uniform_(values, -bound, bound, generator=generator)
    return layer
