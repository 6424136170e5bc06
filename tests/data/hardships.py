"""A user without rights and a disk without room, both real, as context managers."""

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def forbidden(path: Path) -> Iterator[None]:
    """Take all rights to `path` away, and root's power to ignore that, until the block ends."""
    mode = stat.S_IMODE(path.stat().st_mode)
    user = os.geteuid()
    path.chmod(0)
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        path.chmod(mode)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let the system refuse to make any file longer than `size` bytes, as a full disk does, until the block ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
