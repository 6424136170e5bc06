"""Batches for the reader: of single signs and of lines, drawn anew for every step.

In: digits with labels, a recipe, seed and step. Out: pictures uint8[n,28,28] and uint8[m,28,w] with
the signs in each. The same seed and step give the same batch. Knows nothing of networks.
"""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from digitrec.data.digits import Digits
from digitrec.training.augment import augment
from digitrec.training.lines import compose_line
from digitrec.training.paper import on_paper
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.shapes import Shapes, stroked
from digitrec.training.singles import compose_single

_CLEAN = 0.25
"""The share of pictures that stay as they were composed."""


@dataclass(frozen=True)
class Batch:
    """Pictures of one width, and what is written in each."""

    images: Tensor
    """uint8[n,28,w]."""
    signs: Tensor
    """int64, of all pictures one after the other, counted from 1."""
    lengths: Tensor
    """int64[n]: how many signs each has."""


class Batches:
    """Draws batches from digits."""

    def __init__(self, digits: Digits, recipe: ReaderRecipe, seed: int) -> None:
        """Keep the digits, and draw all other shapes that lines hold."""
        self._images, self._labels = digits.images, digits.labels
        self._recipe, self._seed = recipe, seed
        self._shapes = Shapes(np.random.default_rng([seed, 0]))

    def stream(self, first: int, last: int) -> Generator[tuple[Batch, Batch]]:
        """Yield the single signs and the lines of each step, composed while the step before is taken."""
        with ThreadPoolExecutor(1) as ahead:
            upcoming = ahead.submit(self._step, first)
            for number in range(first, last):
                current = upcoming.result()
                if number + 1 < last:
                    upcoming = ahead.submit(self._step, number + 1)
                yield current

    def _step(self, number: int) -> tuple[Batch, Batch]:
        recipe = self._recipe
        width = recipe.line_widths[number % len(recipe.line_widths)]
        return self.singles(number, recipe.batch_size), self.lines(number, recipe.lines, width)

    def singles(self, step: int, count: int) -> Batch:
        """Return pictures of one sign each."""
        rng, generator = self._drawing(step, 1)
        images, labels = self._digits(count, rng, generator)
        made = [
            compose_single(image, int(label), self._shapes, rng) for image, label in zip(images, labels, strict=True)
        ]
        return _batch(made, rng, _CLEAN, 0.8)

    def lines(self, step: int, count: int, width: int) -> Batch:
        """Return lines of up to as many digits as fit well."""
        rng, generator = self._drawing(step, 2)
        lengths = rng.integers(1, max(3, width // 16), count)
        lengths[rng.random(count) < 0.04] = 0  # noqa: PLR2004 - lines without a digit
        images, labels = self._digits(int(lengths.sum()), rng, generator)
        ends = lengths.cumsum()
        made = []
        for end, length in zip(ends, lengths, strict=True):
            part = slice(end - length, end)
            # One hand, one slant: what differs within a line is small beside what differs between lines.
            made.append(compose_line(list(images[part]), labels[part].tolist(), self._shapes, rng, width))
        return _batch(made, rng, _CLEAN, 0.6)

    def _drawing(self, step: int, kind: int) -> tuple[np.random.Generator, torch.Generator]:
        rng = np.random.default_rng([self._seed, kind, step])
        return rng, torch.Generator().manual_seed(int(rng.integers(2**62)))

    def _digits(
        self, count: int, rng: np.random.Generator, generator: torch.Generator
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        chosen = rng.integers(0, len(self._labels), count)
        images, labels = stroked(self._images[chosen], self._labels[chosen], rng), self._labels[chosen]
        return augment(torch.from_numpy(images), self._recipe, generator).numpy(), labels


def _batch(
    made: list[tuple[npt.NDArray[np.uint8], list[int]]], rng: np.random.Generator, clean: float, often: float
) -> Batch:
    images = np.stack([image for image, _ in made])
    keep = rng.random(len(made)) < clean
    images = np.where(keep[:, None, None], images, on_paper(images, rng, often))
    signs = torch.tensor([sign + 1 for _, line in made for sign in line], dtype=torch.int64)
    return Batch(torch.from_numpy(images), signs, torch.tensor([len(line) for _, line in made], dtype=torch.int64))
