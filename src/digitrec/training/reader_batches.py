"""Batches for the reader: of single signs, of lines and of plain digits, drawn anew for every step.

In: digits with labels, a recipe, seed and step. Out: pictures uint8[n,28,28] and uint8[m,28,w] with
the signs in each, and digits with their labels. The same seed and step give the same batch. Knows nothing of networks.
"""

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from digitrec.data.digits import Digits
from digitrec.training.augment import augment
from digitrec.training.drawn_digits import Hand, draw_digit, some_hand
from digitrec.training.lines import compose_line, compose_narrow
from digitrec.training.paper import on_paper
from digitrec.training.pens import middle_lines, written
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipes import BESIDE_THE_READER
from digitrec.training.shapes import Shapes, stroked
from digitrec.training.singles import compose_single

_CLEAN = 0.3
"""The share of pictures that stay as they were composed."""

_DRAWN, _DRAWN_IN_LINES = 0.22, 0.12
"""The shares of single digits, and of digits in lines, that are drawn, not MNIST's."""

_HANDS, _BY_HAND = 0.3, 0.9
"""The share of lines that one hand writes, and of the digits of such a line that are drawn by it."""

_AMOUNTS = 0.2
"""The share of lines of two digits or more that end in noughts: two to four, but for the first digit."""

_ONE_PEN = 0.45
"""The share of lines, and of single digits, that are written anew with one pen."""

_NARROW = 0.06
"""The share of single digits in whose place two or three stand close together."""

_THINNEST, _THICKEST = 0.7, 4.5
"""Pixels that such a pen is wide."""

_WORN_SINGLES, _WORN_LINES = 0.8, 0.5
"""By what the shares of `paper.py` are multiplied: what cannot be read teaches nothing."""


@dataclass(frozen=True)
class Batch:
    """Pictures of one width, and what is written in each."""

    images: Tensor
    """uint8[n,28,w]."""
    signs: Tensor
    """int64, of all pictures one after the other, counted from 1."""
    lengths: Tensor
    """int64[n]: how many signs each has."""


class Step(NamedTuple):
    """What a step learns from."""

    singles: Batch
    lines: Batch
    digits: Batch
    """MNIST's digits alone, as the network beside the reader learns them."""


class Batches:
    """Draws batches from digits."""

    def __init__(self, digits: Digits, recipe: ReaderRecipe, seed: int) -> None:
        """Keep the digits, and draw all other shapes that lines hold."""
        self._images, self._labels = digits.images, digits.labels
        self._recipe, self._seed = recipe, seed
        self._shapes = Shapes(np.random.default_rng([seed, 0]))
        self._middle_lines = middle_lines(digits.images)
        self._noughts = np.flatnonzero(digits.labels == 0)

    def stream(self, first: int, last: int) -> Generator[Step]:
        """Yield what each step learns from, composed while the step before is taken."""
        with ThreadPoolExecutor(1) as ahead:
            upcoming = ahead.submit(self._step, first)
            for number in range(first, last):
                current = upcoming.result()
                if number + 1 < last:
                    upcoming = ahead.submit(self._step, number + 1)
                yield current

    def _step(self, number: int) -> Step:
        recipe = self._recipe
        width = recipe.line_widths[number % len(recipe.line_widths)]
        return Step(
            self.singles(number, recipe.batch_size),
            self.lines(number, recipe.lines, width),
            self.digits(number, recipe.batch_size),
        )

    def singles(self, step: int, count: int) -> Batch:
        """Return pictures of one sign each, but for a few of two or three."""
        rng, generator = self._drawing(step, 1)
        pens = np.where(rng.random(count) < _ONE_PEN, _pens(count, rng), 0)
        more = np.where(rng.random(count) < _NARROW, 1 + (rng.random(count) < 0.15), 0)  # noqa: PLR2004 - rarely three
        each = np.repeat(pens, 1 + more)
        chosen = rng.integers(0, len(self._labels), len(each))
        images, labels = self._digits(chosen, each, rng.random(len(each)) < _DRAWN, [None] * len(each), rng, generator)
        made = []
        for end, others in zip((1 + more).cumsum(), more, strict=True):
            part = slice(end - 1 - others, end)
            if others:
                made.append(compose_narrow(list(images[part]), labels[part].tolist(), rng))
            else:
                made.append(compose_single(images[end - 1], int(labels[end - 1]), self._shapes, rng))
        return _batch(made, rng, _CLEAN, _WORN_SINGLES)

    def lines(self, step: int, count: int, width: int) -> Batch:
        """Return lines of up to as many digits as fit well."""
        rng, generator = self._drawing(step, 2)
        lengths = rng.integers(1, max(3, width // 16), count)
        lengths[rng.random(count) < 0.06] = 0  # noqa: PLR2004 - lines without a digit
        ends = lengths.cumsum()
        hands = [some_hand(rng) if rng.random() < _HANDS else None for _ in range(count)]
        by_hand = np.array([hand is not None for hand in hands])
        pens = np.where(by_hand | (rng.random(count) < _ONE_PEN), _pens(count, rng), 0)
        chosen = self._chosen(lengths, ends, rng)
        drawn = rng.random(len(chosen)) < np.repeat(np.where(by_hand, _BY_HAND, _DRAWN_IN_LINES), lengths)
        writers = [hand for hand, length in zip(hands, lengths.tolist(), strict=True) for _ in range(length)]
        images, labels = self._digits(chosen, np.repeat(pens, lengths), drawn, writers, rng, generator)
        made = []
        for end, length in zip(ends, lengths, strict=True):
            part = slice(end - length, end)
            # One hand, one slant: what differs within a line is small beside what differs between lines.
            made.append(compose_line(list(images[part]), labels[part].tolist(), self._shapes, rng, width))
        return _batch(made, rng, _CLEAN, _WORN_LINES)

    def digits(self, step: int, count: int) -> Batch:
        """Return digits alone, moved about a little."""
        rng, generator = self._drawing(step, 3)
        chosen = rng.integers(0, len(self._labels), count)
        images = augment(torch.from_numpy(self._images[chosen]), BESIDE_THE_READER, generator)
        signs = torch.from_numpy(self._labels[chosen]).to(torch.int64) + 1
        return Batch(images, signs, torch.ones_like(signs))

    def _drawing(self, step: int, kind: int) -> tuple[np.random.Generator, torch.Generator]:
        rng = np.random.default_rng([self._seed, kind, step])
        return rng, torch.Generator().manual_seed(int(rng.integers(2**62)))

    def _chosen(
        self, lengths: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> npt.NDArray[np.int64]:
        """Return which digits lines hold, their indices int64[n]; some lines end in noughts, as amounts do."""
        chosen: npt.NDArray[np.int64] = rng.integers(0, len(self._labels), lengths.sum())
        noughts = np.minimum(lengths - 1, rng.integers(2, 5, len(lengths)))
        if not len(self._noughts):
            return chosen
        for line in np.flatnonzero((rng.random(len(lengths)) < _AMOUNTS) & (noughts > 0)):
            chosen[ends[line] - noughts[line] : ends[line]] = rng.choice(self._noughts, noughts[line])
        return chosen

    def _digits(  # noqa: PLR0913, PLR0917 - of each digit, and what draws
        self,
        chosen: npt.NDArray[np.int64],
        pens: npt.NDArray[np.float64],
        drawn: npt.NDArray[np.bool_],
        hands: Sequence[Hand | None],
        rng: np.random.Generator,
        generator: torch.Generator,
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        """Return the digits chosen, moved about, and their labels.

        Of each a pen's width, 0 where it stays as it was written; whether it is drawn; and by whose hand.
        """
        images, labels = self._images[chosen], self._labels[chosen]
        anew = (pens > 0) & self._middle_lines[chosen].any(1)
        images[anew] = written(self._middle_lines[chosen[anew]], pens[anew])
        images = stroked(images, labels, rng)
        for index in np.flatnonzero(drawn).tolist():
            pen = pens[index] or rng.uniform(1.5, _THICKEST)
            images[index] = draw_digit(int(labels[index]), pen, rng, hands[index])
        return augment(torch.from_numpy(images), self._recipe, generator).numpy(), labels


def _pens(count: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    return np.exp(rng.uniform(np.log(_THINNEST), np.log(_THICKEST), count))


def _batch(
    made: list[tuple[npt.NDArray[np.uint8], list[int]]], rng: np.random.Generator, clean: float, often: float
) -> Batch:
    images = np.stack([image for image, _ in made])
    keep = rng.random(len(made)) < clean
    images = np.where(keep[:, None, None], images, on_paper(images, rng, often))
    signs = torch.tensor([sign + 1 for _, line in made for sign in line], dtype=torch.int64)
    return Batch(torch.from_numpy(images), signs, torch.tensor([len(line) for _, line in made], dtype=torch.int64))
