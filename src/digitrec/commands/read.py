"""`digitrec read`: what is written in pictures.

In: files, folders, standard input. Out: a line a picture, or JSON, a CSV file, pictures of what was read.
How pictures are read, and by how many processes, is not known here.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Self

from cyclopts import Parameter

from digitrec.commands.shared import AsJson, Force, Runs, complain
from digitrec.reading.picture import shown
from digitrec.rows import csv_rows
from digitrec.scanning import STANDARD_INPUT, Outcome, Settings, scan, to_read
from digitrec.training.runs import RUNS, latest_run

_PATIENCE = 1.0
"""Seconds before a bar is shown."""


def _no_options(_: object, files: list[str]) -> None:
    """Raise `ValueError` at what is an option misspelt: since - is a file, the parser takes those for files as well."""
    for file in files:
        if file.startswith("-") and file != STANDARD_INPUT and not os.path.lexists(file):
            raise ValueError(f"unknown option {file}")


def command(
    files: Annotated[
        list[str],
        Parameter(
            help="Pictures, folders of pictures, or - for standard input.",
            allow_leading_hyphen=True,
            validator=_no_options,
        ),
    ],
    /,
    *,
    as_json: AsJson = False,
    csv: Annotated[Path | None, Parameter(help="Write a row a line of digits to this CSV file, too.")] = None,
    annotated: Annotated[Path | None, Parameter(help="Write pictures of what was read to this folder.")] = None,
    steps: Annotated[Path | None, Parameter(help="Write pictures of how it was read to this folder.")] = None,
    force: Force = False,
    threshold: Annotated[float, Parameter(help="Show digits that are less sure, 0 to 1, as `?`.")] = 0.0,
    expect: Annotated[int | None, Parameter(help="How many digits a line has.")] = None,
    pattern: Annotated[str | None, Parameter(help=r"What a line matches, as in '\d{4}-\d{2}'.")] = None,
    page: Annotated[int | None, Parameter(help="Read this page only, from 0. [default: all]")] = None,
    jobs: Annotated[int | None, Parameter(help="How many processes read. [default: for many, a core each]")] = None,
    model: Annotated[str | None, Parameter(help="A run or an ONNX file. [default: the one that came along]")] = None,
    runs: Runs = RUNS,
) -> int:
    """Read the digits that are written in pictures.

    One picture gives its text, as it stands line by line. Several give a line each: name, colon, text, with
    a space where a new line of digits begins; a name that cannot be printed is quoted as in Python. With
    --json each page gives a line of JSON, and a file that cannot be read one with `error`. Warnings and
    errors are told on standard error; the exit code is 1 if a file could not be read.
    """
    settings = Settings(
        model=_model_file(model, runs) if model else None,
        threshold=threshold,
        expect=expect,
        pattern=pattern,
        page=page,
        annotated=annotated,
        steps=steps,
        force=force,
    )
    paths, wrong = to_read(files, settings)
    outcomes = scan(paths, settings, jobs)
    show = _Lines(alone=len(paths) + len(wrong) == 1)
    with ExitStack() as stack:
        write = stack.enter_context(csv_rows(csv, force=force)) if csv else None
        for line in wrong:
            complain(f"digitrec: {line}")
        for outcome in stack.enter_context(_Bar(len(paths))).over(outcomes):
            if write:
                write(outcome)
            if as_json:
                _print_json(outcome)
            else:
                show.outcome(outcome)
            for error in outcome.errors:
                complain(f"digitrec: {error}")
            wrong += outcome.errors
    return 1 if wrong else 0


def _model_file(name: str, runs: Path) -> Path:
    """Return the file or folder that is meant by `latest`, a run, a run's name in `runs`, or a file."""
    if name == "latest":
        return latest_run(runs).folder
    path = Path(name)
    return runs / name if not path.exists() and (runs / name).is_dir() else path


class _Lines:
    """Prints what was read as text; on a terminal with how sure it is, dimly."""

    def __init__(self, *, alone: bool) -> None:
        """Make it; a picture that is `alone` needs no name."""
        self._alone = alone
        self._terminal = sys.stdout.isatty()
        self._dim = ("\x1b[2m", "\x1b[0m") if self._terminal and not os.environ.get("NO_COLOR") else ("", "")

    def outcome(self, outcome: Outcome) -> None:
        several = len(outcome.readings) > 1
        for reading in outcome.readings:
            page = f" page {reading['picture']['page']}" if several else ""
            text = reading["text"]
            if several or not self._alone:
                name = outcome.path if outcome.path.isprintable() else ascii(outcome.path)
                text = f"{name}{page}: {' '.join(text.splitlines())}"
            print(f"{text}{self._sure(reading)}", flush=self._terminal)
            for warning in reading["warnings"]:
                complain(f"{shown(outcome.path)}{page}: {warning}")

    def _sure(self, reading: dict[str, Any]) -> str:
        if not self._terminal or not reading["lines"]:
            return ""
        on, off = self._dim
        return f"  {on}{100 * reading['confidence']:.0f} %{off}"


def _print_json(outcome: Outcome) -> None:
    for reading in outcome.readings:
        print(json.dumps(reading))
    source = "standard input" if outcome.path == STANDARD_INPUT else outcome.path
    for error in outcome.errors:
        print(json.dumps({"picture": {"source": source}, "error": error}))


class _Bar:
    """A bar on standard error, on a terminal, where reading takes more than a moment."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def over(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Yield the outcomes, and show how many there were."""
        start, bar = time.monotonic(), None
        for number, outcome in enumerate(outcomes, start=1):
            yield outcome
            if bar:
                bar.update(bar.task_ids[0], completed=number)
            elif sys.stderr.isatty() and number < self._total and time.monotonic() - start > _PATIENCE:
                # Late: a single picture is read before rich would be there.
                from rich.console import Console  # noqa: PLC0415
                from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn  # noqa: PLC0415

                bar = Progress(
                    BarColumn(),
                    MofNCompleteColumn(),
                    TimeRemainingColumn(),
                    console=Console(stderr=True),
                    transient=True,
                    # Lines go above the bar where both are on one terminal; a pipe is left alone.
                    redirect_stdout=sys.stdout.isatty(),
                )
                self._stack.enter_context(bar)
                bar.add_task("reading", total=self._total, completed=number)

    def __exit__(self, *_: object) -> None:
        self._stack.close()
