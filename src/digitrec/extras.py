"""Names that live in modules which may not be installed, fetched when they are first used.

In: a module of ours and a name in it. Out: the object, or the error that says what to install.
"""

from importlib import import_module
from typing import Any

from digitrec.errors import MissingExtraError

_TRAINING = {"torch", "onnx", "onnxscript", "safetensors", "matplotlib", "filelock"}
"""What the extra `train` brings."""


def fetch(module: str, name: str) -> Any:
    """Return `name` from `digitrec.<module>`.

    Raises
    ------
    MissingExtraError
        When the module needs what the extra `train` would bring.
    """
    try:
        return getattr(import_module(f"digitrec.{module}"), name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing not in _TRAINING:
            raise
        raise MissingExtraError(
            f"digitrec's {name} needs {missing}, which is not installed: pip install 'digitrec[train]'"
        ) from None
