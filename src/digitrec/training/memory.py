"""Memory that a training frees and takes again at every step is kept in between.

In: nothing. Out: a context in which the C library gives no freed memory back to the system.
By default it does so with every large tensor, and the system clears each page anew at the next
step, which takes up to a third of the time (experiments/LOG.md). Knows nothing of tensors; does
nothing where the C library is not GNU's.
"""

import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager

# From malloc.h, with the library's own defaults.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4
_DEFAULTS = {_TRIM_THRESHOLD: 128 * 1024, _TOP_PAD: 0, _MMAP_MAX: 65_536}
_KEEPING = {_TRIM_THRESHOLD: 2**31 - 1, _TOP_PAD: 64 * 2**20, _MMAP_MAX: 0}


@contextmanager
def kept_memory() -> Iterator[None]:
    """Keep freed memory while inside, and give back what is free when leaving."""
    if platform.libc_ver()[0] != "glibc":
        yield
        return
    library = ctypes.CDLL(None)
    for parameter, value in _KEEPING.items():
        library.mallopt(parameter, value)
    try:
        yield
    finally:
        for parameter, value in _DEFAULTS.items():
            library.mallopt(parameter, value)
        library.malloc_trim(0)
