"""Many pictures, one after the other or by several processes: answers in order, and pictures of them on the way.

In: paths and how to read them. Out: an `Outcome` a file, in the order of the paths, and PNG files. What
fails is in the outcome, so that one bad file stops no other. Holds the answers of a few files at a time,
and no pictures but those being read. Prints nothing.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitrec.data.digits import SIDE
from digitrec.errors import DataError, DigitrecError
from digitrec.files import is_folder, is_there, write_atomically
from digitrec.model import Model
from digitrec.outputs import require_none_of_inputs
from digitrec.reading.folder import find_pictures
from digitrec.reading.pattern import Pattern
from digitrec.reading.picture import Picture, load_pages, load_picture, shown
from digitrec.reading.reader import Reader, shipped_model
from digitrec.reading.reading import Reading

if TYPE_CHECKING:
    from PIL.Image import Image

STANDARD_INPUT = "-"

_ALONE = 24
"""So many pictures are read before other processes would have started."""

_LONGEST_NAME = 180
"""Bytes; a file's name may have 255, and a page's number and a temporary file's letters are added."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to read, and which pictures of it to write."""

    model: Path | None = None
    """An ONNX file; None for the model that comes with digitrec."""
    threshold: float = 0.0
    expect: int | None = None
    pattern: str | None = None
    page: int | None = None
    """None for all pages."""
    annotated: Path | None = None
    """A folder for pictures with what was read drawn on them."""
    steps: Path | None = None
    """A folder for pictures of how it was read."""
    force: bool = False
    """Whether those may replace files that are there."""


@dataclass(frozen=True)
class Outcome:
    """What came of one file."""

    path: str
    readings: list[dict[str, Any]] = field(default_factory=list)
    """`Reading.to_json()` of each page; where they were written, its `annotated` picture and its `steps` are named."""
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Work:
    """A file to read."""

    path: str
    name: str
    """What its pictures are called, without number and suffix."""


def to_read(paths: Sequence[str], settings: Settings) -> tuple[list[str], list[str]]:
    """Return the files to read, in order, and what is wrong with folders that have none.

    What lies in the folders that `settings` writes into is passed over, unless it is named.
    """
    ours = {folder.resolve() for folder in (settings.annotated, settings.steps) if folder}
    named = {Path(path) for path in paths}
    found = [
        # A file of that name is none; `./-` is how one is named.
        str(path.absolute() if str(path) == STANDARD_INPUT and STANDARD_INPUT not in paths else path)
        for path in find_pictures(paths, by_name_too=True)
        if not ours or path in named or path.parent.resolve() not in ours
    ]
    wrong = [
        f"{shown(path)}: a folder without pictures; expected some in it, JPEG or PNG, say"
        for path in paths
        if is_folder(path) and next(find_pictures([path], by_name_too=True), None) is None
    ]
    wrong += [
        f"{shown(path)}: pictures of readings are written there, so none there is read; name another folder for them"
        for path in paths
        if is_folder(path) and Path(path).resolve() in ours
    ]
    return found, wrong


def scan(paths: Sequence[str], settings: Settings, jobs: int | None = None) -> Iterator[Outcome]:
    """Yield what came of each file, in the order of `paths`.

    Parameters
    ----------
    paths
        Files; "-" for standard input.
    settings
        How to read them.
    jobs
        How many processes read; by default as many as there are cores, where there are many files.

    Raises
    ------
    DigitrecError
        Before anything is read: when the model, a rule or a folder for pictures is of no use, or a picture
        would be written over one of the files.
    """
    if jobs is not None and jobs < 1:
        raise DataError(f"--jobs {jobs}: expected a whole number from 1 up")
    if settings.page is not None and settings.page < 0:
        raise DataError(f"--page {settings.page}: expected a whole number from 0 up")
    if settings.annotated and settings.steps and settings.annotated.resolve() == settings.steps.resolve():
        raise DataError(f"{shown(settings.steps)}: named for --annotated and for --steps; name two folders")
    reader = make_reader(settings)
    for folder in filter(None, (settings.annotated, settings.steps)):
        require_none_of_inputs(folder, (work.name for work in _named(paths)), paths)
        _make_folder(folder)
    jobs = min(jobs or (_cores() if len(paths) > _ALONE else 1), len(paths))
    works = _named(paths)
    if jobs <= 1:
        return (read_file(work, reader, settings) for work in works)
    from digitrec.processes import by_processes  # noqa: PLC0415 - one picture is read before they would start

    return by_processes(works, reader, settings, jobs)


def make_reader(settings: Settings) -> Reader:
    """Return what reads as the settings say, in one thread; raises `DigitrecError` where they make no sense."""
    if not 0 <= settings.threshold <= 1:
        raise DataError(f"--threshold {settings.threshold}: expected a probability, 0 to 1")
    ruled = settings.expect is not None or settings.pattern is not None
    pattern = Pattern.compile(settings.expect, settings.pattern) if ruled else None
    if settings.model is None:
        model = shipped_model(threads=1)
    else:
        model = Model.load(settings.model, threads=1)
        model.columns(np.zeros((1, SIDE, SIDE), dtype=np.uint8))  # one that reads no lines is told of once
    return Reader(model, threshold=settings.threshold, pattern=pattern)


def read_file(work: Work, reader: Reader, settings: Settings) -> Outcome:
    """Return what came of a file: its pages are read, one after the other, and pictures of them written."""
    outcome = Outcome(work.path)
    try:
        for number, picture in enumerate(_pages(work.path, settings.page)):
            reading = reader.read(picture)
            said = reading.to_json()
            outcome.readings.append(said)
            name = work.name if number == 0 else f"{work.name}-page-{picture.page}"
            outcome.errors.extend(_drawn(reading, f"{name}.png", settings, said))
    except DigitrecError as error:
        outcome.errors.append(str(error))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are read
        reason = " ".join(str(error).split())[:200] or "nothing more is known"
        outcome.errors.append(f"{shown(work.path)}: cannot be read ({type(error).__name__}: {reason})")
    return outcome


def _pages(path: str, page: int | None) -> Iterator[Picture]:
    if page is None:
        return load_pages(path)
    return iter([replace(load_picture(path, page=page), more=False)])  # the one that was asked for


def _drawn(reading: Reading, name: str, settings: Settings, said: dict[str, Any]) -> Iterator[str]:
    """Write the pictures of a reading, add to what is `said` of it where they are, and yield what went wrong."""
    if settings.annotated or settings.steps:
        from digitrec.drawing.reading import annotated, png, steps  # noqa: PLC0415 - needs fonts

        drawings: list[tuple[str, Path | None, Callable[[Reading], Image]]]
        drawings = [("annotated", settings.annotated, annotated), ("steps", settings.steps, steps)]
        for kind, path, draw in ((kind, folder / name, draw) for kind, folder, draw in drawings if folder):
            try:
                if is_there(path) and not settings.force:
                    yield f"{shown(path)}: exists already; name another folder, or write over it with --force"
                else:
                    write_atomically(path, png(draw(reading)))
                    said[kind] = str(path)
            except OSError as error:
                yield f"{shown(path)}: {error.strerror or error}; expected a folder that can be written"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{shown(folder)}: {error.strerror or error}; expected the name of a folder") from None


def _named(paths: Sequence[str]) -> Iterator[Work]:
    """Yield each file with a name for its pictures that no other's have, on no file system."""
    taken: set[str] = set()
    last: dict[str, int] = {}  # number given to a file of this stem
    for path in paths:
        stem = "standard-input" if path == STANDARD_INPUT else Path(path).stem
        while len(os.fsencode(stem)) > _LONGEST_NAME:
            stem = stem[:-1]
        folded = stem.casefold()
        # One that ends as a page's name does would be in the way of the page.
        joint = "_" if folded.endswith("-page") else "-"
        name, number = stem, last.get(folded, 1)
        while name.casefold() in taken or re.search(r"-page-\d+$", name, re.IGNORECASE):
            number += 1
            name = f"{stem}{joint}{number}"
        last[folded] = number
        taken.add(name.casefold())
        yield Work(path, name)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
