"""Where strokes cross lines of the paper, and what is left of lines where they cross one another.

In: masks uint8[h,w] of lines that are nearly level, and of all that is no line. Out: masks of the same size. Knows
nothing of how lines are found.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.straight import Mask, ray_of

_SPECKS = 10
"""Pixels that lines are thick from which on what is less high does not cross them: noise lies on both sides."""


def crossed_on_page(strokes: Mask, lines: Mask) -> Mask:
    """Return where level lines are crossed by strokes: they are on both sides, or it is thicker there than a line."""
    if not lines.any():
        return lines
    starts = lines[0].sum() + (lines[1:] > lines[:-1]).sum()
    thick = int(min(31, np.ceil(lines.sum() / starts) + 3))
    if thick > _SPECKS:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
        strokes = strokes * (stats[:, cv2.CC_STAT_HEIGHT] >= thick).astype(np.uint8)[labels]
    found = np.asarray(
        cv2.morphologyEx(strokes | lines, cv2.MORPH_OPEN, np.ones((thick, 1), dtype=np.uint8)), dtype=np.uint8
    )
    for turn in (-40, 0, 40):
        ray = np.ascontiguousarray(ray_of(thick + 1, turn).T)
        found |= np.asarray(cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, ray), dtype=np.uint8)
    return found & lines


def knots_of(left: Mask, both: Mask) -> Mask:
    """Return what is left where two lines cross, and hangs together with nothing else: darker dots."""
    if not both.any():
        return both
    near = cv2.dilate(both, np.ones((5, 5), dtype=np.uint8))
    _, labels = cv2.connectedComponents(left, connectivity=8)
    alone = np.ones(int(labels.max()) + 1, dtype=np.uint8)
    alone[labels[near == 0]] = 0
    return np.asarray(alone[labels] & left, dtype=np.uint8)


def crossed_in_cell(strokes: Mask, lines: Mask) -> Mask:
    """Return where level lines of a small picture are crossed by strokes: they are on both sides."""
    if not lines.any():
        return lines
    thick = int(min(15, np.ceil(lines.sum() / lines.any(0).sum()) + 2))
    upright = np.ones((thick + 1, 1), dtype=np.uint8)
    return np.asarray(cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, upright), dtype=np.uint8) & lines


def short_pieces(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return the marks bool[h,w] that are not part of a long level or upright piece."""
    found = marks.view(np.uint8)
    least = max(16, max(marks.shape) // 32)
    long = np.zeros_like(found)
    for side in ((1, least), (least, 1)):
        long |= np.asarray(cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones(side, dtype=np.uint8)), dtype=np.uint8)
    return (found & ~long).view(np.bool_)
