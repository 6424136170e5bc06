"""Whether what will be written is among what will be read: found out before either.

In: the files to read, and where something is to be written. Out: nothing, or a `DataError`. Asks the file system,
since a file may have several names. Writes nothing; knows nothing of pictures.
"""

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from digitrec.errors import DataError
from digitrec.reading.picture import shown


def require_no_input(path: Path, inputs: Sequence[str]) -> None:
    """Raise `DataError` when a file that will be written is one of `inputs`."""
    identity = _identity(path)
    if identity is not None and identity in set(map(_identity, inputs)):
        raise DataError(f"{shown(path)}: is to be read, and would be replaced; name another file to write")


def require_none_of_inputs(folder: Path, names: Iterable[str], inputs: Sequence[str]) -> None:
    """Raise `DataError` when a picture that will be written into a folder is one of `inputs`.

    Parameters
    ----------
    folder
        It need not be there.
    names
        What the pictures will be called, without a page's number and without `.png`.
    inputs
        The files to read.
    """
    ours = {name.casefold() for name in names}
    ending = re.compile(r"(-page-\d+)?\.png$", re.IGNORECASE)
    found: list[Path] = []
    with suppress(OSError):
        found = [path for path in folder.iterdir() if _begin(path.name, ending) & ours]
    if found:
        known = set(map(_identity, inputs)) - {None}
        for path in sorted(found):
            if _identity(path) in known:
                raise DataError(f"{shown(path)}: is to be read, and would be replaced; name another folder to write to")


def _begin(name: str, ending: re.Pattern[str]) -> set[str]:
    """Return what a picture of this name may be the picture of: `a-page-1.png` of `a-page-1`, or of a page of `a`."""
    folded = name.casefold()
    return {folded.removesuffix(".png"), ending.sub("", folded)} if folded.endswith(".png") else set()


def _identity(path: str | Path) -> tuple[int, int] | None:
    """Return what a file is known by whatever its name; None where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - of names that are no paths, too
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino
