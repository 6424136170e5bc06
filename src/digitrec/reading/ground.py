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

_PALE, _SHARP, _SHARP_INK = 0.35, 0.25, 0.08
"""Of full ink: what is so strong may be a stroke or a shadow; of the steepest edges, and of full ink for each pixel:
what is as steep is sharp."""

_THICKER = 1.5
"""Times as thick as strokes that are sharp: what is nowhere thicker is no shadow."""

_BLURRED = 0.2
"""Of full ink for each pixel: where no edge is as steep the picture is blurred, and all edges are soft."""

_PEN = 0.12
"""Of a picture's shorter side: between sharp edges that are no farther apart there is a stroke."""

_BLACK, _FULL = 140, 0.8
"""Grey levels darker than the ground, and of what is darkest: what is so dark in its middle is not only in shadow."""

_BOTH, _MOSTLY_BOTH, _HARDLY, _ONE_WAY = 0.15, 0.8, 0.05, 0.2
"""Of a piece's outline: so much is soft and so much is sharp where the camera moved; of all outlines, pieces that have
both have so much, and pieces that are soft all round so much at most; and how far the ways of either kind agree, 0 to
1.
"""

_SOFT = 0.03
"""Of the outline of all that may be ink: when so much of it is not sharp, there is a shadow."""


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


def strokes_beside_shadows(levels: Levels, contrast: float, size: tuple[int, int]) -> Grey | None:
    """Return where strokes are, uint8 in a picture reduced to that height and width; None where all is strokes.

    Strokes lie between edges that are sharp, shadows of fingers do not; `contrast` is how much full ink differs from
    the ground.
    """
    high, wide = (min(2 * side, whole) for side, whole in zip(size, levels.shape, strict=True))
    some = cv2.GaussianBlur(cv2.resize(levels, (wide, high), interpolation=cv2.INTER_AREA), (0, 0), 0.7)
    strongest = float(some.max())
    some = np.clip(some, 0, contrast)
    across, down = (cv2.Sobel(some, cv2.CV_32F, *way, ksize=3, scale=1 / 8) for way in ((1, 0), (0, 1)))
    steep = cv2.magnitude(across, down)
    inked = some > _PALE * contrast
    if not inked.any():
        return None
    steepest = quantile(steep[inked], 0.998)
    if steepest < _BLURRED * contrast:
        return None  # all is blurred
    sharp = (steep > min(_SHARP * steepest, _SHARP_INK * contrast)).astype(np.uint8)
    outline = inked & (cv2.erode(inked.astype(np.uint8), np.ones((3, 3), dtype=np.uint8)) == 0)
    soft = outline & (cv2.dilate(sharp, np.ones((7, 7), dtype=np.uint8)) == 0)
    away = cv2.distanceTransform(inked.astype(np.uint8), cv2.DIST_L2, 3)
    if _was_moved(across, down, outline, soft, inked):
        return None
    # A shadow takes half of the light, and what is written in it is darker still.
    black = contrast > _BLACK and float(some[away > away.max() / 2].mean()) > _FULL * strongest
    if black and _is_blurred_writing(inked, outline, soft):
        return None
    if soft.sum() < max(_SOFT * outline.sum(), min(high, wide) / 5):
        return None
    # How wide strokes are: what is as far from a sharp edge as from the nearest ground has sharp edges on both sides.
    middle = (away == cv2.dilate(away, np.ones((3, 3), dtype=np.uint8))) & inked
    middle &= cv2.distanceTransform(1 - sharp, cv2.DIST_L2, 3) <= away + 1
    pen = 2 * float(np.quantile(away[middle], 0.9)) if middle.any() else 0.0
    side = round(min(1.3 * pen + 3, _PEN * min(high, wide))) | 1
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    framed = cv2.copyMakeBorder(sharp, side, side, side, side, cv2.BORDER_REPLICATE)
    between = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, ellipse)[side:-side, side:-side] > 0
    between &= some > contrast / 2
    between |= _sharp_or_thin(inked, outline, soft, away > _THICKER * pen / 2)
    strokes = (between | (sharp > 0)).astype(np.uint8) * np.uint8(255)
    return np.asarray(cv2.resize(strokes, size[::-1], interpolation=cv2.INTER_AREA) > 16, dtype=np.uint8)  # noqa: PLR2004


def _was_moved(
    across: Levels,
    down: Levels,
    outline: npt.NDArray[np.bool_],
    soft: npt.NDArray[np.bool_],
    inked: npt.NDArray[np.bool_],
) -> bool:
    """Return whether the camera moved: outlines that lie across its way are soft, those along it are not.

    Most pieces of ink have both; hardly any is soft all round, as a shadow is. `across` and `down` are the gradient.
    """
    labels, whole, some = _pieces(inked, outline, soft)
    both = (some > _BOTH * whole) & (some < (1 - _BOTH) * whole)
    both[0] = False
    shadow = some >= (1 - _BOTH) * whole
    shadow[0] = False
    if both.sum() < 2:  # noqa: PLR2004 - one alone may be the shadow of what is near
        return False
    if whole[both].sum() < _MOSTLY_BOTH * whole[1:].sum() or whole[shadow].sum() > _HARDLY * whole[1:].sum():
        return False
    here = outline & both[labels]
    # The way of an outline has no sign: its angle is doubled.
    double = np.exp(2j * np.arctan2(down[here], across[here]))
    is_soft = soft[here]
    ways = [complex(double[where].mean()) if where.any() else 0j for where in (is_soft, ~is_soft)]
    return min(map(abs, ways)) > _ONE_WAY and (ways[0] * ways[1].conjugate()).real < 0


def _is_blurred_writing(
    inked: npt.NDArray[np.bool_], outline: npt.NDArray[np.bool_], soft: npt.NDArray[np.bool_]
) -> bool:
    """Return whether what is soft is what is written, since nothing else is: a shadow mostly falls in from a side."""
    labels, whole, some = _pieces(inked, outline, soft)
    at_a_side = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]).any()
    return not at_a_side and bool((some >= whole / 2)[1:].all())


def _sharp_or_thin(
    inked: npt.NDArray[np.bool_],
    outline: npt.NDArray[np.bool_],
    soft: npt.NDArray[np.bool_],
    thick: npt.NDArray[np.bool_],
) -> npt.NDArray[np.bool_]:
    """Return bool[h,w], the pieces of ink that are strokes and no shadows.

    They have hardly any soft outline, however thick they are. Or none has, and they are nowhere thicker than strokes,
    and mostly sharp: a camera that moved leaves those soft that lie across its way.
    """
    labels, whole, some = _pieces(inked, outline, soft)
    strokes = some <= _SOFT * whole
    strokes[0] = False
    if whole[strokes].sum() < whole[1:].sum() / 3:
        thin = some <= whole / 2
        thin[labels[thick]] = thin[0] = False
        strokes |= thin
    return np.asarray(strokes[labels], dtype=np.bool_)


def _pieces(
    inked: npt.NDArray[np.bool_], outline: npt.NDArray[np.bool_], soft: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the pieces of ink by number, int32[h,w], and how long the outline of each is, and that which is soft."""
    _, labels = cv2.connectedComponents(inked.astype(np.uint8), connectivity=8)
    whole, some = (np.bincount(labels[where], minlength=int(labels.max()) + 1) for where in (outline, soft))
    return np.asarray(labels, dtype=np.int32), whole, some


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
