"""`digitrec compare`: whether one model is really better than another.

In: two models' names. Out: a verdict with its figures, or JSON, and the images that change sides as a PNG file.
"""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from digitrec import showing
from digitrec.commands.complaints import complain
from digitrec.commands.shared import AsJson, Data, Force, Runs, make_console, say
from digitrec.comparing import compare_models
from digitrec.data.mnist import load_part
from digitrec.drawing import terminal
from digitrec.progress import FetchBar
from digitrec.training.runs import RUNS, load_model

_MOST = 48
"""Images that change sides are drawn up to this many."""


def command(
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
    console = make_console()
    if png:
        showing.require_free(png, force=force)
    models = [load_model(each, runs) for each in (first, second)]
    with FetchBar() as bar:
        digits = load_part("test", data, progress=bar)
    found = compare_models(models[0], models[1], digits)
    if as_json:
        print(json.dumps(found.to_json(), indent=2))
    else:
        for line in terminal.comparison_lines(found):
            say(console, line)
    changed = found.images.changed[:_MOST]
    if png and changed:
        showing.write_answers(showing.answers(models[1], digits, changed), png, force=force)
        if not as_json:
            say(console, f"wrote {png}")
    elif png:
        complain(f"{png}: not written; no image changes sides, so there is nothing to draw")
