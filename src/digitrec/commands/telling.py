"""What is written in pictures, told: a line a picture, or JSON, and a CSV file; a bar where it takes long.

In: the names of files and how to read them. Out: the terminal, an exit code. Knows nothing of options, so
that files alone are read before what parses options would be there.
"""

import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from digitrec.commands.complaints import complain
from digitrec.outputs import require_no_input
from digitrec.reading.picture import shown
from digitrec.rows import csv_rows
from digitrec.scanning import STANDARD_INPUT, Outcome, Settings, scan, to_read

_PATIENCE = 1.0
"""Seconds before a bar is shown."""


def tell(
    files: Sequence[str],
    settings: Settings,
    *,
    jobs: int | None = None,
    csv: Path | None = None,
    as_json: bool = False,
) -> int:
    """Read files as `settings` say, print what is written in them as it comes, and return the exit code."""
    paths, wrong = to_read(files, settings)
    if csv:
        require_no_input(csv, paths)
    outcomes = scan(paths, settings, jobs)
    show = _Lines(alone=len(paths) + len(wrong) == 1)
    with ExitStack() as stack:
        write = stack.enter_context(csv_rows(csv, force=settings.force)) if csv else None
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
