"""A trained network → the model file: calibrated, with what tells strangers apart, and with what it says of itself.

In: a network that has learnt and evaluates, what its run says of it, the digits. Out: the content of an ONNX file. The
test digits are not looked at. Knows no folder.
"""

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from torch import nn

from digitrec.data.digits import CLASSES
from digitrec.data.mnist import Mnist
from digitrec.training.calibrate import calibrate
from digitrec.training.export import to_onnx
from digitrec.training.familiarity import fit_familiarity
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Conv
from digitrec.training.saved_recipes import run_name

_PROVEN_WITH = 17
"""Training digits by which file and network are compared: as many as the largest batch of `export.PROVEN_AT`."""


def model_file(
    network: nn.Module, recipe: Recipe, data: Mnist, *, record: Mapping[str, Any], validation_accuracy: float | None
) -> bytes:
    """Return the model file of a network on the CPU; `record` is what `run.json` says before the training is over."""
    calibration = calibrate(network, recipe, data, record["seed"])
    described = {
        "name": run_name(recipe),
        "recipe": record["recipe"],
        "seed": record["seed"],
        "version": metadata.version("digitrec"),
        "data_sha256": record["data"]["train_sha256"],
        "classes": list(range(CLASSES)),
        "validation_accuracy": validation_accuracy,
        "thresholds": {},
        **calibration.metadata(),
    }
    return to_onnx(
        network,
        data.train.images[:_PROVEN_WITH],
        described,
        calibration.temperature,
        familiarity=fit_familiarity(network, data.train),
        look_again_below=recipe.look_again_below if isinstance(recipe, Conv) else 0.0,
    )
