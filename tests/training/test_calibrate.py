"""The temperature of a trained network: what it is fitted on, and what comes of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import digitrec
from digitrec import Mnist
from digitrec.data.digits import Digits
from digitrec.training.calibrate import calibrate
from digitrec.training.network import build_network
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Conv, Dense, Fast

READER = ReaderRecipe(channels=(4, 4, 4, 4, 4, 8, 8))
SMALL = Fast(channels=(8, 16), units=16, epochs=3, precision="float32")


@pytest.mark.parametrize(
    ("recipe", "fitted_on"),
    [
        (Dense(hidden=(8,)), "nothing"),
        (Dense(hidden=(8,), validate=True), "validation digits"),
        (Fast(validate=True), "validation digits"),
        (Fast(), "training digits"),
        (Conv(), "training digits, moved about"),
        (READER, "validation digits"),
        (replace(READER, validate=False), "training digits, moved about"),
    ],
)
def test_it_is_fitted_on_validation_digits_or_undoes_the_smoothing(
    recipe: Recipe, fitted_on: str, small: Mnist
) -> None:
    network = build_network(recipe, torch.Generator().manual_seed(0)).eval()
    without_test = small._replace(test=Digits(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8)))
    first, again = (calibrate(network, recipe, each, 3) for each in (small, without_test))

    assert first.fitted_on == fitted_on
    assert first == again
    assert (first.temperature == 1) == (fitted_on == "nothing")
    # Whatever a reader is fitted on, it is fitted for lines as well.
    assert (first.reading is not None) == isinstance(recipe, ReaderRecipe)


@pytest.mark.parametrize("validate", [True, False])
def test_the_model_of_smoothed_labels_is_about_as_sure_as_right(
    validate: bool, small: Mnist, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = digitrec.train(replace(SMALL, validate=validate), small, runs=tmp_path_factory.mktemp("runs"))
    model, test = run.model(), small.test
    probabilities = model.probabilities(test.images)
    apart = probabilities.max(axis=1).mean() - (probabilities.argmax(axis=1) == test.labels).mean()

    assert 0.05 < model.metadata["temperature"] < 0.9
    assert model.metadata["temperature_fitted_on"] == ("validation digits" if validate else "training digits")
    assert abs(apart) < 0.03
