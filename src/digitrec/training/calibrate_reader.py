"""As sure as it is right, for the reader: what its confidence in a digit of a line is worth.

In: what gives the columns of lines once it has learnt, its recipe, digits that it did not learn from. Out: a
temperature for the probabilities of a single sign, and how probable a digit must be to be in a set that has the
right one in it as often as `COVERAGE` says, both fitted to lines and single digits composed of the held-out digits as
those in training were; and how far from a sign's ink the network says it. It changes no answer. Knows no run folder
and no ONNX.
"""

from collections.abc import Callable
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import CLASSES, SIDE, Digits
from digitrec.reading.decode import alone, places, said_at, softened
from digitrec.reading.reading import COVERAGE
from digitrec.reading.signs import SIGNS
from digitrec.reading.texts import likeliest
from digitrec.scoring.temperature import fit_temperature
from digitrec.training.reader_batches import Batch, Batches
from digitrec.training.reading_recipe import ReaderRecipe

FITTED_TO = (1 + COVERAGE) / 2
"""The share of held-out digits whose sets have the right one: more, since strangers write less like them than they are
like one another."""

_STEPS = 12
"""Batches of single digits, and of lines, that are composed."""

_TO_A_LINE, _SPACED = 5, 60
"""Digits to a line, and lines, by which it is told where signs are said."""

_MARGIN, _GAP, _INKED = 6, 3, 60
"""Pixels of ground before such a line and between its digits, and from where on a pixel is ink."""

_WIDE = -(-(_MARGIN + _TO_A_LINE * (SIDE + _GAP)) // 4) * 4
"""Pixels that the widest such line takes, divisible by 4."""

_SINGLES, _LINES = 96, 48
"""To a batch."""


class ReaderCalibration(NamedTuple):
    """How the probabilities of single signs become confidence."""

    temperature: float
    """What their logarithms are divided by."""
    least: float
    """How probable, 0 to 1, each digit of a set is that is to have the right one in it."""
    lead: float
    """Pixels from where a sign is said to the middle of its ink, in the middle of all."""


def calibrate_reader(
    columns_of: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]],
    recipe: ReaderRecipe,
    held_out: Digits,
    seed: int,
) -> ReaderCalibration:
    """Return what makes the confidence in digits as high as they are right.

    The temperature is that of Guo et al. 2017, section 4.2. The sets are those of Sadinle, Lei & Wasserman 2019,
    "Least ambiguous set-valued classifiers with bounded error levels", section 3: all digits that are as probable as
    the right one was at least of a share of `FITTED_TO` of the held-out digits.

    Parameters
    ----------
    columns_of
        Lines uint8[n,28,w] → log-probabilities float32[n,w/4,16], as `Model.columns`.
    recipe
        How its lines were composed.
    held_out
        Digits that it did not learn from.
    seed
        Of what is composed of them.
    """
    batches = Batches(held_out, recipe, seed)
    chances: list[npt.NDArray[np.float64]] = []
    signs: list[int] = []
    for step in range(_STEPS):
        width = recipe.line_widths[step % len(recipe.line_widths)]
        for batch in (batches.singles(step, _SINGLES), batches.lines(step, _LINES, width)):
            for found, sign in signs_read(columns_of, batch):
                chances.append(found)
                signs.append(sign)
    lead = _lead(columns_of, held_out)
    if not signs:
        return ReaderCalibration(1.0, 1 - COVERAGE, lead)
    logs = np.asarray(np.log(np.maximum(chances, 1e-30)), dtype=np.float32)
    labels = np.array(signs)
    temperature = fit_temperature(logs, labels, len(SIGNS))
    digits = np.flatnonzero(labels < CLASSES)
    least = _least(softened(np.array(chances), temperature)[digits, labels[digits]])
    return ReaderCalibration(temperature, least, lead)


def _lead(columns_of: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]], held_out: Digits) -> float:
    """Return how many pixels before the middle of its ink a sign is said, in the median over lines of plain digits."""
    found: list[float] = []
    for start in range(0, min(len(held_out), _TO_A_LINE * _SPACED) - _TO_A_LINE + 1, _TO_A_LINE):
        part = held_out[start : start + _TO_A_LINE]
        line = np.zeros((1, SIDE, _WIDE), dtype=np.uint8)
        middles, right = [], _MARGIN
        for image in part.images:
            inked = np.flatnonzero(image.max(0) > _INKED)
            ink = image[:, inked[0] : inked[-1] + 1] if len(inked) else image
            line[0, :, right : right + ink.shape[1]] = ink
            middles.append(right + ink.shape[1] / 2)
            right += ink.shape[1] + _GAP
        columns = columns_of(line)[0]
        if likeliest(columns)[0].signs == tuple(part.labels.tolist()):
            stride = line.shape[2] / len(columns)
            said = said_at(columns, tuple(part.labels.tolist()))
            found += [middle - stride * (first + last) / 2 for middle, (first, last) in zip(middles, said, strict=True)]
    return round(float(np.median(found)), 2) if found else 0.0


def signs_read(
    columns_of: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]], batch: Batch
) -> list[tuple[npt.NDArray[np.float64], int]]:
    """Return for each sign that was read, rightly or not, float64[15] of how probable each is, and what it is."""
    columns = columns_of(batch.images.numpy())
    found = []
    written = (batch.signs - 1).split(batch.lengths.tolist())
    for line, truth in zip(columns, written, strict=True):
        expected = tuple(truth.tolist())
        read = likeliest(line)[0].signs
        spans = places(said_at(line, read), len(line))
        for kind, start, end, first, last in SequenceMatcher(None, read, expected, autojunk=False).get_opcodes():
            # What was read in place of something else counts; what is too many or missing has no counterpart.
            if kind in {"equal", "replace"} and end - start == last - first:
                for (left, right), sign in zip(spans[start:end], expected[first:last], strict=True):
                    found.append((alone(line[left : max(right, left + 1)]), sign))
    return found


def _least(right: npt.NDArray[np.float64]) -> float:
    """Return what a share of `FITTED_TO` of the right digits' probabilities are at least."""
    place = int(np.floor((len(right) + 1) * (1 - FITTED_TO))) - 1
    return float(np.sort(right)[place]) if place >= 0 else 0.0
