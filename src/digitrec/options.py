"""Which recipe the words of a command line name, and whether its options are that recipe's.

In: the words as typed. Out: a recipe's name, or a `RecipeError`. A command line is made for one
recipe, so this is read before it is parsed. Knows nothing of what the options mean.
"""

from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise

from digitrec.errors import RecipeError
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import RECIPES, Conv


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
