"""The ground under ink: what a picture would be without it, and by how much each pixel differs from that.

In: a picture, and the same reduced. Out: levels float32[h,w], how much darker (or lighter) than the ground a pixel is,
without the light, the shadows and what the paper lies on. Knows nothing of what counts as ink.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.polarity import Grey
from digitrec.reading.quantile import quantile

Levels = npt.NDArray[np.float32]

_SMALL = 320
"""The longer side at which the ground of larger pictures is looked for."""

_WINDOW = 85
"""Of those, so many pixels along each side are looked at for the ground of one: over half of them must be ground."""

_THICKEST = 0.34
"""Of a picture's shorter side: no stroke is thicker."""


def most_telling(pixels: npt.NDArray[np.uint8]) -> tuple[Grey, Grey]:
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


def from_closed(grey: Grey, small: Grey, *, dark: bool) -> Levels:
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
        beside = _beside_paper(np.asarray(ground, dtype=np.float32))
        if beside.any():
            levels[cv2.resize(beside, grey.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0] = 0
    return levels


_DESK, _MOST_DESK = 0.33, 0.4
"""What is darker than so much of the paper is no shadow on it; and it is not more than that share of a picture."""


def _beside_paper(ground: Levels) -> Grey:
    """Return uint8[h,w], 1 where a picture's ground, float32[h,w], is what the paper lies on: dark, and at its edge."""
    dark = (ground < _DESK * quantile(ground, 0.5)).astype(np.uint8)
    if not dark.any():
        return dark
    _, labels = cv2.connectedComponents(dark, connectivity=8)
    at_edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    found = np.isin(labels, at_edge[at_edge > 0]).astype(np.uint8)
    if found.mean() > _MOST_DESK:
        return np.zeros_like(found)
    return np.asarray(cv2.dilate(found, np.ones((5, 5), dtype=np.uint8)), dtype=np.uint8)


def from_level(grey: Grey, *, dark: bool) -> Levels:
    """Return float32[h,w], by how much each pixel is darker than the light colour, or than the dark one."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    ground = grey[grey > level] if dark else grey[grey <= level]
    return np.float32(quantile(ground if ground.size else grey, 0.5)) - grey
