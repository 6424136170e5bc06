"""Lines of the paper told from strokes: ruled and squared paper, cells, form boxes, the picture's own edge.

In: a mask bool[h,w] of all that stands out from the ground. Out: `Rules`, which erase them from a map
of the same size and keep the strokes that cross them. A page's lines are looked for in a reduced mask,
as straight pieces up to 5° from level and upright: those that are as long and thin as no stroke is, or
one of several alike, are rules; two of the same length with walls between their ends are a box, however
small. Knows nothing of digits.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.uint16]
Chosen = npt.NDArray[np.bool_]

_LARGE = (180, 400)
"""Pixels along the shorter or the longer side from which a picture is a page, not a cell or one number cut out."""

_REDUCED = 1024
"""Pixels along the longer side that are enough to look for lines in."""

_TURNS = (-4, 0, 4)
"""Degrees from level at which straight pieces are looked for; each finds those up to 2° beside it."""

_STEEPEST = math.tan(math.radians(6))
"""Of a wall: how far it leans, for its height."""


_CROWDED = 0.18
"""Of a mask: where more of it is marked, gaps are not filled, or noise becomes lines."""

_MOST = 60
"""Pieces that are looked at more closely, at most."""


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
    full = standing_out.astype(np.uint8)
    mask = _reduced(full)
    edge = _edges(mask)
    rest = mask & ~edge
    if min(full.shape) >= _LARGE[0] or max(full.shape) >= _LARGE[1]:
        level, upright = _page_lines(rest)
        crossing = _crossed
    else:
        level, upright = _cell_lines(rest), _turned(_cell_lines(_turned(rest), upright=True))
        crossing = _bridged
    strokes = rest & ~(level | upright)
    crossed = crossing(strokes, level) | _turned(crossing(_turned(strokes), _turned(upright)))
    lines = level | upright | edge
    # Its soft rims go with a line, but not into the strokes that touch it.
    rims = np.asarray(cv2.dilate(lines, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8) & ~strokes
    found = _enlarged(np.asarray(rims + 2 * crossed, dtype=np.uint8), full.shape)
    return Rules((found & 1).view(np.bool_), found >= 2)  # noqa: PLR2004


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
    size = (found.shape[1] * factor, found.shape[0] * factor)
    large = cv2.resize(found, size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(large[: shape[0], : shape[1]], dtype=np.uint8)


def _turned(mask: Mask) -> Mask:
    """Return a mask with what is upright level."""
    return np.asarray(cv2.transpose(mask), dtype=np.uint8)


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


@dataclass(frozen=True)
class _Pieces:
    """Straight pieces that are nearly level, each a number in the arrays."""

    labels: Labels
    """uint16[h,w]: of each pixel the piece it belongs to, from 1 on."""
    left: Numbers
    width: Numbers
    thick: Numbers
    middle: Numbers
    """The row half-way."""
    slope: Numbers
    beside: Numbers
    """How far its pixels are from the straight line through it, in the mean."""
    straight: Chosen

    @property
    def shape(self) -> tuple[int, int]:
        """The mask's."""
        return self.labels.shape[0], self.labels.shape[1]

    def row(self, piece: int, column: float) -> float:
        """Return at which row a piece is, or would go on."""
        return float(self.middle[piece] + self.slope[piece] * (column - self.left[piece] - self.width[piece] / 2))

    def drawn(self, chosen: Chosen) -> Mask:
        """Return the pixels on the chosen pieces, as thick as each is."""
        found = np.zeros(self.shape, dtype=np.uint8)
        for piece in np.flatnonzero(chosen):
            columns = np.arange(int(self.left[piece]), int(self.left[piece] + self.width[piece]))
            middles = self.middle[piece] + self.slope[piece] * (columns - self.left[piece] - self.width[piece] / 2)
            aside = max(self.thick[piece] / 2, 2 * self.beside[piece]) + 0.5
            first = np.rint(middles - aside).astype(int)
            for row in range(int(2 * aside) + 1):
                rows = first + row
                inside = (rows >= 0) & (rows < self.shape[0])
                found[rows[inside], columns[inside]] = 1
        return found


def _pieces(mask: Mask) -> _Pieces:
    """Return the straight pieces of a mask that are nearly level, longer than most parts of strokes."""
    least = max(16, mask.shape[1] // 32)
    # A line of one pixel has a step every few pixels where it is not quite level.
    tall = cv2.dilate(mask, np.ones((3, 1), dtype=np.uint8))
    if tall.mean() < _CROWDED:
        # And where it is faint it has gaps.
        tall = cv2.morphologyEx(tall, cv2.MORPH_CLOSE, np.ones((1, 5), dtype=np.uint8))
    runs = np.zeros_like(mask)
    for turn in _TURNS:
        runs |= np.asarray(cv2.morphologyEx(tall, cv2.MORPH_OPEN, _ray(least, turn)), dtype=np.uint8)
    joined = cv2.morphologyEx(runs & mask, cv2.MORPH_CLOSE, np.ones((3, least), dtype=np.uint8))
    _, found, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_16U)
    labels: Labels = np.asarray(found, dtype=np.uint16)
    left, width, area = (
        stats[1:, column].astype(np.float64) for column in (cv2.CC_STAT_LEFT, cv2.CC_STAT_WIDTH, cv2.CC_STAT_AREA)
    )
    # A few columns of each tell where it is.
    step = least // 8
    some_labels = np.ascontiguousarray(labels[:, ::step]).ravel()
    places = np.flatnonzero(some_labels)
    which = some_labels[places].astype(np.intp) - 1
    down, across = (each.astype(np.float64) for each in np.divmod(places, math.ceil(mask.shape[1] / step)))
    across *= step
    across -= (left + width / 2)[which]
    fit = _fitted(which, across, down, len(left))
    bent = (fit[2] > np.maximum(1.5, 0.35 * area / width)) & (fit[2] < 0.1 * width) & (width >= 2 * least)
    if bent.any():
        # Strokes that touch a line must not bend it: it is what most of its pixels are on.
        middle, slope, aside = fit[0].copy(), fit[1].copy(), np.full_like(left, 2)
        for piece in np.flatnonzero(bent)[:_MOST]:
            middle[piece], slope[piece], aside[piece] = _along_most(labels, stats[piece + 1].tolist(), int(piece) + 1)
        some = bent[which]
        some[some] = np.abs(down - middle[which] - slope[which] * across)[some] <= aside[which][some]
        again = _fitted(which[some], across[some], down[some], len(left))
        fit = tuple(np.where(bent, new, old) for new, old in zip(again, fit, strict=True))
    middle, slope, beside, count = fit
    count = count * step
    thick = count / width
    straight = (beside <= 0.5 * thick + np.maximum(1, 0.004 * width)) & (width >= least) & (count >= 0.35 * area)
    return _Pieces(labels, left, width, thick, middle, slope, beside, straight)


def _along_most(labels: Labels, stats: list[int], label: int) -> tuple[float, float, float]:
    """Return middle and slope of the line that most pixels of a piece are on, and how far from it they are at most."""
    left, top, width, height, _ = stats
    part = labels[top : top + height, left : left + width] == label
    columns = [round(share * (width - 1)) for share in (0.01, 0.25, 0.75, 0.99)]
    found: list[tuple[int, float, float]] = []
    down, across = np.nonzero(part[:, :: max(1, width // 128)])
    across = across * max(1, width // 128)
    rows = [np.flatnonzero(part[:, column]) for column in columns]
    for first in (0, 1):
        for last in (2, 3):
            some, others = (each[:: max(1, len(each) // 8)] for each in (rows[first], rows[last]))
            starts, ends = (each.ravel() for each in np.meshgrid(some, others))
            if not len(starts):
                continue
            slopes = (ends - starts) / (columns[last] - columns[first])
            away = np.abs(down - starts[:, None] - slopes[:, None] * (across - columns[first]))
            number = (away <= 1).sum(1)
            best = int(np.argmax(number))
            middle = float(starts[best] + slopes[best] * (width / 2 - columns[first]))
            found.append((int(number[best]), middle + top, float(slopes[best])))
    aside = max(2.0, float(np.median(part[:, :: max(1, width // 128)].sum(0))) / 2 + 1)
    middle, slope = max(found)[1:] if found else (top + height / 2, 0.0)
    return middle, slope, aside


def _fitted(which: npt.NDArray[np.intp], across: Numbers, down: Numbers, count: int) -> tuple[Numbers, ...]:
    """Return the straight line through the pixels of each piece: middle, slope, deviation, and how many they are."""
    number = np.bincount(which, minlength=count).astype(np.float64)
    some = np.maximum(number, 1)
    products = (across, down, across * across, across * down, down * down)
    x, y, xx, xy, yy = (np.bincount(which, weights=each, minlength=count) / some for each in products)
    spread = np.maximum(xx - x * x, 1e-6)
    slope = (xy - x * y) / spread
    return y - slope * x, slope, np.sqrt(np.maximum(yy - y * y - slope * slope * spread, 0)), number


def _ray(long: int, turn: int) -> Mask:
    """Return a line so many pixels long, turned by so many degrees."""
    steps = np.rint(np.arange(long) * math.tan(math.radians(turn))).astype(int)
    found = np.zeros((int(np.ptp(steps)) + 1, long), dtype=np.uint8)
    found[steps - steps.min(), np.arange(long)] = 1
    return found


def _page_lines(mask: Mask) -> tuple[Mask, Mask]:
    """Return the level and the upright lines of a large picture."""
    level, upright = _pieces(mask), _pieces(_turned(mask))
    across, down = _box_lines(mask, level)
    across |= level.drawn(_rules(mask, level))
    down |= _turned(upright.drawn(_rules(_turned(mask), upright, upright=True)))
    return across & mask, down & mask


def _rules(mask: Mask, pieces: _Pieces, *, upright: bool = False) -> Chosen:
    """Return which pieces are rules: longer and thinner than strokes of digits are, and not part of one."""
    wide = mask.shape[1]
    long: Chosen = pieces.straight & (pieces.width >= 0.25 * wide) & (pieces.thick <= np.maximum(3, pieces.width / 40))
    if long.sum() >= 3:  # noqa: PLR2004 - no digit has so many
        return long
    through = (pieces.left <= 0.04 * wide) & (pieces.left + pieces.width >= 0.96 * wide)
    found: Chosen = long & through
    if not upright:
        for piece in np.flatnonzero(long & ~through):
            found[piece] = _is_underline(mask, pieces, int(piece))
    return found


def _is_underline(mask: Mask, pieces: _Pieces, piece: int) -> bool:
    """Whether what hangs together with a piece is less high than wide: the bar of a large seven has its stem."""
    rows, columns = np.nonzero(pieces.labels[:, int(pieces.left[piece])][:, None] == piece + 1)
    seed = (int(pieces.left[piece] + columns[0]), int(rows[0]))
    _, _, _, (_, _, width, height) = cv2.floodFill(mask | (pieces.labels == piece + 1), None, seed, 2, flags=8)
    return bool(height <= 0.6 * width)


def _box_lines(mask: Mask, pieces: _Pieces) -> tuple[Mask, Mask]:
    """Return the level and the upright lines of boxes: two pieces from wall to wall, and the walls between them."""
    across, down = np.zeros_like(mask), np.zeros_like(mask)
    some = pieces.straight & (pieces.thick <= np.maximum(3, pieces.width / 12)) & (pieces.width >= 24)  # noqa: PLR2004
    chosen = np.zeros(len(pieces.width), dtype=bool)
    for upper, lower in _pairs(pieces, some, mask.shape):
        walls = _walls(mask, pieces, upper, lower)
        if not walls:
            continue
        chosen[[upper, lower]] = True
        for start, end, thick in walls:
            cv2.line(down, start, end, 1, thick)
    across |= pieces.drawn(chosen)
    return across, down


def _pairs(pieces: _Pieces, some: Chosen, shape: tuple[int, int]) -> list[tuple[int, int]]:
    """Return which pieces have another below them that begins and ends with it; for each the nearest one."""
    which = np.flatnonzero(some)
    left, right, middle = pieces.left[which], (pieces.left + pieces.width)[which], pieces.middle[which]
    apart = middle[None] - middle[:, None]
    near = 4 + 0.1 * np.maximum(apart, 0)
    same = (np.abs(left[None] - left[:, None]) <= near) & (np.abs(right[None] - right[:, None]) <= near)
    # Those that go through the whole picture are paper's; nothing is known of their ends.
    through = (left <= 0.02 * shape[1]) & (right >= 0.98 * shape[1])
    same &= (apart >= 12) & ~through[None] & ~through[:, None]  # noqa: PLR2004
    below = np.where(same, apart, np.inf)
    return [
        (int(which[upper]), int(which[np.argmin(below[upper])]))
        for upper in range(len(which))
        if np.isfinite(below[upper]).any()
    ]


Wall = tuple[tuple[int, int], tuple[int, int], int]
"""Its two ends and how thick it is."""


def _walls(mask: Mask, pieces: _Pieces, upper: int, lower: int) -> list[Wall]:
    """Return the straight thin marks from one piece to another below; none unless there is one at each end."""
    left = int(min(pieces.left[upper], pieces.left[lower]))
    right = int(max(pieces.left[piece] + pieces.width[piece] for piece in (upper, lower)))
    high, thick = pieces.middle[lower] - pieces.middle[upper], max(pieces.thick[upper], pieces.thick[lower])
    if high < 5 * thick:
        return []
    reach = math.ceil(high * _STEEPEST / 2) + 2
    columns = np.arange(left - 2 * reach, right + 2 * reach)
    tops, bottoms = (
        pieces.middle[piece] + pieces.slope[piece] * (columns - pieces.left[piece] - pieces.width[piece] / 2)
        for piece in (upper, lower)
    )
    count = int(min(32, high))
    share = np.linspace((thick / 2 + 1.5) / high, 1 - (thick / 2 + 1.5) / high, count)[:, None]
    rows = np.rint(tops + (bottoms - tops) * share).astype(int)
    inside = (rows >= 0) & (rows < mask.shape[0]) & (columns >= 0) & (columns < mask.shape[1])
    strip = mask[rows.clip(0, mask.shape[0] - 1), columns.clip(0, mask.shape[1] - 1)[None]] & inside
    strip = np.asarray(cv2.dilate(strip.astype(np.uint8), np.ones((1, 3), dtype=np.uint8)), dtype=np.uint8)
    middles = np.arange(reach, len(columns) - reach)
    leans = np.arange(-reach + 2, reach - 1, 2) if reach > 3 else np.arange(-1, 2)  # noqa: PLR2004
    covered = np.empty((len(leans), len(middles)))
    for index, lean in enumerate(leans):
        steps = np.rint(2 * lean * (share[:, 0] - 0.5)).astype(int)
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
            found.append((int(columns[middles[round(peak.mean())]]), lean, max(1, wide)))
        place = end
    near = 4 + 0.1 * high
    ends = (pieces.left[[upper, lower]].mean(), (pieces.left + pieces.width)[[upper, lower]].mean())
    if not all(any(abs(column - end) <= near for column, _, _ in found) for end in ends):
        return []
    # Those between are no thicker than the two at the ends: digits may reach from line to line as well.
    most = max(min((abs(column - end), wide) for column, _, wide in found)[1] for end in ends)
    found = [each for each in found if each[2] <= most + 1]
    if len(found) == 2 and right - left < (1.2 if _is_filled(strip, reach, thick) else 2.5) * high:  # noqa: PLR2004
        # It may be a nought of straight strokes, or the loop of a six.
        return []
    walls = []
    for column, lean, wide in found:
        start = (column - lean, round(pieces.row(upper, column - lean)))
        walls.append((start, (column + lean, round(pieces.row(lower, column + lean))), wide + 2))
    return walls


def _is_filled(strip: Mask, reach: int, thick: float) -> bool:
    """Whether something is written between the walls at both ends of a strip."""
    aside = 3 * reach + math.ceil(2 * thick) + 2
    inner = strip[4:-4, aside:-aside]
    return bool(inner.size and inner.mean() > 0.03)  # noqa: PLR2004


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
        through = ends[1] <= 0.04 * wide
        aside = min(top + height / 2, high - top - height / 2) <= 0.28 * high
        several = upright and high >= 1.5 * wide
        stands = through or (aside and not several and ends[0] <= max(1, 0.02 * wide))
        thin = area / width <= max(3.0, width / (6 if through else 10)) and height <= max(6.0, width / 5)
        kept[label] = thin and width >= long and stands
    return np.asarray(runs & kept[labels], dtype=np.uint8)


def _crossed(strokes: Mask, lines: Mask) -> Mask:
    """Return where level lines are crossed by strokes: they are on both sides, or it is thicker there than a line."""
    if not lines.any():
        return lines
    starts = lines[0].sum() + (lines[1:] > lines[:-1]).sum()
    thick = int(min(15, np.ceil(lines.sum() / starts) + 3))
    found = np.asarray(
        cv2.morphologyEx(strokes | lines, cv2.MORPH_OPEN, np.ones((thick, 1), dtype=np.uint8)), dtype=np.uint8
    )
    for turn in (-40, 0, 40):
        ray = np.ascontiguousarray(_ray(thick + 1, turn).T)
        found |= np.asarray(cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, ray), dtype=np.uint8)
    return found & lines


def _bridged(strokes: Mask, lines: Mask) -> Mask:
    """Return where level lines of a small picture are crossed by strokes: they are on both sides."""
    if not lines.any():
        return lines
    thick = int(min(15, np.ceil(lines.sum() / lines.any(0).sum()) + 2))
    upright = np.ones((thick + 1, 1), dtype=np.uint8)
    return np.asarray(cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, upright), dtype=np.uint8) & lines
