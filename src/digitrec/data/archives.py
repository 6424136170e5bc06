"""MNIST's four files: their names, their digests, and the cache that holds them.

In: the name of a part. Out: verified arrays from the cache, or the arrays stored there.
Knows nothing of where the files can be fetched.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import platformdirs

from digitrec.data import idx
from digitrec.errors import CacheError, DataError
from digitrec.files import write_atomically

Part = Literal["train", "test"]
Bytes = npt.NDArray[np.uint8]
Pair = tuple[Bytes, Bytes]
"""Images uint8[n,28,28] and labels uint8[n]."""


@dataclass(frozen=True)
class Archive:
    """One of the four files, with the SHA-256 of its plain and its gzipped form."""

    name: str
    sha256: str
    gzip_sha256: str


ARCHIVES: dict[Part, tuple[Archive, Archive]] = {
    "train": (
        Archive(
            "train-images-idx3-ubyte",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        ),
        Archive(
            "train-labels-idx1-ubyte",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        ),
    ),
    "test": (
        Archive(
            "t10k-images-idx3-ubyte",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        ),
        Archive(
            "t10k-labels-idx1-ubyte",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        ),
    ),
}


def digests(pair: Pair) -> tuple[str, str]:
    """Return the SHA-256 of the plain IDX files that hold `pair`."""
    images, labels = pair
    return idx.idx_sha256(images), idx.idx_sha256(labels)


def known_digests(part: Part) -> tuple[str, str]:
    """Return the SHA-256 of that part of MNIST, in the order of `digests`."""
    images, labels = ARCHIVES[part]
    return images.sha256, labels.sha256


def cache_folder() -> Path:
    """Return the folder for fetched data: `DIGITREC_CACHE`, else the platform's own."""
    return Path(os.environ.get("DIGITREC_CACHE") or platformdirs.user_cache_dir("digitrec")) / "mnist"


def read_cached(part: Part) -> Pair | None:
    """Return the pair from the cache, or None when it is not there or not what it should be."""
    images, labels = (cache_folder() / archive.name for archive in ARCHIVES[part])
    try:
        pair = idx.read_images(images), idx.read_labels(labels)
    except (DataError, FileNotFoundError):
        # Whatever is damaged there is ours, and is fetched again.
        return None
    return pair if digests(pair) == known_digests(part) else None


def store(part: Part, pair: Pair) -> None:
    """Verify `pair` and put it in the cache, each file in one step.

    Raises
    ------
    DataError
        When the pair is not MNIST, or the cache cannot be written.
    """
    if digests(pair) != known_digests(part):
        raise DataError(f"what was fetched as MNIST's {part} digits does not have MNIST's SHA-256")
    for archive, array in zip(ARCHIVES[part], pair, strict=True):
        try:
            write_atomically(cache_folder() / archive.name, idx.idx_bytes(array))
        except OSError as error:
            raise cache_trouble(error) from None


def make_cache_folder() -> Path:
    """Return the cache folder, made if need be.

    Raises
    ------
    DataError
        When it cannot be made.
    """
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cache_trouble(error) from None
    return cache_folder()


def cache_trouble(error: OSError) -> CacheError:
    """Return the error to raise when the cache cannot be written."""
    return CacheError(
        f"cannot write the cache {cache_folder()}: {error.strerror or error}; "
        "free space there, or set DIGITREC_CACHE to a folder that can be written"
    )
