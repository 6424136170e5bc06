"""The training loop: one tensor of images, a permutation, a slice, a step.

In: a network, digits, a recipe. Out: the same network with other weights, and the history
of its epochs. It says where it is through a callback and never prints; it knows nothing of
files, of the command line or of the test digits.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from digitrec.data.digits import CLASSES, Digits
from digitrec.training.augment import draw
from digitrec.training.batches import batches, draw_order, seed_step, steps_of_an_epoch
from digitrec.training.diagnosis import require_better_than_chance, require_finite
from digitrec.training.history import Epoch, Progress
from digitrec.training.learning import learning
from digitrec.training.optimizer import rate_at, share_done
from digitrec.training.recipe import Arithmetic, Recipe
from digitrec.training.step import cross_entropy, make_step, right

REPORT_SECONDS = 0.1
"""How often the callback hears of progress within an epoch."""

_WARM = 32
"""Images of the step that changes nothing."""


@dataclass
class State:
    """All that a training needs to go on from where it is, to the same weights."""

    network: nn.Module
    optimizer: torch.optim.Optimizer
    generator: torch.Generator
    """Draws the order of each epoch; on the CPU, whatever the device, so that the order is the same."""
    epoch: int = 0
    """Epochs that are finished."""
    step: int = 0
    """Steps that are done in the epoch begun."""
    loss_sum: float = 0.0
    correct: int = 0
    """What the epoch begun has gathered."""
    seconds: float = 0.0
    """Time spent in steps so far."""
    seconds_in_epoch: float = 0.0
    cpu_seconds: float = 0.0
    seconds_in_all: float = 0.0
    """Of the processor, and by the clock, from the start to the last checkpoint; without what lay between sessions."""
    history: list[Epoch] = field(default_factory=list)

    def begin_next_epoch(self) -> None:
        """Count an epoch as finished and forget what it gathered."""
        self.epoch += 1
        self.step = self.correct = 0
        self.loss_sum = self.seconds_in_epoch = 0.0


def fit(  # noqa: PLR0913 - keyword-only, each of its own kind
    state: State,
    train: Digits,
    validation: Digits | None,
    recipe: Recipe,
    *,
    seed: int,
    device: torch.device,
    arithmetic: Arithmetic = "float32",
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    on_epoch: Callable[[State], None],
) -> bool:
    """Train until the recipe's last epoch; whether that was reached is returned, `state` tells the rest.

    Raises
    ------
    TrainingError
        When the loss is not finite, or an epoch ends no better than chance.
    """
    images = torch.from_numpy(train.images).to(device)
    labels = torch.from_numpy(train.labels).to(device, torch.int64)
    count, steps = len(train), steps_of_an_epoch(len(train), recipe)
    total = recipe.epochs * steps
    shares = torch.bincount(labels, minlength=CLASSES).tolist()
    untrained = _warm_up(state, images[: recipe.batch_size], labels[: recipe.batch_size])
    step = make_step(recipe, state.network, state.optimizer, arithmetic)
    learn = learning(recipe, step, device)
    clock = Clock(state)
    given = images if recipe.augments else step.prepare(images)

    while state.epoch < recipe.epochs:
        state.network.train()
        order = draw_order(state.generator, seed, state.epoch, count).to(device)
        tally = _Tally(state)
        for batch, expected in batches(given, labels, order, recipe.batch_size, range(state.step, steps)):
            drawn: tuple[Tensor, ...] = ()
            if recipe.augments:
                seed_step(state.generator, seed, state.epoch, state.step)
                drawn = draw(len(batch), recipe, state.generator)
            done = share_done(state.epoch * steps + state.step, total)
            tally.add(learn(batch, expected, rate_at(recipe, done), drawn), expected)
            state.step += 1
            stop = should_stop()
            if stop or state.step == steps or clock.due():
                tally.count()
                clock.read()
                require_finite(state.loss_sum, state.epoch + 1, recipe)
                on_progress(_progress(state, recipe, count, steps))
            if stop and state.step < steps:
                return False

        validation_loss, validation_accuracy = score_network(state.network, validation, device)
        epoch = Epoch(
            state.epoch + 1,
            state.loss_sum / count,
            state.correct / count,
            validation_loss,
            validation_accuracy,
            state.seconds_in_epoch,
        )
        state.history.append(epoch)
        require_better_than_chance(epoch, recipe, labels=shares, steps=epoch.epoch * steps, untrained=untrained)
        on_progress(_progress(state, recipe, count, steps, epoch))
        state.begin_next_epoch()
        on_epoch(state)
        clock.restart()
        if should_stop() and state.epoch < recipe.epochs:
            return False
    return True


class _Tally:
    """Counts loss and accuracy of what an epoch has seen into the state, for many steps at once: each would wait.

    The loss is that of the labels as they are, so that it can be compared with that of validation.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._logits: list[Tensor] = []
        self._labels: list[Tensor] = []

    def add(self, logits: Tensor, labels: Tensor) -> None:
        self._logits.append(logits)
        self._labels.append(labels)

    def count(self) -> None:
        # In float64, so that it does not matter at which steps it is counted; not every device has it.
        logits, labels = torch.cat(self._logits), torch.cat(self._labels)
        if logits.device.type == "mps":
            logits, labels = logits.cpu(), labels.cpu()
        logits = logits.double()
        self._state.loss_sum += cross_entropy(logits, labels).item() * len(labels)
        self._state.correct += int(right(logits, labels).item())
        self._logits, self._labels = [], []


class Clock:
    """Counts the time of the steps into the state, and says when progress is due."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.restart()

    def restart(self) -> None:
        """Count from now on."""
        self._last = time.perf_counter()

    def due(self) -> bool:
        """Return whether it is time to tell of progress."""
        return time.perf_counter() - self._last >= REPORT_SECONDS

    def read(self) -> None:
        """Count what has passed into the state."""
        now = time.perf_counter()
        self._state.seconds += now - self._last
        self._state.seconds_in_epoch += now - self._last
        self._last = now


class SessionClock:
    """Counts all time of a session into the state, the processor's and the clock's."""

    def __init__(self) -> None:
        """Count from now on."""
        self._last = time.process_time(), time.perf_counter()

    def read(self, state: State) -> None:
        """Count what has passed into the state."""
        now = time.process_time(), time.perf_counter()
        state.cpu_seconds += now[0] - self._last[0]
        state.seconds_in_all += now[1] - self._last[1]
        self._last = now


def _warm_up(state: State, images: Tensor, labels: Tensor) -> float:
    """Run one step that changes nothing, so that setting up kernels is not on the training clock; return its loss."""
    state.network.eval()
    with torch.no_grad():
        untrained = cross_entropy(state.network(images), labels).item()
    cross_entropy(state.network(images[:_WARM]), labels[:_WARM]).backward()
    state.optimizer.zero_grad(set_to_none=True)
    return untrained


def _progress(state: State, recipe: Recipe, count: int, steps: int, finished: Epoch | None = None) -> Progress:
    images = count if state.step == steps else state.step * recipe.batch_size
    speed = (state.epoch * count + images) / max(state.seconds, 1e-9)
    left = (recipe.epochs - state.epoch) * count - images
    return Progress(
        epoch=state.epoch + 1,
        epochs=recipe.epochs,
        images=images,
        images_in_epoch=count,
        loss=state.loss_sum / images,
        accuracy=state.correct / images,
        images_per_second=speed,
        seconds_left=left / speed,
        finished_epoch=finished,
    )


@torch.no_grad()
def score_network(
    network: nn.Module, digits: Digits | None, device: torch.device, at_once: int = 1000
) -> tuple[float, float] | tuple[None, None]:
    """Return loss and accuracy on digits that are not learnt from."""
    if not digits:
        return None, None
    network.eval()
    loss, correct = 0.0, 0
    for start in range(0, len(digits), at_once):
        part = digits[start : start + at_once]
        logits = network(torch.from_numpy(part.images).to(device))
        labels = torch.from_numpy(part.labels).to(device, torch.int64)
        loss += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
        correct += int((logits.argmax(1) == labels).sum().item())
    return loss / len(digits), correct / len(digits)
