"""What the curves of a finished training say, in words, and what to change.

In: the epochs, the recipe. Out: a sentence, or nothing where there is nothing to say. A training that learns nothing at
all, or whose loss is no number any more, is stopped before it comes here (`diagnosis`).
"""

from collections.abc import Sequence

from digitrec.training.history import Epoch
from digitrec.training.recipe import Recipe

_POOR = 0.5
_WORSE = 1.2
"""A loss so many times its least has gone up for good."""

_BETTER = 0.97
"""A loss so many times that of the epoch before goes on falling."""


def advice(history: Sequence[Epoch], recipe: Recipe) -> str | None:
    """Return what to do better, the most urgent only.

    Parameters
    ----------
    history
        Epoch by epoch, the first first.
    recipe
        What was trained.
    """
    if not history:
        return None
    losses, last = [epoch.loss for epoch in history], history[-1]
    rate = recipe.learning_rate
    if losses[-1] > _WORSE * min(losses):
        lowest = losses.index(min(losses)) + 1
        return (
            f"diverging: the loss was {min(losses):.3g} in epoch {lowest} and is {losses[-1]:.3g}; "
            f"lower --learning-rate from {rate:g} to {rate / 3:.2g}"
        )
    if last.accuracy < _POOR:
        return (
            f"not learning: right on {last.accuracy:.0%} of the training digits; "
            f"raise --learning-rate from {rate:g} to {10 * rate:g}, or train longer with --epochs {2 * recipe.epochs}"
        )
    return _overfitting(history, recipe) or _still_improving(history, recipe)


def _overfitting(history: Sequence[Epoch], recipe: Recipe) -> str | None:
    """Say so where the loss of validation digits goes up while that of training digits goes down."""
    losses = [epoch.validation_loss for epoch in history if epoch.validation_loss is not None]
    if len(losses) < len(history) or losses[-1] <= _WORSE * min(losses):
        return None
    best = losses.index(min(losses)) + 1
    change = "" if recipe.augments else ", or move the digits about with --shift 1.5 --rotate 10"
    return (
        f"overfitting: the validation loss was {min(losses):.3g} in epoch {best} and is {losses[-1]:.3g}; "
        f"stop there with --epochs {best}{change}"
    )


def _still_improving(history: Sequence[Epoch], recipe: Recipe) -> str | None:
    """Say so where the last epoch was still better than the one before, and the steps had not become short."""
    if recipe.schedule != "constant" or len(history) < 2:  # noqa: PLR2004 - a change takes two
        return None
    validated = [epoch.validation_loss for epoch in history[-2:]]
    before, after = (
        (validated[0], validated[1])
        if validated[0] is not None and validated[1] is not None
        else (history[-2].loss, history[-1].loss)
    )
    if after >= _BETTER * before:
        return None
    return (
        f"still improving: the loss fell from {before:.3g} to {after:.3g} in the last epoch; "
        f"go on longer with --epochs {2 * recipe.epochs}"
    )
