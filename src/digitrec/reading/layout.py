"""Where the lines are: ink → one or more lines of signs, in reading order.

In: an `Ink`. Out: `Line`s, each with its box, the height of its digits and its own ink alone, so that
a neighbour's stroke or a speck is not read with it. Knows nothing of which signs they are: digits that
touch stay together.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.ink import Ink
from digitrec.reading.parts import Part, bounds_of, connected_parts, usual_height
from digitrec.reading.separators import separators_among

Box = tuple[int, int, int, int]
"""Left, top, width and height, in pixels."""

MOST = 400
"""Lines that are looked for at most; what has more is no page of numbers."""

_GAP = 2.2
"""Of the digits' height: signs that are farther apart are not of one line."""


_FEW = 3
"""Groups of which the highest tells how high a digit is: among so few the others may be halves."""


@dataclass(frozen=True)
class Line:
    """A line of signs."""

    box: Box
    """In pixels of the ink map."""
    height: float
    """How high its digits are, about, in the same pixels."""
    amount: npt.NDArray[np.uint8]
    """uint8[h,w] of the box: its ink without what belongs to others, and without the separators below."""
    separators: tuple[tuple[str, Box], ...] = ()
    """Separators that stand by themselves, from left to right, each with its box."""


def find_lines(ink: Ink) -> list[Line]:
    """Return the lines of an ink map, from top to bottom and from left to right; none without ink."""
    if ink.blank:
        return []
    labels, parts = connected_parts(ink)
    groups = _without_strays(_grouped(parts), ink.mask.shape)
    lines = [_line(group, ink, labels) for group in groups[:MOST]]
    return _in_reading_order(lines)


def _grouped(parts: list[Part]) -> list[list[Part]]:
    """Return the pieces by line: tall ones that stand beside each other, then each small one to the line it is in."""
    if not parts:
        return []
    usual = usual_height(parts)
    tall = sorted((part for part in parts if part.height >= 0.45 * usual), key=lambda part: part.left)
    small = [part for part in parts if part.height < 0.45 * usual]
    groups: list[list[Part]] = []
    for part in tall:
        best = max(groups, key=lambda group: _belongs(group, part), default=None)
        if best is not None and _belongs(best, part) > 0:
            best.append(part)
        else:
            groups.append([part])
    groups = _merged(groups)
    for part in small:
        near = min(groups, key=lambda group: _distance(group, part), default=None)
        if near is not None and _distance(near, part) <= 1.2 * usual_height(near):
            near.append(part)
        else:
            groups.append([part])
    return groups


_STRAY = 0.4
"""Of the height of the line with most ink: groups that are lower are what is left of rules, dust, cloth."""


def _without_strays(groups: list[list[Part]], shape: tuple[int, int]) -> list[list[Part]]:
    """Return the groups that are about as high as the one with most ink, and not on the rim of a large picture."""
    if len(groups) < 2 or max(shape) <= 64:  # noqa: PLR2004
        return groups
    inner = [group for group in groups if not _on_rim(group, shape)] or groups
    # By ink, but a line is no hundred times as long as another.
    usual = usual_height(max(inner, key=lambda group: sum(part.area for part in group)))
    return [group for group in inner if usual_height(group) >= _STRAY * usual]


def _on_rim(group: list[Part], shape: tuple[int, int]) -> bool:
    left, top, right, bottom = bounds_of(group)
    near = 0.05 * min(shape)
    across = min((left + right) / 2, shape[1] - (left + right) / 2)
    down = min((top + bottom) / 2, shape[0] - (top + bottom) / 2)
    return max(shape) >= 250 and (across <= near or down <= near)  # noqa: PLR2004


def _belongs(group: list[Part], part: Part) -> float:
    """Return how much of a piece's height it shares with the end of a line that it may go on; 0 if it does not."""
    height = usual_height(group)
    recent = group[-3:]
    if part.left - max(each.right for each in recent) > _GAP * max(height, part.height):
        return 0
    top, bottom = min(each.top for each in recent), max(each.bottom for each in recent)
    shared = min(bottom, part.bottom) - max(top, part.top)
    share = shared / min(part.height, bottom - top)
    return share if share >= 0.45 else 0  # noqa: PLR2004 - nearly half


def _merged(groups: list[list[Part]]) -> list[list[Part]]:
    """Return the groups, those joined that lie within each other: a bar above its five, a dot's ring."""
    heights = sorted(usual_height(group) for group in groups)
    # Among few the highest may be the half of a broken one.
    most = 1.75 * heights[len(heights) // 2] if len(groups) > _FEW else 2.3 * heights[-1]
    merged: list[list[Part]] = []
    for group in sorted(groups, key=lambda group: -sum(part.area for part in group)):
        for other in merged:
            if _inside(group, other) or _continues(group, other, most):
                other.extend(group)
                break
        else:
            merged.append(list(group))
    return merged


def _inside(group: list[Part], other: list[Part]) -> bool:
    """Whether a group is a piece of what another has: above or below it closely, and less high."""
    left, top, right, bottom = bounds_of(group)
    left_of, top_of, right_of, bottom_of = bounds_of(other)
    across = min(right, right_of) - max(left, left_of)
    apart = max(top, top_of) - min(bottom, bottom_of)
    height = usual_height(other)
    return across >= 0.6 * (right - left) and apart <= 0.12 * height and bottom - top <= 0.6 * height


def _continues(group: list[Part], other: list[Part], most: float) -> bool:
    """Whether two groups are pieces of one broken digit: closely above each other, and together not too high."""
    if len(group) > 1 or len(other) > 1:
        return False
    (part,), (against,) = group, other
    across = min(part.right, against.right) - max(part.left, against.left)
    apart = max(part.top, against.top) - min(part.bottom, against.bottom)
    together = max(part.bottom, against.bottom) - min(part.top, against.top)
    near = apart <= 0.15 * min(part.height, against.height)
    return near and across >= 0.4 * min(part.width, against.width) and together <= most


def _distance(group: list[Part], part: Part) -> float:
    """Return how far a small piece is from the nearest one of a group; farther up or down counts for more."""
    return min(
        max(each.left - part.right, part.left - each.right, 0)
        + 2.5 * max(each.top - part.middle, part.middle - each.bottom - 0.25 * each.height, 0)
        for each in group
    )


def _line(group: list[Part], ink: Ink, labels: npt.NDArray[np.int32]) -> Line:
    left, top, right, bottom = bounds_of(group)
    height = usual_height(group)
    rim = max(1, round(0.06 * height))
    left, top = max(0, left - rim), max(0, top - rim)
    right, bottom = min(labels.shape[1], right + rim), min(labels.shape[0], bottom + rim)
    where = labels[top:bottom, left:right]
    separators = separators_among(group)
    ours = np.isin(where, [part.label for part in group if part.label not in separators])
    # Soft rims of our strokes are ours, what is left of the ground and of others is not.
    near = cv2.dilate(ours.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), dtype=np.uint8)).astype(bool)
    near &= ours | (where == 0)
    amount = np.where(near, ink.amount[top:bottom, left:right], np.uint8(0))
    apart = tuple(
        (separators[part.label], (part.left, part.top, part.width, part.height))
        for part in sorted(group, key=lambda part: part.left)
        if part.label in separators
    )
    return Line((left, top, right - left, bottom - top), height, _full(amount, ours), apart)


def _full(amount: npt.NDArray[np.uint8], ours: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Return the ink of a line with its own strokes as full ink, however pale they are beside others."""
    strong = float(np.percentile(amount[ours], 70)) if ours.any() else 255.0
    return np.asarray((amount * (255.0 / max(strong, 40.0))).clip(0, 255), dtype=np.uint8)


def _in_reading_order(lines: list[Line]) -> list[Line]:
    """Return the lines row by row, and within a row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3] / 2):
        middle = line.box[1] + line.box[3] / 2
        if rows and middle < np.mean([each.box[1] + each.box[3] / 2 for each in rows[-1]]) + 0.5 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box[0])]
