"""As sure as it is right: the temperature that a trained network's logits are divided by in its model file.

In: a network that has learnt, its recipe, the digits. Out: a temperature and what it was fitted on, and for the reader
what its confidence in a line's digits is worth. It changes no answer, and the test digits are not looked at. Knows
no run folder and no ONNX.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from digitrec.data.mnist import Mnist
from digitrec.scoring.temperature import fit_temperature
from digitrec.training.augment import augmented
from digitrec.training.calibrate_reader import ReaderCalibration, calibrate_reader
from digitrec.training.reading_network import ReaderNetwork
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Recipe

_MOST = 5000
"""Digits to fit on: as many as there are validation digits."""

_AT_ONCE = 250


class Calibration(NamedTuple):
    """What logits are divided by, and where that comes from."""

    temperature: float
    fitted_on: str
    reading: ReaderCalibration | None = None
    """Of a reader alone."""

    def metadata(self) -> dict[str, object]:
        """Return it as the model file keeps it."""
        kept: dict[str, object] = {"temperature": self.temperature, "temperature_fitted_on": self.fitted_on}
        return kept | ({"reading": self.reading._asdict()} if self.reading else {})


def calibrate(network: nn.Module, recipe: Recipe, data: Mnist, seed: int) -> Calibration:
    """Return what makes the network as sure as it is right; it is on the CPU and evaluates.

    Where the recipe keeps validation digits, it is fitted on those. Where it learns from all digits and smooths their
    labels, which leaves it a tenth less sure than it is right, on training digits as the recipe shows them, drawn
    anew: moved about they are about as hard as new ones (`experiments/LOG.md`); so it is for the reader, too. Otherwise
    it is 1.
    """
    if recipe.validate:
        images, labels, fitted_on = data.validation.images[:_MOST], data.validation.labels[:_MOST], "validation digits"
    elif recipe.label_smoothing or isinstance(recipe, ReaderRecipe):
        images, labels, fitted_on = data.train.images[:_MOST], data.train.labels[:_MOST], "training digits"
        if recipe.augments:
            images, fitted_on = augmented(images, recipe, 1, seed)[0], "training digits, moved about"
    else:
        return Calibration(1.0, "nothing")
    temperature = fit_temperature(_logits(network, images), labels)
    if not isinstance(network, ReaderNetwork) or not isinstance(recipe, ReaderRecipe):
        return Calibration(temperature, fitted_on)
    # Of training digits other lines than those that it learnt from.
    held_out, drawn = (data.validation, seed) if recipe.validate else (data.train[:_MOST], seed + 1)

    def columns_of(lines: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        with torch.inference_mode():
            return np.asarray(network.lines(torch.from_numpy(lines)))

    return Calibration(temperature, fitted_on, calibrate_reader(columns_of, recipe, held_out, drawn))


def _logits(network: nn.Module, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return float32[n,10]."""
    with torch.inference_mode():
        parts = [
            network(torch.from_numpy(images[start : start + _AT_ONCE])).float().numpy()
            for start in range(0, len(images), _AT_ONCE)
        ]
    return np.concatenate(parts)
