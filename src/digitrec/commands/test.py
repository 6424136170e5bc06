"""`digitrec test`: how good a model is on the test digits.

In: options. Out: the scores as text, or as JSON. What is counted, and how, is not known here.
"""

import json

from digitrec.commands.shared import AsJson, Data, ModelName, Runs, make_console, say
from digitrec.data.mnist import load_part
from digitrec.drawing import terminal
from digitrec.progress import FetchBar
from digitrec.scoring.calibration import calibration, selection
from digitrec.scoring.score import score
from digitrec.training.runs import RUNS, load_model


def command(*, model: ModelName = "latest", data: Data = None, runs: Runs = RUNS, as_json: AsJson = False) -> None:
    """Score a model on the test digits."""
    console = make_console()
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
    say(console, f"model         {recogniser.name} ({recogniser.source})")
    for line in terminal.report_lines(report, sure, declining):
        say(console, line)
    if not digits.is_mnist:
        say(console, f"data          {digits.source}: not MNIST")
    console.print(terminal.report_tables(report))
