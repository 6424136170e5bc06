"""The self-test of bfloat16: used where right and faster, and never else."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from digitrec import Conv, Dense
from digitrec.training import arithmetic
from digitrec.training.arithmetic import (
    bfloat16_pays,
    chosen_arithmetic,
    layers_of_ours,
    products_pay,
    steps_of_dense,
    try_bfloat16,
)
from digitrec.training.recipe import Recipe

NUMBERS = torch.arange(1, 1001, dtype=torch.float32)


def work(times: int) -> Tensor:
    """Return numbers after so many products of matrices that are thrown away."""
    some = torch.ones(200, 200)
    for _ in range(times):
        some @ some
    return NUMBERS.clone()


def test_what_is_right_and_faster_pays() -> None:
    assert try_bfloat16(lambda coarsely: [work(1 if coarsely else 60)])


def test_what_is_right_but_slower_does_not_pay() -> None:
    assert not try_bfloat16(lambda coarsely: [work(60 if coarsely else 1)])


@pytest.mark.parametrize("wrong", [NUMBERS * 1.1, -NUMBERS, NUMBERS.flip(0), NUMBERS * float("nan"), NUMBERS * 0])
def test_what_is_faster_but_wrong_does_not_pay(wrong: Tensor) -> None:
    assert not try_bfloat16(lambda coarsely: [work(60), NUMBERS] if not coarsely else [NUMBERS, wrong])


def test_the_step_computes_results_and_gradients_in_both_arithmetics() -> None:
    step = layers_of_ours(batch=8)
    exact, coarse = step(False), step(True)  # noqa: FBT003 - the one argument of a step

    assert len(exact) == len(coarse) == 9
    assert exact[0].dtype == torch.float32
    assert coarse[0].dtype == torch.bfloat16
    assert all(each.abs().sum() > 0 for each in exact)


def test_steps_of_dense_are_the_same_within_what_bfloat16_keeps() -> None:
    step = steps_of_dense()
    cast, products = step(False), step(True)  # noqa: FBT003 - the one argument of a step

    for one, other in zip(cast, products, strict=True):
        assert one.dtype == other.dtype == torch.float32
        assert float((one - other).norm() / one.norm()) < 0.01


@pytest.mark.parametrize(
    ("pays", "products", "recipe", "expected"),
    [
        (True, True, Dense(), "bfloat16 products"),
        (True, False, Dense(), "bfloat16"),
        (False, True, Dense(), "float32"),
        (True, True, Dense(precision="float32"), "float32"),
        (True, True, Dense(optimizer="adam"), "bfloat16"),
        (True, True, Conv(), "bfloat16"),
    ],
)
def test_what_pays_is_chosen(
    pays: bool, products: bool, recipe: Recipe, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arithmetic, "bfloat16_pays", lambda: pays)
    monkeypatch.setattr(arithmetic, "products_pay", lambda: products)

    assert chosen_arithmetic(recipe, torch.device("cpu")) == expected


def test_each_trial_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path))
    tried: list[object] = []

    def trial(step: object, **_: float) -> bool:
        tried.append(step)
        return True

    monkeypatch.setattr(arithmetic, "try_bfloat16", trial)

    assert [bfloat16_pays(), bfloat16_pays(), products_pay(), products_pay(), bfloat16_pays()] == [True] * 5
    assert len(tried) == 2
