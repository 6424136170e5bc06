"""`digitrec test`: how good a model is on the test digits.

In: options. Out: the scores as text, or as JSON, and the whole report as a page. What is counted, and how, is not
known here.
"""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from digitrec.commands.shared import AsJson, Data, Force, ModelName, Runs, make_console, say
from digitrec.data.mnist import load_mnist, load_part
from digitrec.drawing import terminal
from digitrec.errors import DataError
from digitrec.model import Model
from digitrec.progress import FetchBar
from digitrec.reporting.contents import as_probabilities
from digitrec.reporting.files import ReportFiles
from digitrec.scoring.calibration import calibration, selection
from digitrec.scoring.score import score
from digitrec.training.runs import RUNS, load_model


def command(
    *,
    model: ModelName = "latest",
    report: Annotated[
        Path | None, Parameter(help="Write the whole report to this HTML file, and a JSON file beside it.")
    ] = None,
    fashion: Annotated[Path | None, Parameter(help="A folder with Fashion-MNIST's IDX files, for the report.")] = None,
    force: Force = False,
    data: Data = None,
    runs: Runs = RUNS,
    as_json: AsJson = False,
) -> None:
    """Score a model on the test digits."""
    if fashion and not report:
        raise DataError("--fashion is measured for a report; name that too, as in --report report.html")
    console = make_console()
    recogniser = load_model(model, runs)
    files = ReportFiles(report, force=force) if report else None
    with FetchBar() as bar:
        digits = load_part("test", data, progress=bar)
    probabilities = as_probabilities(recogniser.probabilities(digits.images))
    found = score(probabilities, digits.labels, doubtful=digits.doubtful)
    sure, declining = calibration(probabilities, digits.labels), selection(probabilities, digits.labels)
    if files:
        _write(files, recogniser, data, fashion)
    if as_json:
        described = {"model": recogniser.source, "name": recogniser.name, "data": digits.source}
        extra = {"calibration": sure.to_json(), "error_at_1_percent_declined": declining.error_at(0.99)}
        print(json.dumps({**described, "is_mnist": digits.is_mnist, **found.to_json(), **extra}, indent=2))
        return
    say(console, f"model         {recogniser.name} ({recogniser.source})")
    for line in terminal.report_lines(found.to_json(), sure.expected_error, declining.error_at(0.99)):
        say(console, line)
    if not digits.is_mnist:
        say(console, f"data          {digits.source}: not MNIST")
    console.print(terminal.report_tables(found, console), soft_wrap=True)
    if files:
        say(console, f"wrote {files.page} and {files.json}")


def _write(files: ReportFiles, recogniser: Model, data: Path | None, fashion: Path | None) -> None:
    """Write the report; on a terminal, say meanwhile on standard error what is being measured."""
    with FetchBar() as bar:
        digits = load_mnist(data, progress=bar)
    with Console(stderr=True).status("measuring") as status:
        files.write(recogniser, digits, fashion=fashion, on_progress=lambda what: status.update(f"measuring: {what}"))
