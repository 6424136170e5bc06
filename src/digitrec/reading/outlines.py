"""Boxes of forms told by their outline: a thin frame with four corners, with ground and ink inside.

In: a mask uint8[h,w] of what stands out. Out: masks of the boxes' level and upright lines, inner walls too. A box is
looked at as if from straight above, where its lines are rows and columns that are marked from end to end. Finds what
`boxes.py` cannot, which joins straight pieces: small, soft, leaning boxes. Knows nothing of digits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.straight import Mask

_LOWEST, _NARROWEST = 12, 16
"""Pixels: in what is smaller nothing can be read."""

_FILLED = 0.88
"""Of the smallest rectangle round it: so much is inside a box's outline; of a nought's it is 0.79."""

_MIDDLE, _BESIDE = 0.1, 0.04
"""Of a side: what is left out at either end, and how far from it points of the outline are that tell where it goes."""

_SHARPEST = 0.05
"""The sine of the angle by which an outline turns at each corner, at least: else it is a wedge, or a line."""

_HOLLOW, _OF_ROW = 0.4, 0.3
"""Of what is inside the outline: so much is holes; of a row of boxes, which fat pens may fill."""

_ROW = 2.0
"""Times as wide as high is a row of boxes, which no loop of a digit is."""

_SMOOTHED = (0.1, 0.25)
"""Of an outline's height: what is narrower than this is cut off: strokes that reach out of a box, rules that end on
it, specks beside its lines."""

_MARKED = 0.85
"""Of a line's length: so much of it is marked, where it is a frame's."""

_WALL = 0.92
"""The same of a wall's, which a one might look like."""

_THICKEST = 0.2
"""Of a box's height: no line is thicker."""

_END = 0.08
"""Of a wall's length at either end: there it is marked without a break, where a one would stop."""

_WRITTEN = 0.01
"""Of the inside: less ink than this is none, and what is hollow then is a nought, or an empty box."""

_NEW = 0.1
"""Of a box's lines: where less is new, it is known already."""

_MOST = 100
"""Outlines that are looked at, the largest."""


@dataclass(frozen=True)
class _Flat:
    """A box seen from straight above."""

    marks: Mask
    """uint8[h,w], from corner to corner."""
    back: npt.NDArray[np.float64]
    """float64[3,3], from there to the picture."""

    def draw(self, on: Mask, left: float, top: float, right: float, bottom: float) -> None:
        """Mark a rectangle of it where it is in the picture."""
        corners = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], dtype=np.float32)
        cv2.fillConvexPoly(on, np.rint(cv2.perspectiveTransform(corners, self.back)[0]).astype(np.int32), 1)


def outlined(mask: Mask, known: Mask) -> tuple[Mask, Mask]:
    """Return the level and the upright lines of those boxes whose lines are not nearly all `known`, uint8[h,w]."""
    across, down = np.zeros_like(mask), np.zeros_like(mask)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), dtype=np.uint8))
    contours, tree = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outer = [place for place in range(len(contours)) if tree[0][place][3] < 0 <= tree[0][place][2]]
    outer.sort(key=lambda place: -len(contours[place]))
    ground = closed == 0
    for place in outer[:_MOST]:
        for outline in _smoother(contours[place]):
            corners = _corners(outline)
            if corners is None or not _may_be_box(outline, corners, ground, whole=outline is contours[place]):
                continue
            lines = _lines(_flat(mask, corners), mask)
            if (lines[0] | lines[1])[known == 0].sum() > _NEW * (lines[0] | lines[1]).sum():
                across |= lines[0]
                down |= lines[1]
                break
    return across, down


def _smoother(contour: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """Yield an outline, then what is left of it without what is narrow, if anything."""
    yield contour
    left, top, wide, high = cv2.boundingRect(contour)
    if wide < _NARROWEST or high < _LOWEST:
        return
    shape = np.zeros((high + 2, wide + 2), dtype=np.uint8)
    cv2.drawContours(shape, [contour], 0, 1, cv2.FILLED, offset=(1 - left, 1 - top))
    for share in _SMOOTHED:
        side = max(3, round(share * high)) | 1  # odd, so that nothing is moved
        opened = cv2.morphologyEx(shape, cv2.MORPH_OPEN, np.ones((side, side), dtype=np.uint8))
        found, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=(left - 1, top - 1))
        yield from sorted(found, key=len)


def _may_be_box(
    outline: npt.NDArray[Any], corners: npt.NDArray[np.float32], ground: npt.NDArray[np.bool_], *, whole: bool
) -> bool:
    """Whether an outline goes round enough ground for a box; one that is not `whole` must be a row of boxes."""
    if _is_row(corners):
        return _hollow(outline, ground) >= _OF_ROW
    return whole and _hollow(outline, ground) >= _HOLLOW


def _is_row(corners: npt.NDArray[np.float32]) -> bool:
    """Whether a box is so wide that it holds several digits."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return bool(sides[0] + sides[2] >= _ROW * (sides[1] + sides[3]))


def _hollow(contour: npt.NDArray[Any], ground: npt.NDArray[np.bool_]) -> float:
    """Return how much of what an outline goes round is ground, 0 to 1."""
    left, top, wide, high = cv2.boundingRect(contour)
    inside = np.zeros((high, wide), dtype=np.uint8)
    cv2.drawContours(inside, [contour], 0, 1, cv2.FILLED, offset=(-left, -top))
    return float(ground[top : top + high, left : left + wide][inside > 0].mean())


def _corners(contour: npt.NDArray[Any]) -> npt.NDArray[np.float32] | None:
    """Return float32[4,2], the corners of an outline from the upper left one clockwise; None where it has not four."""
    _, _, wide, high = cv2.boundingRect(contour)
    if wide < _NARROWEST or high < _LOWEST:
        return None
    smallest = cv2.minAreaRect(contour)
    if cv2.contourArea(contour) < _FILLED * smallest[1][0] * smallest[1][1]:
        return None
    hull = cv2.convexHull(contour)
    found = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True).reshape(-1, 2)
    if len(found) != 4:  # noqa: PLR2004 - a rounded corner
        found = cv2.boxPoints(smallest)
    # Rounded corners are cut off: what they cover is given back.
    centre, grown = found.mean(0), (cv2.contourArea(contour) / max(cv2.contourArea(found), 1.0)) ** 0.5
    corners: npt.NDArray[np.float32] = np.asarray(centre + (found - centre) * grown, dtype=np.float32)
    sums, differences = corners.sum(1), corners[:, 0] - corners[:, 1]
    order = [int(sums.argmin()), int(differences.argmax()), int(sums.argmax()), int(differences.argmin())]
    if len(set(order)) != 4:  # noqa: PLR2004 - one is two of them
        return None
    corners = _where_sides_meet(contour, corners[order])
    return corners if _turns_at_each(corners) else None


def _turns_at_each(corners: npt.NDArray[np.float32]) -> bool:
    """Whether an outline turns to the right at each of its corners, by more than a few degrees."""
    steps = np.roll(corners, -1, axis=0) - corners
    following = np.roll(steps, -1, axis=0)
    turns = steps[:, 0] * following[:, 1] - steps[:, 1] * following[:, 0]
    long = np.linalg.norm(steps, axis=1) * np.linalg.norm(following, axis=1)
    return bool((turns > _SHARPEST * long).all())


def _where_sides_meet(contour: npt.NDArray[Any], corners: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return corners float32[4,2] that are about right where the lines along the four sides of an outline meet.

    Those that the outline's own points give are off by as much as it is rounded there, which bends a flat box.
    """
    points = contour.reshape(-1, 2).astype(np.float32)
    # Between its ends an outline that is stored by its corners alone has no points: put some there.
    steps = np.roll(points, -1, axis=0) - points
    count = np.maximum(np.abs(steps).max(1).astype(int), 1)
    share = (np.arange(count.sum()) - np.repeat(count.cumsum() - count, count)) / np.repeat(count, count)
    points = np.repeat(points, count, axis=0) + share[:, None].astype(np.float32) * np.repeat(steps, count, axis=0)
    sides = []
    for begin, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        long = float(np.linalg.norm(end - begin))
        along = (points - begin) @ (end - begin) / max(long, 1e-6) ** 2
        normal = np.array([begin[1] - end[1], end[0] - begin[0]])
        beside = np.abs((points - begin) @ normal) / max(long, 1e-6)
        some = points[(along > _MIDDLE) & (along < 1 - _MIDDLE) & (beside <= 2 + _BESIDE * long)]
        if len(some) < 8:  # noqa: PLR2004 - too few for a line
            return corners
        right, down, across, low = cv2.fitLine(some, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
        sides.append((down, -right, down * across - right * low))
    met = []
    for before, after in zip([sides[-1], *sides[:-1]], sides, strict=True):
        lines = np.array([before, after])
        if abs(np.linalg.det(lines[:, :2])) < 0.2:  # noqa: PLR2004 - nearly the same way
            return corners
        met.append(np.linalg.solve(lines[:, :2], lines[:, 2]))
    return np.asarray(met, dtype=np.float32)


def _flat(mask: Mask, corners: npt.NDArray[np.float32]) -> _Flat:
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    wide, high = round(float(max(sides[0], sides[2]))) + 1, round(float(max(sides[1], sides[3]))) + 1
    target = np.array([[0, 0], [wide - 1, 0], [wide - 1, high - 1], [0, high - 1]], dtype=np.float32)
    there = cv2.getPerspectiveTransform(corners, target)
    marks = cv2.warpPerspective(mask * np.uint8(255), there, (wide, high), flags=cv2.INTER_LINEAR) > 96  # noqa: PLR2004
    return _Flat(marks.astype(np.uint8), np.linalg.inv(np.asarray(there, dtype=np.float64)))


def _lines(box: _Flat, mask: Mask) -> tuple[Mask, Mask]:
    """Return the level and the upright lines of a box in a mask; none where it is no box."""
    across, down = np.zeros_like(mask), np.zeros_like(mask)
    high, wide = box.marks.shape
    most = max(2, round(_THICKEST * high))
    top, right, bottom, left = (_depth(np.rot90(box.marks, turn)[:most]) for turn in range(4))
    inner = box.marks[top : high - bottom, left : wide - right]
    if not (top and right and bottom and left and inner.size):
        return across, down
    walls = _walls(inner, 2 * max(left, right) + 2)
    written = inner.copy()
    for begin, end in walls:
        written[:, begin:end] = 0
    if written.mean() < _WRITTEN:
        return across, down
    box.draw(across, -1, -1, wide, top)
    box.draw(across, -1, high - 1 - bottom, wide, high)
    box.draw(down, -1, -1, left, high)
    box.draw(down, wide - 1 - right, -1, wide, high)
    for begin, end in walls:
        box.draw(down, left + begin - 1, 0, left + end, high)
    return across & mask, down & mask


def _depth(rows: Mask) -> int:
    """Return how many rows a line at the upper edge takes; 0 without one, or where it is too thick."""
    # A row's lower neighbour too: a thin line that is not quite level goes from one to the next.
    full = np.maximum(rows, np.vstack([rows[1:], rows[-1:]])).mean(1) >= _MARKED
    if not full.any():
        return 0
    first = int(np.argmax(full))
    last = first + int(np.argmin(full[first:]))
    return last + 1 if last > first <= 3 else 0  # noqa: PLR2004 - corners that are not quite where they seem


def _walls(inner: Mask, thickest: int) -> list[tuple[int, int]]:
    """Return from which to before which column each wall goes."""
    # A column to either side, since walls may lean a little.
    wide = cv2.dilate(inner, np.ones((1, 3), dtype=np.uint8))
    end = max(1, round(_END * len(wide)))
    through = (wide.mean(0) >= _WALL) & wide[:end].all(0) & wide[-end:].all(0)
    full = np.concatenate([[False], through, [False]])
    edges = np.flatnonzero(full[1:] != full[:-1])
    found = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(begin, end) for begin, end in found if end - begin <= thickest]
