"""Lines of the paper told from strokes: ruled and squared paper, cells, form boxes, the picture's own edge.

In: a mask bool[h,w] of all that stands out from the ground. Out: `Rules`, which erase them from a map
of the same size and keep the strokes that cross them. A page's lines are looked for in a reduced mask,
as straight pieces up to 6° from level and upright: those that are as long and thin as no stroke is, or
one of several alike, are rules; two of the same length with walls between their ends are a box, however
small. Knows nothing of digits.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.reading.boxes import box_lines
from digitrec.reading.combs import comb_lines
from digitrec.reading.crossings import crossed_in_cell, crossed_on_page, darker_than_line, knots_of, short_pieces
from digitrec.reading.outlines import outlined
from digitrec.reading.quantile import quantile
from digitrec.reading.straight import SOLID, Chosen, Mask, Pieces, straight_pieces, turned

_LARGE = (180, 400)
"""Pixels along the shorter or the longer side from which a picture is a page, not a cell or one number cut out."""

_TINY, _LOW = 64, 28
"""A picture with a longer side of at most so many pixels, or a shorter one, has one ground all over, and no rules."""

_NEARLY, _WHOLE, _WIDE = 0.7, 0.95, 1.5
"""Of a picture's edge: a band along it is marked for so much of it, since it may not be quite level; and for so much at
the ends of a picture that is so many times as wide as high."""

_LEG, _OTHER_LEG, _STRAIGHT = 0.6, 0.05, 0.02
"""Of a picture's sides: a wedge in its corner reaches so far along one and so far along the other; of the longer leg:
its third side is straight to so much."""

_DARKER, _KNOT, _CLEAR = 4.0, 2.2, 0.3
"""Times as much as most of the lines differ from the ground: ink that does is told from them where it lies on them, by
what is darker than where two lines cross, and than a line by so much of what ink is."""

_MARKED, _THICKER = 0.7, 1.6
"""Of a rule from side to side, among others, so much is marked, though it may be faint (of a curve that it crosses less
and of ones below one another more); and times as thick as the thinnest it is at most."""

_REDUCED = 1024
"""Pixels along the longer side that are enough to look for lines in."""


@dataclass(frozen=True)
class Rules:
    """Which pixels are lines of the paper, and which of those are crossed by strokes."""

    lines: npt.NDArray[np.bool_]
    crossed: npt.NDArray[np.bool_]
    level: Mask
    """uint8, perhaps reduced: the level lines among them, but for the picture's edge."""
    upright: Mask
    """The same of upright ones."""

    def erased(self, levels: npt.NDArray[np.float32], contrast: float) -> npt.NDArray[np.float32]:
        """Return the levels float32[h,w] without the lines: there, as if it were ground.

        Where `contrast`, by how much full ink differs from the ground, is far more than lines have, what is as dark as
        ink lies on them; and so does what is far darker than the line on either side of it.
        """
        found = levels.copy()
        lines = self.lines & ~self.crossed
        if self.level.any() or self.upright.any():
            strokes = darker_than_line(levels, self.level, self.upright, contrast)
            lines &= ~_enlarged(strokes, levels.shape).view(np.bool_)
        if lines.any():
            usual = quantile(levels[lines], 0.8)  # most are soft rims, which differ by little, the most crossings
            if contrast > _DARKER * usual:
                least = max(_KNOT * usual, usual + _CLEAR * (contrast - usual))
                lines &= ~short_pieces(lines & (levels > least))
        found[lines] = 0
        return found


def is_page(shape: tuple[int, ...]) -> bool:
    """Return whether a picture of that shape is a page, and not a cell or one number cut out of it."""
    return min(shape) >= _LARGE[0] or max(shape) >= _LARGE[1]


def is_tiny(shape: tuple[int, ...]) -> bool:
    """Return whether a picture of that shape is so small that it is a drawing, or a scan that was cut out closely."""
    return max(shape) <= _TINY or min(shape) <= _LOW


def find_rules(standing_out: npt.NDArray[np.bool_]) -> Rules:
    """Return the lines of the paper in a mask, bool[h,w]: long, thin and straight, or a band along an edge."""
    full = standing_out.astype(np.uint8)
    mask = _reduced(full)
    edge = _edges(mask)
    rest = mask & ~edge
    if is_page(full.shape):
        level, upright = _page_lines(rest)
        crossing = crossed_on_page
    else:
        level, upright = _cell_lines(rest), turned(_cell_lines(turned(rest), upright=True))
        crossing = crossed_in_cell
    across, down = outlined(rest, level | upright)
    level, upright = level | across, upright | down
    strokes = rest & ~(level | upright)
    crossed = crossing(strokes, level) | turned(crossing(turned(strokes), turned(upright)))
    knots = knots_of(strokes | crossed, level & upright)
    strokes, crossed = strokes & ~knots, crossed & ~knots
    lines = level | upright | edge | knots
    # Its soft rims go with a line, but not into the strokes that touch it.
    rims = np.asarray(cv2.dilate(lines, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8) & ~strokes
    found = _enlarged(np.asarray(rims + 2 * crossed, dtype=np.uint8), full.shape)
    return Rules((found & 1).view(np.bool_), found >= 2, level & ~edge, upright & ~edge)  # noqa: PLR2004


def _reduced(mask: Mask) -> Mask:
    """Return a mask at the size at which lines are looked for: marked where any of its pixels is."""
    factor = math.ceil(max(mask.shape) / _REDUCED)
    if factor == 1:
        return mask
    high, wide = (math.ceil(side / factor) for side in mask.shape)
    framed = np.zeros((high * factor, wide * factor), dtype=np.uint8)
    framed[: mask.shape[0], : mask.shape[1]] = mask
    rows = framed[::factor]
    for row in range(1, factor):
        rows = rows | framed[row::factor]
    found = rows[:, ::factor]
    for column in range(1, factor):
        found = found | rows[:, column::factor]
    return np.ascontiguousarray(found)


def _enlarged(found: Mask, shape: tuple[int, ...]) -> Mask:
    """Return a reduced map at the picture's size."""
    if found.shape == shape:
        return found
    factor = math.ceil(max(shape) / _REDUCED)
    large = cv2.resize(found, (found.shape[1] * factor, found.shape[0] * factor), interpolation=cv2.INTER_NEAREST)
    return np.asarray(large[: shape[0], : shape[1]], dtype=np.uint8)


def _edges(mask: Mask) -> Mask:
    """Return bands along the picture's edge that are nearly all marked: a frame, a shadow, the desk."""
    found = np.zeros_like(mask)
    for turn in range(4):
        side, result = np.rot90(mask, turn), np.rot90(found, turn)
        most = side.shape[0] // 4
        # At the end of a number that was cut out closely stands a one rather than a line.
        ends = side.shape[0] >= _WIDE * side.shape[1] and not is_page(mask.shape)
        full = side[:most].mean(1) > (_WHOLE if ends else _NEARLY)
        depth = int(np.argmin(full)) if not full.all() else 0
        if depth:
            result[: depth + 1] = side[: depth + 1]
        result |= _wedge(side)
    return found


def _wedge(mask: Mask) -> Mask:
    """Return the triangle in a mask's first corner, where there is one: the desk beside a sheet, cut by the picture."""
    found = np.zeros_like(mask)
    if not mask[0, 0] or is_tiny(mask.shape):
        return found
    down = int(np.argmin(mask[:, 0])) or len(mask)
    rows = mask[:down]
    runs = np.where(rows.all(1), rows.shape[1], np.argmin(rows, axis=1))
    legs = sorted((down / mask.shape[0], runs[0] / mask.shape[1]))
    straight = runs[0] * (1 - np.arange(down) / down)
    if legs[0] < _OTHER_LEG or legs[1] < _LEG or np.abs(runs - straight).max() > 1 + _STRAIGHT * max(down, runs[0]):
        return found
    # And its soft rim, which is no stroke.
    found[:down] = np.arange(mask.shape[1]) <= runs[:, None]
    return found


def _page_lines(mask: Mask) -> tuple[Mask, Mask]:
    """Return the level and the upright lines of a large picture."""
    level, upright = straight_pieces(mask), straight_pieces(turned(mask))
    across, down = box_lines(mask, level)
    line, marks = comb_lines(mask & ~(across | down), level)
    # Where a mark stands on its line it is thick without any stroke, which would count as crossing it.
    across = (across | line | level.drawn(_rules(mask, level))) & ~marks
    down |= marks | turned(upright.drawn(_rules(turned(mask), upright, upright=True)))
    return across & mask, down & mask


def _rules(mask: Mask, pieces: Pieces, *, upright: bool = False) -> Chosen:
    """Return which pieces are rules: longer and thinner than strokes of digits are, and not part of one."""
    wide = mask.shape[1]
    through = (pieces.left <= 0.04 * wide) & (pieces.left + pieces.width >= 0.96 * wide)
    # From side to side no stroke of a digit is level.
    thickest = np.maximum(3, pieces.width / (40 if upright else np.where(through, 30, 40)))
    long: Chosen = pieces.straight & ~pieces.heavy & (pieces.thick <= thickest) & (pieces.width >= 0.25 * wide)
    if long.sum() >= 3:  # noqa: PLR2004 - no digit has so many
        # But two lines and the sides of a large nought are more as well.
        marked = np.array([pieces.marked(int(piece), mask) for piece in np.flatnonzero(long)])
        solid = marked >= np.where(through[long], _MARKED, SOLID)
        if solid.sum() >= 3:  # noqa: PLR2004
            long[np.flatnonzero(long)[~solid]] = False
            return long | _alike(pieces, long & through, through)
    found: Chosen = long & through
    found |= _alike(pieces, found, through)
    if not upright:
        for piece in np.flatnonzero(long & ~through):
            found[piece] = pieces.marked(int(piece), mask) >= SOLID and _is_underline(mask, pieces, int(piece))
    return found


def _alike(pieces: Pieces, rules: Chosen, through: Chosen) -> Chosen:
    """Return which pieces with more to them go from side to side and are as thick as rules: digits stand on them."""
    if not rules.any():
        return rules
    found: Chosen = pieces.straight & pieces.heavy & through & (pieces.thick <= _THICKER * pieces.thick[rules].min())
    return found


def _is_underline(mask: Mask, pieces: Pieces, piece: int) -> bool:
    """Whether what hangs together with a piece is less high than wide: the bars of sevens have their stems below."""
    here = pieces.labels == piece + 1
    rows, columns = np.nonzero(here)
    if not len(rows):  # another line that crosses it has all of its pixels
        return False
    _, _, _, (_, top, width, height) = cv2.floodFill(mask | here, None, (int(columns[0]), int(rows[0])), 2, flags=8)
    above, below = rows.min() - top, top + height - 1 - rows.max()
    bars, _ = cv2.connectedComponents((here & (mask > 0)).astype(np.uint8), connectivity=8)
    hang = bars > 2 and below > max(above, rows.max() + 1 - rows.min())  # noqa: PLR2004 - and the ground
    return bool(height <= 0.6 * width and not hang)


def _cell_lines(mask: Mask, *, upright: bool = False) -> Mask:
    """Return the long level lines of a small picture, a cell perhaps, in which a digit reaches far.

    The mask is turned for upright ones, of which strokes are more alike.
    """
    high, wide = mask.shape
    piece = max(16, wide // 24)
    runs = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, piece), dtype=np.uint8)), dtype=np.uint8)
    if not runs.any():
        return runs
    # Steps of a line that is not quite level are joined, no more, for the bars of digits.
    joined = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((3, 5), dtype=np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    long = (0.4 if wide >= 1.5 * high else 0.75) * wide
    kept = np.zeros(count, dtype=np.uint8)
    for label in range(1, count):
        left, top, width, height, area = stats[label]
        # It could be a one, or the bar of a seven: it has to reach the edge, and lie near another.
        ends = sorted((left, wide - left - width))
        several = upright and high >= _WIDE * wide
        through = ends[1] <= 0.04 * wide
        if several:  # in a number that was cut out closely a one goes nearly through
            marked = np.flatnonzero(((labels == label) & (runs > 0)).any(0))
            through = bool(marked[0] == 0 and marked[-1] == wide - 1)
        # Farther from the edge an upright line is the stem of a nine that reaches down to it.
        aside = min(top + height / 2, high - top - height / 2) <= (0.16 if upright else 0.28) * high
        stands = through or (aside and not several and ends[0] <= max(1, 0.02 * wide))
        # And what goes through the middle may be the side of a thick eight, what ends within the foot of a two.
        part = (10 if upright else 20) if not through else 6 if aside or not upright else 16
        thin = area / width <= max(3.0, width / part) and height <= max(6.0, width / 5)
        kept[label] = thin and width >= long and stands
    return np.asarray(runs & kept[labels], dtype=np.uint8)
