"""Memory: a training that does not fit says so before it begins, and the estimate is near the truth."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from digitrec.data.mnist import Mnist
from digitrec.errors import TrainingError
from digitrec.training import memory
from digitrec.training.memory import bytes_free, bytes_needed, kept_memory, require_memory, within_memory
from digitrec.training.network import build_network
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Best, Conv, Dense
from digitrec.training.train import train

DIGITS = 55_000

PEAK = r"""
import re, sys
from pathlib import Path
import torch
from digitrec.training.network import build_network
from digitrec.training.recipes import Best, Conv, Dense
from digitrec.training.optimizer import make_optimizer
from digitrec.training.step import make_step
recipe = eval(sys.argv[1])
network = build_network(recipe, torch.Generator().manual_seed(0))
optimizer = make_optimizer(recipe, network)
def peak():
    # Not getrusage: that begins with what the parent took.
    return int(re.search(r'VmHWM:\s+(\d+)', Path('/proc/self/status').read_text())[1]) * 1024
step = make_step(recipe, network, optimizer, arithmetic="float32")
digits = torch.zeros(int(sys.argv[2]), 28, 28, dtype=torch.uint8)
before = peak()
given = step.prepare(digits)
for _ in range(2):
    step.take(given[: recipe.batch_size], torch.zeros(recipe.batch_size, dtype=torch.int64), 0.001)
print(peak() - before)
"""


def network_of(recipe: Recipe) -> torch.nn.Module:
    return build_network(recipe, torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    "recipe", [Dense(), Dense(hidden=(8000, 4000), momentum=0.9), Conv(batch_size=6000), Best(batch_size=1500)]
)
def test_the_estimate_is_within_twice_of_what_a_training_takes(recipe: Recipe) -> None:
    code = [sys.executable, "-c", PEAK, repr(recipe), str(DIGITS)]
    took = int(subprocess.run(code, capture_output=True, text=True, check=True).stdout)

    assert took > 100e6
    assert 0.5 < bytes_needed(network_of(recipe), recipe, DIGITS) / took < 2


@pytest.mark.parametrize(("recipe", "each"), [(Dense(), 784 * 4), (Dense(shift=1), 0), (Conv(), 0)])
def test_what_is_prepared_once_counts_for_every_digit(recipe: Recipe, each: int) -> None:
    network = network_of(recipe)

    assert bytes_needed(network, recipe, DIGITS) - bytes_needed(network, recipe, 0) == DIGITS * each


def test_all_digits_that_are_learnt_from_are_counted(
    mnist: Mnist, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(
        "digitrec.training.train.require_memory", lambda _network, _recipe, digits: asked.append(digits)
    )
    small = Mnist(mnist.train[:300], mnist.validation[:100], mnist.test[:50])
    for recipe in (Dense(epochs=1), Dense(epochs=1, validate=True)):
        train(recipe, small, device="cpu", runs=tmp_path, should_stop=lambda: True)

    assert asked == [400, 300]


def test_a_recipe_that_does_not_fit_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Conv(batch_size=60_000)
    monkeypatch.setattr(memory, "bytes_free", lambda: 2**30)

    with pytest.raises(TrainingError, match=r"conv: training needs about \d\.\d GiB .* 60,000 images, and 1.0 GiB are"):
        require_memory(network_of(recipe), recipe, DIGITS)
    monkeypatch.setattr(memory, "bytes_free", lambda: None)
    require_memory(network_of(recipe), recipe, DIGITS)


def test_a_containers_limit_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("300000000\n")
    (tmp_path / "memory.current").write_text("100000000\n")
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)

    assert bytes_free() == 200_000_000
    # Files that were read make way.
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 40000000\n")
    assert bytes_free() == 240_000_000
    (tmp_path / "memory.current").write_text("900000000\n")
    assert bytes_free() == 0
    (tmp_path / "memory.max").write_text("max\n")
    assert (bytes_free() or 0) > 200_000_000


@pytest.mark.parametrize("full", [torch.OutOfMemoryError("CUDA out of memory"), MemoryError()])
def test_a_full_device_says_what_helps(full: Exception) -> None:
    with (
        pytest.raises(TrainingError, match="conv: steps of 512 images do not fit into memory; choose fewer"),
        within_memory(Conv(batch_size=512)),
    ):
        raise full


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not say")
def test_free_memory_is_known_on_linux() -> None:
    free = bytes_free()

    assert free is not None
    assert 2**20 < free < 2**50


def test_results_are_the_same_with_memory_kept() -> None:
    def result() -> torch.Tensor:
        network, recipe = network_of(Conv()), Conv()
        images = torch.arange(recipe.batch_size * 784).reshape(-1, 28, 28).to(torch.uint8)
        with torch.no_grad():
            given: torch.Tensor = network.eval()(images)
            return given

    expected = result()
    with kept_memory():
        assert torch.equal(result(), expected)
    assert torch.equal(result(), expected)
