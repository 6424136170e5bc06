"""Which files to read: those that are named, and the pictures in folders.

In: paths of files and folders. Out: paths of files. A file in a folder is a picture when its first
bytes say so, whatever its name; nothing is decoded.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from digitrec.reading.formats import HEAD, kind_of

_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif"}
_SUFFIXES |= {".pbm", ".pgm", ".ppm", ".pnm", ".heic", ".heif", ".pdf"}

_NOTHING_THERE = frozenset({errno.ENOENT, errno.ELOOP, errno.ENOTDIR})
"""What the system says of a file that vanished, a link to nothing, a link to itself."""


def find_pictures(paths: Sequence[str | Path], *, by_name_too: bool = False) -> Iterator[Path]:
    """Yield the files to read, in the order of `paths`; what is in a folder sorted by name, folders within it too.

    A file that is named is yielded whatever it is: the loader says what is wrong with it. In folders,
    hidden files and folders are passed over, links are followed once, and no file comes twice, though
    it may have several names; a file or folder that may not be looked into is yielded, so that the
    loader says so.

    >>> list(find_pictures(["scans", "photo.jpg"]))
    [PosixPath('scans/1.png'), PosixPath('scans/2.tif'), PosixPath('photo.jpg')]

    Parameters
    ----------
    paths
        Files and folders.
    by_name_too
        Yield from folders also the files that only their name calls pictures (an empty one.png), so
        that the loader complains about them.
    """
    seen: set[tuple[int, int]] = set()
    for path in map(Path, paths):
        try:
            status = path.stat()
        except (OSError, ValueError):
            yield path
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _in_folder(path, seen, by_name_too=by_name_too)
        else:
            seen.add((status.st_dev, status.st_ino))
            yield path


def _in_folder(folder: Path, seen: set[tuple[int, int]], *, by_name_too: bool) -> Iterator[Path]:
    """Yield the pictures below a folder; with a stack of its own, since folders may lie deeper than Python calls."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            status = path.stat()
            identity = (status.st_dev, status.st_ino)
            if identity in seen:
                continue
            if stat.S_ISDIR(status.st_mode):
                seen.add(identity)
                names = [name for name in os.listdir(path) if not name.startswith(".")]  # noqa: PTH208 - names alone
                waiting += (path / name for name in sorted(names, reverse=True))
            elif stat.S_ISREG(status.st_mode) and _is_picture(path, by_name_too=by_name_too):
                seen.add(identity)
                yield path
        except OSError as error:
            if error.errno not in _NOTHING_THERE:
                yield path


def _is_picture(path: Path, *, by_name_too: bool) -> bool:
    with path.open("rb") as file:
        head = file.read(HEAD)
    return kind_of(head) is not None or (by_name_too and path.suffix.lower() in _SUFFIXES)
