"""What a setting may be: numbers within bounds, widths of layers.

In: a setting's name and value. Out: nothing, or a `RecipeError` that names the option, what came
and what was expected. Knows no recipe.
"""

import math
from collections.abc import Sequence
from numbers import Real
from typing import Annotated

from cyclopts import Parameter, Token

from digitrec.errors import RecipeError


def _read_widths(_: object, tokens: Sequence[Token]) -> tuple[int, ...]:
    """Return the numbers in `512,256`; `none` is no layer at all."""
    text = tokens[0].value
    try:
        return () if text == "none" else tuple(int(part) for part in text.split(","))
    except ValueError:
        raise RecipeError(
            f"{tokens[0].keyword} {text}: expected whole numbers with commas between, as in 512,256"
        ) from None


Widths = Annotated[tuple[int, ...], Parameter(converter=_read_widths, n_tokens=1, negative=())]
"""Units layer by layer, written with commas on the command line."""


def require_widths(name: str, widths: tuple[int, ...], deepest: int, widest: int) -> None:
    """Raise `RecipeError` unless there are at most `deepest` widths, whole numbers of 1 to `widest`."""
    option = f"--{name.replace('_', '-')}"
    if not isinstance(widths, tuple):
        raise RecipeError(f"{option} {widths}: a {type(widths).__name__}; expected whole numbers, as in (512, 256)")
    for width in widths:
        require_whole(name, width)
    if len(widths) > deepest or not all(1 <= width <= widest for width in widths):
        shown = ",".join(map(str, widths[:8]))
        raise RecipeError(f"{option} {shown}: expected at most {deepest} numbers from 1 to {widest:,}, as in 512,256")


def require_one_of(name: str, value: object, known: Sequence[object]) -> None:
    """Raise `RecipeError` unless `value` is one of those known."""
    if value not in known:
        raise RecipeError(f"--{name.replace('_', '-')} {value}: expected one of: {', '.join(map(str, known))}")


def require(name: str, value: float, least: float, most: float, *, above: bool = False) -> None:
    """Raise `RecipeError` unless `value` is a number within its bounds."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not least <= value <= most or (above and value == least):
        bounds = f"above {least:g}, at most {most:,.10g}" if above else f"from {least:g} to {most:,.10g}"
        raise RecipeError(f"--{name.replace('_', '-')} {value}: expected a number {bounds}")


def require_whole(name: str, value: float) -> None:
    """Raise `RecipeError` unless `value` is a whole number; true and false are none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise RecipeError(f"--{name.replace('_', '-')} {value}: expected a whole number")
