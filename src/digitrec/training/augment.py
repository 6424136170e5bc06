"""Digits moved, turned, scaled, slanted, bent, thickened and differently proportioned, a whole batch at once.

In: bytes uint8[n,28,28], a recipe's ranges, a seeded generator. Out: bytes uint8[n,28,28],
each digit changed by an amount of its own. Knows nothing of labels or of training.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from digitrec.data.digits import SIDE
from digitrec.training.recipe import Recipe

_BENDS = 5
"""Places along each side at which the bending of a picture is drawn; between them it is smooth."""

_HALF = 20 / SIDE
"""Half of how high MNIST's digits are, in halves of the picture."""


def draw(count: int, recipe: Recipe, generator: torch.Generator) -> tuple[Tensor, ...]:
    """Return what is drawn for `count` images; on the CPU, whatever the device, so that all devices see the same.

    float32[6,n], evenly in -1..1: turn, size, stretch, slant, right and down as shares of the recipe's ranges; with
    `elastic` also float32[n,2,5,5], normally distributed, the bends at some places; with `proportions` also
    float32[n,1,1,2], evenly in -1..1, where the middle goes across and down; with `thickness` also float32[n,1,1,1],
    evenly in -1..1, thinner or thicker.
    """
    drawn = [2 * torch.rand(6, count, generator=generator) - 1]
    if recipe.elastic:
        drawn.append(torch.randn(count, 2, _BENDS, _BENDS, generator=generator))
    if recipe.proportions:
        drawn.append(2 * torch.rand(count, 1, 1, 2, generator=generator) - 1)
    if recipe.thickness:
        drawn.append(2 * torch.rand(count, 1, 1, 1, generator=generator) - 1)
    return tuple(drawn)


def augment(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Return each image changed by amounts drawn from the recipe's ranges, uint8[n,28,28]; as `change`.

    Same generator, same pictures; it is on the CPU, whatever the device.
    """
    return change(images, recipe, [each.to(images.device) for each in draw(len(images), recipe, generator)])


def change(images: Tensor, recipe: Recipe, drawn: Sequence[Tensor]) -> Tensor:
    """Return each image changed as it was drawn, uint8[n,28,28].

    A digit is turned and slanted about the middle of the picture, moved and bent; what leaves the
    picture is lost, what enters is ground. Then its strokes are made thicker or thinner.

    Parameters
    ----------
    images
        uint8[n,28,28], 255 for ink.
    recipe
        Its `shift` in pixels, `rotate` in degrees, `scale` and `shear` as shares bound the affine
        map; `elastic` is the deviation in pixels of a smooth random displacement (after Simard,
        Steinkraus & Platt 2003, section 2, with splines between drawn points in place of a
        filter over all); `proportions` bounds by how much of half its height the middle of a digit moves towards
        one end, what lies between by less, its ends not at all (as lines of a grid move in Wigington et al. 2017,
        "Data augmentation for recognition of handwritten words and lines"); `thickness` bounds the change in pixels
        on either side of a stroke.
    drawn
        As `draw` returns it for this recipe, on the device of the images.
    """
    # One product for all the images; torch's own `affine_grid` makes one for each, which takes longer than the rest.
    moves, *others = drawn
    maps = _inverse_maps(moves, recipe).reshape(-1, 3)
    places = (maps @ _middles(images.device)).view(len(images), 2, SIDE, SIDE).permute(0, 2, 3, 1)
    if recipe.elastic:
        places = places + _bending(others.pop(0), recipe)
    if recipe.proportions:
        places = _with_middle_moved(places, others.pop(0) * recipe.proportions)
    changed = nn.functional.grid_sample(images.unsqueeze(1).to(torch.float32), places, align_corners=False)
    if recipe.thickness:
        changed = _thickened(changed, others.pop(0) * recipe.thickness)
    return changed.squeeze(1).round().to(torch.uint8)


def augmented(images: npt.NDArray[np.uint8], recipe: Recipe, times: int, seed: int) -> npt.NDArray[np.uint8]:
    """Return uint8[times,n,28,28]: each of the images as the recipe might show it, so many times, to be looked at."""
    generator = torch.Generator().manual_seed(seed)
    changed = [augment(torch.from_numpy(images), recipe, generator) for _ in range(times)]
    return torch.stack(changed).numpy()


def _middles(device: torch.device) -> Tensor:
    """Return float32[3,784]: across and down, the middle of each pixel in -1..1, and a one."""
    along = (torch.arange(SIDE, device=device) * 2 + 1) / SIDE - 1
    down, across = torch.meshgrid(along, along, indexing="ij")
    return torch.stack([across, down, torch.ones_like(down)]).view(3, -1)


def _inverse_maps(drawn: Tensor, recipe: Recipe) -> Tensor:
    """Return float32[n,2,3]: for each image, where each of its new pixels comes from, in -1..1."""
    angle, width, height, slant, right, down = drawn
    angle = angle * math.radians(recipe.rotate)
    # A share of 0.1 is anything from 1/1.1 to 1.1; width and height differ by half of that.
    size = torch.exp(width * math.log1p(recipe.scale))
    stretch = torch.exp(height * math.log1p(recipe.scale) / 2)
    slant = slant * recipe.shear
    cosine, sine = angle.cos() / size, angle.sin() / size
    pixels = recipe.shift / (SIDE / 2)
    return torch.stack(
        [
            torch.stack([cosine * stretch, slant * cosine - sine, right * pixels], dim=1),
            torch.stack([sine, (cosine + slant * sine) / stretch, down * pixels], dim=1),
        ],
        dim=1,
    )


def _bending(drawn: Tensor, recipe: Recipe) -> Tensor:
    """Return float32[n,28,28,2]: by how much each pixel comes from elsewhere, in halves of the picture."""
    bends = drawn * (recipe.elastic / (SIDE / 2))
    smooth = nn.functional.interpolate(bends, (SIDE, SIDE), mode="bicubic", align_corners=True)
    return smooth.permute(0, 2, 3, 1)


def _with_middle_moved(places: Tensor, shares: Tensor) -> Tensor:
    """Return places float32[n,28,28,2], those between a digit's ends nearer to one, by shares float32[n,1,1,2]."""
    along = (places / _HALF).clamp(-1, 1)
    return places + shares * _HALF * (1 - along.square())


def _thickened(images: Tensor, amount: Tensor) -> Tensor:
    """Return float32[n,1,28,28]: each a blend with the greatest, or the least, of every pixel's neighbours."""
    thicker = nn.functional.max_pool2d(images, 3, stride=1, padding=1)
    thinner = -nn.functional.max_pool2d(-images, 3, stride=1, padding=1)
    return images + torch.where(amount > 0, amount * (thicker - images), amount * (images - thinner))
