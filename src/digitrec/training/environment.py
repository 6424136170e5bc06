"""The machine under a training: devices, threads, versions, and what is worth writing down of them.

In: what the user asks for. Out: the device to use, and plain values for `run.json`.
Knows nothing of recipes or runs.
"""

import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any

import torch

from digitrec.errors import TrainingError

_LIBRARIES = ("digitrec", "torch", "numpy", "onnx", "onnxruntime")


def choose_device(name: str | None) -> torch.device:
    """Return the device of that name, or without one the fastest there is.

    Raises
    ------
    TrainingError
        When this machine has no such device.
    """
    there = ["cuda"] if torch.cuda.is_available() else []
    there += ["mps"] if torch.backends.mps.is_available() else []
    there += ["cpu"]
    if name and name not in there:
        raise TrainingError(f"--device {name}: not on this machine; expected one of: {', '.join(there)}")
    return torch.device(name or there[0])


@contextmanager
def cpu_threads(threads: int | None) -> Iterator[None]:
    """Let torch use that many CPU threads while the context lasts, or as many as it does; below 1 a `TrainingError`."""
    before = torch.get_num_threads()
    if threads is not None and not 1 <= threads <= 1024:  # noqa: PLR2004 - more than any machine has
        raise TrainingError(f"--threads {threads}: expected a whole number from 1 to 1024")
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def deterministic() -> Iterator[None]:
    """Have torch use only kernels that give the same bits each time, while the context lasts."""
    before = torch.are_deterministic_algorithms_enabled()
    # CUDA's matrix products are only repeatable with a workspace of fixed size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(mode=True)
    # Filling fresh memory shows who reads it unwritten; nobody does, and it costs time in every step.
    memory: Any = torch.utils.deterministic
    filling = memory.fill_uninitialized_memory
    memory.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(mode=before)
        memory.fill_uninitialized_memory = filling


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that a result depends on."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in _LIBRARIES}}


def hardware(device: torch.device) -> dict[str, str | int | None]:
    """Return what the machine is, as far as a timing depends on it."""
    accelerator = torch.cuda.get_device_name(device) if device.type == "cuda" else None
    return {
        "system": platform.system(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "accelerator": accelerator,
    }


def peak_megabytes() -> float | None:
    """Return the most memory that this process has held so far, in MB, where Linux says so."""
    # Not `getrusage`: that begins with what the process that started this one held.
    try:
        with open("/proc/self/status", encoding="utf-8") as file:  # noqa: PTH123 - no path of ours
            held = [line.split()[1] for line in file if line.startswith("VmHWM")]
    except OSError:
        return None
    return int(held[0]) / 1024 if held else None


def processor() -> str:
    """Return the processor's name, with family and model where Linux tells them: a name alone may stand for several."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - no path of ours
            first = file.read().split("\n\n", 1)[0]
    except OSError:
        first = ""
    said: dict[str, str] = dict(re.findall(r"^([^\t:]+?)\s*: (.*)$", first, re.MULTILINE))
    if "model name" not in said:
        return platform.processor() or platform.machine()
    kind = f" (family {said['cpu family']}, model {said['model']})" if {"cpu family", "model"} <= said.keys() else ""
    return said["model name"].strip() + kind
