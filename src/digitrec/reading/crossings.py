"""Where strokes cross lines of the paper, and what is left of lines where they cross one another.

In: masks uint8[h,w] of lines that are nearly level, and of all that is no line, or how dark all is. Out: masks of the
same size. Knows nothing of how lines are found.
"""

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.straight import Mask, ray_of

_ALONG = 31
"""Pixels, of a picture of at most a thousand: what is darker for no longer along a line is a stroke on it."""

_MUCH = 0.4
"""Of the picture's width or height: lines that go on for so long are looked at."""

_CLEARLY = 0.6
"""Of full ink: a line that is darker cannot be told from strokes on it."""

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


def darker_than_line(levels: npt.NDArray[np.float32], level: Mask, upright: Mask, contrast: float) -> Mask:
    """Return where lines are far darker than they are on either side, and so have a stroke on them; at their size.

    `levels`, float32[h,w], may be of a larger picture; `contrast` is by how much full ink differs from the ground.
    Where two lines cross one another it may be as dark without a stroke.
    """
    small = cv2.resize(levels, level.shape[::-1], interpolation=cv2.INTER_AREA)
    found = np.zeros_like(level)
    grown = [cv2.dilate(lines, np.ones((5, 5), dtype=np.uint8)) > 0 for lines in (level, upright)]
    knots = grown[0] & grown[1]
    for every, tall, wide in ((level, 5, 1), (upright, 1, 5)):
        lines = _long(every, cv2.CC_STAT_WIDTH if wide == 1 else cv2.CC_STAT_HEIGHT)
        if not lines.any():
            continue
        near = cv2.dilate(lines, np.ones((3, 3), dtype=np.uint8))
        # The line's own level: the most across it, and of that what lasts along it for longer than a stroke is wide.
        ridge = cv2.dilate(np.where(near > 0, small, np.float32(0)), np.ones((tall, wide), dtype=np.uint8))
        along = np.ones((1, _ALONG) if wide == 1 else (_ALONG, 1), dtype=np.uint8)
        own = cv2.morphologyEx(ridge, cv2.MORPH_OPEN, along)
        clear = (own > 0) & (own < _CLEARLY * contrast) & (small > (own + contrast) / 2)
        found |= (clear & (near > 0) & ~knots).astype(np.uint8)
    return found


def _long(lines: Mask, along: int) -> Mask:
    """Return the lines, uint8[h,w], that go on for much of the picture: of shorter ones less is known."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    long = stats[:, along] >= _MUCH * (lines.shape[1] if along == cv2.CC_STAT_WIDTH else lines.shape[0])
    long[0] = False
    return np.asarray(long.astype(np.uint8)[labels], dtype=np.uint8)


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
