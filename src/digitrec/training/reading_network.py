"""The network that reads: columns of a picture 28 pixels high → what is written in each; and one digit alone.

In: uint8[n,28,w], light ink on dark ground, w divisible by 4. Out: log-probabilities float32[n,w/4,16],
of nothing (class 0) and of the fifteen signs of `SIGNS`. A digit alone is a line of one sign: its
probability is the sum over all the ways in which the columns can say just that sign (Graves et al.
2006, "Connectionist temporal classification", section 3). Of pictures that hold one digit a small network, which has
learnt from such alone, is asked as well. Knows nothing of training.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from digitrec.data.digits import CLASSES, SIDE
from digitrec.reading.signs import SIGNS
from digitrec.training.layers import Standardise, in_channels_last, uniform_by_fan_in
from digitrec.training.reading_recipe import ReaderRecipe


class LineNetwork(nn.Module):
    """The network of lines: uint8[n,28,w] → log-probabilities float32[n,w/4,16] of its columns."""

    def __init__(self, channels: Sequence[int]) -> None:
        """Make it with so many channels layer by layer: stem, before the pooling, three after it, two of columns."""
        super().__init__()
        stem, low, middle, high, halved, wide, last = channels
        self.layers = nn.Sequential(
            Standardise(),  # (n, 1, 28, w)
            *_convolution(1, stem, (6, 6), stride=2, margin=(2, 2)),  # (n, stem, 14, w/2)
            *_convolution(stem, low, (3, 3), margin=(1, 1), pooled=True),  # (n, low, 7, w/4)
            *_convolution(low, middle, (3, 3), margin=(1, 1)),
            *_convolution(middle, high, (3, 3), margin=(1, 1)),
            *_convolution(high, halved, (3, 3), stride=(2, 1), margin=(1, 1)),  # (n, halved, 4, w/4)
            *_convolution(halved, wide, (4, 3), margin=(0, 1)),  # (n, wide, 1, w/4)
            *_convolution(wide, last, (1, 3), margin=(0, 1)),
            nn.Conv2d(last, len(SIGNS) + 1, 1),
        )

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,w/4,16]."""
        found: Tensor = self.layers(images).float().squeeze(2).transpose(1, 2).log_softmax(2)
        return found


class ReaderNetwork(nn.Module):
    """The whole network: in training uint8[n,28,w] → log-probabilities float32[n,w/4,16] of its columns.

    Else uint8[n,28,28] → logits float32[n,10] of pictures that hold one digit, as all networks of ours: their softmax
    is the mean of what the columns say and what `digits` says, which learns from MNIST's digits as they are.
    """

    def __init__(self, lines: LineNetwork, digits: nn.Module) -> None:
        """Make it of a network of lines and one of single digits, uint8[n,28,28] → logits float32[n,10]."""
        super().__init__()
        self.lines, self.digits = lines, digits

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,w/4,16] in training, else float32[n,10]."""
        columns: Tensor = self.lines(images)
        # Sums along columns on a card are not the same each time.
        return columns if self.training else self.of_one(columns.cpu(), images).to(images.device)

    def of_one(self, columns: Tensor, images: Tensor) -> Tensor:
        """Return logits float32[n,10] for the columns of pictures of one digit, and these."""
        said = alone(columns)[:, :CLASSES].log_softmax(1)
        # The rest of a wider picture is no part of it: so the exporter need not know how wide pictures are.
        seen = self.digits(images[:, :, :SIDE]).float().log_softmax(1).to(said.device)
        return torch.stack([said, seen]).logsumexp(0)


def build_line_network(recipe: ReaderRecipe, generator: torch.Generator) -> LineNetwork:
    """Return the recipe's network of lines, its weights drawn from `generator`."""
    network = LineNetwork(recipe.channels)
    for layer in network.layers:
        if isinstance(layer, nn.Conv2d):
            uniform_by_fan_in(layer, generator)
    in_channels_last(network.layers)
    return network


def alone(columns: Tensor) -> Tensor:
    """Return log-probabilities float32[n,15]: that the columns float32[n,t,16] say just that sign."""
    nothing, signs = columns[:, :, :1], columns[:, :, 1:]
    before = nothing.cumsum(1) - nothing  # nothing in all columns to the left
    after = nothing.flip(1).cumsum(1).flip(1) - nothing
    # The sign stands in the columns from a to b: nothing before a, the sign's sum from a to b, nothing after b.
    sums = signs.cumsum(1)
    ends = sums + after  # (n, t, 15), b the last column
    begins = before - (sums - signs)  # a the first
    pairs = begins.unsqueeze(2) + ends.unsqueeze(1)  # (n, a, b, 15)
    length = columns.shape[1]
    place = torch.arange(length, device=columns.device)
    # Multiplied away rather than masked: the exporter writes it in fewer nodes.
    impossible = (place.unsqueeze(1) > place.unsqueeze(0)).to(columns.dtype) * -1e4
    return (pairs + impossible[None, :, :, None]).flatten(1, 2).logsumexp(1)


def _convolution(  # noqa: PLR0913 - keyword-only but for three
    inputs: int,
    outputs: int,
    sides: tuple[int, int],
    *,
    stride: int | tuple[int, int] = 1,
    margin: tuple[int, int],
    pooled: bool = False,
) -> list[nn.Module]:
    layer = nn.Conv2d(inputs, outputs, sides, stride, margin, bias=False)
    return [layer, *([nn.MaxPool2d(2)] if pooled else []), nn.BatchNorm2d(outputs), nn.ReLU()]
