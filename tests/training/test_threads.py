"""How many threads train the reader while its batches are composed."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from digitrec.data.digits import Digits
from digitrec.data.mnist import Mnist
from digitrec.training import threads
from digitrec.training.environment import cpu_threads
from digitrec.training.reader_batches import Batches
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Arithmetic
from digitrec.training.threads import seconds_of_steps, threads_beside_composing

LONG = ReaderRecipe(batch_size=4, lines=2, line_widths=(84,), channels=(4, 4, 4, 4, 4, 8, 8))
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def digits(mnist: Mnist) -> Digits:
    return mnist.train[:200]


@pytest.mark.parametrize(("seconds", "expected"), [({4: 2.0, 3: 1.0}, 3), ({4: 1.0, 3: 2.0}, 4)])
def test_one_fewer_where_that_is_faster_and_tried_once(
    seconds: dict[int, float], expected: int, digits: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path))
    tried: list[int] = []

    def taken(_recipe: ReaderRecipe, _batches: Batches, _arithmetic: Arithmetic, number: int) -> float:
        tried.append(number)
        return seconds[number]

    monkeypatch.setattr(threads, "seconds_of_steps", taken)
    with cpu_threads(4):
        found = [threads_beside_composing(LONG, digits, CPU, "float32") for _ in range(2)]

        assert found == [expected] * 2
        assert tried == [4, 3, 4, 3]
        # In other arithmetic, or of other sizes, the answer may be another.
        threads_beside_composing(LONG, digits, CPU, "bfloat16")
        threads_beside_composing(replace(LONG, lines=4), digits, CPU, "float32")
        assert tried == [4, 3, 4, 3] * 3


def test_nothing_is_tried_for_a_short_training_for_one_thread_or_for_a_card(
    digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "tried_once", None)  # called, it would fail
    with cpu_threads(2):
        assert threads_beside_composing(replace(LONG, epochs=1), digits, CPU, "float32") == 2
        assert threads_beside_composing(LONG, digits, torch.device("cuda"), "bfloat16") == 2
    with cpu_threads(1):
        assert threads_beside_composing(LONG, digits, CPU, "float32") == 1


def test_the_trial_takes_real_steps_and_leaves_the_threads_as_they_were(digits: Digits) -> None:
    with cpu_threads(2):
        assert seconds_of_steps(LONG, Batches(digits, LONG, 0), "float32", 1) > 0
        assert torch.get_num_threads() == 2
