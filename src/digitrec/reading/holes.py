"""The holes of a notebook, with the wire or the rings in them: filled shapes alike, in a row, equally far apart.

In: `Part`s, and the size of the picture they are in. Out: those without such a row. Digits are not so filled, nor so
much alike, and in the row of holes nothing else stands. Knows nothing of lines, and of pixels.
"""

import numpy as np
import numpy.typing as npt

from digitrec.reading.parts import Part, is_cut

_FEWEST, _AT_EDGE, _SPIRAL, _MOST = 4, 5, 8, 200
"""Holes in a row, at least, where the picture's edge cuts them off, and where a wire goes into each; and pieces that
may be holes, at most."""

_PAGE_FULL = 4000
"""Pieces: a page of more is grain, or full of print."""

_FILLED, _NARROWEST, _WITH_WIRE = 0.45, 0.4, 0.25
"""Of its box, and of its longer side: so much a hole covers, and so wide it is, alone and with its wire."""

_ALIKE, _ALL_ALIKE, _APART, _OFF = 0.08, 0.16, 0.12, 0.3
"""By so much of it holes differ in height and width, few and those of a spiral that is seen aslant, and of the distance
between two, by so much that; and of their size, so far they are off a straight line."""

_LARGEST, _FARTHEST = 0.15, 6.0
"""Of the picture's longer side, one hole; of its size, how far the next is."""

_BESIDE = 0.6
"""Of a hole's size: what stands in the row is no farther from its line."""


def without_holes(parts: list[Part], shape: tuple[int, int]) -> list[Part]:
    """Return the pieces without holes along the side of a page of that height and width."""
    if not _FEWEST < len(parts) <= _PAGE_FULL:
        return parts
    left = sorted((part for part in parts if _may_be_hole(part, shape)), key=lambda part: -part.area)[:_MOST]
    # As arrays, for pages full of ink.
    sizes = np.array([(part.width, part.height, is_cut(part, shape)) for part in left]).reshape(-1, 3)
    gone: set[int] = set()
    while len(left) >= _FEWEST:
        chosen = _alike(sizes, left[0], _ALL_ALIKE, shape)
        if chosen.sum() < _SPIRAL:
            chosen &= _alike(sizes, left[0], _ALIKE, shape)
        alike = [left[place] for place in np.flatnonzero(chosen)]
        wires = min(left[0].width, left[0].height) < _NARROWEST * max(left[0].width, left[0].height)
        # What the edge cuts off all alike is more often something else.
        fewest = _SPIRAL if wires else _AT_EDGE if is_cut(left[0], shape) else _FEWEST
        row = _row(alike) if len(alike) >= fewest else []
        gone |= _in_row(row, parts, shape) if row else set()
        left, sizes = [left[place] for place in np.flatnonzero(~chosen)], sizes[~chosen]
    kept = [part for part in parts if part.label not in gone]
    holes = [part.area for part in parts if part.label in gone]
    # Noughts that are all there is are noughts.
    return kept if holes and any(part.area >= max(holes) / 4 for part in kept) else parts


def _may_be_hole(part: Part, shape: tuple[int, int]) -> bool:
    long, short = max(part.width, part.height), min(part.width, part.height)
    filled = part.area >= _FILLED * part.width * part.height and short >= _WITH_WIRE * long
    return filled and long <= _LARGEST * max(shape)


def _alike(sizes: npt.NDArray[np.int_], other: Part, most: float, shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Return which pieces are about as wide and as high as another, but for what the picture's edge leaves of it.

    `sizes`, int[n,3], are their widths, heights and whether the edge cuts them off.
    """
    found = sizes[:, 2] == is_cut(other, shape)
    if not (other.left <= 0 or other.right >= shape[1]):
        found &= np.abs(sizes[:, 0] - other.width) <= max(1.0, most * other.width)
    if not (other.top <= 0 or other.bottom >= shape[0]):
        found &= np.abs(sizes[:, 1] - other.height) <= max(1.0, most * other.height)
    return np.asarray(found)


def _row(alike: list[Part]) -> list[Part]:
    """Return those of pieces alike that stand in a straight row, equally far apart; none where too few do."""
    middles = np.array([((part.left + part.right) / 2, part.middle) for part in alike])
    size = max(alike[0].width, alike[0].height)
    # Along the way on which most lie, which the two farthest apart of a row tell.
    way = np.linalg.svd(middles - np.median(middles, 0))[2][0]
    along, off = _along(middles, way)
    on_line = np.abs(off - np.median(off)) <= _OFF * size
    order = np.flatnonzero(on_line)[np.argsort(along[on_line])]
    gaps = np.diff(along[order])
    if len(gaps) < _FEWEST - 1:
        return []
    # Seen aslant, those farther off are closer together.
    gap = np.array([np.median(gaps[max(0, place - 2) : place + 3]) for place in range(len(gaps))])
    if gap.min() <= 0:  # one above another
        return []
    # One may be missing, or merged with what lies on it.
    equal = np.abs(gaps / gap - np.rint(gaps / gap).clip(1, 2)) <= _APART
    if gap.max() > _FARTHEST * size or not equal.all():
        return []
    return [alike[place] for place in order]


def _along(
    middles: npt.NDArray[np.float64], way: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return how far points are along a way, and how far to the side of it."""
    return middles @ way, middles @ np.array([-way[1], way[0]])


def _in_row(row: list[Part], parts: list[Part], shape: tuple[int, int]) -> set[int]:
    """Return the labels of holes, and of what the picture's edge cuts off in their row; none where more is in it."""
    ends = np.array([((part.left + part.right) / 2, part.middle) for part in (row[0], row[-1])])
    way = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
    size = max(row[0].width, row[0].height)
    labels = {part.label for part in row}
    middles = np.array([((part.left + part.right) / 2, part.middle) for part in parts])
    _, off = _along(middles - ends[0], way)
    for place in np.flatnonzero(np.abs(off) <= _BESIDE * size):
        part = parts[place]
        if is_cut(part, shape):
            labels.add(part.label)
        elif part.label not in labels and part.area >= row[0].area / 4:
            return set()
    return labels
