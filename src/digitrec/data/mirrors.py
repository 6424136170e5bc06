"""MNIST and Fashion-MNIST from public mirrors, tried in turn.

In: the name of a part. Out: its verified images and labels, or the reason why each
mirror failed. A mirror may be down, slow, lie or break off: what it sends is only
believed by its SHA-256. Knows nothing of the cache's use or of other sources.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from digitrec.data import idx
from digitrec.data.archives import (
    FASHION_MNIST,
    MNIST,
    Archive,
    Collection,
    Pair,
    Part,
    cache_trouble,
    make_cache_folder,
)
from digitrec.errors import DataError

MIRRORS = {
    MNIST.name: (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    FASHION_MNIST.name: (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        # Its authors' own place speaks no HTTPS; the digest is what is believed.
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
}
OWN_MIRRORS = {MNIST.name: "DIGITREC_MIRRORS", FASHION_MNIST.name: "DIGITREC_FASHION_MIRRORS"}
"""The variables in which a user names others, separated by spaces."""

Progress = Callable[[str, int, int], None]
"""Called with what is fetched, the bytes received, and the bytes expected (0 if not known)."""

CONNECT_SECONDS = 4.0
SILENCE_SECONDS = 10.0
"""How long a mirror may keep silent before the next one is asked."""
SLOWEST_BYTES_PER_SECOND = 5_000
_LARGEST = 32 * 2**20
_ATTEMPTS = 2


def mirrors(of: Collection = MNIST) -> tuple[str, ...]:
    """Return the mirrors to try: those that the user names, else the public ones."""
    own = os.environ.get(OWN_MIRRORS[of.name], "").split()
    return tuple(f"{mirror.rstrip('/')}/" for mirror in own) or MIRRORS[of.name]


def fetch_from_mirror(mirror: str, part: Part, progress: Progress | None = None, *, of: Collection = MNIST) -> Pair:
    """Return images uint8[n,28,28] and labels uint8[n] from one mirror.

    Raises
    ------
    DataError
        When the mirror does not deliver, with its reason.
    CacheError
        When the cache, where the download lies meanwhile, cannot be written.
    """
    with _workplace(of) as folder:
        images, labels = (_download(mirror, archive, Path(folder), progress) for archive in of.archives[part])
        return idx.read_images(images), idx.read_labels(labels)


def _workplace(of: Collection) -> "tempfile.TemporaryDirectory[str]":
    """Return a folder of our own in the cache, so that two processes never share a download."""
    try:
        return tempfile.TemporaryDirectory(prefix=".fetch-", dir=make_cache_folder(of))
    except OSError as error:
        raise cache_trouble(error, of) from None


def _download(mirror: str, archive: Archive, folder: Path, progress: Progress | None) -> Path:
    # These take a tenth of a second to import, and most runs fetch nothing.
    import pooch  # noqa: PLC0415
    import requests  # noqa: PLC0415
    import urllib3  # noqa: PLC0415

    pooch.get_logger().setLevel("ERROR")
    answers: list[requests.Response] = []
    for attempt in range(1, _ATTEMPTS + 1):
        downloader = pooch.HTTPDownloader(
            progressbar=_Watch(mirror, archive.name, progress),
            timeout=(CONNECT_SECONDS, SILENCE_SECONDS),
            headers={"Accept-Encoding": "identity"},
            hooks={"response": lambda answer, **_: answers.append(answer)},
        )
        try:
            path = pooch.retrieve(
                f"{mirror}{archive.name}.gz",
                known_hash=f"sha256:{archive.gzip_sha256}",
                fname=f"{archive.name}.gz",
                path=folder,
                downloader=downloader,
            )
            return Path(path)
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            # It broke off half-way: worth a second try, unlike a mirror that does not answer.
            if attempt == _ATTEMPTS:
                raise DataError(f"{mirror}: broke off {_ATTEMPTS} times") from None
        except requests.exceptions.HTTPError as error:
            raise DataError(f"{mirror}: answered with an error ({error})") from None
        except requests.exceptions.Timeout:
            raise DataError(f"{mirror}: no answer within {SILENCE_SECONDS:g} s") from None
        except requests.exceptions.RequestException as error:
            # Silence in the midst of a file comes as a ConnectionError, too.
            silent = any(isinstance(cause, urllib3.exceptions.ReadTimeoutError) for cause in error.args)
            reason = f"silent for {SILENCE_SECONDS:g} s in the midst of a file" if silent else "not reachable"
            raise DataError(f"{mirror}: {reason}") from None
        except ValueError:
            raise DataError(f"{mirror}: sent something that is not {archive.name}.gz") from None
        except OSError as error:
            raise cache_trouble(error) from None
        finally:
            # Pooch leaves the connection open when something goes wrong.
            for answer in answers:
                answer.close()
    raise AssertionError("the last attempt returns or raises")


class _Watch:
    """A progress bar as pooch wants it, which also gives up on a mirror that is too slow or sends too much."""

    def __init__(self, mirror: str, name: str, progress: Progress | None) -> None:
        self.total = 0
        self._mirror = mirror
        self._name = name
        self._progress = progress
        self._received = 0
        self._start = time.monotonic()

    def update(self, received: int) -> None:
        self._received += received
        seconds = time.monotonic() - self._start
        if self._received > _LARGEST:
            raise DataError(f"{self._mirror}: sent more than {_LARGEST:,} bytes as {self._name}.gz")
        if seconds > SILENCE_SECONDS and self._received < SLOWEST_BYTES_PER_SECOND * seconds:
            raise DataError(f"{self._mirror}: slower than {SLOWEST_BYTES_PER_SECOND:,} bytes a second")
        if self._progress:
            self._progress(self._name, min(self._received, self.total or self._received), self.total)

    def reset(self) -> None:
        self._received = 0

    def close(self) -> None:
        pass
