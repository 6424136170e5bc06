"""The report as two files: a page for people, and beside it JSON for programs.

In: a path, a model, digits. Out: the files, each written in one step, never over others unless that is wanted. Whether
they can be written is found out before the work, which takes up to a minute.
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from digitrec.data.mnist import Mnist
from digitrec.errors import DataError
from digitrec.files import write_atomically
from digitrec.model import Model
from digitrec.reporting.contents import Contents, make_contents
from digitrec.reporting.page import page


class ReportFiles:
    """Where a report goes.

    Attributes
    ----------
    page
        The HTML file.
    json
        The JSON file beside it, of the same name.
    """

    def __init__(self, path: Path, *, force: bool = False) -> None:
        """Make sure that both can be written.

        Raises
        ------
        DataError
            When one is there already and `force` is not set, or the folder cannot be written.
        """
        if not path.name:
            raise DataError(f"'{path}': a folder; expected the name of a file, as in report.html")
        self.page, self.json = path, path.with_suffix(".json")
        if self.page == self.json:
            raise DataError(f"{path}: JSON is written beside the page; name the page, as in report.html")
        for each in (self.page, self.json):
            if each.exists() and not each.is_file():
                raise DataError(f"{each}: a folder or a device; expected the name of a file")
            if each.exists() and not force:
                raise DataError(f"{each}: exists already; name another file, or write over it with --force")
        try:
            with tempfile.TemporaryFile(dir=path.resolve().parent):
                pass
        except OSError as error:
            raise DataError(f"cannot write {path}: {error.strerror or error}") from None

    def write(
        self,
        model: Model,
        digits: Mnist,
        *,
        fashion: Path | None = None,
        on_progress: Callable[[str], None] = lambda _: None,
    ) -> Contents:
        """Measure the model, write both files and return what they say.

        Raises
        ------
        DataError
            When a file cannot be written after all.
        ModelError, ScoreError
            When the model cannot be run, or what it gives cannot be scored.
        """
        contents, probabilities = make_contents(
            model, digits.test, digits.train, fashion=fashion, on_progress=on_progress
        )
        html = page(contents, probabilities, digits.test, digits.train)
        for path, text in ((self.page, html), (self.json, json.dumps(contents.to_json(), indent=1) + "\n")):
            try:
                write_atomically(path, text.encode())
            except OSError as error:
                raise DataError(f"cannot write {path}: {error.strerror or error}") from None
        return contents
