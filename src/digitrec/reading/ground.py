"""The ground under ink: what a picture would be without it, and by how much each pixel differs from that.

In: a picture, and the same reduced. Out: levels float32[h,w], how much darker (or lighter) than the ground a pixel is,
without the light, the shadows and what the paper lies on. Knows nothing of what counts as ink.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.polarity import Grey
from digitrec.reading.quantile import quantile
from digitrec.reading.rules import is_page

Levels = npt.NDArray[np.float32]

SMALL = 320
"""The longer side at which the ground of larger pictures is looked for."""

_THICKEST = 0.34
"""Of a picture's shorter side: no stroke is thicker."""


def reduced(pixels: Grey) -> Grey:
    """Return a picture, uint8[h,w] or uint8[h,w,3], at the size at which its ground is looked for."""
    factor = min(1.0, SMALL / max(pixels.shape[:2]))
    if factor == 1:
        return pixels
    wide, high = (max(1, round(side * factor)) for side in pixels.shape[1::-1])
    # Halved first, which takes a tenth of the time of any other factor.
    while min(pixels.shape[0] / high, pixels.shape[1] / wide) >= 4:  # noqa: PLR2004 - what is left is exact
        even = pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2]
        pixels = np.asarray(cv2.resize(even, (even.shape[1] // 2, even.shape[0] // 2), interpolation=cv2.INTER_AREA))
    return np.asarray(cv2.resize(pixels, (wide, high), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def from_closed(grey: Grey, small: Grey, *, dark: bool, noise: float, strokes: Grey | None = None) -> Levels:
    """Return float32[h,w], by how much each pixel is darker (or lighter) than the ground.

    The ground is the picture with all filled that is narrower than a thick stroke (closing): the edge of a
    shadow, of the paper or of a desk is none, and stays where it is. It is looked for in the reduced picture.
    `noise` is the deviation of the ground, in grey levels. Where it is known where `strokes` are in the reduced
    picture, uint8[h,w], they alone are filled: fingers throw shadows as narrow as a thick pen's strokes.
    """
    turned, small = (grey, small) if dark else (255 - grey, 255 - small)
    small = np.asarray(cv2.medianBlur(small, 3), dtype=np.uint8)
    ground: npt.NDArray[Any]
    if strokes is None:
        side = int(min(_THICKEST * min(small.shape), 71)) | 1
        framed = cv2.copyMakeBorder(small, side, side, side, side, cv2.BORDER_REPLICATE)
        ground = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((side, side), dtype=np.uint8))
        ground = ground[side:-side, side:-side]
    else:
        # With their soft rims, and then all that is thinner than can be seen at this size.
        ground = cv2.inpaint(small, cv2.dilate(strokes, np.ones((3, 3), dtype=np.uint8)), 3, cv2.INPAINT_TELEA)
        ground = cv2.morphologyEx(ground, cv2.MORPH_CLOSE, np.ones((3, 3), dtype=np.uint8))
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
        # Noise is as strong in shadow as beside it, and would be more where all is made lighter.
        page = is_page(grey.shape)
        if page and noise:
            cv2.threshold(levels, _ABOVE_NOISE * noise, 0, cv2.THRESH_TOZERO, dst=levels)
        levels *= np.divide(lit, light, out=light)
        beside = _beside_paper(np.asarray(ground, dtype=np.float32), page=page)
        if page and beside.any():
            beside |= _along(beside, ground - small > _RIM_INK * ground)
        if beside.any():
            levels[cv2.resize(beside, grey.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0] = 0
    return levels


_ABOVE_NOISE = 4.0
"""How many deviations of the ground's noise a pixel in shadow must be darker than the ground by."""

_DESK, _MOST_DESK = 0.33, 0.4
"""What is darker than so much of the paper is no shadow on it; and it is not more than that share of a picture."""

_RIM, _RIM_INK, _MOSTLY = 0.05, 0.15, 0.9
"""Of a picture's longer side, of the light, and of a piece of ink: so much of it lies no farther along what is beside
the paper, and takes so much light, where it is a rim."""

_STEP, _NEAR, _ALONG, _OFF = 0.15, 0.2, 0.6, 2.0
"""Along a side of a picture the paper begins where its ground gets lighter by such a share within three pixels, not
farther from the side than that share of the picture, for such a share of the side, and no more pixels off a line."""


def _beside_paper(ground: Levels, *, page: bool) -> Grey:
    """Return uint8[h,w], 1 where a picture's ground, float32[h,w], is what the paper lies on: dark, and at its edge."""
    found = _from_edge(ground < _DESK * quantile(ground, 0.5))
    if found.mean() > _MOST_DESK:
        found[:] = False
    for turn in range(4 if page else 0):
        # A view of it: the side is the left one.
        np.rot90(found, turn)[_beyond_line(np.rot90(ground, turn))] = True
    return np.asarray(cv2.dilate(found.astype(np.uint8), np.ones((5, 5), dtype=np.uint8)), dtype=np.uint8)


def _along(beside: Grey, inked: npt.NDArray[np.bool_]) -> Grey:
    """Return uint8[h,w], what seems inked, bool[h,w], and lies along what is beside the paper: the rim of a mug."""
    reach = 2 * max(2, round(_RIM * max(beside.shape))) + 1
    near = cv2.dilate(beside, np.ones((reach, reach), dtype=np.uint8)) > 0
    touched = cv2.dilate(beside, np.ones((5, 5), dtype=np.uint8)) > 0
    count, labels = cv2.connectedComponents((inked & (beside == 0)).astype(np.uint8), connectivity=8)
    whole, some = (np.bincount(labels[where], minlength=count) for where in (labels > 0, near & (labels > 0)))
    rims = (some >= _MOSTLY * whole) & (np.bincount(labels[touched], minlength=count) > 0)
    rims[0] = False
    return np.asarray(cv2.dilate(rims[labels].astype(np.uint8), np.ones((5, 5), dtype=np.uint8)), dtype=np.uint8)


def _beyond_line(ground: Levels) -> npt.NDArray[np.bool_]:
    """Return bool[h,w]: what is left of the paper's edge, if that runs straight and not far from the picture's left."""
    none = np.zeros(ground.shape, dtype=bool)
    high, wide = ground.shape
    near = round(_NEAR * wide)
    if near < 4 or high < 12:  # noqa: PLR2004 - too small to tell
        return none
    step = 1 - ground[:, :near] / np.maximum(ground[:, 3 : near + 3], 1)
    rows = np.flatnonzero(step.max(1) >= _STEP)
    columns = step.argmax(1)[rows] + 1.5
    if len(rows) < _ALONG * high:
        return none
    # Some rows lie on the desk above or below: the line is the one that most are near to.
    for _ in range(4):
        slope, start = np.polyfit(rows, columns, 1)
        off = np.abs(slope * rows + start - columns)
        kept = off <= max(_OFF, float(np.quantile(off, 0.8)))
        if kept.all() or kept.sum() < _ALONG * high:
            break
        rows, columns = rows[kept], columns[kept]
    if (np.abs(slope * rows + start - columns) <= _OFF).sum() < _ALONG * high:
        return none
    return np.asarray(np.arange(wide)[None] <= slope * np.arange(high)[:, None] + start, dtype=bool)


def _from_edge(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the marks that hang together with the edge of the picture."""
    _, labels = cv2.connectedComponents(marks.astype(np.uint8), connectivity=8)
    at_edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    return np.isin(labels, at_edge[at_edge > 0])


def from_level(grey: Grey, *, dark: bool) -> Levels:
    """Return float32[h,w], by how much each pixel is darker than the light colour, or than the dark one."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    ground = grey[grey > level] if dark else grey[grey <= level]
    return np.float32(quantile(ground if ground.size else grey, 0.5)) - grey
