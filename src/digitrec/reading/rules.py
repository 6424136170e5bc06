"""Lines of the paper told from strokes: ruled and squared paper, cells, form boxes, the picture's own edge.

In: a mask bool[h,w] of all that stands out from the ground. Out: `Rules`, which erase them from a map
of the same size and keep the strokes that cross them. Knows nothing of digits.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]

_LARGE = 400
"""Pixels along the longer side from which a picture is taken for more than one number."""


@dataclass(frozen=True)
class Rules:
    """Which pixels are lines of the paper, and which of those are crossed by strokes."""

    lines: npt.NDArray[np.bool_]
    crossed: npt.NDArray[np.bool_]

    def erased(self, levels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the levels float32[h,w] without the lines: there, as if it were ground."""
        return np.where(self.lines & ~self.crossed, np.float32(0), levels)


def find_rules(standing_out: npt.NDArray[np.bool_]) -> Rules:
    """Return the lines of the paper in a mask, bool[h,w]: long, thin and straight, or a band along an edge."""
    mask = standing_out.astype(np.uint8)
    edge = _edges(mask)
    rest = mask & ~edge
    level = _level_lines(rest)
    upright = np.ascontiguousarray(_level_lines(np.ascontiguousarray(rest.T), upright=True).T)
    strokes = np.asarray(rest & ~level & ~upright, dtype=np.uint8)
    # A stroke goes on across a line where it is on both sides of it.
    crossed = (_bridged(strokes, level) & level) | (np.ascontiguousarray(_bridged(strokes.T, upright.T).T) & upright)
    lines = (level | upright | edge).astype(bool)
    # Its soft rims go with a line, but not into the strokes that touch it.
    rims = cv2.dilate(lines.astype(np.uint8), np.ones((3, 3), dtype=np.uint8)).astype(bool) & ~strokes.astype(bool)
    return Rules(rims, crossed.astype(bool))


def _edges(mask: Mask) -> Mask:
    """Return bands along the picture's edge that are nearly all marked: a frame, a shadow, the desk."""
    found = np.zeros_like(mask)
    for turn in range(4):
        turned, result = np.rot90(mask, turn), np.rot90(found, turn)
        most = turned.shape[0] // 4
        full = turned[:most].mean(1) > 0.7  # noqa: PLR2004 - a line that is not quite level
        depth = int(np.argmin(full)) if not full.all() else 0
        if depth:
            result[: depth + 1] = turned[: depth + 1]
    return found


def _level_lines(mask: Mask, *, upright: bool = False) -> Mask:
    """Return what belongs to long level lines; the mask is turned for upright ones, of which strokes are more alike."""
    high, wide = mask.shape
    large = max(high, wide) >= _LARGE
    piece = max(16, wide // 24)
    runs = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, piece), dtype=np.uint8)), dtype=np.uint8)
    if not runs.any():
        return runs
    # Steps of a line that is not quite level are joined; in a small picture no more, for the bars of digits.
    gap = piece if large else 5
    joined = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, gap), dtype=np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    # Longer than strokes are: in a picture of one digit those reach far. On a page no stroke is as long and as thin.
    long = (0.25 if large else 0.4 if wide >= 1.5 * high else 0.75) * wide
    kept = np.zeros(count, dtype=np.uint8)
    for label in range(1, count):
        left, top, width, height, area = stats[label]
        # In a small picture it could be a one, or the bar of a seven: it has to reach the edge, and lie near another.
        ends = sorted((left, wide - left - width))
        through = ends[1] <= 0.04 * wide
        aside = min(top + height / 2, high - top - height / 2) <= 0.28 * high
        several = upright and high >= 1.5 * wide
        stands = large or through or (aside and not several and ends[0] <= max(1, 0.02 * wide))
        thickness = 40 if large else 6 if through else 10
        thin = area / width <= max(3.0, width / thickness) and height <= max(6.0, width / 5)
        kept[label] = thin and width >= long and stands
    return np.asarray(runs & kept[labels], dtype=np.uint8)


def _bridged(strokes: Mask, lines: Mask) -> Mask:
    """Return what joins strokes above and below a line that is level."""
    if not lines.any():
        return lines
    thick = int(min(15, np.ceil(lines.sum() / lines.any(0).sum()) + 2))
    upright = np.ones((thick + 1, 1), dtype=np.uint8)
    return np.asarray(cv2.morphologyEx(np.ascontiguousarray(strokes), cv2.MORPH_CLOSE, upright), dtype=np.uint8)
