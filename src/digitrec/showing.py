"""Which test digits to look at, and what a model answers to them.

In: a model, labelled digits, a choice. Out: `Answer`s, tables and PNG files that never
replace one that is there. Prints nothing; needs torch only to show augmented digits.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from rich import box
from rich.table import Table

from digitrec.data.digits import CLASSES, Digits
from digitrec.drawing.answer import Answer
from digitrec.drawing.pictures import answer_sheet, augmentation_sheet, contact_sheet
from digitrec.errors import DataError, ModelError
from digitrec.extras import fetch
from digitrec.files import write_atomically
from digitrec.model import Model
from digitrec.reporting.contents import as_probabilities
from digitrec.training.recipe import Recipe

OF_A_DIGIT = 10
"""How many are shown of a digit when no number is named."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What to show: one index, or so many at random or wrong, of one digit or of all."""

    index: int | None = None
    random: int | None = None
    wrong: int | None = None
    digit: int | None = None
    seed: int | None = None


def choose(choice: Choice, model: Model, digits: Digits) -> list[int]:
    """Return the indices of the digits to show.

    Raises
    ------
    DataError
        When the choice contradicts itself or points outside.
    ModelError
        When the model cannot be run, or is damaged.
    """
    named = [name for name in ("index", "random", "wrong") if getattr(choice, name) is not None]
    if len(named) > 1 or (choice.index is not None and choice.digit is not None):
        raise DataError("name one index, or --random N, or --wrong N (the last two with or without --digit)")
    if choice.seed is not None and choice.random is None and (named or choice.digit is not None):
        raise DataError(f"--seed {choice.seed}: nothing is drawn by chance here; it goes with --random N")
    if choice.index is not None:
        if not 0 <= choice.index < len(digits):
            raise DataError(f"index {choice.index}: expected a test digit from 0 to {len(digits) - 1}")
        return [choice.index]
    candidates = np.arange(len(digits))
    if choice.digit is not None:
        if not 0 <= choice.digit < CLASSES:
            raise DataError(f"--digit {choice.digit}: expected a digit from 0 to 9")
        candidates = np.flatnonzero(digits.labels == choice.digit)
    if choice.wrong is not None:
        return _most_confident_mistakes(model, digits, candidates)[: _positive("--wrong", choice.wrong)]
    if choice.random is None and choice.digit is not None:
        first: list[int] = candidates[:OF_A_DIGIT].tolist()
        return first
    count = min(_positive("--random", 1 if choice.random is None else choice.random), len(candidates))
    if choice.seed is not None and choice.seed < 0:
        raise DataError(f"--seed {choice.seed}: expected a whole number from 0 up")
    drawn: list[int] = np.random.default_rng(choice.seed).choice(candidates, count, replace=False).tolist()
    return drawn


def answers(model: Model, digits: Digits, indices: Sequence[int]) -> list[Answer]:
    """Return what the model answers to the digits at `indices`; errors as `choose` has them of a damaged model."""
    probabilities = _probabilities(model, digits, list(indices))
    return [
        Answer(index, digits.images[index], row, int(digits.labels[index]), doubtful=index in digits.doubtful)
        for index, row in zip(indices, probabilities, strict=True)
    ]


def write_answers(shown: Sequence[Answer], path: Path, *, force: bool) -> None:
    """Write a figure of the answers as PNG; errors as `write_png`."""
    if not shown:
        raise DataError(f"{path}: nothing to draw; no digit fits the choice")
    write_png(answer_sheet(shown), path, force=force)


def write_sheet(digits: Digits, path: Path, *, force: bool) -> None:
    """Write a contact sheet of the digits as PNG; errors as `write_png`."""
    write_png(contact_sheet(digits), path, force=force)


def require_augmentation(recipe: Recipe) -> None:
    """Raise `DataError` when the recipe shows its network digits as they are."""
    if not recipe.augments:
        raise DataError(f"recipe {recipe.name} shows its network the digits as they are; try --recipe conv")


def write_augmented(digits: Digits, recipe: Recipe, path: Path, *, force: bool) -> None:
    """Write a sheet of two digits of each kind as the recipe shows them to its network; errors as `write_png`.

    Raises
    ------
    DataError
        When the recipe shows digits as they are.
    """
    require_augmentation(recipe)
    chosen = np.concatenate([np.flatnonzero(digits.labels == digit)[:2] for digit in range(CLASSES)])
    images = digits.images[chosen]
    changed = fetch("training.augment", "augmented")(images, recipe, times=20, seed=0)
    title = f"Each digit as it is, and twenty times as recipe {recipe.name} might show it"
    write_png(augmentation_sheet(images, changed, title), path, force=force)


def require_free(path: Path, *, force: bool) -> None:
    """Raise `DataError` unless a PNG file can be written there: nothing is, or a file and `force` is set."""
    if path.suffix.lower() not in {"", ".png"}:
        raise DataError(f"{path}: a PNG file is written; expected a name that ends in .png")
    if path.exists() and not path.is_file():
        raise DataError(f"{path}: a folder or a device; expected the name of a PNG file")
    if path.exists() and not force:
        raise DataError(f"{path}: exists already; name another file, or write over it with --force")


def write_png(picture: Image.Image, path: Path, *, force: bool) -> None:
    """Write `picture` to `path` in one step.

    Raises
    ------
    DataError
        As `require_free`, or when it cannot be written.
    """
    require_free(path, force=force)
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", optimize=True)
    try:
        write_atomically(path, buffer.getvalue())
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from None


def digits_table(splits: Mapping[str, Digits]) -> Table:
    """Return a table of how many there are of each digit in each split."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("digit", *splits):
        table.add_column(heading, justify="right")
    for digit, counts in enumerate(zip(*map(_counts, splits.values()), strict=True)):
        table.add_row(str(digit), *(f"{count:,}" for count in counts))
    table.add_section()
    table.add_row("all", *(f"{len(digits):,}" for digits in splits.values()))
    return table


def digits_json(digits: Digits) -> dict[str, Any]:
    """Return the same of one split, as what `json.dumps` takes."""
    return {
        "count": len(digits),
        "per_digit": _counts(digits),
        "source": digits.source,
        "sha256": digits.sha256,
        "is_mnist": digits.is_mnist,
    }


def _counts(digits: Digits) -> list[int]:
    counts: list[int] = np.bincount(digits.labels, minlength=CLASSES).tolist()
    return counts


def _most_confident_mistakes(model: Model, digits: Digits, candidates: np.ndarray[Any, np.dtype[np.intp]]) -> list[int]:
    probabilities = _probabilities(model, digits, candidates)
    wrong = probabilities.argmax(axis=1) != digits.labels[candidates]
    order = np.argsort(-probabilities.max(axis=1), kind="stable")
    mistakes: list[int] = candidates[order[wrong[order]]].tolist()
    return mistakes


def _probabilities(
    model: Model, digits: Digits, indices: Sequence[int] | np.ndarray[Any, np.dtype[np.intp]]
) -> npt.NDArray[np.floating]:
    """Return float[n,10], what the model holds of the digits at `indices`: of scores their softmax."""
    found = as_probabilities(model.probabilities(digits.images[indices]))
    if not np.isfinite(found).all():
        index = indices[int(np.isfinite(found).all(axis=1).argmin())]
        raise ModelError(f"{model.source}: gives no finite numbers for test digit {index}; train or copy it again")
    return found


def _positive(name: str, number: int) -> int:
    if number < 1:
        raise DataError(f"{name} {number}: expected a whole number from 1 up")
    return number
