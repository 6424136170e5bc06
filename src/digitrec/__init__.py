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
    from digitrec.reading.ink import find_ink
    from digitrec.reading.layout import find_lines
    from digitrec.reading.normalise import normalise
    from digitrec.reading.pattern import Pattern
    from digitrec.reading.picture import load_picture
    from digitrec.reading.reader import Reader, read
    from digitrec.reading.reading import Reading
    from digitrec.scoring.comparison import Comparison, compare
    from digitrec.scoring.robustness import Robustness, robustness
    from digitrec.scoring.score import Report, score
    from digitrec.training.reading_recipe import ReaderRecipe
    from digitrec.training.recipes import Best, Conv, Dense, Elastic, Fast
    from digitrec.training.runs import Run
    from digitrec.training.train import resume, train

__all__ = [
    "Best",
    "Comparison",
    "Conv",
    "Dense",
    "DigitrecError",
    "Digits",
    "Elastic",
    "Fast",
    "Mnist",
    "Model",
    "Pattern",
    "Reader",
    "ReaderRecipe",
    "Reading",
    "Report",
    "Robustness",
    "Run",
    "compare",
    "find_ink",
    "find_lines",
    "load_mnist",
    "load_picture",
    "normalise",
    "one_hot",
    "read",
    "resume",
    "robustness",
    "score",
    "train",
]

_HOMES = {
    "Best": "training.recipes",
    "Comparison": "scoring.comparison",
    "Conv": "training.recipes",
    "Dense": "training.recipes",
    "Elastic": "training.recipes",
    "Fast": "training.recipes",
    "Digits": "data.digits",
    "DigitrecError": "errors",
    "Mnist": "data.mnist",
    "Model": "model",
    "Pattern": "reading.pattern",
    "Reader": "reading.reader",
    "ReaderRecipe": "training.reading_recipe",
    "Reading": "reading.reading",
    "Report": "scoring.score",
    "Robustness": "scoring.robustness",
    "Run": "training.runs",
    "compare": "scoring.comparison",
    "find_ink": "reading.ink",
    "find_lines": "reading.layout",
    "load_mnist": "data.mnist",
    "load_picture": "reading.picture",
    "normalise": "reading.normalise",
    "one_hot": "data.digits",
    "read": "reading.reader",
    "resume": "training.train",
    "robustness": "scoring.robustness",
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
