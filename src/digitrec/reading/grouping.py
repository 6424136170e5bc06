"""Pieces of ink → those of one line together: tall ones side by side or on a slope, and each small one with its line.

In: the pieces of a page that one pen wrote. Out: the pieces by line, in no order. Knows nothing of ink beside them, nor
of which signs they are.
"""

import numpy as np
import numpy.typing as npt

from digitrec.reading.incline import stand_at_a_slope
from digitrec.reading.line_ends import SMALL
from digitrec.reading.parts import Part, bounds_of, height_by_ink, usual_height

_GAP = 2.2
"""Of the digits' height: signs that are farther apart are not of one line."""

_DASH, _DASH_WIDE, _LEVEL, _EVENLY = 1.5, (0.2, 1.6), 0.25, 2.5
"""Times as wide as high is a dash, at least; of the height of the digit after it, so wide it is at least and at most,
and so far up or down from its middle; and times as far from one of its digits as from the other: a minus is not."""

_LOWER = 0.3
"""Of a line's digits: what is lower stands in no row with them: print beside a large digit."""

_TALLER = 1.5
"""Times as high as the pieces that hold most ink: no digit is taken for the usual one that is higher."""

_FEW = 3
"""Groups of which the highest tells how high a digit is: among so few the others may be halves."""


def grouped(parts: list[Part]) -> list[list[Part]]:
    """Return the pieces by line: tall ones side by side or on a slope, then each small one to the line it is in."""
    if not parts:
        return []
    usual = min(usual_height(parts), _TALLER * height_by_ink(parts))
    tall = sorted((part for part in parts if part.height >= SMALL * usual), key=lambda part: part.left)
    small = [part for part in parts if part.height < SMALL * usual]
    groups = _merged([tall] if stand_at_a_slope(tall, _GAP * usual) else _rows_of(tall, small))
    for part, near in zip(small, _nearest(small, groups), strict=True):
        if near is None:
            groups.append([part])
        else:
            near.append(part)
    return groups


def _rows_of(tall: list[Part], small: list[Part]) -> list[list[Part]]:
    """Return tall pieces, sorted from left to right, by the line that each goes on; the first of a line begins it.

    Those that a dash, among small ones, stands between may be as far from it as others are from each other.
    """
    groups: list[list[Part]] = []
    dashes = [part for part in small if part.width > _DASH * part.height]
    between = np.array([(dash.left, dash.right, dash.middle, dash.width) for dash in dashes]).reshape(-1, 4)
    # Of each line: where its last pieces end, the rows they take, and how high it is. As arrays, for pages full of ink.
    right, top, bottom, height = (np.zeros(len(tall)) for _ in range(4))
    for part in tall:
        count = len(groups)
        most = np.minimum(bottom[:count], part.bottom) - np.maximum(top[:count], part.top)
        shared = most / np.minimum(part.height, bottom[:count] - top[:count])
        gap = _GAP * np.maximum(height[:count], part.height)
        reached = part.left - right[:count] <= gap
        for begin, end, middle, _ in between[_stand_before(part, between)]:
            away, after = begin - right[:count], max(part.left - end, 1.0)
            evenly = np.maximum(away, after) <= _EVENLY * np.minimum(np.maximum(away, 1.0), after)
            reached |= (away >= 0) & (away <= gap) & evenly & (top[:count] < middle) & (middle < bottom[:count])
        alike = np.minimum(part.height, height[:count]) >= _LOWER * np.maximum(part.height, height[:count])
        shared = np.where(reached & alike & (shared >= 0.45), shared, 0)  # noqa: PLR2004 - nearly half
        number = int(shared.argmax()) if count and shared.max() > 0 else count
        if number == count:
            groups.append([])
        groups[number].append(part)
        recent = groups[number][-3:]
        right[number] = max(each.right for each in recent)
        top[number], bottom[number] = min(each.top for each in recent), max(each.bottom for each in recent)
        height[number] = usual_height(groups[number])
    return groups


def _stand_before(part: Part, dashes: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which of dashes, float64[n,4], left, right, middle and width, may be a sign before a piece."""
    _, right, middle, width = dashes.T
    away = part.left - right
    near = (away >= 0) & (away <= _GAP * part.height)
    wide = (width > _DASH_WIDE[0] * part.height) & (width < _DASH_WIDE[1] * part.height)
    return np.asarray(near & wide & (np.abs(middle - part.middle) < _LEVEL * part.height))


def _nearest(small: list[Part], groups: list[list[Part]]) -> list[list[Part] | None]:
    """Return for each small piece the line that it is near enough to be of, or none.

    Farther up or down counts for more than farther to the side.
    """
    if not groups:
        return [None] * len(small)
    of = np.array([number for number, group in enumerate(groups) for _ in group])
    edges = np.array([(each.left, each.top, each.right, each.bottom) for group in groups for each in group])
    left, top, right, bottom = edges.T
    heights = [usual_height(group) for group in groups]
    found: list[list[Part] | None] = []
    for part in small:
        aside = np.maximum(np.maximum(left - part.right, part.left - right), 0)
        below = part.middle - bottom - 0.25 * (bottom - top)
        away = aside + 2.5 * np.maximum(np.maximum(top - part.middle, below), 0)
        best = int(away.argmin())
        found.append(groups[of[best]] if away[best] <= 1.2 * heights[of[best]] else None)
    return found


def _merged(groups: list[list[Part]]) -> list[list[Part]]:
    """Return the groups, those joined that are pieces of one: a bar above its five, the halves of a broken three."""
    if not groups:
        return []
    heights = sorted(usual_height(group) for group in groups)
    # Among few the highest may be the half of a broken one.
    most = 1.75 * heights[len(heights) // 2] if len(groups) > _FEW else 2.3 * heights[-1]
    merged: list[list[Part]] = []
    # Of each of those: edges, height of its digits, and whether it is one piece. As arrays, for pages full of ink.
    known = np.zeros((len(groups), 6))
    for group in sorted(groups, key=lambda group: -sum(part.area for part in group)):
        left, top, right, bottom = bounds_of(group)
        of = known[: len(merged)].T
        across = np.minimum(right, of[2]) - np.maximum(left, of[0])
        apart = np.maximum(top, of[1]) - np.minimum(bottom, of[3])
        # Within another: above or below it closely, and less high.
        inside = (across >= 0.6 * (right - left)) & (apart <= 0.12 * of[4]) & (bottom - top <= 0.6 * of[4])
        # Single pieces closely above each other, and together not too high.
        near = apart <= 0.15 * np.minimum(bottom - top, of[3] - of[1])
        over = across >= 0.4 * np.minimum(right - left, of[2] - of[0])
        low = np.maximum(bottom, of[3]) - np.minimum(top, of[1]) <= most
        pieces = near & over & low & (of[5] == 1) & (len(group) == 1)
        joins = np.flatnonzero(inside | pieces)
        number = int(joins[0]) if len(joins) else len(merged)
        if number == len(merged):
            merged.append([])
        merged[number].extend(group)
        known[number] = *bounds_of(merged[number]), usual_height(merged[number]), len(merged[number])
    return merged
