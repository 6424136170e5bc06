"""The files of MNIST and of Fashion-MNIST: their names, their digests, and the cache that holds them.

In: the name of a part. Out: verified arrays from the cache, or the arrays stored there.
Knows nothing of where the files can be fetched.
"""

import os
from collections.abc import Mapping
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


@dataclass(frozen=True)
class Collection:
    """Images and labels that are published as IDX files under MNIST's names."""

    name: str
    folder: str
    """Where its files lie in the cache."""
    archives: Mapping[Part, tuple[Archive, Archive]]


MNIST = Collection("MNIST", "mnist", ARCHIVES)

FASHION_MNIST = Collection(
    "Fashion-MNIST",
    "fashion-mnist",
    {
        "test": (
            Archive(
                "t10k-images-idx3-ubyte",
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            ),
            Archive(
                "t10k-labels-idx1-ubyte",
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            ),
        )
    },
)
"""Clothes in the place of digits (Xiao, Rasul & Vollgraf 2017); of them we need the test part alone."""


def digests(pair: Pair) -> tuple[str, str]:
    """Return the SHA-256 of the plain IDX files that hold `pair`."""
    images, labels = pair
    return idx.idx_sha256(images), idx.idx_sha256(labels)


def known_digests(part: Part, of: Collection = MNIST) -> tuple[str, str]:
    """Return the SHA-256 of that part, in the order of `digests`."""
    images, labels = of.archives[part]
    return images.sha256, labels.sha256


def cache_folder(of: Collection = MNIST) -> Path:
    """Return the folder for what is fetched: in `DIGITREC_CACHE`, else in the platform's own."""
    return Path(os.environ.get("DIGITREC_CACHE") or platformdirs.user_cache_dir("digitrec")) / of.folder


def read_cached(part: Part, of: Collection = MNIST) -> Pair | None:
    """Return the pair from the cache, or None when it is not there or not what it should be."""
    images, labels = (cache_folder(of) / archive.name for archive in of.archives[part])
    try:
        pair = idx.read_images(images), idx.read_labels(labels)
    except (DataError, FileNotFoundError):
        # Whatever is damaged there is ours, and is fetched again.
        return None
    return pair if digests(pair) == known_digests(part, of) else None


def store(part: Part, pair: Pair, of: Collection = MNIST) -> None:
    """Verify `pair` and put it in the cache, each file in one step.

    Raises
    ------
    DataError
        When the pair is not what it should be, or the cache cannot be written.
    """
    if digests(pair) != known_digests(part, of):
        raise DataError(f"what was fetched as {of.name}'s {part} images does not have {of.name}'s SHA-256")
    for archive, array in zip(of.archives[part], pair, strict=True):
        try:
            write_atomically(cache_folder(of) / archive.name, idx.idx_bytes(array))
        except OSError as error:
            raise cache_trouble(error, of) from None


def make_cache_folder(of: Collection = MNIST) -> Path:
    """Return the cache folder, made if need be.

    Raises
    ------
    DataError
        When it cannot be made.
    """
    try:
        cache_folder(of).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cache_trouble(error, of) from None
    return cache_folder(of)


def cache_trouble(error: OSError, of: Collection = MNIST) -> CacheError:
    """Return the error to raise when the cache cannot be written."""
    return CacheError(
        f"cannot write the cache {cache_folder(of)}: {error.strerror or error}; "
        "free space there, or set DIGITREC_CACHE to a folder that can be written"
    )
