"""Boxes of forms: two level lines of the same length with walls between their ends, a digit or a number to a box.

In: a mask uint8[h,w] and its straight pieces. Out: masks of the lines and walls. Knows nothing of digits.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.straight import SOLID, STEEPEST, Chosen, Mask, Pieces

_BELOW, _MOST = 3, 40
"""Pieces below one that are looked at together with it, and pairs in all, where a box's lines may be paper's."""

_EDGE = 0.004
"""Of a picture's width: what ends nearer to its edge goes on beyond it."""

_FRAME = 0.9
"""Of a picture's width: what goes round so much of it is its frame."""

_REGULAR, _SEVERAL = 0.2, 4
"""Of the distance between two walls: so much it differs from box to box; and so many walls alike need no other end."""

_GOES_ON, _GOES_ON_FOR = 5, 0.7
"""Pixels beyond a box's lines, for which share of which its walls are not marked."""

Wall = tuple[tuple[int, int], tuple[int, int], int]
"""Its two ends and how thick it is."""


def box_lines(mask: Mask, pieces: Pieces) -> tuple[Mask, Mask]:
    """Return the level and the upright lines of boxes: two pieces from wall to wall, and the walls between them."""
    across, down = np.zeros_like(mask), np.zeros_like(mask)
    some = pieces.straight & (pieces.thick <= np.maximum(3, pieces.width / 16)) & (pieces.width >= 24)  # noqa: PLR2004
    chosen = np.zeros(len(pieces.width), dtype=bool)
    for upper, lower in _pairs(pieces, some, mask.shape):
        walls = _walls(mask, pieces, upper, lower)
        if not walls or min(pieces.marked(upper, mask), pieces.marked(lower, mask)) < SOLID:
            continue
        chosen[[upper, lower]] = True
        for start, end, thick in walls:
            cv2.line(down, start, end, 1, thick)
    # On ruled paper a box's lines go on in the paper's own.
    for upper, lower in _beyond(pieces, some & ~chosen, mask.shape):
        for start, end, thick in _walls(mask, pieces, upper, lower, beyond=True):
            cv2.line(down, start, end, 1, thick)
    across |= pieces.drawn(chosen)
    return across, down


def _pairs(pieces: Pieces, some: Chosen, shape: tuple[int, int]) -> list[tuple[int, int]]:
    """Return which pieces have another below them that begins and ends with it; for each the nearest one."""
    which = np.flatnonzero(some)
    left, right, middle = pieces.left[which], (pieces.left + pieces.width)[which], pieces.middle[which]
    apart = middle[None] - middle[:, None]
    near = 4 + 0.1 * np.maximum(apart, 0)
    same = (np.abs(left[None] - left[:, None]) <= near) & (np.abs(right[None] - right[:, None]) <= near)
    # Those that go through the whole picture are paper's; nothing is known of their ends.
    edge = 1 + _EDGE * shape[1]
    through = (left <= edge) & (right >= shape[1] - 1 - edge)
    same &= (apart >= 12) & ~through[None] & ~through[:, None]  # noqa: PLR2004
    below = np.where(same, apart, np.inf)
    return [
        (int(which[upper]), int(which[np.argmin(below[upper])]))
        for upper in range(len(which))
        if np.isfinite(below[upper]).any()
    ]


def _beyond(pieces: Pieces, some: Chosen, shape: tuple[int, int]) -> list[tuple[int, int]]:
    """Return which pieces have others not far below them, one of the two as wide as the picture."""
    through = (pieces.left <= 0.02 * shape[1]) & (pieces.left + pieces.width >= 0.98 * shape[1])
    which = [int(piece) for piece in np.argsort(pieces.middle) if some[piece]]
    found = []
    for place, upper in enumerate(which):
        below = [
            lower
            for lower in which[place + 1 :]
            if through[upper] | through[lower] and 12 <= pieces.middle[lower] - pieces.middle[upper] <= shape[0] / 3  # noqa: PLR2004
        ]
        found += [(upper, lower) for lower in below[:_BELOW]]
    return found[:_MOST]


def _walls(mask: Mask, pieces: Pieces, upper: int, lower: int, *, beyond: bool = False) -> list[Wall]:
    """Return the straight thin marks from one piece to another below; none unless there is one at each end.

    Where one piece goes `beyond` the box, three marks, or two with something written between them, are its walls.
    """
    ends = max if beyond else min
    left = int(ends(pieces.left[upper], pieces.left[lower]))
    ends = min if beyond else max
    right = int(ends(pieces.left[piece] + pieces.width[piece] for piece in (upper, lower)))
    if right - left < 12:  # noqa: PLR2004 - no room for anything
        return []
    high, thick = pieces.middle[lower] - pieces.middle[upper], max(pieces.thick[upper], pieces.thick[lower])
    if high < 5 * thick:
        return []
    reach = math.ceil(high * STEEPEST / 2) + 2
    columns = np.arange(left - 2 * reach, right + 2 * reach)
    tops, bottoms = (pieces.rows(piece, columns) for piece in (upper, lower))
    count = int(min(32, high))
    share = np.linspace((thick / 2 + 1.5) / high, 1 - (thick / 2 + 1.5) / high, count)[:, None]
    rows = np.rint(tops + (bottoms - tops) * share).astype(int)
    inside = (rows >= 0) & (rows < mask.shape[0]) & (columns >= 0) & (columns < mask.shape[1])
    strip = mask[rows.clip(0, mask.shape[0] - 1), columns.clip(0, mask.shape[1] - 1)[None]] & inside
    strip = np.asarray(cv2.dilate(strip.astype(np.uint8), np.ones((1, 3), dtype=np.uint8)), dtype=np.uint8)
    found = [(int(columns[place]), lean, wide) for place, lean, wide in _marks(strip, share[:, 0], reach, thick)]
    if beyond:
        found = _alike(found, thick)
        if not _is_regular([column for column, _, _ in found]):
            found = [each for each in found if not _goes_on(mask, pieces, (upper, lower), each)]
            found = found if len(found) > 1 else []
        left, right = (found[0][0], found[-1][0]) if found else (left, right)
    else:
        found = _between_ends(pieces, (upper, lower), found, 4 + 0.1 * high, mask.shape[1])
    filled = _is_filled(strip, reach, thick)
    few = len(found) <= (2 if filled else 3)
    if not found or (few and right - left < min((1.2 if filled else 2.5) * high, _FRAME * mask.shape[1])):
        # Two may be a nought of straight strokes, or the loop of a six; and three a nought and a five that touch.
        return []
    walls = []
    for column, lean, wide in found:
        start = (column - lean, round(pieces.row(upper, column - lean)))
        walls.append((start, (column + lean, round(pieces.row(lower, column + lean))), wide + 2))
    return walls


def _marks(strip: Mask, share: npt.NDArray[np.float64], reach: int, thick: float) -> list[tuple[int, int, int]]:
    """Return the straight thin marks that go all through a strip: at which of its columns, how they lean, how wide.

    The strip, uint8[rows,columns], holds rows at that share of the way down, and `reach` columns more at either end.
    """
    middles = np.arange(reach, strip.shape[1] - reach)
    leans = np.arange(-reach + 2, reach - 1, 2) if reach > 3 else np.arange(-1, 2)  # noqa: PLR2004
    covered = np.empty((len(leans), len(middles)))
    for index, leaning in enumerate(leans):
        steps = np.rint(2 * leaning * (share - 0.5)).astype(int)
        marks = np.stack([strip[row, reach + step : reach + step + len(middles)] for row, step in enumerate(steps)])
        # From one line to the other without a break at its ends, where a one would stop.
        covered[index] = marks.mean(0) * marks[:2].all(0) * marks[-2:].all(0)
    found = []
    best = covered.max(0)
    place = 0
    while place < len(middles):
        if best[place] < 0.85:  # noqa: PLR2004 - nearly all of it
            place += 1
            continue
        end = place
        while end < len(middles) and best[end] >= 0.85:  # noqa: PLR2004
            end += 1
        at = place + int(np.argmax(best[place:end]))
        lean = int(leans[np.argmax(covered[:, at])])
        same = covered[np.argmax(covered[:, at])] >= 0.85  # noqa: PLR2004
        wide = int(same[place:end].sum()) - 2
        if wide <= 2 * thick + 2:
            peak = np.flatnonzero(same[place:end]) + place
            found.append((int(middles[round(float(peak.mean()))]), lean, max(1, wide)))
        place = end
    return found


def _alike(found: list[tuple[int, int, int]], thick: float) -> list[tuple[int, int, int]]:
    """Return the marks as thick as each other that lean alike, two or more: no two strokes of a pen are and do."""
    usual, lean = (sorted(each[part] for each in found)[len(found) // 2] if found else 0 for part in (2, 1))
    some = [each for each in found if abs(each[2] - usual) <= 1 and each[2] <= 1.7 * thick + 1]
    some = [each for each in some if abs(each[1] - lean) <= 1]
    return some if len(some) > 1 else []


def _goes_on(mask: Mask, pieces: Pieces, pair: tuple[int, int], mark: tuple[int, int, int]) -> bool:
    """Whether a mark (column, lean, width) goes on above or below a box's lines, as strokes across paper's lines do."""
    column, lean, wide = mark
    high = pieces.middle[pair[1]] - pieces.middle[pair[0]]
    for piece, way in zip(pair, (-1, 1), strict=True):
        rows = np.arange(1, _GOES_ON + 1) + pieces.thick[piece] / 2 + 1.5
        across = np.rint(column + way * lean * (1 + 2 * rows / high)).astype(int)
        down = np.rint(pieces.rows(piece, across) + way * rows).astype(int)
        seen = (down >= 0) & (down < mask.shape[0]) & (across > wide) & (across < mask.shape[1] - wide)
        near = [mask[down[seen], across[seen] + aside] for aside in range(-(wide // 2) - 1, wide // 2 + 2)]
        if seen.any() and np.max(near, axis=0).mean() > _GOES_ON_FOR:
            return True
    return False


def _between_ends(
    pieces: Pieces, pair: tuple[int, int], found: list[tuple[int, int, int]], near: float, across: int
) -> list[tuple[int, int, int]]:
    """Return the marks (column, lean, width) that are walls: none unless there is one at each end of both pieces.

    Or at one, where the box goes on beyond the picture, so many pixels wide, or several stand at regular distances: the
    sheet may end where the other is.
    """
    both = list(pair)
    left, right = pieces.left[both], (pieces.left + pieces.width)[both]
    ends = [end for end in (left.mean(), right.mean()) if any(abs(column - end) <= near for column, _, _ in found)]
    edge = 1 + _EDGE * across
    goes_on = left.max() <= edge or right.min() >= across - 1 - edge
    if not ends or (len(ends) == 1 and not goes_on and not _is_regular([column for column, _, _ in found])):
        return []
    # Those between are no thicker than the two at the ends: digits may reach from line to line as well.
    most = max(min((abs(column - end), wide) for column, _, wide in found)[1] for end in ends)
    return [each for each in found if each[2] <= most + 1]


def _is_regular(columns: list[int]) -> bool:
    """Whether several walls stand about equally far apart, by their columns from left to right."""
    apart = np.diff(columns)
    usual = np.median(apart) if len(apart) else 0.0
    return len(columns) >= _SEVERAL and bool((np.abs(apart - usual) <= _REGULAR * usual).all())


def _is_filled(strip: Mask, reach: int, thick: float) -> bool:
    """Whether something is written between the walls at both ends of a strip."""
    aside = 3 * reach + math.ceil(2 * thick) + 2
    inner = strip[4:-4, aside:-aside]
    return bool(inner.size and inner.mean() > 0.03)  # noqa: PLR2004
