"""What a recogniser withstands: its accuracy on damaged digits, and on pictures that are none.

In: a model, labelled digits. Out: a `Robustness`: a row for each of MNIST-C's fifteen families and their mean, curves
of accuracy against how much is changed, and how well strangers are told from digits. The one part of the judge that
asks a model itself, since the pictures are too many to hold. Prints nothing.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.damage.corrupt import FAMILIES, corrupt
from digitrec.damage.strangers import strangers
from digitrec.damage.vary import VARIATIONS, vary
from digitrec.data.digits import Digits
from digitrec.data.fashion import find_fashion
from digitrec.errors import ScoreError
from digitrec.model import Model
from digitrec.scoring.detection import Detection, detection
from digitrec.scoring.score import wilson_interval

ON_A_CURVE = 2000
"""Digits to a point of a curve."""

_PUBLISHED = {
    "brightness": 82.66, "canny_edges": 77.22, "dotted_line": 98.19, "fog": 14.35, "glass_blur": 39.66,
    "impulse_noise": 77.49, "motion_blur": 47.40, "rotate": 89.89, "scale": 89.10, "shear": 95.45,
    "shot_noise": 96.40, "spatter": 97.78, "stripe": 95.40, "translate": 47.42, "zigzag": 90.40,
}  # fmt: skip
"""Per cent, of a plain convolutional network, on the pictures of MNIST-C's authors (arXiv 2408.11309)."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Damaged:
    """The score on one family of damage.

    Attributes
    ----------
    family, severity
        As in `damage.corrupt`.
    count, correct, accuracy, interval
        Digits, how many are read right, their share, and Wilson's 95 % interval of it.
    published
        What a plain convolutional network has on the pictures of MNIST-C's authors.
    """

    family: str
    severity: int
    count: int
    correct: int
    accuracy: float
    interval: tuple[float, float]
    published: float


@dataclass(frozen=True)
class Curve:
    """Accuracies at growing amounts of one change, each on the same `count` digits."""

    name: str
    unit: str
    amounts: tuple[float, ...]
    accuracies: tuple[float, ...]
    count: int


@dataclass(frozen=True)
class Robustness:
    """What `robustness` found.

    Attributes
    ----------
    families
        The fifteen, in the order of their authors.
    mean
        Of their accuracies.
    published_mean
        That of the plain network.
    curves
        One a kind of change.
    strangers
        How well each kind of picture that is no digit is told from digits.
    declined_by
        The score that they are told by, in words: the model's familiarity with them, or its highest probability.
    """

    families: tuple[Damaged, ...]
    mean: float
    published_mean: float
    curves: tuple[Curve, ...]
    strangers: dict[str, Detection]
    declined_by: str

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes."""
        return asdict(self)


def robustness(
    model: Model,
    digits: Digits,
    *,
    seed: int = 0,
    fashion: Path | None = None,
    on_progress: Progress = lambda _: None,
) -> Robustness:
    """Return what the model withstands.

    >>> robustness(run.model(), test).mean

    Parameters
    ----------
    model
        Any that reads digits.
    digits
        The digits to damage, all of them by each of the fifteen, 2,000 for the curves.
    seed
        Same seed, same digits: same damage.
    fashion
        A folder with Fashion-MNIST's IDX files; without it they are looked for as `load_fashion` says, and the
        clothes are left out where they cannot be had.
    on_progress
        Called with the name of what comes next.

    Raises
    ------
    ScoreError
        When there are no digits.
    DataError
        When `fashion` holds none.
    ModelError
        When the model cannot be run.
    """
    if not len(digits):
        raise ScoreError("no digits to damage; expected at least one")
    families = []
    for family in FAMILIES:
        on_progress(family)
        families.append(_damaged(model, digits, family, seed))
    curves = []
    for name in VARIATIONS:
        on_progress(name)
        curves.append(_curve(model, digits[:ON_A_CURVE], name, seed))
    on_progress("pictures that are no digits")
    sure, declined_by = _confidence(model, digits.images)
    clothes = find_fashion(fashion, progress=lambda name, *_: on_progress(f"fetching {name}"))
    others = strangers(seed=seed, clothes=clothes)
    return Robustness(
        families=tuple(families),
        mean=float(np.mean([each.accuracy for each in families])),
        published_mean=float(np.mean(list(_PUBLISHED.values()))) / 100,
        curves=tuple(curves),
        strangers={kind: detection(sure, _confidence(model, images)[0]) for kind, images in others.items()},
        declined_by=declined_by,
    )


def _damaged(model: Model, digits: Digits, family: str, seed: int) -> Damaged:
    correct = _correct(model, corrupt(digits.images, family, seed=seed), digits.labels)
    return Damaged(
        family=family,
        severity=FAMILIES[family].severity,
        count=len(digits),
        correct=correct,
        accuracy=correct / len(digits),
        interval=wilson_interval(correct, len(digits)),
        published=_PUBLISHED[family] / 100,
    )


def _curve(model: Model, digits: Digits, name: str, seed: int) -> Curve:
    kind = VARIATIONS[name]
    rights = [_correct(model, vary(digits.images, name, each, seed=seed), digits.labels) for each in kind.amounts]
    return Curve(name, kind.unit, kind.amounts, tuple(each / len(digits) for each in rights), len(digits))


def _correct(model: Model, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]) -> int:
    return int((model.probabilities(images).argmax(axis=1) == labels).sum())


def _confidence(model: Model, images: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.float32], str]:
    """Return float32[n], the greater the more each picture is taken for a digit, and what that is in words."""
    familiarity = model.familiarity(images)
    if familiarity is not None:
        return familiarity, "how familiar they look to it"
    return np.asarray(model.probabilities(images).max(axis=1)), "its highest probability"
