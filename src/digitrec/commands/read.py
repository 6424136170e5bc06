"""`digitrec read`: what is written in pictures.

In: files, folders, standard input, and options. Out: the answers, told by `telling`. How pictures are read,
and by how many processes, is not known here.
"""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from digitrec.commands.shared import AsJson, Force, Runs
from digitrec.commands.telling import tell
from digitrec.files import is_folder, is_there
from digitrec.scanning import STANDARD_INPUT, Settings
from digitrec.training.runs import RUNS, latest_run


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
    expect: Annotated[int | None, Parameter(help="How many digits a line has: chosen among what it may say.")] = None,
    pattern: Annotated[str | None, Parameter(help=r"What a line matches, as in '\d{4}-\d{2}'.")] = None,
    page: Annotated[int | None, Parameter(help="Read this page only, from 0. [default: all]")] = None,
    jobs: Annotated[int | None, Parameter(help="How many processes read. [default: for many, a core each]")] = None,
    model: Annotated[str | None, Parameter(help="A run or an ONNX file. [default: the one that came along]")] = None,
    runs: Runs = RUNS,
) -> int:
    """Read the digits that are written in pictures.

    One picture gives its text, as it stands line by line. Several give a line each: name, colon, text, with
    a space where a new line of digits begins; a name that cannot be printed is quoted as in Python. With
    --json each page gives a line of JSON, and a file that cannot be read one with `error`; the pictures
    that are written are named there. Warnings and errors are told on standard error; the exit code is 1 if
    a file could not be read.
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
    return tell(files, settings, jobs=jobs, csv=csv, as_json=as_json)


def _model_file(name: str, runs: Path) -> Path:
    """Return the file or folder that is meant by `latest`, a run, a run's name in `runs`, or a file."""
    if name == "latest":
        return latest_run(runs).folder
    path = Path(name)
    return runs / name if not is_there(path) and is_folder(runs / name) else path
