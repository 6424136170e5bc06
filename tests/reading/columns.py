"""Columns that a model might give, made up for tests."""

import numpy as np
import numpy.typing as npt

from digitrec.reading.signs import SIGNS

CLASSES = len(SIGNS) + 1


def columns(*said: dict[int, float]) -> npt.NDArray[np.float32]:
    """Return log-probabilities of columns that say these classes, the rest shared among all."""
    chances = np.full((len(said), CLASSES), 1e-6)
    for row, column in zip(chances, said, strict=True):
        for each, chance in column.items():
            row[each] = chance
    return np.asarray(np.log(chances / chances.sum(1, keepdims=True)), dtype=np.float32)
