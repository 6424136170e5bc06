"""How many CPU threads the reader's network gets, while one more composes its batches.

In: the recipe, digits, device, arithmetic. Out: a number, by trying once whether one thread fewer for the network than
there are cores is faster (`trials.py`). Where bfloat16 has instructions of its own, a batch takes as long to compose as
to learn from, and threads that wait for each other lose more than a core to the one that composes: on two cores of an
Intel Xeon with AMX a step takes 0.153 s with two threads and 0.111 with one (`experiments/LOG.md`, 85). Elsewhere all
threads are faster. Knows nothing of runs.
"""

import time
from contextlib import closing

import torch

from digitrec.data.digits import Digits
from digitrec.training.environment import cpu_threads
from digitrec.training.network import build_network
from digitrec.training.optimizer import make_optimizer
from digitrec.training.reader_batches import Batches
from digitrec.training.reading_loop import take_step
from digitrec.training.reading_network import ReaderNetwork
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Arithmetic, Recipe
from digitrec.training.trials import tried_once

_WORTH_A_TRIAL = 1000
"""Steps: a training of fewer is over as soon as the trial."""

_SOME = 1000
"""Digits are enough to compose its lines of."""

_FIRST, _STEPS = 3, 12
"""Steps that are taken before the clock starts, and by it."""


def threads_beside_composing(recipe: Recipe, digits: Digits, device: torch.device, arithmetic: Arithmetic) -> int:
    """Return how many threads to train with: as torch takes, or for the reader one fewer where that is faster."""
    threads = torch.get_num_threads()
    if not isinstance(recipe, ReaderRecipe) or recipe.epochs * recipe.steps < _WORTH_A_TRIAL:
        return threads
    if device.type != "cpu" or threads == 1:
        return threads

    def fewer_are_faster() -> bool:
        batches = Batches(digits[:_SOME], recipe, 0)
        seconds = dict.fromkeys((threads, threads - 1), 0.0)
        for _ in range(2):
            for tried in seconds:
                seconds[tried] += seconds_of_steps(recipe, batches, arithmetic, tried)
        return seconds[threads - 1] < seconds[threads]

    # All that the time of a step depends on.
    sizes = [*recipe.channels, recipe.batch_size, recipe.lines, *recipe.line_widths]
    name = f"one fewer for {recipe.name} in {arithmetic}, {'-'.join(map(str, sizes))}"
    return threads - tried_once(name, fewer_are_faster)


def seconds_of_steps(recipe: ReaderRecipe, batches: Batches, arithmetic: Arithmetic, threads: int) -> float:
    """Return how long a dozen steps of a new network take, batches composed beside them."""
    network = build_network(recipe, torch.Generator().manual_seed(0)).train()
    assert isinstance(network, ReaderNetwork)  # noqa: S101 - as built for this recipe
    optimizer, start = make_optimizer(recipe, network), 0.0
    with cpu_threads(threads), closing(batches.stream(0, _FIRST + _STEPS)) as stream:
        for number, step in enumerate(stream):
            if number == _FIRST:
                start = time.perf_counter()
            take_step(network, optimizer, step, device=torch.device("cpu"), arithmetic=arithmetic)
    return time.perf_counter() - start
