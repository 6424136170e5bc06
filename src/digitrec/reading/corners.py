"""Outlines that may be those of a sheet of paper: filled and four-sided, perhaps a tag, or round.

In: the outline of a shape, as OpenCV has it. Out: its corners, float32[n,2], or none. Knows nothing of pictures.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.paper_alone import Corners

_FILLED = 0.93
"""Of the convex shape round it: so much of it a sheet fills."""

_CORNERS = 6
"""A sheet has four, and up to two more where the picture's corners cut it, or where it is a tag."""

_TAG = 0.8
"""Of the rectangle round it: so much a sheet with more corners fills that lies within the picture."""

_ROUND, ARCS = 0.04, 16
"""By so much of its area a lid differs from an ellipse; and by how many straight sides it is told."""

_OBLIQUE = 0.5
"""The cosine of an angle of a sheet that lies within the picture: it is between 60 and 120 degrees."""


def corners_of(contour: npt.NDArray[Any], area: float) -> Corners | None:
    """Return the corners of an outline, float32[n,2]; None where it is not filled, or neither four-sided nor round."""
    hull = cv2.convexHull(contour)
    if area < _FILLED * cv2.contourArea(hull):
        return None
    found = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, closed=True), closed=True).reshape(-1, 2)
    if len(found) > 4 and (around := _round(hull)) is not None:  # noqa: PLR2004
        return around
    return found.astype(np.float32) if 4 <= len(found) <= _CORNERS else None  # noqa: PLR2004


def _round(hull: npt.NDArray[Any]) -> Corners | None:
    """Return the many corners of an ellipse, where a convex shape is one."""
    (across, down), (wide, high), angle = cv2.fitEllipse(hull)
    whole = cv2.contourArea(hull)
    if not abs(np.pi / 4 * wide * high - whole) < _ROUND * whole:
        return None
    turns = np.linspace(0, 2 * np.pi, ARCS, endpoint=False)
    turned = cv2.transform((np.stack([wide * np.cos(turns), high * np.sin(turns)], 1) / 2)[None], _turn(angle))[0]
    return np.asarray(turned + np.array([across, down]), dtype=np.float32)


def _turn(degrees: float) -> npt.NDArray[np.float64]:
    """Return float64[2,2], by which points are turned."""
    return np.asarray(cv2.getRotationMatrix2D((0, 0), -degrees, 1)[:, :2])


def may_be_whole(corners: Corners) -> bool:
    """Whether a shape that lies within the picture may be a sheet, a tag, which has corners cut off, or a lid."""
    if len(corners) == 4:  # noqa: PLR2004
        return _is_square(corners)
    (_, size, _) = cv2.minAreaRect(corners)
    return len(corners) == ARCS or cv2.contourArea(corners) > _TAG * size[0] * size[1]


def _is_square(corners: Corners) -> bool:
    """Whether the four corners of a shape are about right angles, as seen from a little aside."""
    along = np.roll(corners, -1, axis=0) - corners
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6)
    return bool((np.abs((along * np.roll(along, -1, axis=0)).sum(1)) < _OBLIQUE).all())
