"""`digitrec show`: test digits beside what a model answers to them.

In: options. Out: digits in the terminal, or JSON, and a figure as a PNG file.
"""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from digitrec import showing
from digitrec.commands.shared import AsJson, Data, Force, ModelName, Runs, make_console, say
from digitrec.data.mnist import load_part
from digitrec.drawing import terminal
from digitrec.progress import FetchBar
from digitrec.training.runs import RUNS, load_model


def command(
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
    console = make_console()
    if png:
        showing.require_free(png, force=force)
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
        say(console, f"wrote {png}")
