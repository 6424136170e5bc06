"""Ink told from ground: a picture → how much ink lies on each pixel.

In: a `Picture`. Out: an `Ink`: a map uint8[h,w] of the picture's size, 255 for full ink, without the
light, the shadows, the colour and the ruled lines of what it was written on. Knows nothing of digits:
a letter and a scribble are ink as well.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.picture import Picture
from digitrec.reading.quantile import quantile
from digitrec.reading.rules import find_rules, is_page

Polarity = Literal["dark on light", "light on dark"]
Grey = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.float32]

TINY = 64
"""A picture with a longer side of at most so many pixels has one ground all over, and no room for ruled lines."""

_SMALL = 320
"""The longer side at which the ground of larger pictures is looked for."""

_WINDOW = 85
"""Of those, so many pixels along each side are looked at for the ground of one: over half of them must be ground."""

_THICKEST = 0.34
"""Of a picture's shorter side: no stroke is thicker."""

_PALEST = 0.4
"""Of the strongest ink in a picture: so strong is full ink at least, wherever it is."""

_LEAST_CONTRAST = 12.0
"""Grey levels between ground and ink below which nothing counts as written."""

_WRITTEN, _CHALK = 0.14, 220.0
"""Of the light of the paper, or for light ink of chalk's: what differs by less is not written."""

_ABOVE_NOISE = 6.0
"""How many deviations of the ground's noise ink must stand out by."""

_UNSURE = (0.33, 0.67)
"""When ink would cover a share of a picture within these, which of the two is ink cannot be told from the picture."""


@dataclass(frozen=True)
class Ink:
    """How much ink lies on each pixel of a picture."""

    amount: Grey
    """uint8[h,w], 255 for full ink, as measured by the darkest strokes around."""
    mask: npt.NDArray[np.bool_]
    """bool[h,w]: what counts as a stroke."""
    depth: Grey
    """uint8[h,w]: grey levels between each pixel and the ground, as lit as most of the picture."""
    polarity: Polarity
    sure_of_polarity: bool
    """Whether the picture itself told which of its two colours is ink."""
    contrast: float
    """Grey levels between ground and ink."""
    noise: float
    """Grey levels, the deviation of the ground."""

    @property
    def blank(self) -> bool:
        """Whether there is no ink at all."""
        return not self.mask.any()


def find_ink(picture: Picture, polarity: Polarity | None = None) -> Ink:
    """Return the ink of a picture; `polarity` decides what is ink where the caller knows it better.

    The ground is the picture with all filled that is as narrow as strokes, which follows light and shadow but
    not them; ink is what differs from it to one side by more than its noise. What counts as full
    ink is taken from the neighbourhood, so that pencil beside felt pen is seen.
    """
    grey, small = _most_telling(picture.pixels)
    tiny = max(grey.shape) <= TINY
    noise = 0.0 if tiny else _grain(grey)
    floor = max(_LEAST_CONTRAST, _ABOVE_NOISE * noise)
    dark, sure = _majority_is_light(grey) if tiny else _strokes_are_dark(small)
    dark, sure = (dark, sure) if polarity is None else (polarity == "dark on light", True)
    if tiny:
        difference = _from_level(grey, dark=dark)
        levels = difference if dark else -difference
    else:
        levels = _from_closed(grey, small, dark=dark)
    contrast = _contrast(levels, floor)
    nothing = np.zeros(grey.shape, dtype=np.uint8)
    told: Polarity = "dark on light" if dark else "light on dark"
    found = Ink(nothing, nothing.astype(bool), nothing, told, sure_of_polarity=sure, contrast=contrast, noise=noise)
    # Creases, clouds and cloth are fainter than the palest pencil, which takes a sixth of the light.
    written = 0.0 if tiny else _WRITTEN * (quantile(grey, 0.9) if dark else _CHALK)
    if contrast <= max(floor, written):
        return found
    if not tiny:
        # A page's rules are long, and so are found though they are fainter than any ink.
        faint = max(0.5 * floor, 0.1 * contrast) if is_page(grey.shape) else max(floor, 0.25 * contrast)
        floor = max(floor, 0.15 * contrast)
        levels = find_rules(levels > faint).erased(levels)
    full = (
        np.full(grey.shape, contrast, dtype=np.float32) if tiny else _full_ink(levels, max(floor, _PALEST * contrast))
    )
    share = np.asarray(levels if tiny else cv2.GaussianBlur(levels, (0, 0), 0.7), dtype=np.float32)
    share /= full
    # Bytes at once: from a tenth, which is none, to as much above 0.75 as makes 255.
    amount = cv2.addWeighted(share, 255 / 0.75, share, 0, -0.1 * 255 / 0.75, dtype=cv2.CV_8U)
    depth = cv2.addWeighted(levels, 1, levels, 0, 0, dtype=cv2.CV_8U)  # bytes, none where it is lighter
    mask = share > 0.4  # noqa: PLR2004
    return replace(found, amount=np.asarray(amount, dtype=np.uint8), mask=mask, depth=np.asarray(depth, dtype=np.uint8))


def _most_telling(pixels: npt.NDArray[np.uint8]) -> tuple[Grey, Grey]:
    """Return the picture in grey, uint8[h,w]: brightness, or the colour in which ink stands out more; and reduced."""
    small = _reduced(pixels)
    if pixels.ndim == 2:  # noqa: PLR2004 - grey already
        return pixels, small
    chosen, small_grey = -1, np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    most = 1.3 * _telling(small_grey)
    for channel in range(3):
        one = np.ascontiguousarray(small[:, :, channel])
        found = _telling(one)
        if found > most:
            chosen, most, small_grey = channel, found, one
    if chosen < 0:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8), small_grey
    return np.ascontiguousarray(pixels[:, :, chosen]), small_grey


def _reduced(pixels: Grey) -> Grey:
    """Return a picture, uint8[h,w] or uint8[h,w,3], at the size at which its ground is looked for."""
    factor = min(1.0, _SMALL / max(pixels.shape[:2]))
    if factor == 1:
        return pixels
    wide, high = (max(1, round(side * factor)) for side in pixels.shape[1::-1])
    # Halved first, which takes a tenth of the time of any other factor.
    while min(pixels.shape[0] / high, pixels.shape[1] / wide) >= 4:  # noqa: PLR2004 - what is left is exact
        even = pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2]
        pixels = np.asarray(cv2.resize(even, (even.shape[1] // 2, even.shape[0] // 2), interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _telling(small: Grey) -> float:
    """Return by how many deviations of the ground the strongest ink stands out from the ground around it."""
    window = int(min(_WINDOW, max(15, 0.45 * min(small.shape)))) | 1
    ground = cv2.medianBlur(small, window)
    strongest = quantile(cv2.absdiff(ground, small), 0.99)
    away = cv2.subtract(ground, small, dtype=cv2.CV_16S)
    deviation = 1.4826 * quantile(cv2.convertScaleAbs(away, beta=-quantile(away, 0.5)), 0.5)
    return strongest / (deviation + 2)


def _from_closed(grey: Grey, small: Grey, *, dark: bool) -> Levels:
    """Return float32[h,w], by how much each pixel is darker (or lighter) than the ground.

    The ground is the picture with all filled that is narrower than a thick stroke (closing): the edge of a
    shadow, of the paper or of a desk is none, and stays where it is. It is looked for in the reduced picture.
    """
    turned, small = (grey, small) if dark else (255 - grey, 255 - small)
    small = np.asarray(cv2.medianBlur(small, 3), dtype=np.uint8)
    side = int(min(_THICKEST * min(small.shape), 71)) | 1
    framed = cv2.copyMakeBorder(small, side, side, side, side, cv2.BORDER_REPLICATE)
    ground = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((side, side), dtype=np.uint8))[side:-side, side:-side]
    # Noise lifts what is the most of many.
    ground = ground - np.float32(quantile(cv2.subtract(ground, small), 0.5))
    # The enlarged ground is soft where the picture's is sharp: the lower side counts.
    ground = cv2.GaussianBlur(cv2.erode(ground, np.ones((3, 3), dtype=np.uint8)), (0, 0), 1.0)
    light = np.asarray(cv2.resize(ground, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    levels = light - turned
    if dark:
        # Ink takes a share of the light: as much in shadow as beside it.
        lit = np.float32(max(quantile(light, 0.90), 1))
        np.maximum(light, lit / 4, out=light)
        levels *= np.divide(lit, light, out=light)
    return levels


def _from_level(grey: Grey, *, dark: bool) -> Levels:
    """Return float32[h,w], by how much each pixel is darker than the light colour, or than the dark one."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    ground = grey[grey > level] if dark else grey[grey <= level]
    return np.float32(quantile(ground if ground.size else grey, 0.5)) - grey


def _majority_is_light(grey: Grey) -> tuple[bool, bool]:
    """Return whether the commoner of a small picture's two colours is the light one, and whether it is so by far."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    share = float((grey > level).mean())
    return share >= 0.5, not _UNSURE[0] < share < _UNSURE[1]  # noqa: PLR2004


_WIDTHS = (0.012, 0.02, 0.035, 0.06, 0.1, 0.17)
"""Of a picture's shorter side: what is narrower than each is looked for."""


def _strokes_are_dark(small: Grey) -> tuple[bool, bool]:
    """Return whether what is narrow is darker than what is around it, and whether that is so by far.

    By closing and opening, which fill what is narrow and dark, and what is narrow and light (top-hats),
    in windows from narrow to wide: strokes are seen in narrow ones already, the ground between them
    only in wide ones, where there is more of it than of ink.
    """
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), 0.8), dtype=np.uint8)
    found = np.array([_narrow(small, max(3, int(width * min(small.shape))) | 1) for width in _WIDTHS])
    dark, light = np.minimum(found, found.max() / 10).sum(0)
    return bool(dark >= light), bool(max(dark, light) > 1.3 * min(dark, light))


def _narrow(small: Grey, side: int) -> tuple[float, float]:
    """Return how much of a picture is narrower than `side` and darker than what is around it, and how much lighter."""
    square = np.ones((side, side), dtype=np.uint8)
    # As if it went on beyond its edge: a band along it is not narrow.
    framed = cv2.copyMakeBorder(small, side, side, side, side, cv2.BORDER_REPLICATE)
    energy = []
    for way in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT):
        hat = cv2.morphologyEx(framed, way, square)[side:-side, side:-side]
        # Counted by level, which are few.
        count = cv2.calcHist([hat], [0], None, [256], [0, 256]).ravel()
        middle = np.searchsorted(count.cumsum(), count.sum() / 2)
        energy.append(float(count @ np.maximum(np.arange(256.0) - 2 * middle, 0) ** 3))
    return energy[0], energy[1]


def _grain(grey: Grey) -> float:
    """Return the deviation of the ground from pixel to pixel, by the lesser ones, which strokes do not move."""
    fine = grey[:1024, :1024]
    away = np.asarray(cv2.boxFilter(fine, cv2.CV_32F, (3, 3)), dtype=np.float32)
    away -= fine
    # Not by the median, which is nothing where half of the pixels are as light as can be.
    return float(1.06 * quantile(np.abs(away, out=away), 0.70) / 1.036)


def _contrast(levels: Levels, floor: float) -> float:
    """Return how many grey levels full ink differs from the ground: the strong half of what stands out."""
    some = levels[levels > floor]
    if some.size < 4:  # noqa: PLR2004 - a speck
        return 0.0
    some = some[some >= 0.5 * quantile(some, 0.97)]
    return float(quantile(some, 0.70))


def _full_ink(levels: Levels, floor: float) -> Levels:
    """Return float32[h,w], what counts as full ink at each place: nearly the most around it."""
    high, wide = levels.shape
    block = max(1, math.ceil(max(high, wide) / 128))
    soft = cv2.blur(levels, (3, 3))
    strongest = cv2.dilate(soft, np.ones((block, 1), dtype=np.uint8))[::block]
    strongest = cv2.dilate(strongest, np.ones((1, block), dtype=np.uint8))[:, ::block]
    reach = int(max(3, min(strongest.shape) / 4)) | 1
    around = cv2.dilate(strongest, np.ones((reach, reach), dtype=np.uint8))
    around = cv2.blur(around, (reach, reach))
    return np.asarray(
        np.maximum(cv2.resize(around, (wide, high), interpolation=cv2.INTER_LINEAR), floor), dtype=np.float32
    )
