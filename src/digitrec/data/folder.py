"""Digits from a folder that the user names: four IDX files, or Keras's `mnist.npz`.

In: a folder. Out: one part's images and labels, shape-checked. They need not be MNIST.
Knows nothing of the cache or of the network.
"""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from digitrec.data import idx
from digitrec.data.archives import ARCHIVES, Pair, Part
from digitrec.data.digits import CLASSES, SIDE
from digitrec.errors import DataError

_NPZ = "mnist.npz"


def read_folder(folder: Path, part: Part) -> Pair:
    """Return images uint8[n,28,28] and labels uint8[n] of one part.

    The files may be gzipped or plain, and spelt `train-images-idx3-ubyte` or
    `train-images.idx3-ubyte`; a `mnist.npz` in the folder, or named itself, does too.

    Raises
    ------
    DataError
        When a file is missing, damaged, or of other shapes.
    OSError
        When a file cannot be read.
    """
    if folder.is_file():
        return _read_npz(folder, part)
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; expected one with MNIST's four IDX files or {_NPZ}")
    images, labels = (_find(folder, archive.name) for archive in ARCHIVES[part])
    if images and labels:
        return idx.read_images(images), idx.read_labels(labels)
    if (folder / _NPZ).is_file():
        return _read_npz(folder / _NPZ, part)
    missing = ARCHIVES[part][0 if not images else 1].name
    raise DataError(
        f"{folder}: no {missing} (plain or .gz); expected MNIST's four IDX files "
        f"({', '.join(archive.name for pair in ARCHIVES.values() for archive in pair)}) or {_NPZ}"
    )


def _find(folder: Path, name: str) -> Path | None:
    """Return the first file there under one of the spellings of `name`."""
    for spelling in (name, name.replace("-idx", ".idx")):
        for ending in ("", ".gz"):
            path = folder / f"{spelling}{ending}"
            if path.is_file():
                return path
    return None


def _read_npz(path: Path, part: Part) -> Pair:
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                if max((entry.file_size for entry in archive.infolist()), default=0) > idx.MOST_DIGITS * SIDE * SIDE:
                    raise DataError(f"{path}: too large; expected at most {idx.MOST_DIGITS:,} digits")
            file.seek(0)
            with np.load(file, allow_pickle=False) as arrays:
                images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        except (
            # A damaged file of this kind has many ways to fail, among them a seek to before its start.
            OSError, ValueError, KeyError, EOFError, MemoryError, OverflowError, RuntimeError,
            zipfile.BadZipFile, zlib.error,
        ) as error:  # fmt: skip
            expected = "expected Keras's mnist.npz with x_train, y_train, x_test, y_test"
            raise DataError(f"{path}: {error}; {expected}") from None
    if not (isinstance(images, np.ndarray) and isinstance(labels, np.ndarray)):
        # NumPy hands out a member that does not start like an array as its bytes.
        raise DataError(f"{path}: x_{part} or y_{part} is no array; expected uint8 (n, 28, 28) and digits (n,)")
    if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE):
        raise DataError(f"{path}: x_{part} is {images.dtype}{images.shape}; expected uint8 (n, 28, 28)")
    if labels.ndim != 1 or labels.dtype.kind not in "iu" or np.any((labels < 0) | (labels >= CLASSES)):
        raise DataError(f"{path}: y_{part} is {labels.dtype}{labels.shape}; expected digits from 0 to 9 (n,)")
    return images, labels.astype(np.uint8)
