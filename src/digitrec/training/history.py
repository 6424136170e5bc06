"""What a training tells while it goes on, and what is kept of each epoch. Plain values, no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Epoch:
    """The scores of one pass over the training digits, taken while it learnt."""

    epoch: int
    loss: float
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float


@dataclass(frozen=True)
class Progress:
    """Where a training is: `epoch` counts from 1, loss and accuracy are this epoch's so far."""

    epoch: int
    epochs: int
    images: int
    images_in_epoch: int
    loss: float
    accuracy: float
    images_per_second: float
    seconds_left: float
    finished_epoch: Epoch | None = None
