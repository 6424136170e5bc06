"""Strokes that MNIST's digits lack, drawn: crossed sevens, flagged ones, hooked nines.

In: a seeded numpy generator and the digit to change. Out: uint8[28,w], 255 for ink, as high as a line
of digits. Knows nothing of lines or of training.
"""

from collections.abc import Callable, Sequence

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


def laid_out(way: Way, place: Callable[[Point], Point]) -> list[list[Point]]:
    """Return the strokes of a way, each of its points where `place` puts it; a corner stays one."""
    strokes: list[list[Point]] = [[]]
    before: Point | None = None
    for point in way:
        if point is None:
            strokes.append([])
        else:
            strokes[-1].append(strokes[-1][-1] if point == before else place(point))
        before = point
    return strokes


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
