"""Memory: whether a training fits, and keeping what it frees and takes again at every step.

In: a network, its recipe, and how many digits it learns from. Out: an error before the system is out of memory; and a
context in which the C library gives no freed memory back. Knows nothing of the loop.
"""

import copy
import ctypes
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn

from digitrec.data.digits import SIDE
from digitrec.errors import TrainingError
from digitrec.training.network import Committee
from digitrec.training.recipe import Recipe
from digitrec.training.step import by_hand

# From malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _MMAP_MAX = -1, -2, -3, -4
# Where the defaults move with what is freed, setting one ends that; so the last are where it would end.
_AFTER = {_TRIM_THRESHOLD: 64 * 2**20, _TOP_PAD: 0, _MMAP_MAX: 65_536, _MMAP_THRESHOLD: 32 * 2**20}
_KEEPING = {_TRIM_THRESHOLD: 2**31 - 1, _TOP_PAD: 64 * 2**20, _MMAP_MAX: 0}

_CGROUP = Path("/sys/fs/cgroup")


@contextmanager
def kept_memory() -> Iterator[None]:
    """Keep freed memory while inside, and give back what is free when leaving.

    By default GNU's C library gives every large tensor's memory back at once, and the system clears
    each page anew at the next step, which takes up to a third of the time (experiments/LOG.md).
    With another C library nothing is changed.
    """
    if platform.libc_ver()[0] != "glibc":
        yield
        return
    library = ctypes.CDLL(None)
    for parameter, value in _KEEPING.items():
        library.mallopt(parameter, value)
    try:
        yield
    finally:
        for parameter, value in _AFTER.items():
            library.mallopt(parameter, value)
        library.malloc_trim(0)


def require_memory(network: nn.Module, recipe: Recipe, digits: int) -> None:
    """Raise `TrainingError` when a training of `network` on so many digits needs more memory than there is free."""
    needed, free = bytes_needed(network, recipe, digits), bytes_free()
    if free is not None and needed > free:
        raise TrainingError(
            f"{recipe.name}: training needs about {needed / 2**30:.1f} GiB of memory for steps of "
            f"{recipe.batch_size:,} images, and {free / 2**30:.1f} GiB are free; "
            "choose fewer images with --batch-size, or a smaller network"
        )


@contextmanager
def within_memory(recipe: Recipe) -> Iterator[None]:
    """Turn what a device says when its memory is full, a card's above all, into a `TrainingError`."""
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError):
        raise TrainingError(
            f"{recipe.name}: steps of {recipe.batch_size:,} images do not fit into memory; "
            "choose fewer images with --batch-size, or a smaller network"
        ) from None


def bytes_needed(network: nn.Module, recipe: Recipe, digits: int) -> int:
    """Return about how many bytes a training on so many digits takes beside these.

    Weights, their gradients and averages, what each layer gives for a batch, and where all digits are prepared
    before the first step, what is made of them.
    """
    given = 0

    def count(_module: nn.Module, _given: object, result: Tensor) -> None:
        nonlocal given
        given += result.numel() * 4

    # On a device that computes shapes and no numbers; for two images, since a deviation takes two.
    shadow = copy.deepcopy(network).to("meta").train()
    for module in shadow.modules():
        if not any(module.children()):
            module.register_forward_hook(count)
    shadow(torch.zeros(2, SIDE, SIDE, dtype=torch.uint8, device="meta"))
    weights = sum(each.numel() for each in network.parameters()) * 4
    copies = 4 if recipe.optimizer != "sgd" else 3 if recipe.momentum else 2
    # Each result is kept for the way back, where gradients join it for a while; the members of a committee take turns.
    members = max((len(each.members) for each in network.modules() if isinstance(each, Committee)), default=1)
    once = digits * SIDE * SIDE * 4 if by_hand(recipe) and not recipe.augments else 0
    return weights * copies + given // 2 // members * recipe.images_in_memory * 5 // 4 + once


def bytes_free() -> int | None:
    """Return how much memory the system could give, where it says so."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123 - no path of ours
            lines = dict(line.split(":", 1) for line in file)
        free = int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None
    try:
        # A container may have less than its machine.
        most, used = (int((_CGROUP / name).read_text(encoding="ascii")) for name in ("memory.max", "memory.current"))
        return max(0, min(free, most - used + _files_read()))
    except (OSError, ValueError):
        return free


def _files_read() -> int:
    """Return the bytes of files that a container has read: they count as used, but make way for whoever asks."""
    try:
        told = dict(line.split() for line in (_CGROUP / "memory.stat").read_text(encoding="ascii").splitlines())
        return int(told["inactive_file"])
    except (OSError, ValueError, KeyError):
        return 0
