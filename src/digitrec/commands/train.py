"""`digitrec train`: train a recipe, go on with a training, and show what came of it.

In: options, made for one recipe. Out: a run folder, and what is said while it is made.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console

import digitrec
from digitrec import showing
from digitrec.commands.complaints import complain
from digitrec.commands.shared import Data, Runs, make_console, say
from digitrec.data.mnist import load_mnist
from digitrec.drawing import terminal
from digitrec.errors import RunError
from digitrec.progress import FetchBar, TrainingBar, stop_signals
from digitrec.training.advice import advice
from digitrec.training.history import Epoch
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import RECIPES, Conv
from digitrec.training.runs import RUNS, Run
from digitrec.training.saved_recipes import changes, recipe_from_json

SHOWN = 128
"""The test image that a training ends with."""


def command_for(kind: type[Recipe]) -> Callable[..., int]:
    """Return the command that trains such a recipe, whose fields become options."""

    def train(
        *,
        recipe: Annotated[
            str | None, Parameter(help=f"What to train: {', '.join(RECIPES)}. [default: {Conv.name}]")
        ] = None,
        tweaks: Annotated[kind, Parameter(name="*")] = kind(),  # type: ignore[valid-type]  # noqa: B008 - frozen
        data: Data = None,
        seed: Annotated[int | None, Parameter(help="Same seed, same weights. [default: 0]")] = None,
        device: Annotated[str | None, Parameter(help="cpu, cuda or mps. [default: the fastest]")] = None,
        threads: Annotated[
            int | None,
            Parameter(help="CPU threads. [default: as is fastest]"),
        ] = None,
        runs: Runs = RUNS,
        resume: Annotated[Path | None, Parameter(help="Go on with this interrupted run.")] = None,
    ) -> int:
        """Train a network on MNIST, test it on the test digits, and show one of them."""
        assert recipe in {None, kind.name}  # noqa: S101 - the command was made for this recipe
        console = make_console()
        if resume and (changes(tweaks) or (recipe, seed, device, threads) != (None,) * 4):
            raise RunError("--resume goes on with the run's own recipe; leave the other options out")
        with FetchBar() as bar:
            digits = load_mnist(data, progress=bar)
        with stop_signals() as stopped_by, TrainingBar(console) as bar:
            options: dict[str, Any] = {"on_progress": bar, "should_stop": lambda: bool(stopped_by)}
            if resume:
                run = digitrec.resume(resume, digits, **options)
            else:
                options |= {"seed": seed or 0, "device": device, "threads": threads, "runs": runs}
                run = digitrec.train(tweaks, digits, **options)
        if not run.finished:
            complain(f"stopped and saved; go on with: digitrec train --resume {run.folder}")
            return 128 + stopped_by[0]
        _show_finished(run, digits, console)
        return 0

    return train


def _show_finished(run: Run, digits: digitrec.Mnist, console: Console) -> None:
    scores = run.record["scores"]
    say(console, "")
    for line in terminal.report_lines(
        scores["test"], scores["calibration_error"], scores["error_at_1_percent_declined"]
    ):
        say(console, line)
    hint = advice([Epoch(**epoch) for epoch in run.history], recipe_from_json(run.record["recipe"]))
    if hint:
        say(console, f"hint          {hint}")
    say(console, "")
    index = min(SHOWN, len(digits.test) - 1)
    (answer,) = showing.answers(run.model(), digits.test, [index])
    console.print(terminal.card(answer, console), soft_wrap=True)
    say(console, f"\ntrained in {run.record['clocks']['train_seconds']:.1f} s, saved in {run.folder}/")
    say(console, "more: digitrec test --report report.html; digitrec show --wrong 12; digitrec train --recipe best")
