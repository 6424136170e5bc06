"""Recipes: values that make sense, saved and read again, named after their changes."""

import json
from typing import Any

import pytest

from digitrec import Dense
from digitrec.errors import RecipeError
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import RECIPES, Best, Conv, Fast, recipe_named
from digitrec.training.saved_recipes import changes, recipe_from_json, recipe_to_json, run_name


def test_dense_is_the_notebooks_network() -> None:
    assert recipe_to_json(Dense()) == {
        "name": "dense",
        "hidden": (1000,),
        "activation": "relu",
        "invert": True,
        "epochs": 20,
        "batch_size": 100,
        "learning_rate": 0.01,
        "schedule": "constant",
        "optimizer": "sgd",
        "momentum": 0.0,
        "weight_decay": 0.0,
        "shift": 0.0,
        "rotate": 0.0,
        "scale": 0.0,
        "shear": 0.0,
        "elastic": 0.0,
        "proportions": 0.0,
        "thickness": 0.0,
        "label_smoothing": 0.0,
        "precision": "fastest",
        "validate": False,
        "prepare": False,
    }
    assert Dense().weights == 784 * 1000 + 1000 + 1000 * 10 + 10 == 795_010


@pytest.mark.parametrize(
    "recipe", [Dense(), Dense(hidden=()), Dense(hidden=(5, 6), optimizer="adam"), Fast(), Conv(), Best()]
)
def test_a_saved_recipe_is_read_as_the_same(recipe: Recipe) -> None:
    assert recipe_from_json(json.loads(json.dumps(recipe_to_json(recipe)))) == recipe


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden": (0,)}, r"--hidden 0: expected at most 64 numbers from 1 to 65,536"),
        ({"hidden": (-5, 3)}, r"--hidden -5,3"),
        ({"hidden": (1,) * 65}, r"at most 64 numbers"),
        ({"hidden": (60_000, 60_000)}, r"would take 54.4 GiB in training; expected at most 500,000,000"),
        ({"hidden": (1.5,)}, r"--hidden 1.5: expected a whole number"),
        ({"hidden": 512}, r"--hidden 512: a int; expected whole numbers, as in \(512, 256\)"),
        ({"schedule": "cosine"}, r"--schedule cosine: expected one of: constant, one-cycle, two-cycles"),
        ({"optimizer": "rmsprop"}, r"--optimizer rmsprop: expected one of: sgd, adam, adamw"),
        ({"precision": "bf16"}, r"--precision bf16: expected one of: float32, fastest"),
        ({"activation": "swish"}, r"--activation swish: expected one of: relu, gelu, tanh, sigmoid"),
        ({"epochs": 0}, r"--epochs 0: expected a number from 1 to 100,000"),
        ({"epochs": 1.5}, r"--epochs 1.5: expected a whole number"),
        ({"epochs": True}, r"--epochs True: expected a whole number"),
        ({"epochs": "3"}, r"--epochs 3: expected a whole number"),
        ({"learning_rate": "0.1"}, r"--learning-rate 0.1: expected a number above 0"),
        ({"batch_size": 0}, r"--batch-size 0"),
        ({"learning_rate": float("nan")}, r"--learning-rate nan: expected a number above 0, at most 1,000"),
        ({"learning_rate": 0.0}, r"--learning-rate 0.0"),
        ({"learning_rate": float("inf")}, r"--learning-rate inf"),
        ({"momentum": 1.0}, r"--momentum 1.0"),
        ({"momentum": 0.9, "optimizer": "adam"}, r"--momentum goes with --optimizer sgd"),
        ({"weight_decay": -1.0}, r"--weight-decay -1.0"),
    ],
)
def test_values_that_make_no_sense_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        Dense(**change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": ()}, "--channels none: expected one convolution or more"),
        ({"channels": (16, 0)}, r"--channels 16,0: expected at most 32 numbers from 1 to 1,024"),
        ({"channels": (16,)}, "--pooled 2,3: expected which of the 1 convolutions, from 1"),
        ({"pooled": (0,)}, "--pooled 0: expected which of the 4 convolutions"),
        ({"batch_size": 1}, "--batch-size 1: expected a number from 2"),
        ({"first_filter": 24}, "--first-filter 24 with --first-stride 2 leaves no pixels after pooling 2 times"),
        ({"first_stride": 0}, "--first-stride 0: expected a number from 1 to 28"),
        ({"shift": 15}, "--shift 15: expected a number from 0 to 14"),
        ({"rotate": -1}, "--rotate -1"),
        ({"scale": float("nan")}, "--scale nan"),
        ({"shear": 1.5}, "--shear 1.5"),
        ({"elastic": 3.5}, "--elastic 3.5: expected a number from 0 to 3"),
        ({"proportions": 0.5}, "--proportions 0.5: expected a number from 0 to 0.4"),
        ({"thickness": 1.1}, "--thickness 1.1"),
    ],
)
def test_convolutions_and_movements_that_make_no_sense_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        Conv(**change)


def test_a_committee_without_members_is_refused() -> None:
    with pytest.raises(RecipeError, match="--members 0: expected a number from 1 to 64"):
        Best(members=0)


def test_sides_are_those_of_the_feature_maps() -> None:
    assert Conv().sides == (12, 6, 3, 3)
    assert Conv(channels=(4, 4, 4), pooled=(3,), first_filter=5, first_stride=1).sides == (24, 24, 12)


def test_an_unknown_recipe_is_answered_with_those_there_are() -> None:
    with pytest.raises(RecipeError, match=f"no recipe named 'nonsense'; there are: {', '.join(RECIPES)}"):
        recipe_named("nonsense")


@pytest.mark.parametrize("change", [{"layers": 3}, {"epochs": None}])
def test_a_recipe_saved_by_another_version_is_refused(change: dict[str, Any]) -> None:
    saved = {**recipe_to_json(Dense()), **change}
    saved = {key: value for key, value in saved.items() if value is not None}

    with pytest.raises(RecipeError, match=f"differs from ours in {next(iter(change))}"):
        recipe_from_json(saved)


def test_a_run_is_named_after_what_was_changed() -> None:
    assert run_name(Dense()) == "dense"
    assert run_name(Dense(hidden=(512, 256), learning_rate=0.1)) == "dense-learning-rate-0.1-hidden-512-256"
    assert run_name(Dense(hidden=())) == "dense-hidden-none"
    assert len(run_name(Dense(hidden=(1000,) * 64))) <= 100


def test_changes_are_those_from_the_defaults() -> None:
    assert changes(Dense()) == {}
    assert changes(Dense(epochs=3, invert=False)) == {"epochs": 3, "invert": False}
