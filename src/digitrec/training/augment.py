"""Digits moved, turned, scaled and slanted a little, a whole batch at once.

In: bytes uint8[n,28,28], a recipe's ranges, a seeded generator. Out: bytes uint8[n,28,28],
each digit changed by an amount of its own. Knows nothing of labels or of training.
"""

import math

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from digitrec.data.digits import SIDE
from digitrec.training.recipes import Recipe


def augment(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Return each image under an affine map drawn from the recipe's ranges, uint8[n,28,28].

    A digit is turned and slanted about the middle of the picture and then moved; what leaves the
    picture is lost, what enters is ground. Same generator, same pictures.

    Parameters
    ----------
    images
        uint8[n,28,28], 255 for ink.
    recipe
        Its `shift` in pixels, `rotate` in degrees, `scale` and `shear` as shares bound the map.
    generator
        On the CPU, whatever the device.
    """
    maps = _inverse_maps(len(images), recipe, generator).to(images.device)
    places = nn.functional.affine_grid(maps, [len(images), 1, SIDE, SIDE], align_corners=False)
    moved = nn.functional.grid_sample(images.unsqueeze(1).to(torch.float32), places, align_corners=False)
    return moved.squeeze(1).round().to(torch.uint8)


def augmented(images: npt.NDArray[np.uint8], recipe: Recipe, times: int, seed: int) -> npt.NDArray[np.uint8]:
    """Return uint8[times,n,28,28]: each of the images as the recipe might show it, so many times, to be looked at."""
    generator = torch.Generator().manual_seed(seed)
    changed = [augment(torch.from_numpy(images), recipe, generator) for _ in range(times)]
    return torch.stack(changed).numpy()


def _inverse_maps(count: int, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Return float32[count,2,3]: for each image, where each of its new pixels comes from, in -1..1."""
    angle, width, height, slant, right, down = 2 * torch.rand(6, count, generator=generator) - 1
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
