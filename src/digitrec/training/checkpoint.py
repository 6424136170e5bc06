"""A training's state in one file, so that it goes on to the same weights.

In: a `State`. Out: one safetensors file with weights, optimizer and position; and back.
It is written in one step: a reader finds the last whole one, or none. Knows nothing of runs.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from digitrec.errors import RunError, first_line
from digitrec.files import write_atomically
from digitrec.training.history import Epoch
from digitrec.training.loop import State

_POSITION = (
    *("epoch", "step", "loss_sum", "correct"),
    *("seconds", "seconds_in_epoch", "cpu_seconds", "seconds_in_all"),
)
"""What is kept of a state beside its tensors and its history."""


def save_checkpoint(path: Path, state: State) -> None:
    """Write `state` to `path` in one step.

    Raises
    ------
    RunError
        When it cannot be written; an older checkpoint there is as it was.
    """
    tensors = {f"network.{name}": tensor for name, tensor in state.network.state_dict().items()}
    for index, values in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{key}": value for key, value in values.items() if value is not None}
    position = {name: getattr(state, name) for name in _POSITION}
    position["history"] = [asdict(epoch) for epoch in state.history]
    try:
        write_atomically(path, tensors_to_bytes(tensors, {"position": json.dumps(position)}))
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from None


def tensors_to_bytes(tensors: Mapping[str, Tensor], metadata: dict[str, str] | None = None) -> bytes:
    """Return a safetensors file; tensors of any device and memory format."""
    return safetensors.torch.save({name: tensor.contiguous().cpu() for name, tensor in tensors.items()}, metadata)


def load_checkpoint(path: Path, state: State) -> None:
    """Put what `path` holds into `state`, whose network and optimizer are of the same recipe.

    Raises
    ------
    RunError
        When there is no checkpoint, it is damaged, or it belongs to another network.
    """
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            position: dict[str, Any] = json.loads((file.metadata() or {})["position"])
            tensors: dict[str, Tensor] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
        state.network.load_state_dict(_with_prefix(tensors, "network."))
        _load_optimizer(state.optimizer, _with_prefix(tensors, "optimizer."))
        history = [Epoch(**epoch) for epoch in position.pop("history")]
        for name in _POSITION:
            setattr(state, name, position[name])
        state.history = history
    except FileNotFoundError:
        raise RunError(f"{path.parent}: stopped before its first checkpoint; train it again") from None
    except (safetensors.SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise RunError(f"{path}: damaged, or of another network ({first_line(error)}); train it again") from None


def _with_prefix(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _load_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    saved: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        index, key = name.split(".", 1)
        parameter = parameters[int(index)]
        # In the parameter's own memory format, as the optimizer had made it.
        alike = torch.empty_like(parameter).copy_(tensor) if tensor.shape == parameter.shape else tensor
        saved.setdefault(int(index), {})[key] = alike
    optimizer.load_state_dict({"state": saved, "param_groups": optimizer.state_dict()["param_groups"]})
