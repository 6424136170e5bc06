"""Networks, from a recipe.

In: a recipe and a seeded generator. Out: a torch module that maps uint8[n,28,28] to
logits float32[n,10] (a committee in training, to those of each member); scaling and inversion
are its first layer, so they travel into the ONNX file. Knows nothing of training.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from digitrec.training.layers import Prepare, Standardise, in_channels_last, moved, uniform_by_fan_in
from digitrec.training.reading_network import ReaderNetwork, build_line_network
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import BESIDE_THE_READER, Activation, Best, Convolutional, Dense

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


def build_network(recipe: Recipe, generator: torch.Generator) -> nn.Module:
    """Return the recipe's network, its weights drawn from `generator`."""
    if isinstance(recipe, Dense):
        return _dense(recipe, generator)
    if isinstance(recipe, Best):
        return _committee(recipe, generator)
    if isinstance(recipe, Convolutional):
        return _convolutional(recipe, generator)
    if isinstance(recipe, ReaderRecipe):
        return ReaderNetwork(build_line_network(recipe, generator), _convolutional(BESIDE_THE_READER, generator))
    raise TypeError(f"no network for a {type(recipe).__name__}")


def _dense(recipe: Dense, generator: torch.Generator) -> nn.Sequential:
    layers: list[nn.Module] = [Prepare(invert=recipe.invert)]  # (n, 784)
    width = 784
    for units in recipe.hidden:
        layers += [_linear(width, units, generator), _ACTIVATIONS[recipe.activation]()]  # (n, units)
        width = units
    layers.append(_linear(width, 10, generator))  # (n, 10)
    return nn.Sequential(*layers)


def _convolutional(recipe: Convolutional, generator: torch.Generator) -> nn.Sequential:
    first, *others = recipe.channels
    layers: list[nn.Module] = [Standardise()]  # (n, 1, 28, 28)
    side, stride = recipe.first_filter, recipe.first_stride
    layers += _convolution(1, first, generator, side=side, stride=stride, pooled=1 in recipe.pooled)
    width = first
    for number, channels in enumerate(others, start=2):
        layers += _convolution(width, channels, generator, margin=1, pooled=number in recipe.pooled)
        width = channels
    # For `conv` (n, 16, 12, 12), (n, 16, 6, 6), then (n, 32, 3, 3) and (n, 64, 3, 3).
    return in_channels_last(nn.Sequential(*layers, *_head(width * recipe.sides[-1] ** 2, recipe.units, generator)))


class Committee(nn.Module):
    """Networks that learn each for itself and answer together: uint8[n,28,28] → logits.

    In training logits float32[n,10,members]; else float32[n,10], whose softmax is the mean of the
    members' probabilities, for the image and, with `average_shifts`, for four copies of it moved by
    a pixel.
    """

    def __init__(self, members: Sequence[nn.Module], *, average_shifts: bool = False) -> None:
        """Make it of these networks."""
        super().__init__()
        self.members = nn.ModuleList(members)
        self.average_shifts = average_shifts

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,10,members] in training, else float32[n,10]."""
        if self.training:
            return torch.stack([member(images).float() for member in self.members], dim=2)
        shown = [images, *moved(images)] if self.average_shifts else [images]
        answers = [member(each).log_softmax(dim=1) for each in shown for member in self.members]
        return torch.stack(answers, dim=2).logsumexp(dim=2)


def _committee(recipe: Best, generator: torch.Generator) -> nn.Sequential:
    members = [_convolutional(recipe, generator) for _ in range(recipe.members)]
    return nn.Sequential(Committee(members, average_shifts=recipe.average_shifts))


def _convolution(  # noqa: PLR0913 - keyword-only but for three
    inputs: int,
    outputs: int,
    generator: torch.Generator,
    *,
    side: int = 3,
    stride: int = 1,
    margin: int = 0,
    pooled: bool = False,
) -> list[nn.Module]:
    """Return a convolution with all that follows it; pooled before the activation, which is less to activate."""
    layer = uniform_by_fan_in(nn.Conv2d(inputs, outputs, side, stride, margin), generator)
    return [layer, *([nn.MaxPool2d(2)] if pooled else []), nn.BatchNorm2d(outputs), nn.ReLU()]


def _head(width: int, units: int, generator: torch.Generator) -> list[nn.Module]:
    """Return the layers from feature maps of `width` numbers to ten logits."""
    layers: list[nn.Module] = [nn.Flatten()]  # (n, width)
    if units:
        layers += [uniform_by_fan_in(nn.Linear(width, units), generator), nn.BatchNorm1d(units), nn.ReLU()]
    return [*layers, uniform_by_fan_in(nn.Linear(units or width, 10), generator)]  # (n, 10)


def _linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """Return a dense layer as Keras starts it: Glorot uniform weights (Glorot & Bengio 2010, eq. 16), zero biases."""
    # Made without values, so that torch's own drawing does not cost time or touch its global generator.
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, inputs, outputs)
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer
