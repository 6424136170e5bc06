"""The shapes that lines hold, as they are pasted: digits with strokes that MNIST lacks, and drawn signs.

In: digits uint8[n,28,28] with labels, and a seeded numpy generator. Out: shapes uint8[28,w]. Knows
nothing of how they are put beside each other.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from digitrec.reading.signs import OTHER, SEPARATORS
from digitrec.training import marks, strokes
from digitrec.training.strokes import Ink

SEEN = 60
"""From where on a pixel is taken for ink."""

EQUALS = "="
"""Drawn as a shape of its own, read as what is no digit."""

RISING, LONG = "~", ";"
"""Drawn as shapes of their own, read as a dash and as a comma: alone they would be ones."""

_KEPT = 600
"""Drawn separators of a kind, and four times as many letters, kept to be used again and again."""

_CROSSED, _FLAGGED, _HOOKED = 0.4, 0.5, 0.25
"""Shares of the sevens, ones and nines that get a stroke which MNIST's writers seldom made."""

Kind = TypeVar("Kind")


class Shapes:
    """The drawn shapes that lines hold besides digits, each uint8[28,w] cropped to its columns."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Draw them all."""
        self._drawn: dict[str, list[Ink]] = {}
        for sign in sorted(SEPARATORS):
            made = (marks.separator(sign, rng, rng.uniform(1.2, 3.6)) for _ in range(_KEPT))
            self._drawn[sign] = [in_columns(each) for each in made if each.any()]
        made = (marks.other(rng, rng.uniform(1.2, 3.6)) for _ in range(4 * _KEPT))
        self._drawn[OTHER] = [in_columns(each) for each in made if each.any()]
        made = (marks.equals(rng, rng.uniform(1.2, 3.0)) for _ in range(_KEPT))
        self._drawn[EQUALS] = [in_columns(each) for each in made]
        for sign, draw in ((RISING, marks.rising_dash), (LONG, marks.long_comma)):
            made = (draw(rng, rng.uniform(1.2, 3.0)) for _ in range(_KEPT))
            self._drawn[sign] = [in_columns(each) for each in made]

    def draw(self, sign: str, rng: np.random.Generator) -> Ink:
        """Return one of that sign's shapes."""
        kept = self._drawn[sign]
        return kept[rng.integers(len(kept))]


def stroked(images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8], rng: np.random.Generator) -> Ink:
    """Return the digits, uint8[n,28,28], some of the sevens crossed, of the ones flagged, and of the nines hooked."""
    changed = images.copy()
    ways: tuple[tuple[int, float, Callable[[Ink, np.random.Generator], Ink]], ...] = (
        (7, _CROSSED, strokes.crossed_seven),
        (1, _FLAGGED, strokes.flagged_one),
        (9, _HOOKED, strokes.hooked_nine),
    )
    for digit, share, change in ways:
        for index in np.flatnonzero((labels == digit) & (rng.random(len(labels)) < share)):
            changed[index] = change(images[index], rng)
    return changed


def in_columns(ink: Ink) -> Ink:
    """Return the shape without the empty columns beside it."""
    columns = np.flatnonzero(ink.max(0) > 40)  # noqa: PLR2004 - what is seen
    return ink[:, columns[0] : columns[-1] + 1] if len(columns) else ink[:, :1]


def drawn(kinds: Sequence[tuple[Kind, float]], rng: np.random.Generator) -> Kind:
    """Return one of these, each with the share up to which it is drawn; numpy's `choice` takes fifty times as long."""
    chance = rng.random()
    return next(kind for kind, most in kinds if chance < most)
