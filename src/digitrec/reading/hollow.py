"""Digits of which only the outline is drawn: filled, as a pen as thick as they are would have written them.

In: an ink map with its pieces. Out: the same with what lies between outlines inked, where all that is as high as digits
is hollow. Told by shape alone: what an outline encloses is bent as strokes are, or has an outline within, and is about
as thick all along; a nought's inside is neither, so that a hollow one alone is a nought. Knows nothing of lines.
"""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ink import Ink
from digitrec.reading.parts import Part, inside_of
from digitrec.reading.rules import is_tiny

_LEAST, _MOST = 32, 40
"""Pixels: lower digits are too small for outlines; and more than so many signs are no number."""

_HIGH, _STROKE = 0.5, 0.5
"""Of the highest sign: the others are as high at least; and of its box: an outline covers so much at most."""

_ENCLOSED, _BENT = 0.02, 0.75
"""Of the square of a sign's longer side: so much its outline encloses at least; and of the hull around that: a bent
stroke fills so much at most."""

_THICKEST, _UNEVEN = 0.4, 2.2
"""Of a sign's longer side: what is enclosed is no thicker; nor so many times as thick as in the mean."""

_WITHIN, _SPECK, _ROUND, _EVENLY = 2, 0.005, 0.9, 2.5
"""Inner outlines in one outer one at most, since digits have two loops; of the square of a sign's longer side: what is
smaller is none; of the hull around it: an inner one fills so much; and times as far from the outer one as where it is
nearest: a number in a circle is farther."""

Tube = tuple[slice, slice, npt.NDArray[np.bool_]]
"""The rows and columns of what an outline encloses, and what of them it is, bool[h,w]."""


def with_hollow_filled(ink: Ink, labels: npt.NDArray[np.int32], parts: list[Part]) -> Ink:
    """Return the ink with its digits filled where all of them are outlines, the same object where not.

    Parameters
    ----------
    ink
        Of whatever picture.
    labels, parts
        Its pieces, as `connected_parts` returns them.
    """
    highest = max((part.height for part in parts), default=0)
    if highest < _LEAST or is_tiny(ink.mask.shape):
        return ink
    within: set[int] = set()
    tubes: list[Tube] = []
    signs = bent = 0
    for part in sorted(parts, key=lambda part: -part.width * part.height):
        if part.height < _HIGH * highest or part.label in within:
            continue
        if part.area > _STROKE * part.width * part.height or signs == _MOST:
            return ink
        within.update(each.label for each in inside_of(part, parts))
        enclosed, told = _enclosed(part, labels)
        if not enclosed:
            return ink
        tubes += enclosed
        signs, bent = signs + 1, bent + told
    if 2 * bent < signs:
        return ink
    amount, depth, mask = ink.amount.copy(), ink.depth.copy(), ink.mask.copy()
    full = np.uint8(np.quantile(ink.depth[ink.mask], 0.7))
    for rows, columns, inside in tubes:
        amount[rows, columns][inside] = 255
        depth[rows, columns][inside] = full
        mask[rows, columns] |= inside
    return replace(ink, amount=amount, depth=depth, mask=mask)


def _enclosed(part: Part, labels: npt.NDArray[np.int32]) -> tuple[list[Tube], bool]:
    """Return what a piece encloses but for what is enclosed within that again, and whether that tells an outline.

    Nothing where it encloses nothing, or what is so thick, or so unevenly thick, that it is no stroke.
    """
    # With a rim of ground, so that what the piece encloses is told from what is around it.
    box = labels[part.top : part.bottom, part.left : part.right]
    marks = _framed((box > 0).view(np.uint8))
    found, tree = cv2.findContours(marks, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    contours = [np.asarray(each, dtype=np.int32) for each in found]
    above = tree[0, :, 3]
    ours = [
        number
        for number in np.flatnonzero(above < 0).tolist()
        if box[contours[number][0, 0, 1] - 1, contours[number][0, 0, 0] - 1] == part.label
    ]
    side, tubes, told = max(part.width, part.height), [], False
    for hole in np.flatnonzero(np.isin(above, ours)).tolist():
        if cv2.contourArea(contours[hole]) < _ENCLOSED * side * side:
            continue
        left, top, wide, high = cv2.boundingRect(contours[hole])
        rows, columns = slice(top, top + high), slice(left, left + wide)
        islands = [contours[each] - (left, top) for each in np.flatnonzero(above == hole).tolist()]
        inside = np.zeros((high, wide), dtype=np.uint8)
        cv2.drawContours(inside, [contours[hole] - (left, top)], 0, 1, cv2.FILLED)
        inner = [each for each in islands if cv2.contourArea(each) > _SPECK * side * side]
        if len(inner) > _WITHIN or not _are_inner_outlines(inner, inside):
            return [], False
        cv2.drawContours(inside, islands, -1, 0, cv2.FILLED)
        inside[marks[rows, columns] > 0] = 0
        if not _is_as_thick_all_along(inside, side):
            return [], False
        hull = cv2.contourArea(cv2.convexHull(contours[hole]))
        told |= bool(inner) or cv2.contourArea(contours[hole]) < _BENT * hull
        # A hole's contour runs on the ink around it, whose soft rim is filled with it.
        soft = cv2.dilate(inside, np.ones((3, 3), dtype=np.uint8)) > 0
        begin = part.top + top - 1, part.left + left - 1
        tubes.append((slice(begin[0], begin[0] + high), slice(begin[1], begin[1] + wide), soft))
    return tubes, told


def _are_inner_outlines(contours: list[npt.NDArray[np.int32]], inside: npt.NDArray[np.uint8]) -> bool:
    """Whether what is drawn inside an outline, uint8[h,w], is round, and as far from it all along."""
    if not contours:
        return True
    away = cv2.distanceTransform(_framed(inside), cv2.DIST_L2, 3)[1:-1, 1:-1]
    for contour in contours:
        across, down = contour[:, 0].T
        near, far = np.quantile(away[down, across], (0.05, 0.95)).tolist()
        if cv2.contourArea(contour) < _ROUND * cv2.contourArea(cv2.convexHull(contour)) or far > _EVENLY * max(near, 1):
            return False
    return True


def _is_as_thick_all_along(inside: npt.NDArray[np.uint8], side: int) -> bool:
    """Whether what an outline encloses, uint8[h,w], is as thick as strokes of so large a sign, and evenly so."""
    distance = cv2.distanceTransform(_framed(inside), cv2.DIST_L2, 3)[1:-1, 1:-1]
    some = distance[inside > 0]
    return bool(some.size and 2 * some.max() <= min(_THICKEST * side, _UNEVEN * 4 * float(some.mean())))


def _framed(inside: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return a mask with a rim of ground, so that distances are from its own edge."""
    return np.asarray(cv2.copyMakeBorder(inside, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), dtype=np.uint8)
