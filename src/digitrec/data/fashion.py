"""Fashion-MNIST's test images: pictures of clothes that a recogniser of digits should decline.

In: where to look. Out: the images, verified by SHA-256 unless the user names the folder. Sources in their order:
that folder, Debian's package, the cache, public mirrors. Knows nothing of what the images are used for.
"""

import os
from pathlib import Path

from digitrec.data import archives
from digitrec.data.archives import FASHION_MNIST, Bytes, Pair
from digitrec.data.folder import read_folder
from digitrec.data.mirrors import Progress, fetch_from_mirror, mirrors
from digitrec.errors import DataError

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
"""Where Debian's `dataset-fashion-mnist` puts it."""


def load_fashion(folder: str | Path | None = None, *, progress: Progress | None = None) -> Bytes:
    """Return uint8[n,28,28], ink bright as MNIST's: Fashion-MNIST's 10,000 test images (Xiao et al. 2017).

    Parameters
    ----------
    folder
        One with IDX files or `mnist.npz`, whatever they show; without it `DIGITREC_FASHION`, then Debian's,
        the cache, and the network.
    progress
        Called with name, bytes received and bytes expected while something is fetched.

    Raises
    ------
    DataError
        When that folder holds none, or none can be fetched.
    CacheError
        When the cache cannot be written.
    """
    named = _named(folder)
    if named:
        try:
            return read_folder(Path(named), "test")[0]
        except OSError as error:
            raise DataError(f"{error.filename or named}: {error.strerror or error}") from None
    images, _ = _debians() or _cached() or _fetch(progress)
    return images


def find_fashion(folder: str | Path | None = None, *, progress: Progress | None = None) -> Bytes | None:
    """Return what `load_fashion` does, or None where no folder is named and none can be had."""
    try:
        return load_fashion(folder, progress=progress)
    except DataError:
        if _named(folder):
            raise
        return None


def _named(folder: str | Path | None) -> str | Path | None:
    return folder or os.environ.get("DIGITREC_FASHION")


def _debians() -> Pair | None:
    try:
        pair = read_folder(DEBIAN, "test")
    except (DataError, OSError):
        return None
    return pair if archives.digests(pair) == archives.known_digests("test", FASHION_MNIST) else None


def _cached() -> Pair | None:
    try:
        return archives.read_cached("test", FASHION_MNIST)
    except OSError as error:
        raise DataError(f"{error.filename}: {error.strerror}; is the cache readable?") from None


def _fetch(progress: Progress | None) -> Pair:
    reasons = []
    for mirror in mirrors(FASHION_MNIST):
        try:
            pair = fetch_from_mirror(mirror, "test", progress, of=FASHION_MNIST)
            archives.store("test", pair, FASHION_MNIST)
        except DataError as error:
            reasons.append(str(error))
        else:
            return pair
    raise DataError(
        f"Fashion-MNIST could not be fetched ({'; '.join(reasons)}). Name a folder that holds it "
        "with --fashion FOLDER or DIGITREC_FASHION"
    )
