"""What the tests share: real MNIST, a small part of it, and a run trained on each once."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from digitrec.data.digits import Digits, joined
from digitrec.data.idx import idx_bytes
from digitrec.data.mnist import Mnist, load_mnist
from digitrec.training.recipes import Dense
from digitrec.training.runs import Run

REPOSITORY = Path(__file__).parents[1]

if "PYTEST_XDIST_WORKER" in os.environ:
    # Where tests run two at once, two threads of torch would mostly wait for one another. Processes inherit it.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# No test asks a public mirror for what it may do without; those that fetch have mirrors of their own.
os.environ.setdefault("DIGITREC_FASHION_MIRRORS", "http://127.0.0.1:9/")

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    """MNIST from wherever this machine finds it, as a user's machine would."""
    return load_mnist()


def write_folder(folder: Path, train: Digits, test: Digits) -> Path:
    """Write digits as the four plain IDX files and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, digits in (("train", train), ("t10k", test)):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx_bytes(digits.images))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes(digits.labels))
    return folder


@pytest.fixture(scope="session")
def mnist_folder(mnist: Mnist, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with MNIST's four files, plain."""
    everything = joined(mnist.train, mnist.validation)
    return write_folder(tmp_path_factory.mktemp("mnist"), everything, mnist.test)


@pytest.fixture(scope="session")
def small_folder(mnist: Mnist, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 2,400 and 600 of MNIST's digits: digits that are not MNIST, and learnt in no time."""
    return write_folder(tmp_path_factory.mktemp("small"), mnist.train[:2400], mnist.test[:600])


@pytest.fixture(scope="session")
def small(small_folder: Path) -> Mnist:
    """The digits of `small_folder`."""
    return load_mnist(small_folder)


@pytest.fixture(scope="session")
def trained(mnist: Mnist, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run on real MNIST, small enough to take a few seconds, good enough to be wrong now and then."""
    # Late, since most tests need no torch.
    from digitrec.training.train import train  # noqa: PLC0415

    recipe = Dense(hidden=(64,), epochs=2, learning_rate=0.1, invert=False, validate=True)
    return train(recipe, mnist, runs=tmp_path_factory.mktemp("trained") / "runs")


@pytest.fixture
def command(tmp_path: Path, mnist_folder: Path) -> Command:
    """Run `python -m digitrec` with these arguments in an empty folder, on real MNIST."""

    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "digitrec", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "DIGITREC_DATA": str(mnist_folder), **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )

    return run
