"""A picture brought nearer to MNIST's own before the network sees it: even ground, full ink, no lone specks.

In: bytes uint8[n,28,28]. Out: bytes uint8[n,28,28]. Each picture is mended of what it shows alone: a ground that is not
dark, ink that is not full, specks on the ground. Of MNIST's digits 99.6 % show none and go through as they are
(experiments/LOG.md). No weights: digits are prepared once before they are learnt from, and the layer is put before the
finished network, and so into the ONNX file.
"""

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from digitrec.data.digits import Digits, joined
from digitrec.data.mnist import Mnist
from digitrec.training.recipe import Recipe

_ENDS = 3
"""Rows at the upper and the lower end of a column, which digits leave free."""

_WIDE = 9
"""Pixels along a side of what is too wide for a stroke."""

_INK = 12
"""So many pixels at least are full ink."""

_HAZE = 48.0
"""What is no stronger than this beside full ink, of 255, is taken for ground."""

_FAINT = 16.0
"""What is no stronger than this is not made ink of."""

_DARK = 3.0
"""The ground is dark where half of the outermost pixels are no brighter, of 255."""

_FULL = 235.0
"""Ink is full where the twelfth brightest pixel is as bright, of 255."""

_SPECK = 64.0
"""A speck is brighter by more than this than all but one of its neighbours, which are no brighter than this."""

_FEW_SPECKS = 2
"""So many are left alone: ends of thin strokes look like one."""

_AT_ONCE = 500


def digits_to_learn(data: Mnist, recipe: Recipe) -> tuple[Digits, Digits | None]:
    """Return the digits that the recipe learns from, and those it keeps to validate by; prepared where it says so."""
    learn, keep = (data.train, data.validation) if recipe.validate else (joined(data.train, data.validation), None)
    return (_ready(learn), keep and _ready(keep)) if recipe.prepare else (learn, keep)


def count_to_learn(data: Mnist, recipe: Recipe) -> int:
    """Return how many digits `digits_to_learn` gives to learn from."""
    return len(data.train) + (0 if recipe.validate else len(data.validation))


def prepared(network: nn.Module, recipe: Recipe) -> nn.Module:
    """Return the network, with the preparation before it where the recipe says so."""
    return nn.Sequential(Preparation(), *network.children()).eval() if recipe.prepare else network


class Preparation(nn.Module):
    """Bytes uint8[n,28,28] → bytes uint8[n,28,28]: specks, uneven ground, faint ink mended where there are any."""

    def forward(self, images: Tensor) -> Tensor:
        """Return uint8[n,28,28]."""
        given = images.unsqueeze(1).to(torch.float32)  # (n, 1, 28, 28)
        uneven = _brightness_at_the_rim(given) > _DARK  # (n, 1, 1, 1), as all that is decided for a picture
        pixels = ink_of_columns(given)
        smooth = without_specks(pixels)
        speckled = _specks(pixels, smooth) > _FEW_SPECKS
        pixels = torch.where(uneven | speckled, smooth, pixels)
        pixels = torch.where(uneven, without_ground(pixels), pixels)
        faint = _twelfth_brightest(pixels) < _FULL
        pixels = torch.where(uneven | faint, full_ink(pixels), pixels)
        pixels = torch.where(uneven | faint | speckled, without_haze(pixels), pixels)
        return pixels.round().squeeze(1).to(torch.uint8)


def _ready(digits: Digits) -> Digits:
    preparation, images = Preparation(), torch.from_numpy(digits.images)
    parts = [preparation(images[start : start + _AT_ONCE]) for start in range(0, len(images), _AT_ONCE)]
    return replace(digits, images=torch.cat([images[:0], *parts]).numpy())


def ink_of_columns(pixels: Tensor) -> Tensor:
    """Return how far each pixel is from the ground of its column: the darker of what its two ends show.

    Where ink and ground are swapped in some columns, both ends of those are bright.
    """
    upper, lower = _middle_of_three(pixels[:, :, :_ENDS]), _middle_of_three(pixels[:, :, -_ENDS:])
    return (pixels - torch.minimum(upper, lower)).abs()


def without_specks(pixels: Tensor) -> Tensor:
    """Return each pixel no brighter than its second brightest neighbour, and no darker than its second darkest."""
    wide = functional.pad(pixels, (1, 1, 1, 1), mode="replicate")
    side = pixels.shape[-1]
    places = [(down, right) for down in range(3) for right in range(3) if (down, right) != (1, 1)]
    around = [wide[:, :, down : down + side, right : right + side] for down, right in places]
    greatest, second = torch.maximum(around[0], around[1]), torch.minimum(around[0], around[1])
    least, second_least = second, greatest
    for each in around[2:]:
        second = torch.maximum(second, torch.minimum(greatest, each))
        greatest = torch.maximum(greatest, each)
        second_least = torch.minimum(second_least, torch.maximum(least, each))
        least = torch.minimum(least, each)
    return torch.maximum(torch.minimum(pixels, second), second_least)


def without_ground(pixels: Tensor) -> Tensor:
    """Return the pixels without what is wider than a stroke: clouds, and a ground that is not even."""
    ground = _greatest(_least(pixels, _WIDE), _WIDE)
    ground = functional.avg_pool2d(functional.pad(ground, (2, 2, 2, 2), mode="replicate"), 5, stride=1)
    return (pixels - ground).clamp(min=0)


def full_ink(pixels: Tensor) -> Tensor:
    """Return the pixels so much brighter that the twelfth brightest is full ink, unless there is no ink at all."""
    return (pixels * (255 / _twelfth_brightest(pixels).clamp(min=_FAINT))).clamp(max=255)


def without_haze(pixels: Tensor) -> Tensor:
    """Return the pixels with the faintest made ground, and those between spread again up to full ink."""
    return ((pixels - _HAZE) * (255 / (255 - _HAZE))).clamp(min=0)


def _brightness_at_the_rim(pixels: Tensor) -> Tensor:
    """Return float32[n,1,1,1], the median of the outermost pixels."""
    sides = [pixels[:, 0, 0], pixels[:, 0, -1], pixels[:, 0, :, 0], pixels[:, 0, :, -1]]  # (n, 28) each
    rim = torch.cat(sides, dim=1)
    return rim.topk(rim.shape[1] // 2 + 1, dim=1)[0][:, -1].view(-1, 1, 1, 1)


def _specks(pixels: Tensor, smooth: Tensor) -> Tensor:
    """Return int64[n,1,1,1], how many lone bright pixels there are on the ground."""
    return ((pixels - smooth > _SPECK) & (smooth < _SPECK)).flatten(1).sum(1).view(-1, 1, 1, 1)


def _twelfth_brightest(pixels: Tensor) -> Tensor:
    """Return float32[n,1,1,1], how bright full ink is."""
    return pixels.flatten(1).topk(_INK, dim=1)[0][:, -1].view(-1, 1, 1, 1)


def _middle_of_three(rows: Tensor) -> Tensor:
    """Return float32[n,1,1,28], the median of float32[n,1,3,28] along its rows."""
    first, second, third = rows[:, :, :1], rows[:, :, 1:2], rows[:, :, 2:3]
    return torch.maximum(torch.minimum(first, second), torch.minimum(torch.maximum(first, second), third))


def _greatest(pixels: Tensor, side: int) -> Tensor:
    margin = side // 2
    wide = functional.pad(pixels, (margin, margin, margin, margin), mode="replicate")
    return functional.max_pool2d(wide, side, stride=1)


def _least(pixels: Tensor, side: int) -> Tensor:
    return -_greatest(-pixels, side)
