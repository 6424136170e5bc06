"""The IDX format of MNIST: a header of big-endian numbers, then bytes.

In: a file, gzipped or plain. Out: uint8 arrays; and back to the bytes of the plain file,
which is what digests are taken of. Knows nothing of which digits belong together.
"""

import gzip
import hashlib
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE, require_labels
from digitrec.errors import DataError

MOST_DIGITS = 2_000_000
"""More digits than this in one file are refused: a header of 16 bytes must not claim all memory."""

_IMAGES_MAGIC = 2051
_LABELS_MAGIC = 2049
_GZIP_START = b"\x1f\x8b"


def read_images(path: Path) -> npt.NDArray[np.uint8]:
    """Return uint8[n,28,28] from an IDX file, gzipped or plain.

    Raises
    ------
    DataError
        When the file is no whole IDX file of 28×28 images.
    OSError
        When it cannot be read.
    """
    with _opened(path) as file:
        magic, count, rows, columns = _header(file, path, 4)
        _require_magic(path, magic, _IMAGES_MAGIC, "images")
        if (rows, columns) != (SIDE, SIDE):
            raise DataError(f"{path}: images of {rows}×{columns} pixels; expected {SIDE}×{SIDE}")
        return _body(file, path, count, SIDE * SIDE).reshape(count, SIDE, SIDE)


def read_labels(path: Path) -> npt.NDArray[np.uint8]:
    """Return uint8[n] from an IDX file, gzipped or plain.

    Raises
    ------
    DataError
        When the file is no whole IDX file of labels, or a label is not one of 0..9.
    OSError
        When it cannot be read.
    """
    with _opened(path) as file:
        magic, count = _header(file, path, 2)
        _require_magic(path, magic, _LABELS_MAGIC, "labels")
        labels = _body(file, path, count, 1)
    require_labels(labels, str(path))
    return labels


def idx_bytes(array: npt.NDArray[np.uint8]) -> bytes:
    """Return the plain IDX file of images uint8[n,28,28] or labels uint8[n]."""
    magic = _LABELS_MAGIC if array.ndim == 1 else _IMAGES_MAGIC
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes()


def idx_sha256(array: npt.NDArray[np.uint8]) -> str:
    """Return the SHA-256 of the plain IDX file of `array`."""
    return hashlib.sha256(idx_bytes(array)).hexdigest()


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        gzipped = file.read(2) == _GZIP_START
    return cast("BinaryIO", gzip.open(path, "rb")) if gzipped else path.open("rb")


def _header(file: BinaryIO, path: Path, numbers: int) -> tuple[int, ...]:
    header = _read(file, path, 4 * numbers)
    if len(header) < 4 * numbers:
        raise DataError(f"{path}: {len(header)} bytes; expected an IDX file, which starts with {4 * numbers} of them")
    return struct.unpack(f">{numbers}I", header)


def _require_magic(path: Path, magic: int, expected: int, kind: str) -> None:
    if magic != expected:
        raise DataError(f"{path}: magic number {magic}; expected {expected}, as IDX {kind} have it")


def _body(file: BinaryIO, path: Path, count: int, size: int) -> npt.NDArray[np.uint8]:
    if count > MOST_DIGITS:
        raise DataError(f"{path}: the header promises {count:,} digits; expected at most {MOST_DIGITS:,}")
    # One byte more than promised is enough to see that there are too many.
    data = _read(file, path, count * size + 1)
    if len(data) != count * size:
        found = "more" if len(data) > count * size else f"{len(data):,}"
        raise DataError(
            f"{path}: the header promises {count:,} digits, {count * size:,} bytes, but there are {found}; "
            "the file is damaged or incomplete, fetch it again"
        )
    # Copied, since torch will not share memory that is read-only.
    return np.frombuffer(data, dtype=np.uint8).copy()


def _read(file: BinaryIO, path: Path, size: int) -> bytes:
    try:
        return file.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: damaged or cut off gzip data ({error}); fetch the file again") from None
