"""digitrec trains a recogniser of handwritten digits in seconds and says exactly how good it is.

>>> import digitrec
>>> train, validation, test = digitrec.load_mnist()
>>> run = digitrec.train(digitrec.Dense(epochs=5))
>>> report = digitrec.score(run.model().probabilities(test.images), test.labels)

Importing it loads nothing: each name below is fetched from its module when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from digitrec.data.digits import Digits, one_hot
    from digitrec.data.mnist import Mnist, load_mnist
    from digitrec.errors import DigitrecError
    from digitrec.model import Model
    from digitrec.scoring.score import Report, score
    from digitrec.training.recipes import Dense
    from digitrec.training.runs import Run
    from digitrec.training.train import resume, train

__all__ = [
    "Dense",
    "DigitrecError",
    "Digits",
    "Mnist",
    "Model",
    "Report",
    "Run",
    "load_mnist",
    "one_hot",
    "resume",
    "score",
    "train",
]

_HOMES = {
    "Dense": "training.recipes",
    "Digits": "data.digits",
    "DigitrecError": "errors",
    "Mnist": "data.mnist",
    "Model": "model",
    "Report": "scoring.score",
    "Run": "training.runs",
    "load_mnist": "data.mnist",
    "one_hot": "data.digits",
    "resume": "training.train",
    "score": "scoring.score",
    "train": "training.train",
}


def __getattr__(name: str) -> object:
    """Fetch a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'digitrec' has no attribute {name!r}")
    try:
        value: object = getattr(import_module(f"digitrec.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _TRAINING_ONLY:
            raise
        # Late, since importing digitrec is to load nothing.
        from digitrec.errors import MissingExtraError  # noqa: PLC0415

        raise MissingExtraError(
            f"digitrec.{name} needs {error.name}, which is not installed: pip install 'digitrec[train]'"
        ) from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])


_TRAINING_ONLY = {"torch", "onnx", "onnxscript", "safetensors", "matplotlib", "filelock"}
