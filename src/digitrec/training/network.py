"""Networks, from a recipe.

In: a recipe and a seeded generator. Out: a torch module that maps uint8[n,28,28] to
logits float32[n,10]; scaling and inversion are its first layer, so they travel into the ONNX
file. Knows nothing of training.
"""

import torch
from torch import Tensor, nn

from digitrec.training.recipes import Activation, Recipe

_ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


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


def build_network(recipe: Recipe, generator: torch.Generator) -> nn.Sequential:
    """Return the recipe's network, its weights drawn from `generator`."""
    layers: list[nn.Module] = [Prepare(invert=recipe.invert)]  # (n, 784)
    width = 784
    for units in recipe.hidden:
        layers += [_linear(width, units, generator), _ACTIVATIONS[recipe.activation]()]  # (n, units)
        width = units
    layers.append(_linear(width, 10, generator))  # (n, 10)
    return nn.Sequential(*layers)


def _linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """Return a dense layer as Keras starts it: Glorot uniform weights (Glorot & Bengio 2010, eq. 16), zero biases."""
    # Made without values, so that torch's own drawing does not cost time or touch its global generator.
    layer: nn.Linear = nn.utils.skip_init(nn.Linear, inputs, outputs)
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer
