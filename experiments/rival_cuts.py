# ruff: noqa: INP001, T201, PLR2004 - a script, no package; it prints what it measures; lengths are explained beside
"""The rival of reading lines whole: digits are cut apart, and the best path over rival cuts is read.

In: a folder of handwriting sets, each with a `labels.csv` (of `cheques` every third picture is read, of `scan32` and
`grid_cells` 300 each), and 150 composed pages of MNIST's validation digits. Out: a table of whole labels read exactly,
and of the processor's time from lines to text. Both ways get the lines that `find_lines` finds, in the polarity that
the reader settles on, and the model that comes with digitrec, with one look and with more where that leaves doubt.
Without a folder the rival's settings are tried, lower and higher, on 300 pages of other seeds. Takes minutes.

    DIGITREC_DATA=../shared/mnist python experiments/rival_cuts.py ../shared/handwriting
    python experiments/rival_cuts.py ../shared/handwriting --classifier runs/conv   # cuts scored by this model
"""

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import CLASSES, SIDE
from digitrec.data.mnist import load_mnist
from digitrec.model import Model
from digitrec.reading.ink import find_ink
from digitrec.reading.layout import Line, find_lines
from digitrec.reading.looks import OF_A_LINE, OF_ONE, SURE, look_at
from digitrec.reading.normalise import SINGLE, prepare
from digitrec.reading.picture import load_picture
from digitrec.reading.reader import Reader, shipped_model
from digitrec.reading.signs import OTHER, SIGNS

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "reading"))

from composed import compose
from hands import Hand

Ink = npt.NDArray[np.uint8]
Scores = npt.NDArray[np.float64]  # [n,16], logarithms of the probability of each sign and, last, of nothing
Score = Callable[[Ink], Scores]
Sample = tuple[list[Line], str]

KINDS = ("a number in a photo", "an amount or date in a photo", "a scan")
SETS = {"cheques": 360, "scan32": 300, "grid_cells": 300}
LEANS = (-0.2, 0.0, 0.2, 0.4)  # of cuts to the right, for each pixel upwards


class Settings(NamedTuple):
    """How lines are cut and paths weighed; lengths in heights of a digit."""

    apart: float = 0.25  # cuts of a piece, at least
    slices: float = 6  # that a sign is made of, at most: four are too few for a wide one
    wide: float = 1.5  # a sign, at most
    power: float = 1.0  # of a sign's width, by which its logarithm is multiplied
    price: float = 0.3  # of a cut through ink
    other: float = 1.0  # the price of what is neither digit nor separator
    least: float = 1.0  # what is less high is enlarged as if it were so high: dots and dashes stay small


USUAL = Settings()


class Segment(NamedTuple):
    """What may be one sign: the slices from `begin` to before `end`."""

    begin: int
    end: int
    amount: Ink
    width: float  # in heights of a digit
    cut: bool  # off from what is left of it, through ink


def segments_of(amount: Ink, height: float, settings: Settings) -> list[Segment]:
    """Return all runs of neighbouring slices of a line that are not too wide, and single slices in any case."""
    sliced, cut = _slices(amount, height, settings)
    found = []
    for begin in range(len(cut)):
        for end in range(begin + 1, min(begin + int(settings.slices), len(cut)) + 1):
            ours = (sliced > begin) & (sliced <= end)
            columns = np.flatnonzero((ours & (amount > 60)).any(0))  # the reader's boxes begin at 60, too
            left, right = int(columns[0]), int(columns[-1]) + 1
            if end == begin + 1 or right - left <= settings.wide * height:
                part = np.where(ours[:, left:right], amount[:, left:right], np.uint8(0))
                found.append(Segment(begin, end, part, (right - left) / height, cut[begin]))
    return found


def _slices(amount: Ink, height: float, settings: Settings) -> tuple[npt.NDArray[np.int32], list[bool]]:
    """Return int32[h,w], the slice of each pixel, 1 to n from the left, and of each whether it was cut off the last."""
    mask = (amount > 100).astype(np.uint8)  # without soft rims, which join neighbours
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if len(stats) == 1:
        return np.zeros(amount.shape, dtype=np.int32), []
    groups: list[tuple[int, int]] = []
    group_of = np.full(len(stats), -1)
    # A smaller piece above or below a larger one, a bar or a half, is cut together with it.
    for label in sorted(range(1, len(stats)), key=lambda label: -stats[label, cv2.CC_STAT_AREA]):
        left, wide = int(stats[label, cv2.CC_STAT_LEFT]), int(stats[label, cv2.CC_STAT_WIDTH])
        shared = [min(left + wide, end) - max(left, begin) >= 0.6 * wide for begin, end in groups]
        group_of[label] = [*shared, True].index(True)
        if not any(shared):
            groups.append((left, left + wide))
    found = []
    for number in range(len(groups)):
        down, across = np.nonzero(group_of[pieces] == number)
        after = np.zeros(len(across), dtype=int)
        for middle, lean in _cuts(down - down.mean(), across, height, settings):
            after += across + lean * (down - down.mean()) > middle
        for place in np.unique(after):
            rows, columns = down[after == place], across[after == place]
            found.append(((columns.min() + columns.max()) / 2, rows, columns))
    found.sort(key=lambda each: each[0])
    # Soft rims go with the ink that is nearest.
    _, nearest = cv2.distanceTransformWithLabels(1 - mask, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL)
    known = np.zeros(int(nearest.max()) + 1, dtype=np.int32)
    for number, (_, rows, columns) in enumerate(found, start=1):
        known[nearest[rows, columns]] = number
    pieces_of = [set(pieces[rows, columns].tolist()) for _, rows, columns in found]
    return known[nearest], [False, *(bool(last & this) for last, this in pairwise(pieces_of))]


def _cuts(down: Scores, across: npt.NDArray[np.intp], height: float, settings: Settings) -> list[tuple[float, float]]:
    """Return where, at its middle row, a piece may be cut and how the cut leans: valleys of ink, at most twelve."""
    valleys = []
    edge = max(2, round(0.08 * height))
    for lean in LEANS if across.max() - across.min() >= 0.3 * height else ():
        moved = across + lean * down
        ink = np.convolve(np.bincount((moved - moved.min()).astype(int)), [0.25, 0.5, 0.25], "same")
        valleys += [  # upright, unless another goes through clearly less
            (float(ink[place]) + 0.05 * abs(lean) * height, place + float(moved.min()) + 0.5, lean)
            for place in range(edge, len(ink) - edge)
            if ink[place] <= min(0.6 * height, ink[place - 2 : place + 3].min())
        ]
    taken: list[tuple[float, float]] = []
    for _, middle, lean in sorted(valleys):
        if all(abs(middle - other) >= settings.apart * height for other, _ in taken):
            taken.append((middle, lean))
    return taken[:12]


def seen(segment: Segment, least: float, look: tuple[float, float, float]) -> Ink:
    """Return uint8[28,28], a segment as a model sees it."""
    height = max(least, float(segment.amount.any(1).sum()))
    image = prepare(segment.amount, height, zoom=look[0], slant=look[1], squeeze=look[2]).image
    if image.shape[1] != SIDE:  # too wide for one digit, or leaning out of the picture
        image = prepare(segment.amount, max(height, segment.amount.shape[1] / SINGLE + 1)).image
    return image


def chances(images: Ink, model: Model, *, lines: bool) -> Scores:
    """Return how probably each picture says just each one sign; of two signs a model of `lines` says neither."""
    if not lines:  # a model of single digits knows of nothing else
        digits = np.log(model.probabilities(images) + 1e-12, dtype=np.float64)
        return np.pad(digits, ((0, 0), (0, len(SIGNS) + 1 - CLASSES)), constant_values=-30.0)
    columns = model.columns(images).astype(np.float64)
    nothing, signs = columns[:, :, :1], columns[:, :, 1:]
    silent, said = nothing.cumsum(1), signs.cumsum(1)
    # Nothing, the sign from column a to column b, nothing: first over all a up to each b, then over all b.
    begins = np.logaddexp.accumulate(silent - nothing - said + signs, axis=1)
    found = np.logaddexp.reduce(begins + said + silent[:, -1:] - silent, axis=1)
    return np.concatenate([found, silent[:, -1]], axis=1)


def best_path(segments: Sequence[Segment], likely: Sequence[float], settings: Settings) -> list[int]:
    """Return the numbers of the segments, from left to right, that together take each slice once and score best."""
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    # Segments are in the order of where they begin: no path is gone on with before the best to there is known.
    for number, segment in enumerate(segments):
        before, path = best[segment.begin]
        score = before + segment.width**settings.power * likely[number] - settings.price * segment.cut
        if segment.end not in best or score > best[segment.end][0]:
            best[segment.end] = (score, [*path, number])
    return best[max(best)][1]


def cut_and_read(line: Line, score: Score, *, again: bool, settings: Settings = USUAL) -> Sequence[int]:
    """Return the signs of a line by number; `again` allows more looks at the segments of the best path."""
    factor = min(1.0, 60 / line.height)  # thrice as high as a model sees it is enough, and there is much to cut out
    amount = np.asarray(cv2.resize(line.amount, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    segments = segments_of(amount, factor * line.height, settings)

    def scored(of: Sequence[Segment], look: tuple[float, float, float]) -> Scores:
        found = score(np.stack([seen(segment, settings.least * factor * line.height, look) for segment in of]))
        return np.asarray(found - settings.other * (np.arange(found.shape[1]) == SIGNS.index(OTHER)))

    if not segments:
        return ()
    scores = scored(segments, (1.0, 0.0, 1.0))
    path = best_path(segments, scores.max(1).tolist(), settings)
    scores = scores[path]
    if again and scores.max(1).min() < np.log(SURE):
        looks = OF_ONE if len(path) == 1 else OF_A_LINE
        scores = np.mean([scores, *(scored([segments[each] for each in path], look) for look in looks)], axis=0)
    return [int(sign) for sign in scores.argmax(1)]


def _whole(line: Line, *, again: bool) -> Sequence[int]:
    return look_at(line, shipped_model(1), None, again=again).signs


def handwriting(folder: Path, count: int) -> Iterator[Sample]:
    """Yield the lines and the label of so many pictures of a set, evenly spaced."""
    rows = list(csv.DictReader((folder / "labels.csv").read_text(encoding="utf-8").splitlines()))
    yield from ((_lines_of(folder / row["filename"]), row["label"]) for row in rows[:: len(rows) // count][:count])


def composed(kind: str, seeds: range) -> Iterator[Sample]:
    """Yield the lines and the truth of composed pages of validation digits."""
    hand = Hand(load_mnist().validation)
    for page in (compose(kind, hand, seed) for seed in seeds):
        yield _lines_of(page.content), page.truth


def _lines_of(source: Path | bytes) -> list[Line]:
    polarity = Reader(shipped_model(1)).read(source).picture["polarity"]
    return find_lines(find_ink(load_picture(source), polarity))


def measured(samples: Sequence[Sample], read: Callable[[Line], Sequence[int]]) -> tuple[float, float]:
    """Return how many texts in a hundred are exactly right, and the processor's milliseconds a picture."""
    right, start = 0, time.process_time()
    for lines, truth in samples:
        texts = ["".join(str(sign) for sign in read(line) if sign < CLASSES) for line in lines]
        right += "\n".join(text for text in texts if text) == truth
    return 100 * right / len(samples), 1e3 * (time.process_time() - start) / len(samples)


def main() -> None:
    """Compare, or choose."""
    parser = argparse.ArgumentParser(description="Cut digits apart, measured against whole lines.")
    parser.add_argument("folder", type=Path, nargs="?", help="the handwriting sets")
    parser.add_argument("--classifier", type=Path, help="a model or run of single digits, to score cuts by instead")
    asked = parser.parse_args()
    model = Model.load(asked.classifier, threads=1) if asked.classifier else shipped_model(1)
    read = partial(cut_and_read, score=partial(chances, model=model, lines=not asked.classifier))
    if asked.folder is None:
        pages = [sample for kind in KINDS for sample in composed(kind, range(1000, 1100))]
        tried = [USUAL._replace(**{name: by * old}) for name, old in USUAL._asdict().items() for by in (0.6, 1.6)]
        for settings in (USUAL, *tried):
            print(f"{measured(pages, partial(read, settings=settings, again=False))[0]:.1f} {settings}", flush=True)
        return
    sets = {name: list(handwriting(asked.folder / name, count)) for name, count in SETS.items()}
    sets |= {kind: list(composed(kind, range(50))) for kind in KINDS}
    print("| exact in per cent (ms) | looks |", " | ".join(f"{name} ({len(each)})" for name, each in sets.items()), "|")
    print("|---|---|" + "---:|" * len(sets))
    for again, looks in ((False, "one"), (True, "more in doubt")):
        ways = {"whole lines": partial(_whole, again=again), "cuts": partial(read, again=again)}
        for name, way in ways.items():
            cells = ["{:.1f} ({:.0f})".format(*measured(samples, way)) for samples in sets.values()]
            print(f"| {name} | {looks} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
