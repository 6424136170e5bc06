"""The fifteen ways in which MNIST-C damages digits, written anew from their definitions.

In: uint8[n,28,28], a family's name, how severe, a seed. Out: uint8[n,28,28]. Mu & Gilmer 2019, *MNIST-C: A Robustness
Benchmark for Computer Vision*, with the settings of its authors' program. The pictures are not theirs to the pixel:
other random numbers and other image libraries. Knows no model.
"""

import operator
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.damage import blurring, geometry, noise, overlays
from digitrec.data.digits import require_images
from digitrec.errors import DataError


@dataclass(frozen=True)
class Family:
    """A way of damaging digits.

    Attributes
    ----------
    apply
        Takes float32[n,28,28] in 0..255, a level and a generator.
    levels
        What severity 1, 2, … is.
    severity
        The severity that MNIST-C has.
    """

    apply: Callable[[npt.NDArray[np.float32], Any, np.random.Generator], npt.NDArray[np.float32]]
    levels: tuple[Any, ...] = (1,)
    severity: int = 1


_LESS_SIZE = (0.9, 0.8, 0.7, 0.6, 0.5)
_SPATTERED = (
    (0.65, 0.3, 4, 0.69, 0.6),
    (0.65, 0.3, 3, 0.68, 0.6),
    (0.65, 0.3, 2, 0.68, 0.5),
    (0.65, 0.3, 1, 0.65, 1.5),
    (0.67, 0.4, 1, 0.65, 1.5),
)
_GLASS = ((0.7, 1, 2), (0.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2))

FAMILIES: dict[str, Family] = {
    "shot_noise": Family(noise.shot_noise, (60, 25, 12, 5, 3), 5),
    "impulse_noise": Family(noise.impulse_noise, (0.03, 0.06, 0.09, 0.17, 0.27), 4),
    "glass_blur": Family(blurring.glass_blur, _GLASS, 1),
    "motion_blur": Family(blurring.motion_blur, ((10, 3), (15, 5), (15, 8), (15, 12), (20, 15)), 1),
    "shear": Family(geometry.shear, (0.2, 0.4, 0.6, 0.8, 1.0), 2),
    "scale": Family(geometry.scale, _LESS_SIZE, 3),
    "rotate": Family(geometry.rotate, (0.2, 0.4, 0.6, 0.8, 1.0), 2),
    "brightness": Family(overlays.brightness, (0.1, 0.2, 0.3, 0.4, 0.5), 5),
    "translate": Family(geometry.translate, (1, 2, 3, 4, 5), 3),
    "stripe": Family(overlays.stripe),
    "fog": Family(overlays.fog, ((1.5, 2), (2, 2), (2.5, 1.7), (2.5, 1.5), (3, 1.4)), 5),
    "spatter": Family(noise.spatter, _SPATTERED, 4),
    "dotted_line": Family(overlays.dotted_line),
    "zigzag": Family(overlays.zigzag),
    "canny_edges": Family(blurring.canny_edges),
}
"""The fifteen, in the order of their authors."""


def corrupt(
    images: npt.NDArray[np.uint8], family: str, *, severity: int | None = None, seed: int = 0
) -> npt.NDArray[np.uint8]:
    """Return the images damaged, uint8[n,28,28].

    >>> corrupt(test.images, "fog").mean() > test.images.mean()
    True

    Parameters
    ----------
    images
        uint8[n,28,28], 255 for ink.
    family
        One of `FAMILIES`.
    severity
        0 for none, up to 5, or up to 1 where there is one kind only; without it MNIST-C's own.
    seed
        Same seed, same images: same damage.

    Raises
    ------
    DataError
        When the images are of another shape or dtype, or there is no such family or severity.
    """
    require_images(images)
    if family not in FAMILIES:
        raise DataError(f"no damage named {family!r}; there are: {', '.join(FAMILIES)}")
    kind = FAMILIES[family]
    try:
        level = kind.severity if severity is None else operator.index(severity)
    except TypeError:
        level = -1
    if not 0 <= level <= len(kind.levels):
        raise DataError(f"severity {severity!r} of {family}: expected a whole number from 0 to {len(kind.levels)}")
    if not level or not len(images):
        return images.copy()
    generator = np.random.default_rng([seed, zlib.crc32(family.encode())])
    return to_bytes(kind.apply(images.astype(np.float32, order="C"), kind.levels[level - 1], generator))


def to_bytes(images: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return the images as bytes: rounded, and what is beyond ground or ink is ground or ink."""
    return images.clip(0, 255).round().astype(np.uint8)
