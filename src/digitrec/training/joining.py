"""Layers joined for the model file: a convolution also prepares the pixels, and normalises what it gives.

In: a network as it was trained. Out: a copy that gives the same with fewer operations on each pixel. Knows nothing of
files.
"""

import copy
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from digitrec.training.layers import DEVIATION, MEAN, Standardise


class Bytes(nn.Module):
    """Bytes uint8[n,28,w] → the same as numbers, float32[n,1,28,w]."""

    def forward(self, images: Tensor) -> Tensor:
        """Return float32[n,1,28,w]."""
        return images.unsqueeze(1).to(torch.float32)


def joined(network: nn.Module) -> nn.Module:
    """Return a copy in which each convolution without a margin scales and moves the bytes that it is given itself.

    With a margin it cannot: there the ground outside is as dark as the mean pixel, which no byte is. What normalises
    after pooling does so before it, where it turns no order round; onnxruntime joins those that follow at once.
    """
    network = copy.deepcopy(network)
    for part in network.modules():
        if not isinstance(part, nn.Sequential):
            continue
        for place, (first, second) in enumerate(pairwise(list(part))):
            if isinstance(first, Standardise) and isinstance(second, nn.Conv2d) and second.padding == (0, 0):
                part[place], part[place + 1] = Bytes(), _of_bytes(second)
        for place in range(len(part) - 2):
            first, second, third = part[place], part[place + 1], part[place + 2]
            if not (isinstance(first, nn.Conv2d) and isinstance(second, nn.MaxPool2d)):
                continue
            if isinstance(third, nn.BatchNorm2d) and bool((third.weight > 0).all()):
                part[place], part[place + 2] = fuse_conv_bn_eval(first, third), nn.Identity()
    return network


@torch.no_grad()
def _of_bytes(layer: nn.Conv2d) -> nn.Conv2d:
    """Return what gives for bytes b what the layer gives for (b / 255 - mean) / deviation."""
    scaled = nn.Conv2d(layer.in_channels, layer.out_channels, layer.kernel_size, layer.stride).eval()  # type: ignore[arg-type]
    before = 0 if layer.bias is None else layer.bias
    assert scaled.bias is not None  # noqa: S101 - as made above
    scaled.weight.copy_(layer.weight / (255 * DEVIATION))
    scaled.bias.copy_(before - layer.weight.sum((1, 2, 3)) * (MEAN / DEVIATION))
    return scaled
