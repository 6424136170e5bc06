"""Strokes that MNIST lacks, drawn: crossed sevens, flagged ones, noughts in one stroke, separators.

In: a seeded numpy generator and, for sevens and ones, the digit to change. Out: uint8[28,w], 255 for
ink, as high as a line of digits. Knows nothing of lines or of training.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE

Ink = npt.NDArray[np.uint8]
Point = tuple[float, float]

_SHIFT = 4
"""OpenCV takes points in whole sixteenths of a pixel."""

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


def separator(kind: str, rng: np.random.Generator, thick: float) -> Ink:
    """Return a dot, comma, dash or slash, uint8[28,w], drawn with a pen of `thick` pixels."""
    if kind == ".":
        radius = rng.uniform(0.7, 1.8) if rng.random() < 0.75 else rng.uniform(1.8, 3.0)  # noqa: PLR2004 - felt pens
        place = (4.0, BASELINE - rng.uniform(-1.5, 2.5))
        return line(9, [place, (place[0] + rng.uniform(0, 1), place[1] + rng.uniform(0, 0.7))], 2 * radius)
    if kind == ",":
        down, left = rng.uniform(3, 6.5), rng.uniform(0.5, 3)
        start = BASELINE - rng.uniform(0, 3)
        if rng.random() < 0.3:  # noqa: PLR2004 - as long as half a digit, as some write it
            start, down = BASELINE - rng.uniform(2.5, 6.5), rng.uniform(6, 10)
            left = rng.uniform(0.5, 4)
        return line(8, [(5, start), (5 - left / 3, start + down / 2), (5 - left, start + down)], thick)
    if kind == "-":
        length, row = rng.uniform(5, 20), rng.uniform(11, 18)
        end = row + rng.uniform(-2, 1)
        middle = (2 + length / 2, row + rng.uniform(-1, 1))
        points = [(2, row), middle, (2 + length, end)]
        if rng.random() < 0.3:  # noqa: PLR2004 - waved, or with a hook at either end
            before, after = rng.uniform(-3.5, 3.5, 2)
            points = smooth([(2, row + before), (2 + length * 0.25, row), middle, (2 + length, end + after)])
        return line(round(length) + 4, points, thick)
    across = rng.uniform(3, 15)
    return line(round(across) + 4, [(2 + across, rng.uniform(0, 3)), (2, rng.uniform(24, 27.5))], thick)


def equals(rng: np.random.Generator, thick: float) -> Ink:
    """Return the two strokes that close an amount, uint8[28,w], at any height."""
    length, row, apart = rng.uniform(4, 12), rng.uniform(5, 17), rng.uniform(3, 6)
    width = round(length) + 6
    upper = line(width, [(3, row), (3 + length, row + rng.uniform(-1.5, 1.5))], thick)
    lower = row + apart
    return np.maximum(upper, line(width, [(2, lower), (2 + length, lower + rng.uniform(-1.5, 1.5))], thick))


def pen(digit: Ink) -> float:
    """Return about how thick, in pixels, the strokes of a digit are."""
    spread = cv2.distanceTransform((digit > 127).astype(np.uint8), cv2.DIST_L2, 3)  # noqa: PLR2004
    return float(np.clip(2 * np.percentile(spread[spread > 0], 70) - 0.5, 1, 5)) if spread.any() else 2.0


def chained_noughts(count: int, rng: np.random.Generator, thick: float) -> tuple[Ink, list[tuple[float, float]]]:
    """Return noughts written without lifting the pen, uint8[28,w] in its columns, and from where to where each reaches.

    Small and high or as large as other digits; closed, open or overlapping loops, joined by a bow at the top.
    """
    wide, high = rng.uniform(7, 13), rng.uniform(8, 20)
    thick = min(thick, 0.35 * wide)  # or nothing is left inside
    gap, dip = rng.uniform(-0.15, 0.6) * wide, rng.uniform(0, 0.35) * high
    foot = BASELINE - rng.uniform(0, 5) * (high < 16)  # noqa: PLR2004 - small ones may stand higher
    start, turn, lean = math.radians(rng.uniform(-140, -40)), math.radians(rng.uniform(325, 430)), rng.normal(0, 0.2)
    points: list[Point] = []
    edges = []
    for number in range(count):
        middle = 3 + wide / 2 + number * (wide + gap) + rng.normal(0, 0.4)
        own = rng.uniform(0.85, 1.15, 2) * (wide / 2, high / 2)
        # Against the clock, as most write them.
        angle = start - np.linspace(0, turn * rng.uniform(0.95, 1.05), 12)
        across, down = middle + own[0] * np.cos(angle), foot - high / 2 + own[1] * np.sin(angle)
        across += lean * (foot - high / 2 - down)
        if points:
            points.append(((points[-1][0] + float(across[0])) / 2, foot - high + dip))
        points += [(float(right), float(low)) for right, low in zip(across, down, strict=True)]
        edges.append((float(across.min()), float(across.max())))
    least = min(right for right, _ in points)
    moved = [(right - least + 4, min(max(low, 2.0), SIDE - 2.0)) for right, low in points]
    ink = line(round(max(right for right, _ in moved)) + 5, smooth(moved), thick)
    first = int(np.flatnonzero(ink.max(0) > 40)[0])  # noqa: PLR2004 - what is seen
    columns = np.flatnonzero(ink.max(0) > 40)  # noqa: PLR2004
    shifted = [(left - least + 4 - first, right - least + 4 - first) for left, right in edges]
    return ink[:, first : columns[-1] + 1], shifted


def smooth(points: list[Point]) -> list[Point]:
    """Return more points along a curve through the middles between them (a quadratic spline)."""
    if len(points) < 3:  # noqa: PLR2004 - what bends
        return points
    given = np.array(points, dtype=float)
    middles = (given[1:] + given[:-1]) / 2
    steps = np.linspace(0, 1, 6)[:, None]
    curve = [given[:1]]
    for before, corner, after in zip(middles[:-1], given[1:-1], middles[1:], strict=True):
        curve.append((1 - steps) ** 2 * before + 2 * steps * (1 - steps) * corner + steps**2 * after)
    curve.append(given[-1:])
    return [(float(across), float(down)) for across, down in np.concatenate(curve)]


def line(width: int, points: list[Point], thick: float) -> Ink:
    """Return uint8[28,width] with the points joined by a pen of `thick` pixels, softened as MNIST's digits are."""
    # Drawn four times as large, so that a pen of two and a half pixels is one.
    large = np.zeros((SIDE * 4, width * 4), dtype=np.uint8)
    scaled = np.round((np.array(points, dtype=float) * 4 + 2) * 2**_SHIFT).astype(np.int32)
    cv2.polylines(
        large,
        [scaled.reshape(-1, 1, 2)],
        isClosed=False,
        color=255,
        thickness=max(1, round(thick * 4)),
        lineType=cv2.LINE_8,
        shift=_SHIFT,
    )
    return np.asarray(cv2.resize(large, (width, SIDE), interpolation=cv2.INTER_AREA), dtype=np.uint8)
