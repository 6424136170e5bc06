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

from digitrec.errors import RunError
from digitrec.files import write_atomically
from digitrec.training.history import Epoch
from digitrec.training.loop import State


def save_checkpoint(path: Path, state: State) -> None:
    """Write `state` to `path` in one step.

    Raises
    ------
    OSError
        When it cannot be written; an older checkpoint there is as it was.
    """
    tensors = {f"network.{name}": tensor for name, tensor in state.network.state_dict().items()}
    for index, values in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{key}": value for key, value in values.items() if value is not None}
    position = {
        "epoch": state.epoch,
        "step": state.step,
        "loss_sum": state.loss_sum,
        "correct": state.correct,
        "seconds": state.seconds,
        "seconds_in_epoch": state.seconds_in_epoch,
        "history": [asdict(epoch) for epoch in state.history],
    }
    write_atomically(path, tensors_to_bytes(tensors, {"position": json.dumps(position)}))


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
        for name in ("epoch", "step", "loss_sum", "correct", "seconds", "seconds_in_epoch"):
            setattr(state, name, position[name])
        state.history = history
    except FileNotFoundError:
        raise RunError(f"{path.parent}: stopped before its first checkpoint; train it again") from None
    except (safetensors.SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        reason = str(error).splitlines()[0][:200]
        raise RunError(f"{path}: damaged, or of another network ({reason}); train it again") from None


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
