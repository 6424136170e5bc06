"""The training loop of the reader: composed batches, a step, a score.

In: the reader's network, digits, the recipe. Out: the same network with other weights, and the history
of its epochs, as in `loop.py`; an epoch is so many steps. The same seed and step see the same batch, so a
resumed training goes on to the same weights. Knows nothing of files or of the test digits.
"""

from collections.abc import Callable
from contextlib import closing

import torch
from torch import Tensor, nn

from digitrec.data.digits import Digits
from digitrec.training.diagnosis import require_finite
from digitrec.training.history import Epoch, Progress
from digitrec.training.loop import Clock, State, score_network
from digitrec.training.optimizer import rate_at, share_done
from digitrec.training.reader_batches import Batch, Batches, Step
from digitrec.training.reading_network import ReaderNetwork, alone
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Arithmetic
from digitrec.training.recipes import BESIDE_THE_READER

LINE_SHARE = 0.5
"""Of a line's loss, beside that of a single sign: it has several signs."""

_LONGEST = 5.0
"""The length to which longer gradients are cut."""


def fit_reader(  # noqa: PLR0913 - keyword-only, each of its own kind
    state: State,
    train: Digits,
    validation: Digits | None,
    recipe: ReaderRecipe,
    *,
    seed: int,
    device: torch.device,
    arithmetic: Arithmetic = "float32",
    on_progress: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    on_epoch: Callable[[State], None],
) -> bool:
    """Train until the recipe's last epoch; as `loop.fit`.

    Raises
    ------
    TrainingError
        When the loss is not finite.
    """
    total = recipe.epochs * recipe.steps
    network = state.network
    assert isinstance(network, ReaderNetwork)  # noqa: S101 - as built for this recipe
    clock = Clock(state)
    with closing(Batches(train, recipe, seed).stream(state.epoch * recipe.steps + state.step, total)) as stream:
        while state.epoch < recipe.epochs:
            state.network.train()
            while state.step < recipe.steps:
                step = next(stream)
                for group in state.optimizer.param_groups:
                    group["lr"] = rate_at(recipe, share_done(state.epoch * recipe.steps + state.step, total))
                loss, columns = take_step(network, state.optimizer, step, device=device, arithmetic=arithmetic)
                state.loss_sum += loss.item() * recipe.batch_size
                state.correct += _right(columns, step.singles)
                state.step += 1
                stop = should_stop()
                if stop or state.step == recipe.steps or clock.due():
                    clock.read()
                    require_finite(state.loss_sum, state.epoch + 1, recipe)
                    on_progress(_progress(state, recipe))
                if stop and state.step < recipe.steps:
                    return False
            epoch = _finished(state, validation, recipe, device)
            state.history.append(epoch)
            on_progress(_progress(state, recipe, epoch))
            state.begin_next_epoch()
            on_epoch(state)
            clock.restart()
            if should_stop() and state.epoch < recipe.epochs:
                return False
    return True


def take_step(
    network: ReaderNetwork,
    optimizer: torch.optim.Optimizer,
    step: Step,
    *,
    device: torch.device,
    arithmetic: Arithmetic,
) -> tuple[Tensor, Tensor]:
    """Learn from a step; return the loss of its single signs, and what was said of them, float32[n,t,16]."""
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(device.type, torch.bfloat16, enabled=arithmetic == "bfloat16"):
        columns = network(step.singles.images.to(device))
        of_lines = network(step.lines.images.to(device))
        logits = network.digits(step.digits.images.to(device)).float()
    loss = _loss(columns, step.singles)
    beside = _loss_beside(logits, step.digits.signs.to(device) - 1)
    (loss + LINE_SHARE * _loss(of_lines, step.lines) + beside).backward()
    # Each by itself: they share nothing, and learn as they would alone.
    for part in (network.lines, network.digits):
        nn.utils.clip_grad_norm_(part.parameters(), _LONGEST)
    optimizer.step()
    return loss.detach(), columns.detach()


def _finished(state: State, validation: Digits | None, recipe: ReaderRecipe, device: torch.device) -> Epoch:
    """Return the scores of the epoch that has just ended."""
    count = recipe.steps * recipe.batch_size
    loss, accuracy = score_network(state.network, validation, device)
    return Epoch(state.epoch + 1, state.loss_sum / count, state.correct / count, loss, accuracy, state.seconds_in_epoch)


def _loss(columns: Tensor, batch: Batch) -> Tensor:
    """Return the mean over pictures of how improbable their signs are (Graves et al. 2006).

    On the CPU, where the batches are composed: torch's gradient of it on a card is not the same each time.
    """
    columns = columns.cpu()
    lengths = torch.full_like(batch.lengths, columns.shape[1])
    losses = nn.functional.ctc_loss(
        columns.transpose(0, 1),
        batch.signs,
        lengths,
        batch.lengths,
        reduction="none",
        zero_infinity=True,
    )
    return losses.mean()


def _loss_beside(logits: Tensor, labels: Tensor) -> Tensor:
    return nn.functional.cross_entropy(logits, labels, label_smoothing=BESIDE_THE_READER.label_smoothing)


@torch.no_grad()
def _right(columns: Tensor, batch: Batch) -> int:
    """Return how many pictures of a batch are read right, by those of one sign."""
    single = batch.lengths == 1
    if not single.any():
        return 0
    signs = batch.signs[batch.lengths.cumsum(0) - 1][single]
    right = (alone(columns.cpu()).argmax(1)[single] + 1 == signs).float().mean()
    return round(float(right) * len(single))


def _progress(state: State, recipe: ReaderRecipe, finished: Epoch | None = None) -> Progress:
    images, count = state.step * recipe.batch_size, recipe.steps * recipe.batch_size
    speed = (state.epoch * count + images) / max(state.seconds, 1e-9)
    return Progress(
        epoch=state.epoch + 1,
        epochs=recipe.epochs,
        images=images,
        images_in_epoch=count,
        loss=state.loss_sum / images,
        accuracy=state.correct / images,
        images_per_second=speed,
        seconds_left=((recipe.epochs - state.epoch) * count - images) / speed,
        finished_epoch=finished,
    )
