"""Which recipe the words of a command line name, whether its options are that recipe's, and whole numbers.

In: the words as typed. Out: a recipe's name, or an error. A command line is made for one recipe, so this is read before
it is parsed; and numbers before they are converted. Knows nothing of what the options mean.
"""

from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from typing import TYPE_CHECKING

from digitrec.errors import RecipeError
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import RECIPES, Conv

if TYPE_CHECKING:
    from cyclopts import App, ArgumentCollection


def named_recipe(arguments: Sequence[str]) -> str:
    """Return the recipe that `--recipe` names: the other options of `train` depend on it."""
    for this, following in pairwise([*arguments, ""]):
        if this == "--recipe":
            return following
        if this.startswith("--recipe="):
            return this.partition("=")[2]
    return Conv.name


def require_options_of(kind: type[Recipe], arguments: Sequence[str]) -> None:
    """Raise `RecipeError` at an option that is another recipe's: the parser would only say that it is unknown."""
    given = {this.partition("=")[0].removeprefix("--").removeprefix("no-") for this in arguments if this[:2] == "--"}
    ours = {field.name.replace("_", "-") for field in fields(kind)}
    for other in RECIPES.values():
        theirs = {field.name.replace("_", "-") for field in fields(other)} - ours
        for option in sorted(given & theirs):
            raise RecipeError(f"--{option} goes with --recipe {other.name}; {kind.name} has no such thing")


def require_whole_numbers(_app: "App", _commands: tuple[str, ...], arguments: "ArgumentCollection") -> None:
    """Raise `CycloptsError` where an option of whole numbers is given another: it would be rounded without a word."""
    from cyclopts import CycloptsError  # noqa: PLC0415 - files alone are read without it

    for argument in arguments:
        if argument.hint not in {int, int | None}:
            continue
        for token in argument.tokens:
            try:
                int(token.value)
            except ValueError:
                name = token.keyword or argument.name.removeprefix("--")
                raise CycloptsError(msg=f"{name} {token.value}: expected a whole number.") from None
