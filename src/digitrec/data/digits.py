"""The currency of the house: digits as bytes with their labels.

In: arrays. Out: `Digits`, checked once. Knows nothing of files or where digits come from.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from digitrec.errors import DataError

SIDE = 28
"""Pixels along a side of every digit."""

CLASSES = 10
"""How many digits there are."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of digits and the digits they show.

    Attributes
    ----------
    images
        uint8[n,28,28], 0 is ground and 255 is ink, as in MNIST.
    labels
        uint8[n], each in 0..9.
    source
        Where they came from, in words.
    sha256
        Fingerprint of the files they came from; empty for digits made in memory.
    is_mnist
        Whether these are MNIST's own images and labels, bit for bit.
    doubtful
        Indices of labels known to be wrong or undecidable.

    Raises
    ------
    DataError
        When shapes, dtypes or values are others.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    source: str = "memory"
    sha256: str = ""
    is_mnist: bool = False
    doubtful: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check shapes, dtypes and values."""
        require_images(self.images)
        require_labels(self.labels, self.source)
        if len(self.images) != len(self.labels):
            raise DataError(
                f"{self.source}: {len(self.images):,} images but {len(self.labels):,} labels; "
                "expected as many of one as of the other"
            )

    def __len__(self) -> int:
        """Return how many digits there are."""
        return len(self.labels)

    def __getitem__(self, part: slice) -> "Digits":
        """Return some of the digits, in order; `doubtful` does not survive the cut."""
        return Digits(self.images[part], self.labels[part], self.source, self.sha256, is_mnist=self.is_mnist)


def joined(first: Digits, second: Digits) -> Digits:
    """Return all the digits of both, in their order, as from the source of the first."""
    images = np.concatenate([first.images, second.images])
    labels = np.concatenate([first.labels, second.labels])
    return Digits(images, labels, first.source, first.sha256, is_mnist=first.is_mnist and second.is_mnist)


def require_images(images: npt.NDArray[np.uint8]) -> None:
    """Raise `DataError` unless `images` is uint8[n,28,28]."""
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):  # noqa: PLR2004 - an image stack has three axes
        raise DataError(f"images: expected uint8[n,28,28], 255 for ink, got {_described(images)}")


def require_labels(labels: npt.NDArray[np.uint8], name: str) -> None:
    """Raise `DataError` unless `labels` is uint8[n] with values in 0..9; `name` says whose they are."""
    if labels.dtype != np.uint8 or labels.ndim != 1:
        raise DataError(f"{name}: expected labels as uint8[n], got {_described(labels)}")
    if labels.size and labels.max() >= CLASSES:
        where = int(np.argmax(labels >= CLASSES))
        raise DataError(f"{name}: label {labels[where]} at index {where}; expected labels from 0 to 9")


def one_hot(labels: npt.NDArray[np.integer]) -> npt.NDArray[np.float32]:
    """Return float32[n,10] with a single 1 in each row, in the column of the label.

    >>> one_hot(np.array([3]))
    array([[0., 0., 0., 1., 0., 0., 0., 0., 0., 0.]], dtype=float32)

    Raises
    ------
    DataError
        When a label is not one of 0..9.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise DataError(f"labels: expected whole numbers in one row, got {_described(labels)}")
    if labels.size and (labels.min() < 0 or labels.max() >= CLASSES):
        raise DataError(f"labels from {labels.min()} to {labels.max()}; expected labels from 0 to 9")
    coded: npt.NDArray[np.float32] = np.eye(CLASSES, dtype=np.float32)[labels]
    return coded


def _described(array: npt.NDArray[np.generic]) -> str:
    """Return dtype and shape as in `uint8[100,28,28]`."""
    return f"{array.dtype}[{','.join(map(str, array.shape))}]"
