"""Digits changed by more and more: what a curve of accuracy against damage is drawn from.

In: uint8[n,28,28], what to change, by how much, a seed. Out: uint8[n,28,28]. Knows no model.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.damage import blurring, geometry, noise, overlays
from digitrec.damage.corrupt import to_bytes
from digitrec.data.digits import require_images
from digitrec.errors import DataError

Images = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Variation:
    """Something to change.

    Attributes
    ----------
    apply
        Takes float32[n,28,28] in 0..255, an amount and a generator.
    amounts
        Those of the curve, from the least to the greatest.
    none
        The amount that changes nothing.
    unit
        Of the amounts, in words.
    """

    apply: Callable[[Images, float, np.random.Generator], Images]
    amounts: tuple[float, ...]
    none: float
    unit: str


def _thickened(images: Images, pixels: float, _: np.random.Generator) -> Images:
    """Draw strokes thicker, or thinner, by so many pixels on either side; parts of a pixel are blends."""
    change = cv2.dilate if pixels > 0 else cv2.erode
    whole, part = divmod(abs(pixels), 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    found = np.empty_like(images, order="C")
    for number, image in enumerate(images):
        changed = change(image, kernel, iterations=int(whole)) if whole else image
        further = change(changed, kernel) if part else changed
        found[number] = (1 - part) * changed + part * further
    return found


VARIATIONS: dict[str, Variation] = {
    "shift": Variation(geometry.moved, (0, 1, 2, 3, 4, 5, 6, 8), 0, "pixels, in any direction"),
    "rotation": Variation(geometry.turned, (-60, -45, -30, -15, 0, 15, 30, 45, 60), 0, "degrees, clockwise"),
    "scale": Variation(geometry.scale, (0.4, 0.55, 0.7, 0.85, 1, 1.15, 1.3, 1.5), 1, "times the size"),
    "thickness": Variation(_thickened, (-1, -0.5, 0, 0.5, 1, 1.5, 2, 3), 0, "pixels on either side of a stroke"),
    "noise": Variation(noise.grain, (0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8), 0, "deviation, as a share of full ink"),
    "blur": Variation(blurring.blur, (0, 0.5, 1, 1.5, 2, 3, 4), 0, "pixels, deviation of a Gaussian"),
    "contrast": Variation(overlays.contrast, (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1), 1, "share that is left"),
}
"""What is changed, in the order of the report."""


def vary(images: npt.NDArray[np.uint8], variation: str, amount: float, *, seed: int = 0) -> npt.NDArray[np.uint8]:
    """Return the images changed by an amount, uint8[n,28,28]; same seed, same images: same change.

    Raises
    ------
    DataError
        When the images are of another shape or dtype, or there is no such variation.
    """
    require_images(images)
    if variation not in VARIATIONS:
        raise DataError(f"no variation named {variation!r}; there are: {', '.join(VARIATIONS)}")
    kind = VARIATIONS[variation]
    if amount == kind.none or not len(images):
        return images.copy()
    generator = np.random.default_rng([seed, zlib.crc32(variation.encode())])
    return to_bytes(kind.apply(images.astype(np.float32, order="C"), amount, generator))
