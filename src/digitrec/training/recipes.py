"""What can be trained: one frozen dataclass a recipe.

From its fields come the command line's options and their help, the JSON that is saved, and
the run's name. Plain values only: nothing here needs torch or knows how a network is built.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from cyclopts import Parameter, Token

from digitrec.errors import RecipeError

Activation = Literal["relu", "gelu", "tanh", "sigmoid"]
Optimizer = Literal["sgd", "adam", "adamw"]


def _read_widths(_: object, tokens: Sequence[Token]) -> tuple[int, ...]:
    """Return the numbers in `512,256`; `none` is no layer at all."""
    text = tokens[0].value
    try:
        return () if text == "none" else tuple(int(part) for part in text.split(","))
    except ValueError:
        raise RecipeError(f"--hidden {text}: expected whole numbers with commas between, as in 512,256") from None


Widths = Annotated[tuple[int, ...], Parameter(converter=_read_widths, n_tokens=1, negative=())]
"""Units layer by layer, written with commas on the command line."""

_WIDEST = 65_536
_DEEPEST = 64
_MOST_WEIGHTS = 500_000_000


@dataclass(frozen=True, kw_only=True)
class Dense:
    """The notebook's network to the letter: 784 → 1000 ReLU → 10 softmax, plain SGD.

    Bytes are inverted and divided by 255, weights start Glorot uniform and biases at zero, as in
    Keras. It learns slowly, since the inverted ground is a one in most of the 784 inputs.
    RESULT_PLACEHOLDER
    """

    name: ClassVar[str] = "dense"

    hidden: Widths = (1000,)
    """Units of each hidden layer, as in 512,256; none for no hidden layer."""

    activation: Activation = "relu"
    """What each hidden unit does with its sum."""

    invert: bool = True
    """Feed ink as 0 and ground as 1, as the notebook does, or ink as 1."""

    epochs: int = 20
    """Passes over the training digits."""

    batch_size: int = 100
    """Images to a step."""

    learning_rate: float = 0.01
    """Length of a step."""

    optimizer: Optimizer = "sgd"
    """What turns gradients into steps."""

    momentum: float = 0.0
    """Share of the last step that SGD carries on; the notebook uses none."""

    weight_decay: float = 0.0
    """Pull of the weights towards zero."""

    validate: bool = False
    """Keep the 5,000 validation digits out of training and score each epoch on them; the notebook
    trains on all 60,000."""

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        if len(self.hidden) > _DEEPEST or not all(1 <= units <= _WIDEST for units in self.hidden):
            shown = ",".join(map(str, self.hidden[:8]))
            raise RecipeError(
                f"--hidden {shown}: expected at most {_DEEPEST} layers of 1 to {_WIDEST:,} units, as in 512,256"
            )
        if self.weights > _MOST_WEIGHTS:
            raise RecipeError(
                f"--hidden: {self.weights:,} weights would take {self.weights * 16 / 2**30:.1f} GiB in training; "
                f"expected at most {_MOST_WEIGHTS:,}"
            )
        _require("epochs", self.epochs, 1, 100_000)
        _require("batch_size", self.batch_size, 1, 1_000_000)
        _require("learning_rate", self.learning_rate, 0, 1000, above=True)
        _require("momentum", self.momentum, 0, 0.9999)
        _require("weight_decay", self.weight_decay, 0, 10)
        if self.momentum and self.optimizer != "sgd":
            raise RecipeError(f"--momentum goes with --optimizer sgd; {self.optimizer} has its own")

    @property
    def weights(self) -> int:
        """How many weights and biases the network has."""
        widths = (784, *self.hidden, 10)
        return sum(before * after + after for before, after in pairwise(widths))


Recipe = Dense
"""Any recipe."""

RECIPES: dict[str, type[Recipe]] = {Dense.name: Dense}
"""The recipes by name."""


def recipe_named(name: str) -> type[Recipe]:
    """Return the recipe of that name; raise `RecipeError` with the names there are."""
    if name not in RECIPES:
        raise RecipeError(f"no recipe named {name!r}; there are: {', '.join(RECIPES)}")
    return RECIPES[name]


def changes(recipe: Recipe) -> dict[str, Any]:
    """Return the fields in which `recipe` differs from its defaults."""
    default = type(recipe)()
    names = (field.name for field in fields(recipe))
    return {name: getattr(recipe, name) for name in names if getattr(recipe, name) != getattr(default, name)}


def run_name(recipe: Recipe) -> str:
    """Return a file name that tells the recipe and its changes, as in `dense-hidden-512-256`."""
    words = [recipe.name]
    for name, value in changes(recipe).items():
        text = "-".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()
        words.append(f"{name.replace('_', '-')}-{text or 'none'}")
    return "-".join(words)[:100]


def recipe_to_json(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe's name and all its fields, as what `json.dumps` takes."""
    return {"name": recipe.name, **asdict(recipe)}


def recipe_from_json(saved: dict[str, Any]) -> Recipe:
    """Return the recipe that `recipe_to_json` saved.

    Raises
    ------
    RecipeError
        When a field is missing, unknown or out of range: another version has written it.
    """
    values = dict(saved)
    kind = recipe_named(str(values.pop("name", None)))
    known = {field.name for field in fields(kind)}
    if values.keys() != known:
        odd = ", ".join(sorted(values.keys() ^ known))
        raise RecipeError(f"saved recipe {kind.name} differs from ours in {odd}; another version has written it")
    typed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return kind(**typed)


def _require(name: str, value: float, least: float, most: float, *, above: bool = False) -> None:
    """Raise `RecipeError` unless `value` is a number within its bounds."""
    if not math.isfinite(value) or not least <= value <= most or (above and value == least):
        bounds = f"above {least:g}, at most {most:,g}" if above else f"from {least:g} to {most:,g}"
        raise RecipeError(f"--{name.replace('_', '-')} {value}: expected a number {bounds}")
