"""The command line: options to calls, results to text, errors to exit codes.

The only module that prints. Each command is a thin door to the library; what it shows is
made in `drawing`. Exit codes: 0 done, 1 an error said in one line, 2 a command that is not
understood, 128 + n stopped by signal n.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

import digitrec
from digitrec import showing
from digitrec.comparing import compare_models
from digitrec.data.mnist import load_mnist, load_part
from digitrec.drawing import terminal
from digitrec.errors import DigitrecError, RunError
from digitrec.options import named_recipe, require_options_of
from digitrec.progress import FetchBar, TrainingBar, stop_signals
from digitrec.scoring.calibration import calibration, selection
from digitrec.scoring.score import score
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import RECIPES, Conv, recipe_named
from digitrec.training.runs import RUNS, Run, load_model
from digitrec.training.saved_recipes import changes

Data = Annotated[Path | None, Parameter(help="A folder with MNIST's four IDX files or mnist.npz.")]
Runs = Annotated[Path, Parameter(help="The folder that holds the runs.")]
ModelName = Annotated[str, Parameter(help="A run, an ONNX file, or `latest`.")]
Force = Annotated[bool, Parameter(negative=(), help="Write over a file that is there already.")]
AsJson = Annotated[bool, Parameter(name="--json", negative=(), help="Print JSON instead of text.")]

SHOWN = 128
"""The test image that a training ends with."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that lacks a letter shows a question mark; it must not end the program.
            stream.reconfigure(errors="replace")
    try:
        return int(
            _app(arguments)(arguments, exit_on_error=False, print_error=False, result_action="return_value") or 0
        )
    except DigitrecError as error:
        return _fail(error, 1)
    except CycloptsError as error:
        return _fail(f"{' '.join(str(error).split())} See `digitrec --help`.", 2)
    except BrokenPipeError:
        # The reader has seen enough; what is left unwritten must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1  # as rich has it, which meets most of them
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except OSError as error:
        return _fail(f"{error.filename or 'input/output'}: {error.strerror or error}", 1)


def _app(arguments: Sequence[str]) -> App:
    app = App(
        name="digitrec",
        version=digitrec.__version__,
        help="Train a recogniser of handwritten digits, see how good it is, and look at what it sees.",
        version_flags=["--version"],
    )
    app.command(_data, name="data")
    kind = recipe_named(named_recipe(arguments))
    if arguments[:1] == ["train"]:
        require_options_of(kind, arguments)
    app.command(_train_command(kind), name="train")
    app.command(_test, name="test")
    app.command(_show, name="show")
    app.command(_compare, name="compare")
    return app


def _data(
    *,
    data: Data = None,
    sheet: Annotated[Path | None, Parameter(help="Write a contact sheet to this PNG.")] = None,
    augmented: Annotated[Path | None, Parameter(help="Write the digits as a recipe shows them to this PNG.")] = None,
    recipe: Annotated[str, Parameter(help="Whose augmentation to show.")] = Conv.name,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Fetch and verify MNIST, and say where it came from and what is in it."""
    console = _console()
    whose = recipe_named(recipe)()
    if augmented:
        showing.require_augmentation(whose)
    with FetchBar() as bar:
        splits = load_mnist(data, progress=bar)._asdict()
    if sheet:
        showing.write_sheet(splits["train"], sheet, force=force)
    if augmented:
        showing.write_augmented(splits["train"], whose, augmented, force=force)
    if as_json:
        console.print_json(json.dumps({name: showing.digits_json(split) for name, split in splits.items()}))
        return
    console.print(showing.digits_table(splits))
    for name, split in splits.items():
        kind = "MNIST, verified by SHA-256" if split.is_mnist else "not MNIST"
        console.print(f"{name:<10} from {split.source}: {kind}", highlight=False, soft_wrap=True, markup=False)
    for path in filter(None, (sheet, augmented)):
        _say(console, f"wrote {path}")


def _train_command(kind: type[Recipe]) -> Callable[..., int]:
    def train(
        *,
        recipe: Annotated[str, Parameter(help=f"What to train: {', '.join(RECIPES)}.")] = kind.name,
        tweaks: Annotated[kind, Parameter(name="*")] = kind(),  # type: ignore[valid-type]  # noqa: B008 - frozen
        data: Data = None,
        seed: Annotated[int | None, Parameter(help="Same seed, same weights. [default: 0]")] = None,
        device: Annotated[str | None, Parameter(help="cpu, cuda or mps. [default: the fastest]")] = None,
        threads: Annotated[int | None, Parameter(help="CPU threads. [default: as torch takes]")] = None,
        runs: Runs = RUNS,
        resume: Annotated[Path | None, Parameter(help="Go on with this interrupted run.")] = None,
    ) -> int:
        """Train a network on MNIST, test it on the test digits, and show one of them."""
        assert recipe == kind.name  # noqa: S101 - the command was made for this recipe
        console = _console()
        if resume and (changes(tweaks) or (seed, device, threads) != (None, None, None)):
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
            print(f"stopped and saved; go on with: digitrec train --resume {run.folder}", file=sys.stderr)
            return 128 + stopped_by[0]
        _show_finished(run, digits, console)
        return 0

    return train


def _show_finished(run: Run, digits: digitrec.Mnist, console: Console) -> None:
    test = run.record["scores"]["test"]
    _say(console, f"\ntest digits   {terminal.score_line(test['correct'], test['count'], test['interval'])}\n")
    index = min(SHOWN, len(digits.test) - 1)
    (answer,) = showing.answers(run.model(), digits.test, [index])
    console.print(terminal.card(answer, console), soft_wrap=True)
    _say(console, f"\ntrained in {run.record['clocks']['train_seconds']:.1f} s, saved in {run.folder}/")
    _say(console, "more: digitrec test · digitrec show --wrong 12 · digitrec train --recipe best")


def _test(*, model: ModelName = "latest", data: Data = None, runs: Runs = RUNS, as_json: AsJson = False) -> None:
    """Score a model on the test digits."""
    console = _console()
    recogniser = load_model(model, runs)
    with FetchBar() as bar:
        digits = load_part("test", data, progress=bar)
    probabilities = recogniser.probabilities(digits.images)
    report = score(probabilities, digits.labels, doubtful=digits.doubtful)
    sure, declining = calibration(probabilities, digits.labels), selection(probabilities, digits.labels)
    if as_json:
        described = {"model": recogniser.source, "name": recogniser.name, "data": digits.source}
        found = {"calibration": sure.to_json(), "error_at_1_percent_declined": declining.error_at(0.99)}
        print(json.dumps({**described, "is_mnist": digits.is_mnist, **report.to_json(), **found}, indent=2))
        return
    _say(console, f"model         {recogniser.name} ({recogniser.source})")
    for line in terminal.report_lines(report, sure, declining):
        _say(console, line)
    if not digits.is_mnist:
        _say(console, f"data          {digits.source}: not MNIST")
    console.print(terminal.report_tables(report))


def _show(
    index: Annotated[int | None, Parameter(help="Which test digit, from 0.")] = None,
    *,
    random: Annotated[int | None, Parameter(help="Show this many drawn at random.")] = None,
    wrong: Annotated[int | None, Parameter(help="Show this many mistakes, the most confident first.")] = None,
    digit: Annotated[int | None, Parameter(help="Only digits that are labelled so.")] = None,
    seed: Annotated[int | None, Parameter(help="Draw the same ones again.")] = None,
    png: Annotated[Path | None, Parameter(help="Write a figure to this PNG, too.")] = None,
    force: Force = False,
    model: ModelName = "latest",
    data: Data = None,
    runs: Runs = RUNS,
    as_json: AsJson = False,
) -> None:
    """Show test digits with their ten probabilities, the prediction and the digit expected."""
    console = _console()
    recogniser = load_model(model, runs)
    with FetchBar() as bar:
        digits = load_part("test", data, progress=bar)
    choice = showing.Choice(index=index, random=random, wrong=wrong, digit=digit, seed=seed)
    shown = showing.answers(recogniser, digits, showing.choose(choice, recogniser, digits))
    if png:
        showing.write_answers(shown, png, force=force)
    if as_json:
        print(json.dumps([answer.to_json() for answer in shown], indent=2))
        return
    for answer in shown:
        console.print(terminal.card(answer, console), soft_wrap=True)
        console.print()
    if len(shown) != 1:
        right = sum(answer.right for answer in shown)
        console.print(f"{right} of {len(shown)} right", highlight=False)
    if png:
        _say(console, f"wrote {png}")


def _compare(
    first: Annotated[str, Parameter(help="A run or an ONNX file.")],
    second: Annotated[str, Parameter(help="Another.")],
    /,
    *,
    png: Annotated[Path | None, Parameter(help="Write images that change sides to this PNG.")] = None,
    force: Force = False,
    data: Data = None,
    runs: Runs = RUNS,
    as_json: AsJson = False,
) -> None:
    """Say whether one model is really better than another, on the same test digits."""
    console = _console()
    models = [load_model(each, runs) for each in (first, second)]
    with FetchBar() as bar:
        digits = load_part("test", data, progress=bar)
    found = compare_models(models[0], models[1], digits)
    if png:
        showing.write_answers(showing.answers(models[1], digits, found.images.changed[:48]), png, force=force)
    if as_json:
        print(json.dumps(found.to_json(), indent=2))
        return
    for line in terminal.comparison_lines(found):
        _say(console, line)
    if png:
        _say(console, f"wrote {png}")


def _console() -> Console:
    """Return standard output: plain text, not even bold, where NO_COLOR is set or nobody looks."""
    return Console(color_system=None if os.environ.get("NO_COLOR") else "auto")


def _say(console: Console, line: str) -> None:
    """Print a line as it is: not wrapped, not coloured, nothing in it taken for markup."""
    console.print(line, highlight=False, soft_wrap=True, markup=False)


def _fail(error: object, code: int) -> int:
    print(f"digitrec: {' '.join(str(error).split())}", file=sys.stderr)
    return code
