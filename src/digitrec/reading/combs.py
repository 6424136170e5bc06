"""Combs of forms: one level line with thin marks that stand on it, one at each end, a digit between two of them.

In: a mask uint8[h,w] and its straight pieces. Out: masks of the lines and marks. Finds what `boxes.py` and
`outlines.py` cannot, which look for a second line above. Knows nothing of digits.
"""

import cv2
import numpy as np

from digitrec.reading.straight import STEEPEST, Mask, Pieces

_LOWEST, _HIGHEST = 0.15, 2.2
"""Of the distance between two marks: how high they are."""

_APART = 0.12
"""Of that distance: how far from its place a mark between the ends may be."""

_SOLID = 0.95
"""Of the level line: so much of it is marked, more than of a box's, since it has no second line to tell it by."""

_FEWEST = 10
"""Pixels between two marks: in less nothing can be read."""

_MOST = 60
"""Level lines that are looked at, at most."""

Mark = tuple[int, int, int]
"""At which column a mark stands, how high it is, and how far its top is to the right."""


def comb_lines(mask: Mask, pieces: Pieces) -> tuple[Mask, Mask]:
    """Return the level and the upright lines of combs."""
    down = np.zeros_like(mask)
    some = pieces.straight & (pieces.thick <= np.maximum(3, pieces.width / 20)) & (pieces.width >= 3 * _FEWEST)
    # Those that go through the whole picture are paper's; nothing is known of their ends.
    some &= (pieces.left > 0.02 * mask.shape[1]) | (pieces.left + pieces.width < 0.98 * mask.shape[1])
    chosen = np.zeros(len(pieces.width), dtype=bool)
    for piece in np.flatnonzero(some)[:_MOST]:
        marks = _regular(*_marks(mask, pieces, int(piece)))
        chosen[piece] = bool(marks)
        for column, high, lean in marks:
            foot, thick = round(pieces.row(int(piece), column)), max(1, round(float(pieces.thick[piece])))
            # From above the line on, or the mark's foot is as wide as a stroke that crosses it.
            foot_above = foot - thick // 2 - 1
            half = thick // 2 + 1
            corners = [(column - half, foot_above), (column + half, foot_above)]
            corners += [(column + lean + half, foot - high - 1), (column + lean - half, foot - high - 1)]
            cv2.fillConvexPoly(down, np.array(corners, dtype=np.int32), 1)
    return pieces.drawn(chosen), down


def _marks(mask: Mask, pieces: Pieces, piece: int) -> tuple[list[Mark], list[Mark], list[Mark]]:
    """Return the straight thin marks that stand on a piece: at its beginning, between, and at its end."""
    if pieces.marked(piece, mask) < _SOLID:
        return [], [], []
    thick = max(1, round(float(pieces.thick[piece])))
    left, right = int(pieces.left[piece]), int(pieces.left[piece] + pieces.width[piece])
    columns = np.arange(max(0, left - thick - 2), min(mask.shape[1], right + thick + 2))
    feet = np.rint(pieces.rows(piece, columns)).astype(int) - thick // 2 - 1
    # In the first rows above the line, without its own soft rim.
    standing = np.zeros(len(columns), dtype=bool)
    for row in range(1, 4):
        standing |= (mask[(feet - row).clip(0, mask.shape[0] - 1), columns] > 0) & (feet - row >= 0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], standing.astype(np.int8), [0]])))
    found = [
        (int(columns[0]) + (begin + end - 1) // 2, int(feet[(begin + end - 1) // 2]))
        for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        if end - begin <= 2 * thick + 2 and feet[(begin + end - 1) // 2] < mask.shape[0]
    ]
    near = thick + 3
    starts = [place for place in found if abs(place[0] - left) <= near][:1]
    stops = [place for place in found if abs(place[0] - right) <= near][-1:]
    inner = [place for place in found if left + near < place[0] < right - near]
    if not (starts and stops and inner):
        return [], [], []
    most = int(_HIGHEST * max(np.diff([place[0] for place in (*starts, *inner, *stops)])))
    traced = ([_traced(mask, place, thick, most) for place in places] for places in (starts, inner, stops))
    first, between, last = ([mark for mark in marks if mark[1]] for marks in traced)
    return first, between, last


def _traced(mask: Mask, place: tuple[int, int], thick: int, most: int) -> Mark:
    """Return a mark that stands at that column and row, at most so high; no height where most of it is not thin."""
    column, foot = place
    top = float(column)
    high = touched = 0
    for row in range(1, min(most, foot)):
        first = max(0, round(top) - thick - 1)
        here = np.flatnonzero(mask[foot - row, first : round(top) + thick + 2])
        if not len(here):
            break
        if len(here) > thick + 2:  # something written touches it: it goes on as it did
            high, touched = row, touched + 1
            continue
        moved = top + 0.5 * (first + float(here.mean()) - top)
        if abs(moved - column) > 2 + STEEPEST * row:  # nor does what is written here go on in it
            break
        high, top = row, moved
    return column, high + thick // 2 + 1 if touched <= 0.5 * high else 0, round(top - column)


def _regular(starts: list[Mark], inner: list[Mark], stops: list[Mark]) -> list[Mark]:
    """Return the marks of a comb: at both ends of the line alike, and others evenly between; none where it is none."""
    if not (starts and inner and stops):
        return []
    first, last = starts[0], stops[-1]
    # The two at the ends are as high as each other.
    if min(first[1], last[1]) < 0.75 * max(first[1], last[1]) or abs(first[2] - last[2]) > 2 + STEEPEST * first[1]:
        return []
    best: list[Mark] = []
    for fields in range(2, 31):
        pitch = (last[0] - first[0]) / fields
        if pitch < _FEWEST:
            break
        if not _LOWEST <= first[1] / pitch <= _HIGHEST:
            continue
        places = first[0] + pitch * np.arange(1, fields)
        there = [mark for mark in inner if np.abs(places - mark[0]).min() <= 1 + _APART * pitch]
        if not there:
            continue
        usual = sorted(mark[1] for mark in there)[len(there) // 2]
        # What is written may stand on a mark, and go on above it.
        there = [(column, usual, lean) for column, high, lean in there if high >= 0.75 * usual]
        # A mark at every place: what is written may hide one in four.
        if usual <= 1.15 * max(first[1], last[1]) and len(there) >= 0.75 * (fields - 1) and len(there) > len(best):
            best = there
    if not best:
        return []
    high = max(first[1], last[1])
    found = [(first[0], high, first[2]), *best, (last[0], high, last[2])]
    # All lean alike; what is written beside one may have pulled its top there.
    lean = float(np.median([aside / tall for _, tall, aside in found]))
    return [(column, tall, round(lean * tall)) for column, tall, _ in found]
