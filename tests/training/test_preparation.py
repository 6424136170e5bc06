"""What is mended before the network sees a picture, and what is left alone."""

import numpy as np
import pytest
import torch

import digitrec
from digitrec import Mnist
from digitrec.damage.corrupt import corrupt
from digitrec.errors import RecipeError
from digitrec.training.familiarity import features_of
from digitrec.training.network import build_network
from digitrec.training.preparation import Preparation, digits_to_learn, prepared
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipes import Best, Dense, Fast


def mended(images: np.ndarray) -> np.ndarray:
    found: np.ndarray = Preparation()(torch.from_numpy(images)).numpy()
    return found


@pytest.fixture(scope="module")
def digits(mnist: Mnist) -> np.ndarray:
    return mnist.validation.images[:300]


def apart(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first.astype(float) - second).mean())


def test_digits_go_through_as_they_are(mnist: Mnist) -> None:
    digits = mnist.validation.images
    found = mended(digits)

    assert found.dtype == np.uint8
    assert found.shape == digits.shape
    assert (found == digits).all(axis=(1, 2)).mean() >= 0.99


@pytest.mark.parametrize("family", ["brightness", "stripe", "fog", "glass_blur", "impulse_noise"])
def test_each_picture_is_mended_for_itself(family: str, digits: np.ndarray) -> None:
    damaged = corrupt(digits[:40], family)
    together = np.concatenate([digits[40:80], damaged])
    alone = [mended(digits[40:80]), mended(damaged)]

    assert np.array_equal(mended(together), np.concatenate(alone))
    assert not np.array_equal(alone[1], damaged)


@pytest.mark.parametrize(
    ("family", "share"), [("brightness", 0.1), ("stripe", 0.1), ("impulse_noise", 0.5), ("fog", 0.4)]
)
def test_what_is_damaged_comes_out_nearer_to_what_it_was(family: str, share: float, digits: np.ndarray) -> None:
    damaged = corrupt(digits, family)

    assert apart(mended(damaged), digits) < share * apart(damaged, digits)


def test_faint_ink_becomes_full_and_nothing_stays_nothing(digits: np.ndarray) -> None:
    assert np.median(mended(digits // 4).max(axis=(1, 2))) == 255
    for value in (0, 9, 255):
        assert not mended(np.full((2, 28, 28), value, np.uint8)).any()


def test_digits_are_learnt_as_they_are_asked_about(small: Mnist) -> None:
    learn, keep = digits_to_learn(small, Fast(prepare=True, validate=True))
    everything, nothing = digits_to_learn(small, Fast())

    assert np.array_equal(learn.images, mended(small.train.images))
    assert np.array_equal(learn.labels, small.train.labels)
    assert keep is not None
    assert np.array_equal(keep.images, mended(small.validation.images))
    assert len(everything) == len(small.train) + len(small.validation)
    assert nothing is None
    assert np.array_equal(everything.images[: len(small.train)], small.train.images)


def test_it_is_in_the_file_and_helps(small: Mnist, tmp_path_factory: pytest.TempPathFactory) -> None:
    recipes = [Fast(channels=(8, 16), units=16, epochs=3, precision="float32", prepare=each) for each in (False, True)]
    models = [digitrec.train(each, small, runs=tmp_path_factory.mktemp("runs")).model() for each in recipes]
    bright = corrupt(small.test.images, "brightness")
    right = [(model.probabilities(bright).argmax(axis=1) == small.test.labels).mean() for model in models]

    assert right[1] > right[0] + 0.2
    assert models[1].features(bright[:2]) is not None


def test_a_committee_and_its_features_are_prepared_once(digits: np.ndarray) -> None:
    recipe = Best(channels=(8,), pooled=(1,), units=9, members=2, prepare=True)
    network = build_network(recipe, torch.Generator().manual_seed(0)).eval()
    images = torch.from_numpy(corrupt(digits[:5], "fog"))
    with torch.no_grad():
        ready = Preparation()(images)
        assert torch.equal(prepared(network, recipe)(images), network(ready))
        ours, theirs = features_of(prepared(network, recipe), images), features_of(network, ready)
    assert ours is not None
    assert theirs is not None
    assert torch.equal(ours, theirs)


def test_it_is_an_option_of_recipes_of_single_digits() -> None:
    network = build_network(Dense(hidden=(3,)), torch.Generator().manual_seed(0))

    assert prepared(network, Dense(hidden=(3,))) is network
    with pytest.raises(RecipeError, match="--prepare is for recipes of single digits"):
        ReaderRecipe(prepare=True)
