"""`digitrec data`: fetch MNIST, say what is in it, draw it.

In: options. Out: a table, or JSON, and contact sheets as PNG files. How MNIST is found is not known here.
"""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from digitrec import showing
from digitrec.commands.shared import AsJson, Data, Force, make_console, say
from digitrec.data.mnist import load_mnist
from digitrec.drawing import terminal
from digitrec.errors import DataError
from digitrec.progress import FetchBar
from digitrec.training.recipes import Conv, recipe_named


def command(
    *,
    data: Data = None,
    sheet: Annotated[Path | None, Parameter(help="Write a contact sheet to this PNG.")] = None,
    augmented: Annotated[Path | None, Parameter(help="Write the digits as a recipe shows them to this PNG.")] = None,
    recipe: Annotated[str | None, Parameter(help=f"Whose augmentation to show. [default: {Conv.name}]")] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Fetch and verify MNIST, and say where it came from and what is in it."""
    console = make_console()
    if recipe and not augmented:
        raise DataError("--recipe says whose augmentation to show; name a file for it, as in --augmented augmented.png")
    whose = recipe_named(recipe or Conv.name)()
    if augmented:
        showing.require_augmentation(whose)
    for path in filter(None, (sheet, augmented)):
        showing.require_free(path, force=force)
    if sheet and augmented and sheet.resolve() == augmented.resolve():
        raise DataError(f"{augmented}: named for --sheet and for --augmented; name two files")
    with FetchBar() as bar:
        splits = load_mnist(data, progress=bar)._asdict()
    if sheet:
        showing.write_sheet(splits["train"], sheet, force=force)
    if augmented:
        showing.write_augmented(splits["train"], whose, augmented, force=force)
    if as_json:
        console.print_json(json.dumps({name: showing.digits_json(split) for name, split in splits.items()}))
        return
    console.print(terminal.whole(showing.digits_table(splits), console), soft_wrap=True)
    for name, split in splits.items():
        kind = "MNIST, verified by SHA-256" if split.is_mnist else "not MNIST"
        console.print(f"{name:<10} from {split.source}: {kind}", highlight=False, soft_wrap=True, markup=False)
    for path in filter(None, (sheet, augmented)):
        say(console, f"wrote {path}")
