"""What is said of curves made by hand."""

import itertools

import pytest

from digitrec.training.advice import advice
from digitrec.training.history import Epoch
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Conv, Dense


def epochs(losses: list[float], validation: list[float] | None = None, accuracy: float = 0.9) -> list[Epoch]:
    numbered = enumerate(itertools.zip_longest(losses, validation or []), start=1)
    return [Epoch(number, loss, accuracy, other, other and 0.9, 1.0) for number, (loss, other) in numbered]


@pytest.mark.parametrize(
    ("history", "recipe", "words"),
    [
        (epochs([1.0, 0.4, 0.9]), Dense(), "diverging: the loss was 0.4 in epoch 2 and is 0.9; lower --learning-rate"),
        (epochs([2.3, 2.29], accuracy=0.2), Dense(), "not learning: right on 20% of the training digits; raise"),
        (epochs([2.3, 2.29], accuracy=0.2), Dense(), "from 0.01 to 0.1, or train longer with --epochs 40"),
        (
            epochs([0.4, 0.1, 0.01], [0.3, 0.2, 0.31]),
            Dense(),
            "overfitting: the validation loss was 0.2 in epoch 2 and is 0.31; stop there with --epochs 2, or move",
        ),
        (epochs([0.4, 0.1, 0.01], [0.3, 0.2, 0.31]), Conv(), "stop there with --epochs 2"),
        (epochs([0.4, 0.3]), Dense(epochs=2), "still improving: the loss fell from 0.4 to 0.3"),
        (epochs([0.4, 0.3], [0.5, 0.42]), Dense(epochs=2), "from 0.5 to 0.42 in the last epoch; go on longer with"),
        (epochs([0.4, 0.3]), Dense(epochs=2), "--epochs 4"),
    ],
)
def test_curves_that_show_something_are_put_into_words(history: list[Epoch], recipe: Recipe, words: str) -> None:
    assert words in (advice(history, recipe) or "nothing")


@pytest.mark.parametrize(
    ("history", "recipe"),
    [
        ([], Dense()),
        (epochs([0.4]), Dense()),
        (epochs([0.4, 0.395]), Dense()),
        # Training digits are learnt by heart, but validation digits are read no worse.
        (epochs([0.4, 0.1], [0.3, 0.3]), Dense()),
        # Its steps become short: the last epoch is always the best.
        (epochs([0.4, 0.2]), Conv()),
    ],
)
def test_curves_that_show_nothing_say_nothing(history: list[Epoch], recipe: Recipe) -> None:
    assert advice(history, recipe) is None
