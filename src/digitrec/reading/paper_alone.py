"""Paper alone: all that is beside it painted over with the paper's own light.

In: a picture, uint8[h,w,3] or uint8[h,w], and where its paper is: a sheet's corners, or a mask. Out: the picture, in
which what is not paper is as light as the paper is next to it. Knows nothing of how paper is found.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ground import SMALL

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Corners = npt.NDArray[np.float32]
"""float32[n,2], x and y of each."""

_MARGIN, _OF_ITSELF = 0.012, 0.05
"""Of the picture's longer side: so much along a sheet's sides is left out with what is beyond: they throw shadows; but
of the sheet's own longer side at most so much."""


_AROUND, _DIFFERS = 41, 0.15
"""Pixels of a reduced picture around one in which its paper is looked for, and by what share of its light in one colour
and another one differs that is none."""


def beside_colour(small: Pixels, colour: npt.NDArray[np.generic]) -> tuple[Floats, Floats, Floats]:
    """Return how bright a picture, uint8[h,w,3], is beside a colour in red, green and blue, float32[h,w] each."""
    red, green, blue = (
        np.asarray(plane, dtype=np.float32) / np.float32(max(float(level), 1.0))
        for plane, level in zip(cv2.split(small), colour, strict=True)
    )
    return red, green, blue


def spread(red: Floats, green: Floats, blue: Floats) -> Floats:
    """Return float32[h,w], how far apart the brightest and the darkest of three colours are: none of what is grey."""
    return np.asarray(cv2.max(cv2.max(red, green), blue) - cv2.min(cv2.min(red, green), blue), dtype=np.float32)


def of_sheet(sheet: Corners, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Return bool[h,w], what of a picture of that shape is well within a sheet."""
    inside = np.zeros(shape[:2], dtype=np.uint8)
    cv2.fillConvexPoly(inside, np.rint(_drawn_in(sheet, (shape[1], shape[0]))).astype(np.int32), 1)
    return inside.view(np.bool_)


def of_sheets(sheets: Sequence[Corners], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Return bool[h,w], what of a picture of that shape is well within any of one or more sheets."""
    return np.asarray(np.logical_or.reduce([of_sheet(sheet, shape) for sheet in sheets]))


def within(sheet: Corners, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of a picture of that shape between which a sheet lies."""
    left, top = np.floor(sheet.min(0)).astype(int).clip(0, (shape[1] - 1, shape[0] - 1)).tolist()
    right, bottom = np.ceil(sheet.max(0)).astype(int).clip(1, (shape[1], shape[0])).tolist()
    return slice(top, max(bottom, top + 1)), slice(left, max(right, left + 1))


def paper_instead(pixels: Pixels, paper: npt.NDArray[np.bool_], *, clean: bool = False) -> Pixels:
    """Return a picture in which all that is no paper, bool[h,w], is as light as the paper is next to it.

    What is of another colour there, a string or a hole, is left out where it shall be `clean`.
    """
    high, wide = pixels.shape[:2]
    factor = max(1.0, max(high, wide) / SMALL)
    size = (max(1, round(wide / factor)), max(1, round(high / factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    there = np.asarray(cv2.resize(paper.view(np.uint8), size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    if not there.any() or there.all():
        return pixels
    # Without the strokes on it, and beyond it the nearest of that.
    plain = np.asarray(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), dtype=np.uint8)), dtype=np.uint8)
    known = there & _like_paper(plain, there) if clean else there
    _, nearest = cv2.distanceTransformWithLabels(1 - known, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    values = np.zeros((int(nearest.max()) + 1, *small.shape[2:]), dtype=np.uint8)
    values[nearest[known > 0]] = plain[known > 0]
    beyond = cv2.blur(values[nearest], (5, 5))
    filled = np.array(cv2.resize(beyond, (wide, high), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    np.copyto(filled, pixels, where=paper if pixels.ndim == 2 else paper[..., None])  # noqa: PLR2004
    return filled


def colour_instead(pixels: Pixels, canvas: npt.NDArray[np.bool_]) -> Pixels:
    """Return a picture in which all that is no canvas, bool[h,w], has its commonest colour: it has one all over."""
    around = pixels.reshape(*pixels.shape[:2], -1)
    ground = [int(np.bincount(plane[canvas], minlength=256).argmax()) for plane in cv2.split(around)]
    return np.asarray(np.where(canvas[..., None], around, np.array(ground, np.uint8)), np.uint8).reshape(pixels.shape)


def _like_paper(plain: Pixels, there: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return uint8[h,w], where paper that is `there` has the hue that it has around: no hole, no string; shadow has."""
    if plain.ndim == 2:  # noqa: PLR2004 - grey
        return there
    share = np.maximum(cv2.blur(there.astype(np.float32), (_AROUND, _AROUND)), 1e-3)
    beside = []
    for plane in cv2.split(plain):
        light = np.asarray(plane, dtype=np.float32)
        around = np.maximum(cv2.blur(light * there, (_AROUND, _AROUND)) / share, 1.0)
        beside.append(np.asarray(light / around, dtype=np.float32))
    red, green, blue = beside
    unlike = (spread(red, green, blue) > _DIFFERS * (red + green + blue) / 3).view(np.uint8)
    like = 1 - cv2.dilate(unlike, np.ones((5, 5), dtype=np.uint8))
    return np.asarray(like if like[there > 0].any() else there, dtype=np.uint8)


def _drawn_in(sheet: Corners, size: tuple[int, int]) -> Corners:
    """Return a sheet's corners moved inwards from its own sides, not from the picture's edge."""
    wide, high = size
    margin = min(_MARGIN * max(size), _OF_ITSELF * float(np.ptp(sheet, axis=0).max()))
    lines = []
    middle = sheet.mean(0)
    for begin, end in zip(sheet, np.roll(sheet, -1, axis=0), strict=True):
        normal = np.array([begin[1] - end[1], end[0] - begin[0]], dtype=np.float64)
        normal /= max(float(np.linalg.norm(normal)), 1e-6)
        if normal @ (middle - begin) < 0:
            normal = -normal
        lines.append((normal, float(normal @ begin) + (-margin if on_edge(begin, end, wide, high) else margin)))
    corners = []
    for (first, one), (second, other) in zip([lines[-1], *lines[:-1]], lines, strict=True):
        both = np.array([first, second])
        if abs(np.linalg.det(both)) < 0.05:  # noqa: PLR2004 - one side in two pieces
            continue
        corners.append(np.linalg.solve(both, np.array([one, other])))
    return np.asarray(corners if len(corners) > 2 else sheet, dtype=np.float32)  # noqa: PLR2004


def on_edge(begin: Corners, end: Corners, wide: int, high: int) -> bool:
    """Whether a side is the picture's own edge."""
    near = 1.5 + 0.008 * max(wide, high)
    return bool(
        max(begin[0], end[0]) <= near
        or max(begin[1], end[1]) <= near
        or min(begin[0], end[0]) >= wide - 1 - near
        or min(begin[1], end[1]) >= high - 1 - near
    )
