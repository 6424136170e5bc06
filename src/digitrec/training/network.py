"""Networks, from a recipe.

In: a recipe and a seeded generator. Out: a torch module that maps uint8[n,28,28] to
logits float32[n,10]; scaling and inversion are its first layer, so they travel into the ONNX
file. Knows nothing of training.
"""

import math
from typing import TypeVar

import torch
from torch import Tensor, nn

from digitrec.training.recipes import Activation, Conv, Dense, Recipe

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
_MEAN, _DEVIATION = 0.1307, 0.3081
"""Of MNIST's training pixels, as shares of full ink."""


_Layer = TypeVar("_Layer", nn.Linear, nn.Conv2d)


class Prepare(nn.Module):
    """Bytes uint8[n,28,28] → numbers float32[n,784] in 0..1."""

    def __init__(self, *, invert: bool) -> None:
        """Make it; `invert` turns ink into 0 and ground into 1."""
        super().__init__()
        self.invert = invert

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,784]."""
        numbers = images.flatten(1).to(torch.float32) / 255
        return 1 - numbers if self.invert else numbers


class Standardise(nn.Module):
    """Bytes uint8[n,28,28] → numbers float32[n,1,28,28] of mean 0 and deviation 1 over MNIST."""

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,1,28,28]."""
        return (images.unsqueeze(1).to(torch.float32) / 255 - _MEAN) / _DEVIATION


def build_network(recipe: Recipe, generator: torch.Generator) -> nn.Sequential:
    """Return the recipe's network, its weights drawn from `generator`."""
    if isinstance(recipe, Dense):
        return _dense(recipe, generator)
    if isinstance(recipe, Conv):
        return _convolutional(recipe, generator)
    raise TypeError(f"no network for a {type(recipe).__name__}")


def _dense(recipe: Dense, generator: torch.Generator) -> nn.Sequential:
    layers: list[nn.Module] = [Prepare(invert=recipe.invert)]  # (n, 784)
    width = 784
    for units in recipe.hidden:
        layers += [_linear(width, units, generator), _ACTIVATIONS[recipe.activation]()]  # (n, units)
        width = units
    layers.append(_linear(width, 10, generator))  # (n, 10)
    return nn.Sequential(*layers)


def _convolutional(recipe: Conv, generator: torch.Generator) -> nn.Sequential:
    def started(layer: _Layer) -> _Layer:
        return _uniform_by_fan_in(layer, generator)

    first, second, *third = recipe.channels
    layers: list[nn.Module] = [Standardise()]  # (n, 1, 28, 28)
    layers += [started(nn.Conv2d(1, first, 6, stride=2)), nn.BatchNorm2d(first), nn.ReLU()]  # (n, first, 12, 12)
    layers += [started(nn.Conv2d(first, second, 3)), nn.MaxPool2d(2)]  # (n, second, 5, 5)
    layers += [nn.BatchNorm2d(second), nn.ReLU()]
    width = second * 25
    for channels in third:
        layers += [started(nn.Conv2d(second, channels, 3)), nn.BatchNorm2d(channels), nn.ReLU()]  # (n, third, 3, 3)
        width = channels * 9
    layers.append(nn.Flatten())  # (n, width)
    if recipe.units:
        layers += [started(nn.Linear(width, recipe.units)), nn.BatchNorm1d(recipe.units), nn.ReLU()]  # (n, units)
        width = recipe.units
    layers.append(started(nn.Linear(width, 10)))  # (n, 10)
    return in_channels_last(nn.Sequential(*layers))


def in_channels_last(network: nn.Sequential) -> nn.Sequential:
    """Return the network with its filters stored channel by channel for each pixel, which is faster."""
    for layer in network:
        if isinstance(layer, nn.Conv2d):
            layer.weight.data = layer.weight.data.contiguous(memory_format=torch.channels_last)
    return network


def _linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """Return a dense layer as Keras starts it: Glorot uniform weights (Glorot & Bengio 2010, eq. 16), zero biases."""
    # Made without values, so that torch's own drawing does not cost time or touch its global generator.
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, inputs, outputs)
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def _uniform_by_fan_in(layer: _Layer, generator: torch.Generator) -> _Layer:
    """Return the layer with weights and biases uniform within 1/√fan-in, as torch starts its own."""
    bound = 1 / math.sqrt(layer.weight[0].numel())
    for values in layer.parameters():
        nn.init.uniform_(values, -bound, bound, generator=generator)
    return layer
