"""Strokes that MNIST's digits lack, drawn: crossed sevens, flagged ones, hooked nines, noughts in a row.

In: a seeded numpy generator and, but for noughts, the digit to change. Out: uint8[28,w], 255 for ink, as high as a line
of digits. Knows nothing of lines or of training.
"""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE

Ink = npt.NDArray[np.uint8]
Point = tuple[float, float]
Way = Sequence[Point | None]
"""Points across about 0..4 and down about 0..6, strokes apart by None; a point given twice is a corner."""

SHIFT = 4
"""Bits of a pixel's fraction: OpenCV takes points in whole sixteenths of one."""

_NEAR, _SHORT = 4, 8
"""Pixels from where a shape ends, or begins, within which a stroke may join it to the next; how long that may be."""

BASELINE, TOP = 24, 4
"""Between which rows MNIST's digits stand."""


def crossed_seven(digit: Ink, rng: np.random.Generator) -> Ink:
    """Return a seven, uint8[28,28], with a bar through its stem."""
    rows = np.flatnonzero(digit.max(1) > 127)  # noqa: PLR2004 - more ink than ground
    if len(rows) < 8:  # noqa: PLR2004 - a stem that can be crossed
        return digit
    row = round(rows[0] + len(rows) * rng.uniform(0.42, 0.66))
    columns = np.flatnonzero(digit[row] > 127)  # noqa: PLR2004
    if not len(columns):
        return digit
    middle, half = columns.mean() + rng.uniform(-1.5, 1.5), rng.uniform(2.5, 8)
    slope = rng.uniform(-1.8, 1)
    return np.maximum(digit, line(SIDE, [(middle - half, row - slope), (middle + half, row + slope)], pen(digit)))


def flagged_one(digit: Ink, rng: np.random.Generator) -> Ink:
    """Return a one, uint8[28,28], with a flag at its top, a foot, or both."""
    rows = np.flatnonzero(digit.max(1) > 127)  # noqa: PLR2004
    if len(rows) < 8:  # noqa: PLR2004
        return digit
    changed, thick = digit, pen(digit)
    top = float(np.flatnonzero(digit[rows[0]] > 127).mean())  # noqa: PLR2004
    bottom = float(np.flatnonzero(digit[rows[-1]] > 127).mean())  # noqa: PLR2004
    foot = rng.random() < 0.35  # noqa: PLR2004 - as people write it
    if not foot or rng.random() < 0.6:  # noqa: PLR2004
        long = rng.random() < 0.4  # noqa: PLR2004 - the long flag of Southern Europe
        drop = len(rows) * (rng.uniform(0.35, 1.0) if long else rng.uniform(0.12, 0.4))
        back = rng.uniform(4, 13) if long else rng.uniform(2, 7)
        bend = rng.uniform(-1, 1.5)
        flag = [(top, rows[0]), (top - back / 2 + bend * 0.4, rows[0] + drop / 2 + bend), (top - back, rows[0] + drop)]
        changed = np.maximum(changed, line(SIDE, flag, thick))
    if foot:
        left, right = rng.uniform(2.5, 6, 2)
        changed = np.maximum(changed, line(SIDE, [(bottom - left, rows[-1]), (bottom + right, rows[-1])], thick))
    return changed


def hooked_nine(digit: Ink, rng: np.random.Generator) -> Ink:
    """Return a nine, uint8[28,28], whose stem ends in a bow to the left."""
    rows = np.flatnonzero(digit.max(1) > 127)  # noqa: PLR2004
    if len(rows) < 12:  # noqa: PLR2004
        return digit
    row = rows[-1] - 1
    end = float(np.flatnonzero(digit[row] > 127)[-1]) if (digit[row] > 127).any() else 14.0  # noqa: PLR2004
    back, up = rng.uniform(4, 11), rng.uniform(-1, 4)
    bow = [(end, row - 3), (end - 0.5, row), (end - back / 2, row + rng.uniform(0, 1.5)), (end - back, row - up)]
    return np.maximum(digit, line(SIDE, smooth(bow), pen(digit)))


def noughts(count: int, rng: np.random.Generator, thick: float) -> Ink:
    """Return noughts, uint8[28,w], written without lifting the pen, as in 12.000: one loop after the other."""
    high = rng.uniform(7, 17)
    wide = min(15.0, high * rng.uniform(0.6, 1.4))
    apart, dip = wide + rng.uniform(0, 4), rng.uniform(-0.1, 0.3) * high
    foot = BASELINE - rng.uniform(-1, 5)
    points: list[Point] = []
    for number in range(count):
        size = rng.uniform(0.85, 1.15)
        across, down = 3 + wide / 2 + number * apart, foot - high / 2 + rng.normal(0, 0.6)
        # From the top to the left and round, a little further than to where it began.
        for angle in np.linspace(rng.uniform(-0.4, 0.3), 2 * math.pi + rng.uniform(-0.3, 0.5), 9):
            rough = rng.normal(0, 0.25, 2)
            points.append(
                (
                    across - size * wide / 2 * math.sin(angle) + rough[0],
                    down - size * high / 2 * math.cos(angle) + rough[1],
                )
            )
        if number + 1 < count:
            points.append((across + apart / 2, down - size * high / 2 + dip))
    return line(round(3 + count * apart + 6), smooth(points), thick)


def joining(
    ends: npt.NDArray[np.int64], begins: npt.NDArray[np.int64], rng: np.random.Generator
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return from where to where, across and down, a pen goes that is not lifted between two shapes.

    From the shape that ends in each row at the column `ends`, int64[h], to that which begins at `begins`. Short and
    about level, from what is far to the right to what is far to the left: others would cross digits out. None where
    there is no such way.
    """
    row = int(rng.choice(np.flatnonzero(ends >= ends.max() - _NEAR)))
    rows = np.flatnonzero(begins <= begins.min() + _NEAR)
    other = int(rows[np.abs(rows - row).argmin()])
    start, end = (int(ends[row]) - 1, row), (int(begins[other]) + 1, other)
    return (start, end) if max(abs(other - row), end[0] - start[0]) <= _SHORT else None


def pen(digit: Ink) -> float:
    """Return about how thick, in pixels, the strokes of a digit are."""
    spread = cv2.distanceTransform((digit > 127).astype(np.uint8), cv2.DIST_L2, 3)  # noqa: PLR2004
    return float(np.clip(2 * np.percentile(spread[spread > 0], 70) - 0.5, 1, 5)) if spread.any() else 2.0


def smooth(points: list[Point]) -> list[Point]:
    """Return more points along a curve through the middles between them (a quadratic spline)."""
    if len(points) < 3:  # noqa: PLR2004 - what bends
        return points
    given = np.array(points, dtype=float)
    middles = (given[1:] + given[:-1]) / 2
    steps = np.linspace(0, 1, 6)[:, None]
    before, corner, after = middles[:-1, None], given[1:-1, None], middles[1:, None]
    curve = (1 - steps) ** 2 * before + 2 * steps * (1 - steps) * corner + steps**2 * after
    return [(across, down) for across, down in np.concatenate([given[:1], curve.reshape(-1, 2), given[-1:]]).tolist()]


def line(width: int, points: list[Point], thick: float) -> Ink:
    """Return uint8[28,width] with the points joined by a pen of `thick` pixels, softened as MNIST's digits are."""
    # Drawn four times as large, so that a pen of two and a half pixels is one.
    large = np.zeros((SIDE * 4, width * 4), dtype=np.uint8)
    scaled = np.round((np.array(points, dtype=float) * 4 + 2) * 2**SHIFT).astype(np.int32)
    cv2.polylines(
        large,
        [scaled.reshape(-1, 1, 2)],
        isClosed=False,
        color=255,
        thickness=max(1, round(thick * 4)),
        lineType=cv2.LINE_8,
        shift=SHIFT,
    )
    return np.asarray(cv2.resize(large, (width, SIDE), interpolation=cv2.INTER_AREA), dtype=np.uint8)
