"""From a recipe to a finished run: the training from end to end.

In: a recipe and digits. Out: a `Run`, whose folder holds the model and how it came about.
The loop is handed the training digits and, where the recipe keeps them, the validation
digits; the test digits are scored once, at the end, with the exported model.
Knows nothing of the terminal: it reports through a callback.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock
import torch

from digitrec.data.mnist import Mnist, load_mnist
from digitrec.errors import RunError, TrainingError
from digitrec.training.arithmetic import chosen_arithmetic
from digitrec.training.checkpoint import load_checkpoint, save_checkpoint, tensors_to_bytes
from digitrec.training.curve import draw_curve
from digitrec.training.environment import choose_device, cpu_threads, deterministic, hardware, peak_megabytes, versions
from digitrec.training.examine import examine
from digitrec.training.folding import folded, folds, unfolded
from digitrec.training.history import Progress
from digitrec.training.loop import SessionClock, State, fit
from digitrec.training.memory import kept_memory, require_memory, within_memory
from digitrec.training.model_file import model_file
from digitrec.training.network import build_network
from digitrec.training.optimizer import make_optimizer
from digitrec.training.preparation import count_to_learn, digits_to_learn, prepared
from digitrec.training.reading_loop import fit_reader
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Conv
from digitrec.training.runs import RUNS, Run, create_run, open_run
from digitrec.training.saved_recipes import recipe_from_json, recipe_to_json, run_name
from digitrec.training.threads import threads_beside_composing

CHECKPOINT = "checkpoint.safetensors"
_SECONDS_BETWEEN_CHECKPOINTS = 1.0

OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]


def train(  # noqa: PLR0913 - all but the first two are keyword-only
    recipe: Recipe | None = None,
    data: Mnist | None = None,
    *,
    seed: int = 0,
    device: str | None = None,
    threads: int | None = None,
    runs: str | Path = RUNS,
    on_progress: OnProgress = lambda _: None,
    should_stop: ShouldStop = lambda: False,
) -> Run:
    """Train a recogniser and return its run.

    >>> run = train(Dense(hidden=(512, 256), epochs=2), seed=1)
    >>> run.model().probabilities(images)

    Parameters
    ----------
    recipe
        What to train; without it `Conv()`.
    data
        The digits; without them `load_mnist()`.
    seed
        Same seed, machine, device and threads: the same weights, bit for bit.
    device
        "cpu", "cuda" or "mps"; without it the fastest there is.
    threads
        How many CPU threads; without it as many as torch takes, or one fewer where batches are composed beside the
        network and that is faster here.
    runs
        The folder in which the run's own folder is made.
    on_progress, should_stop
        Called with the `Progress`, ten times a second at most; and after each step: when it
        returns True the training is saved and the unfinished run returned.

    Raises
    ------
    TrainingError
        When it cannot start, does not fit into memory, or does not learn.
    RunError
        When the run folder cannot be written.
    DataError
        When the digits cannot be found or fetched.
    """
    recipe = recipe or Conv()
    if not 0 <= seed < 2**31:
        raise TrainingError(f"--seed {seed}: expected a whole number from 0 to {2**31 - 1:,}")
    place = choose_device(device)
    data = data or load_mnist()
    if recipe.validate and not len(data.validation):
        raise TrainingError(f"--validate needs at least 12 training digits; there are {len(data.train)}")
    if len(data.train) + len(data.validation) < 2:  # noqa: PLR2004 - what a deviation takes
        raise TrainingError(f"{data.train.source}: one training digit; expected two or more")
    with cpu_threads(threads):
        state = _start(recipe, seed, place, data)
        arithmetic = chosen_arithmetic(recipe, place)
        threads = threads or threads_beside_composing(recipe, data.train, place, arithmetic)
    with cpu_threads(threads):
        run = create_run(
            Path(runs),
            run_name(recipe),
            {
                "status": "training",
                "recipe": recipe_to_json(recipe),
                "seed": seed,
                "device": str(place),
                "threads": torch.get_num_threads(),
                "arithmetic": arithmetic,
                "started_at": _now(),
                "data": data.fingerprints(),
                "versions": versions(),
                "hardware": hardware(place),
            },
        )
        return _train(run, recipe, data, state, on_progress, should_stop, resumed=False)


def resume(
    folder: str | Path,
    data: Mnist | None = None,
    *,
    on_progress: OnProgress = lambda _: None,
    should_stop: ShouldStop = lambda: False,
) -> Run:
    """Go on with an interrupted run, to the weights that it would have had, and return it; arguments as in `train`.

    Raises
    ------
    RunError
        When there is no such run, it is finished or in use, or it was trained on other digits.
    RecipeError
        When its recipe is that of another version.
    TrainingError, DataError
        As in `train`.
    """
    run = open_run(Path(folder))
    if run.finished:
        raise RunError(f"{run.folder}: already finished; score it with `digitrec test --model {run.folder}`")
    missing = {"recipe", "seed", "device", "threads", "arithmetic", "data"} - run.record.keys()
    if missing:
        raise RunError(
            f"{run.folder}/run.json: without {', '.join(sorted(missing))}; it was changed, so train it again"
        )
    recipe = recipe_from_json(run.record["recipe"])
    data = data or load_mnist()
    if data.fingerprints() != run.record["data"]:
        raise RunError(f"{run.folder}: was trained on other digits than {data.train.source}; name those with --data")
    with cpu_threads(run.record["threads"]):
        state = _start(recipe, run.record["seed"], choose_device(run.record["device"]), data)
        return _train(run, recipe, data, state, on_progress, should_stop, resumed=True)


def _start(recipe: Recipe, seed: int, device: torch.device, data: Mnist) -> State:
    """Return a training that has not taken a step; raises `TrainingError` where it does not fit."""
    generator = torch.Generator().manual_seed(seed)
    network = build_network(recipe, generator)
    if device.type == "cpu":
        require_memory(network, recipe, count_to_learn(data, recipe))
    network = network.to(device)
    return State(network, make_optimizer(recipe, network), generator)


def _train(  # noqa: PLR0913, PLR0917 - one caller each way, nothing to leave out
    run: Run,
    recipe: Recipe,
    data: Mnist,
    state: State,
    on_progress: OnProgress,
    should_stop: ShouldStop,
    *,
    resumed: bool,
) -> Run:
    clock = SessionClock()
    device, seed = torch.device(run.record["device"]), run.record["seed"]
    learn, keep = digits_to_learn(data, recipe)
    whole = state.network
    if folds(recipe):
        state.network = folded(whole.cpu(), learn.images).to(device)
        state.optimizer = make_optimizer(recipe, state.network)
    saved_at = time.monotonic()

    def on_epoch(state: State) -> None:
        nonlocal saved_at
        _write_metrics(run, state)
        if state.epoch == recipe.epochs or time.monotonic() - saved_at >= _SECONDS_BETWEEN_CHECKPOINTS:
            _save(run, state, clock)
            saved_at = time.monotonic()

    try:
        with filelock.FileLock(run.folder / ".lock", timeout=0), deterministic(), kept_memory(), within_memory(recipe):
            if resumed:
                load_checkpoint(run.folder / CHECKPOINT, state)
            given: dict[str, Any] = {
                "seed": seed,
                "device": device,
                "arithmetic": run.record["arithmetic"],
                "on_progress": on_progress,
                "should_stop": should_stop,
                "on_epoch": on_epoch,
            }
            if isinstance(recipe, ReaderRecipe):
                done = fit_reader(state, learn, keep, recipe, **given)
            else:
                done = fit(state, learn, keep, recipe, **given)
            if not done:
                _save(run, state, clock)
                return run.updated(status="stopped")
            if folds(recipe):
                state.network = unfolded(state.network.cpu(), whole, learn.images)
            clock.read(state)
            return _finished(run, data, state)
    except TrainingError as error:
        run.updated(status=f"failed: {error}")
        raise
    except filelock.Timeout:
        raise RunError(f"{run.folder}: another process is training it") from None


def _finished(run: Run, data: Mnist, state: State) -> Run:
    """Write what a run leaves behind; `run.json` last, since it says that all is there."""
    network = state.network.cpu().eval()
    recipe = recipe_from_json(run.record["recipe"])
    run.write("weights.safetensors", tensors_to_bytes(network.state_dict()))
    network = prepared(network, recipe)
    accuracy = state.history[-1].validation_accuracy
    content = model_file(network, recipe, data, record=run.record, validation_accuracy=accuracy)
    run.write("model.onnx", content)
    run.write("curve.png", draw_curve(state.history, run.folder.name))
    scores = examine(run.model(), data, state.history[-1])
    clocks = {
        "train_seconds": state.seconds,
        "cpu_seconds": state.cpu_seconds,
        "start_to_model_seconds": state.seconds_in_all,
    }
    results = {"clocks": clocks, "peak_megabytes": peak_megabytes(), "scores": scores}
    finished = run.updated(status="finished", finished_at=_now(), **results)
    (run.folder / CHECKPOINT).unlink(missing_ok=True)
    return finished


def _save(run: Run, state: State, clock: SessionClock) -> None:
    clock.read(state)
    save_checkpoint(run.folder / CHECKPOINT, state)


def _write_metrics(run: Run, state: State) -> None:
    run.write("metrics.jsonl", "".join(f"{json.dumps(asdict(epoch))}\n" for epoch in state.history))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
