"""digitrec trains a recogniser of handwritten digits in seconds and says exactly how good it is.

>>> import digitrec
>>> train, validation, test = digitrec.load_mnist()
>>> run = digitrec.train(digitrec.Dense(epochs=5))
>>> report = digitrec.score(run.model().probabilities(test.images), test.labels)

Importing it loads nothing: each name below is fetched from its module when it is first used.
"""

from typing import TYPE_CHECKING

from digitrec.extras import fetch

__version__ = "0.1.0"

if TYPE_CHECKING:
    from digitrec.data.digits import Digits, one_hot
    from digitrec.data.mnist import Mnist, load_mnist
    from digitrec.errors import DigitrecError
    from digitrec.model import Model
    from digitrec.scoring.comparison import Comparison, compare
    from digitrec.scoring.score import Report, score
    from digitrec.training.recipes import Best, Conv, Dense, Fast
    from digitrec.training.runs import Run
    from digitrec.training.train import resume, train

__all__ = [
    "Best",
    "Comparison",
    "Conv",
    "Dense",
    "DigitrecError",
    "Digits",
    "Fast",
    "Mnist",
    "Model",
    "Report",
    "Run",
    "compare",
    "load_mnist",
    "one_hot",
    "resume",
    "score",
    "train",
]

_HOMES = {
    "Best": "training.recipes",
    "Comparison": "scoring.comparison",
    "Conv": "training.recipes",
    "Dense": "training.recipes",
    "Fast": "training.recipes",
    "Digits": "data.digits",
    "DigitrecError": "errors",
    "Mnist": "data.mnist",
    "Model": "model",
    "Report": "scoring.score",
    "Run": "training.runs",
    "compare": "scoring.comparison",
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
    value: object = fetch(_HOMES[name], name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])
