"""What lies beyond a side of a smooth shape in a photo: a table, stripes, paper in shadow, or the same as within.

In: a picture, reduced, how steep it is, and the side. Out: one word. Knows nothing of what shape has the side.
"""

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.paper_alone import Corners, Floats, Pixels, beside_colour, spread

Beside = Literal["other", "lighter", "stripes", "shadow", "unseen", "same", "none"]
"""What is beyond a side: something else; something lighter of another hue; stripes of other hues, perhaps lighter ones;
what may be paper in shadow; no picture; the same; or what tells nothing."""

STEEP = (2.0, 3.5, 6.0, 9.0, 13.0)
"""Grey levels a pixel: what changes by less is smooth, as paper is; which it is depends on light and lens."""

IN_SHADOW = 0.35
"""Of lit paper: so bright is the same paper in shadow at least."""

_DARK = 0.25
"""And what is darker than that is none, however softly the sheet ends."""

_BRIGHTER = 12.0
"""Levels of lightness by which a sheet differs from what is just beyond each of its sides, for most of its length."""

_STRIPED, _OTHER_HUE = 40.0, 0.2
"""Levels of lightness by which what lies beyond one side differs from place to place where that is striped, and by how
much its lighter stripes differ in hue from the sheet."""

_HUELESS = 40.0
"""Grey levels: what is darker has no hue to be told by."""

_TELLS = 0.5
"""Of a side: when what lies beyond differs along less, it is the same."""

SAME_HUE = 0.1
"""By how much colours differ beside one another at most that are one hue in light and in shadow."""

_LIT = 0.25
"""Of a side: where it is so much brighter than the rest of a sheet for more, it is a bright stroke's."""

_INWARDS, _OUTWARDS, _END = 8, 14, 5
"""Pixels: how far on either side of a shape's side colours are looked at, and how many at either end are well within it
and well beyond it. A smooth shape ends a little before its sheet does."""

_SHARP, _AT_ONCE = 5, 0.7
"""Of the difference between the two: so much is within so many pixels at the edge of a sheet."""

PAPER = (0.6, 1.5)
"""How bright beside a sheet what lies beyond may be and be paper."""

_STROKE, _LOOPS = 16, ((0.5, 0.6), (0.7, 0.85))
"""A pen's stroke is no wider than so many rings of two pixels, of which one has less paper than the first and one
beyond it more than the second again."""

_ENOUGH = 6
"""Points along a side, of 24: of fewer within the picture there is no telling."""


def of_colour(small: Pixels, colour: npt.NDArray[np.generic], darkest: float, lightest: float) -> npt.NDArray[np.bool_]:
    """Return what of a picture has a colour's hue and is so bright beside it, bool[h,w]."""
    planes = beside_colour(small, colour)
    mean = (planes[0] + planes[1] + planes[2]) / np.float32(3)
    return np.asarray((mean > darkest) & (mean < lightest) & (spread(*planes) < SAME_HUE * mean))


def is_loop(shape: Pixels, small: Pixels, paper: npt.NDArray[np.generic]) -> bool:
    """Return whether the same paper is again all round a shape, uint8[h,w], not far off: a stroke goes round it."""
    alike = of_colour(small, paper, *PAPER)
    grown, least = shape, 1.0
    for _ in range(_STROKE):
        wider = np.asarray(cv2.dilate(grown, np.ones((5, 5), dtype=np.uint8)), dtype=np.uint8)
        ring, grown = (wider > 0) & (grown == 0), wider
        share = alike[ring].mean() if ring.any() else 0.0
        # A smooth shape ends a little before its sheet does.
        least = min(least, share)
        if any(least < left and share > again for left, again in _LOOPS):
            return True
    return False


def steepness(small: Pixels) -> Floats:
    """Return float32[h,w], by how many levels a pixel the colour that changes most does."""
    across, down = (cv2.Sobel(small, cv2.CV_32F, *way, ksize=3, scale=1 / 8) for way in ((1, 0), (0, 1)))
    red, green, blue = cv2.split(cv2.magnitude(across, down))
    return np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.float32)


def beside(  # noqa: PLR0913, PLR0917 - one caller, nothing to leave out
    begin: Corners, end: Corners, middle: Corners, small: Pixels, steep: Floats, usual: float
) -> Beside:
    """Return what lies beyond a side of a smooth shape around `middle` that is `usual`ly so light."""
    across, down = _places(begin, end, middle, small.shape)
    if not across.size:
        return "unseen"
    colours = small[down, across].astype(np.float32)  # (aside, n, 3)
    inner, outer = np.median(colours[:_END], 0), np.median(colours[-_END:], 0)
    grain = float(np.median(steep[down[-_END:], across[-_END:]]))
    if (inner.mean(1) * IN_SHADOW > usual + _BRIGHTER).mean() > _LIT:
        return "none"  # a bright stroke along the edge of something dark
    # In the colour that tells most, but darker than its surroundings no paper is, unless those are stripes or of
    # another hue.
    tells, least = np.abs(inner - outer).max(1) > _BRIGHTER, 0.8 if grain < STEEP[1] else 0.5
    lighter = tells & ((inner - outer).mean(1) > -_BRIGHTER / 2)
    if lighter.mean() < least <= tells.mean() and _is_striped(inner, outer):
        return "stripes"
    ratio = np.asarray(np.median(outer / np.maximum(inner, 1.0), 0), dtype=np.float32)
    hue = np.maximum(outer, _HUELESS) / np.maximum(inner, _HUELESS)
    # Of something far darker all colours are many times as bright.
    other = lighter | (tells & (np.ptp(hue, axis=1) > _OTHER_HUE * np.maximum(hue.mean(1), 1.0)))
    if other.mean() < least or not (
        _is_of_other_hue(ratio) or ratio.mean() < _DARK or _ends_at_once(colours, inner - outer, other)
    ):
        return "none" if tells.mean() >= _TELLS else "same"
    if lighter.mean() < least:
        return "lighter"
    same = float(ratio.mean()) > IN_SHADOW and float(np.ptp(ratio)) < SAME_HUE and grain < STEEP[0]
    return "shadow" if same else "other"


def _places(
    begin: Corners, end: Corners, middle: Corners, shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return columns and rows of points along a side, from within the shape outwards; none where too few are seen."""
    along = end - begin
    normal = np.array([-along[1], along[0]]) / max(float(np.linalg.norm(along)), 1e-6)
    if normal @ (middle - begin) < 0:
        normal = -normal
    points = begin + along * np.linspace(0.08, 0.92, 24)[:, None]
    aside = np.arange(_INWARDS, -_OUTWARDS - 1, -1)
    places = np.rint(points + normal * aside[:, None, None]).astype(int)  # (aside, 24, 2)
    # Near the picture's edge less of what is beyond is seen.
    seen = places[: _INWARDS + 1 + _OUTWARDS // 2]
    known = np.asarray(((seen >= 0) & (seen < np.array(shape[1::-1]))).all(axis=(0, 2)))
    if known.sum() < _ENOUGH:
        known[:] = False
    across, down = (places[:, known, axis].clip(0, shape[1 - axis] - 1) for axis in (0, 1))
    return across, down


def _is_striped(inner: Floats, outer: Floats) -> bool:
    """Whether what lies beyond differs from place to place, in hue as well, and no digits on paper."""
    dark, light = np.quantile(outer.mean(1), (0.15, 0.85))
    bright = np.median(outer[outer.mean(1) >= light] / np.maximum(np.median(inner, 0), 1.0), 0)
    return bool(light - dark > _STRIPED and np.ptp(bright) > _OTHER_HUE)


def _ends_at_once(colours: Floats, drop: Floats, other: npt.NDArray[np.bool_]) -> bool:
    """Whether a sheet ends within a few pixels: the edge of a shadow is soft."""
    steps = np.abs(colours[:-_SHARP] - colours[_SHARP:]).max(0)
    return float(np.median((steps / np.maximum(np.abs(drop), 1.0))[other].min(1))) >= _AT_ONCE


def _is_of_other_hue(ratio: Floats) -> bool:
    """Whether what lies beyond is brighter in one colour than in another, beside the sheet; a shadow is not."""
    return bool(np.ptp(ratio) >= _OTHER_HUE)
