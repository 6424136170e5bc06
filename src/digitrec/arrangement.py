"""How a model's file wants its digits: whose numbers, in which order of axes, how many at once.

In: what an ONNX file says of its input. Out: an `Arrangement`, which lays bytes out so. Ours take bytes; what torch and
Keras write mostly takes shares of full ink, 0 to 1, and has an axis for the one channel or none at all. Knows no model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE

_KINDS: dict[str, npt.DTypeLike] = {
    "tensor(uint8)": np.uint8,
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
}
_SHAPES = ((SIDE, SIDE), (1, SIDE, SIDE), (SIDE, SIDE, 1), (SIDE * SIDE,))

EXPECTED = "uint8 or float [n, 28, 28], [n, 1, 28, 28], [n, 28, 28, 1] or [n, 784]"


@dataclass(frozen=True)
class Arrangement:
    """How a file takes digits."""

    kind: npt.DTypeLike
    """Of its numbers: bytes, 255 for full ink, or floats, where that is 1."""
    shape: tuple[int, ...] | None
    """Of one digit; None where it takes pictures of any width, as lines are."""
    batch: int | None
    """How many it takes at once, never more or fewer; None for any number."""

    def of(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[Any]:
        """Return bytes, uint8[n,28,w], as the file takes them, with blank ones after too few for its batch."""
        laid = np.ascontiguousarray(images)
        if self.batch is not None and len(laid) < self.batch:
            laid = np.concatenate([laid, np.zeros((self.batch - len(laid), *laid.shape[1:]), dtype=np.uint8)])
        if self.shape is not None:
            laid = laid.reshape(len(laid), *self.shape)
        return laid if self.kind is np.uint8 else (laid / np.float32(255)).astype(self.kind)


def arrangement(kind: str, shape: Sequence[int | str | None]) -> Arrangement | None:
    """Return how a file takes digits whose input is of that kind and shape, None where it takes none.

    Parameters
    ----------
    kind
        As onnxruntime names it, such as "tensor(float)".
    shape
        Of the input; a name or None for a side that may be of any length.
    """
    if kind not in _KINDS or len(shape) < 2:  # noqa: PLR2004 - images, and what one has
        return None
    batch = shape[0] if isinstance(shape[0], int) else None
    if batch is not None and batch < 1:
        return None
    digit = tuple(shape[1:])
    if kind == "tensor(uint8)" and len(digit) == 2 and digit[0] == SIDE and not isinstance(digit[1], int):  # noqa: PLR2004
        return Arrangement(np.uint8, None, batch)
    return Arrangement(_KINDS[kind], digit, batch) if digit in _SHAPES else None
