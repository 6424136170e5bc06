"""A recipe as a name and as JSON, and back.

In: a recipe. Out: what differs from its defaults, a file name, a dictionary; and the recipe
from such a dictionary. Needs no torch; knows no single recipe.
"""

from dataclasses import asdict, fields
from typing import Any

from digitrec.errors import RecipeError
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import recipe_named


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
