"""Writing files so that a reader sees the old one or the new one, never half of one; and what is at a path.

In: a path, and bytes. Out: the file in place, or whether there is one. Knows nothing of what is written.
"""

import os
import secrets
from pathlib import Path


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder; of a name that no file can have, or where nobody may look, none is known.

    `Path.is_dir` raises at such names in Python 3.11.
    """
    return os.path.isdir(path)  # noqa: PTH112 - as above


def is_there(path: str | Path) -> bool:
    """Whether there is a file or a folder; at such names as above none is known."""
    return os.path.exists(path)  # noqa: PTH110 - as above


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: a temporary file beside it, synced, then renamed over it.

    Raises
    ------
    OSError
        When the folder cannot be written or the disk is full; `path` is as it was.
    """
    # Where a link points, so that the link stays one.
    path = path.resolve()
    handle, temporary = new_beside(path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def new_beside(path: Path) -> tuple[int, Path]:
    """Make an empty file beside `path`, with the permissions of any new file, and return it open for writing.

    Returns
    -------
    tuple
        Its descriptor, which is the caller's to close, and its path.

    Raises
    ------
    OSError
        When the folder is missing or cannot be written.
    """
    # Of the other's name only how it begins: that may be as long as names can be.
    temporary = path.with_name(f".{path.name[:16]}.{secrets.token_hex(8)}.part")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    return os.open(temporary, flags, 0o666), temporary
