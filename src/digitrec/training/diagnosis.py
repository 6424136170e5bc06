"""Is a training going anywhere? If not, what to change.

In: the losses and accuracies of a training. Out: nothing, or a `TrainingError` with advice.
Knows nothing of torch or of how training is done.
"""

import math
from collections.abc import Sequence

from digitrec.data.digits import CLASSES
from digitrec.errors import TrainingError
from digitrec.training.history import Epoch
from digitrec.training.recipe import Recipe

_STEPS_BEFORE_JUDGING = 100
_LONG_STEP = 0.1


def require_finite(loss: float, epoch: int, recipe: Recipe) -> None:
    """Raise `TrainingError` when the loss of that epoch is not a number any more."""
    if not math.isfinite(loss):
        raise TrainingError(
            f"the loss is {loss:g} in epoch {epoch}: the steps are too long; lower "
            f"--learning-rate from {recipe.learning_rate:g} to {recipe.learning_rate / 10:g}"
        )


def require_better_than_chance(
    epoch: Epoch, recipe: Recipe, *, labels: Sequence[int], steps: int, untrained: float
) -> None:
    """Stop a training that is no better than chance.

    That is: right no more often than always giving the commonest digit, within three deviations;
    or not much more often, with a loss no lower than giving each digit a tenth.

    Parameters
    ----------
    epoch
        The one that has just ended.
    recipe
        What is trained; its learning rate is what the advice is about.
    labels
        How many training digits there are of each.
    steps
        Steps taken so far; a network is not judged before it has taken a hundred.
    untrained
        The loss before the first step.

    Raises
    ------
    TrainingError
        With advice.
    """
    if steps < _STEPS_BEFORE_JUDGING:
        return
    count = sum(labels)
    chance = max(labels) / count
    luck = chance + 3 * math.sqrt(chance * (1 - chance) / count)
    lost = epoch.loss >= math.log(CLASSES)
    if epoch.accuracy > (2 * chance if lost else luck):
        return
    rate = recipe.learning_rate
    # Steps that overshoot make the loss worse than it was, or kill the units so that it stays at ln 10.
    advice = (
        f"lower --learning-rate from {rate:g} to {rate / 10:g}"
        if epoch.loss > 1.1 * untrained or rate >= _LONG_STEP
        else f"raise --learning-rate from {rate:g} to {rate * 10:g}, or lower it if it learnt before"
    )
    raise TrainingError(
        f"after epoch {epoch.epoch} the network is right on {epoch.accuracy:.1%} of the training digits, no better "
        f"than chance ({chance:.1%} show the commonest digit), with a loss of {epoch.loss:.3g}; {advice}"
    )
