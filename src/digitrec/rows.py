"""What was read as rows of a CSV file that is there once it is whole.

In: the outcome of one file after the other. Out: a row a line of digits, to be opened by a spreadsheet
or by `csv`. The file grows beside its place and is put there at the end; it replaces none unasked.
"""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from digitrec.errors import DataError
from digitrec.files import new_beside
from digitrec.scanning import Outcome

COLUMNS = ("file", "page", "line", "text", "confidence", "warnings", "error")


@contextmanager
def csv_rows(path: Path, *, force: bool) -> Iterator[Callable[[Outcome], None]]:
    """Give a function that writes the rows of an outcome; the file is there when all went well.

    Pages and lines are counted from 0. A page without digits is a row without line and text; each row has the warnings
    of its page, set apart by `; `. A file that could not be read is a row with the error alone.

    Raises
    ------
    DataError
        When there is such a file already and `force` is not set, there is something else of that name,
        or it cannot be written.
    """
    _require_free(path, force=force)
    with _in_words(path):
        # Where a link points, so that the link stays one.
        place = path.resolve()
        handle, temporary = new_beside(place)
    # Names that are no text keep their bytes.
    file = os.fdopen(handle, "w", newline="", encoding="utf-8", errors="surrogateescape")
    writer = csv.writer(file)

    def write(outcome: Outcome) -> None:
        with _in_words(path):
            writer.writerows(_rows(outcome))

    try:
        writer.writerow(COLUMNS)
        yield write
        _require_free(path, force=force)
        with _in_words(path):
            file.close()
            temporary.replace(place)
    finally:
        with suppress(OSError):  # a full disk was told of already
            file.close()
        temporary.unlink(missing_ok=True)


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(f"cannot write {path}: {error.strerror or error}") from None


def _require_free(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise DataError(f"{path}: a folder; expected the name of a CSV file")
    if path.exists() and not path.is_file():
        raise DataError(f"{path}: a pipe or a device; expected the name of a CSV file: name one that can be written")
    if path.exists() and not force:
        raise DataError(f"{path}: exists already; name another file, or write over it with --force")


def _rows(outcome: Outcome) -> Iterator[tuple[object, ...]]:
    for reading in outcome.readings:
        page, warnings = reading["picture"]["page"], "; ".join(reading["warnings"])
        for number, line in enumerate(reading["lines"]):
            yield outcome.path, page, number, line["text"], line["confidence"], warnings, ""
        if not reading["lines"]:
            yield outcome.path, page, "", "", "", warnings, ""
    for error in outcome.errors:
        yield outcome.path, "", "", "", "", "", error
