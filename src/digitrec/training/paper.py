"""What paper, pens, light and scanners do to lines of clean ink, a whole batch at once.

In: lines uint8[n,28,w], clean, and a seeded numpy generator. Out: lines uint8[n,28,w] as an ink map of
a photo or scan would have them: pale, blurred, noisy, ruled, printed on, coarse, cut to two levels,
with gaps in the strokes. Some stay clean. Knows nothing of what is written.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE

Lines = npt.NDArray[np.float32]
"""float32[n,28,w], 1 for ink."""


def on_paper(lines: npt.NDArray[np.uint8], rng: np.random.Generator, often: float = 1.0) -> npt.NDArray[np.uint8]:
    """Return the lines with what a picture adds to them, uint8[n,28,w]; same generator, same lines.

    Parameters
    ----------
    lines
        uint8[n,28,w], 255 for ink.
    rng
        Draws, for each line, what befalls it and how much.
    often
        By what to multiply how often each thing befalls a line.
    """
    draw = _Draw(len(lines), rng, often)
    ink = _pen(lines.astype(np.float32) / np.float32(255), draw)
    ink = _gaps(ink, draw)
    ink = np.maximum(ink, _printed(ink, draw)) * draw.share(0.6, 0.45, 1.0, otherwise=1.0)
    ink = np.maximum(ink, _rules(ink, draw))
    ink = _blurred(ink, draw)
    ink = _coarse(ink, draw)
    ink = ink + draw.share(0.4, 0.0, 0.1) * rng.standard_normal(ink.shape, dtype=np.float32)
    ink = _specks(ink, draw)
    ink = _two_levels(ink, draw)
    return np.asarray(np.rint(ink.clip(0, 1) * 255), dtype=np.uint8)


class _Draw:
    """Draws an amount for each line of a batch: for a share of them from a range, for the others another."""

    def __init__(self, count: int, rng: np.random.Generator, often: float) -> None:
        self.count = count
        self.rng = rng
        self.often = often

    def uniform(self, least: float, most: float) -> Lines:
        """Return float32[n,1,1]."""
        return self.rng.uniform(least, most, (self.count, 1, 1)).astype(np.float32)

    def which(self, share: float) -> npt.NDArray[np.bool_]:
        """Return bool[n,1,1]."""
        return self.rng.random((self.count, 1, 1)) < share

    def share(self, share: float, least: float, most: float, otherwise: float = 0.0) -> Lines:
        """Return float32[n,1,1]."""
        return np.where(self.which(share * self.often), self.uniform(least, most), np.float32(otherwise))

    def field(self, high: int, wide: int, shape: tuple[int, ...]) -> Lines:
        """Return float32[n,28,w] that goes smoothly between numbers in 0..1 drawn at so many places."""
        coarse = self.rng.random((self.count, high, wide), dtype=np.float32)
        return np.stack([cv2.resize(each, shape[:0:-1], interpolation=cv2.INTER_LINEAR) for each in coarse])


def _pen(ink: Lines, draw: _Draw) -> Lines:
    """Return the strokes of some lines thicker or thinner, all of a line alike."""
    amount = np.where(draw.which(0.06), draw.uniform(1.0, 2.4), draw.share(0.5, -0.6, 1.2))
    # All lines as one tall picture: the ground above and below each is about as wide as these reach.
    tall, square = ink.reshape(-1, ink.shape[2]), np.ones((3, 3), dtype=np.uint8)
    thinner = np.asarray(cv2.erode(tall, square)).reshape(ink.shape)
    changed = np.where(amount < 0, ink + amount * (ink - thinner), ink)
    for step in range(3):
        thicker = cv2.dilate(tall, square)
        by = (amount - step).clip(0, 1)
        changed = changed + by * (thicker - tall).reshape(ink.shape)
        tall = np.asarray(thicker, dtype=np.float32)
    return np.asarray(changed, dtype=np.float32)


def _gaps(ink: Lines, draw: _Draw) -> Lines:
    """Return some lines with strokes that break off here and there."""
    deep = draw.share(0.1, 0.15, 0.28, otherwise=-1.0)
    field = draw.field(SIDE // 2, ink.shape[2] // 2, ink.shape)
    return np.where(field < deep, ink * np.float32(0.15), ink)


def _printed(ink: Lines, draw: _Draw) -> Lines:
    """Return the fine pattern of security print or of cloth for some lines, none for the others."""
    down, across = _places(ink)
    pattern = np.zeros_like(ink)
    for share in (0.25, 0.12):
        strength = draw.share(share, 0.05, 0.4)
        some = strength[:, 0, 0] > 0
        turn, period = draw.uniform(0, math.pi), draw.uniform(2.5, 9)
        bend, long, start = draw.uniform(0, 3), draw.uniform(15, 80), draw.uniform(0, 2 * math.pi)
        gap, phase = draw.uniform(0, 0.8), draw.uniform(0, 2 * math.pi)
        if not some.any():
            continue
        place = across * np.cos(turn[some]) + down * np.sin(turn[some])
        place = place + bend[some] * np.sin(across / long[some] * 2 * math.pi + start[some])
        wave = np.sin(place / period[some] * 2 * math.pi + phase[some])
        sharp = ((wave - gap[some]) * 3).clip(0, 1) * strength[some]
        pattern[some] = np.maximum(pattern[some], sharp)
    return pattern + draw.field(4, max(2, ink.shape[2] // 8), ink.shape) * draw.share(0.2, 0.0, 0.25)


def _rules(ink: Lines, draw: _Draw) -> Lines:
    """Return ruled lines, form boxes and neighbours' edges: level bars anywhere, upright ones near the ends."""
    wide = ink.shape[2]
    down, across = _places(ink)
    found = np.zeros_like(ink)
    for share, least, most in ((0.16, 20.0, 28.0), (0.1, -0.5, 5.0), (0.06, 0.0, 28.0)):
        middle = draw.uniform(least, most) + (across - wide / 2) * draw.uniform(-0.03, 0.03)
        bar = (draw.uniform(0.6, 1.8) - np.abs(down - middle) + 0.5).clip(0, 1)
        start = draw.share(0.4, 0.0, wide * 0.6, otherwise=-1.0)
        end = draw.share(0.4, wide * 0.4, wide, otherwise=wide)
        within = (across >= start) & (across <= end)
        found = np.maximum(found, bar * within * draw.share(share, 0.15, 0.9))
    for least, most in ((-1.0, 4.0), (wide - 5.0, wide)):
        middle = draw.uniform(least, most) + (down - SIDE / 2) * draw.uniform(-0.08, 0.08)
        bar = (draw.uniform(0.5, 2.0) - np.abs(across - middle) + 0.5).clip(0, 1)
        found = np.maximum(found, bar * draw.share(0.07, 0.2, 1.0))
    return found


def _blurred(ink: Lines, draw: _Draw) -> Lines:
    """Return some lines out of focus: a blend with a narrow and a wide blur."""
    narrow, wide = _smooth(ink, 0.8), _smooth(ink, 1.6)
    amount = draw.share(0.5, 0.0, 1.6)
    return np.where(amount < 1, ink + amount * (narrow - ink), narrow + (amount - 1) * (wide - narrow))


def _smooth(ink: Lines, deviation: float) -> Lines:
    # Across the borders between lines, too: what comes over from the next one is one more thing at the edge.
    tall = cv2.GaussianBlur(ink.reshape(-1, ink.shape[2]), (0, 0), deviation)
    return np.asarray(tall, dtype=np.float32).reshape(ink.shape)


def _coarse(ink: Lines, draw: _Draw) -> Lines:
    """Return some lines as if from a small picture, soft or with square pixels."""
    count, high, wide = ink.shape
    rows = int(draw.rng.integers(14, 26))
    columns = max(2, round(wide * rows / high))
    small = cv2.resize(ink.reshape(-1, wide), (columns, count * rows), interpolation=cv2.INTER_AREA)
    small = small.reshape(count, rows, columns)
    hard = (small > draw.uniform(0.25, 0.5) * small.max((1, 2), keepdims=True)).astype(np.float32)
    small = np.where(draw.which(0.5), hard, small).reshape(-1, columns)
    size = (wide, count * high)
    soft = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC).reshape(ink.shape)
    square = cv2.resize(small, size, interpolation=cv2.INTER_NEAREST).reshape(ink.shape)
    return np.where(draw.which(0.22 * draw.often), np.where(draw.which(0.6), soft, square), ink)


def _specks(ink: Lines, draw: _Draw) -> Lines:
    """Return some lines with dark and light grains."""
    many = draw.share(0.12, 0.0, 0.025)
    chance = draw.rng.random(ink.shape, dtype=np.float32)
    return np.where(chance < many, np.float32(1), np.where(chance > 1 - many, np.float32(0), ink))


def _two_levels(ink: Lines, draw: _Draw) -> Lines:
    """Return some lines with full ink or none, a little softened, as a scan that was scaled."""
    hard = (ink > draw.uniform(0.25, 0.6) * ink.max((1, 2), keepdims=True)).astype(np.float32)
    return np.where(draw.which(0.35), np.where(draw.which(0.5), hard, _smooth(hard, 0.5)), ink)


def _places(ink: Lines) -> tuple[Lines, Lines]:
    """Return float32[1,28,1] and float32[1,1,w]: the row and the column of each pixel."""
    down = np.arange(ink.shape[1], dtype=np.float32).reshape(1, -1, 1)
    return down, np.arange(ink.shape[2], dtype=np.float32).reshape(1, 1, -1)
