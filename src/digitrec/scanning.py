"""Many pictures, one after the other or by several processes: answers in order, and pictures of them on the way.

In: paths and how to read them. Out: an `Outcome` a file, in the order of the paths, and PNG files. What
fails is in the outcome, so that one bad file stops no other. Holds the answers of a few files at a time,
and no pictures but those being read. Prints nothing.
"""

import os
import re
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from importlib import resources
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from digitrec.data.digits import SIDE
from digitrec.drawing.reading import annotated, png, steps
from digitrec.errors import DataError, DigitrecError
from digitrec.files import write_atomically
from digitrec.model import Model
from digitrec.reading.folder import find_pictures
from digitrec.reading.pattern import Pattern
from digitrec.reading.picture import Picture, load_pages, load_picture, shown
from digitrec.reading.reader import Reader
from digitrec.reading.reading import Reading

STANDARD_INPUT = "-"

_ALONE = 24
"""So many pictures are read before other processes would have started."""

_AHEAD = 8
"""Files to a process that are read ahead of the one whose turn it is."""

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
    """`Reading.to_json()` of each page."""
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Work:
    path: str
    name: str
    """What its pictures are called, without number and suffix."""


def to_read(paths: Sequence[str], settings: Settings) -> tuple[list[str], list[str]]:
    """Return the files to read, in order, and what is wrong with folders that have none.

    What lies in the folders that `settings` writes into is passed over, unless it is named.
    """
    ours = {folder.resolve() for folder in (settings.annotated, settings.steps) if folder}
    found = [str(path) for path in find_pictures(paths, by_name_too=True)]
    if ours:
        found = [path for path in found if path in paths or Path(path).parent.resolve() not in ours]
    wrong = [
        f"{shown(path)}: a folder without pictures; expected some in it, JPEG or PNG, say"
        for path in paths
        if Path(path).is_dir() and next(find_pictures([path], by_name_too=True), None) is None
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
        Before anything is read: when the model, a rule or a folder for pictures is of no use.
    """
    if jobs is not None and jobs < 1:
        raise DataError(f"--jobs {jobs}: expected a whole number from 1 up")
    reader = _reader(settings)
    for folder in filter(None, (settings.annotated, settings.steps)):
        _make_folder(folder)
    jobs = min(jobs or (_cores() if len(paths) > _ALONE else 1), len(paths))
    works = _named(paths)
    if jobs <= 1:
        return (_outcome(work, reader, settings) for work in works)
    return _by_processes(works, reader, settings, jobs)


def _by_processes(works: Iterator[_Work], reader: Reader, settings: Settings, jobs: int) -> Iterator[Outcome]:
    waiting: deque[tuple[_Work, Future[Outcome]]] = deque()
    pool = _pool(settings, jobs)
    try:
        for work in works:
            if work.path == STANDARD_INPUT:  # which is this process's own
                future: Future[Outcome] = Future()
                future.set_result(_outcome(work, reader, settings))
            else:
                try:
                    future = pool.submit(_outcome_here, work)
                except BrokenProcessPool:
                    pool = _pool(settings, jobs)
                    future = pool.submit(_outcome_here, work)
            waiting.append((work, future))
            if len(waiting) > _AHEAD * jobs:
                yield _settled(*waiting.popleft(), settings)
        while waiting:
            yield _settled(*waiting.popleft(), settings)
    finally:
        pool.shutdown(cancel_futures=True)


def _settled(work: _Work, future: "Future[Outcome]", settings: Settings) -> Outcome:
    """Return the outcome; where a process died, no one knows of which file, so each is tried on its own."""
    try:
        return future.result()
    except BrokenProcessPool:
        try:
            with _pool(settings, 1) as pool:
                return pool.submit(_outcome_here, work).result()
        except BrokenProcessPool:
            reason = "the process that read it died, of too little memory perhaps; try --jobs 1"
            return Outcome(work.path, errors=[f"{shown(work.path)}: {reason}"])


_here: list[tuple[Reader, Settings]] = []
"""What a process reads with."""


def _pool(settings: Settings, jobs: int) -> ProcessPoolExecutor:
    # Spawned, since a fork would copy the locks of onnxruntime's threads and OpenCV's.
    return ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_start, initargs=(settings,))


def _start(settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process stops the others
    cv2.setNumThreads(1)
    _here.append((_reader(settings), settings))


def _outcome_here(work: _Work) -> Outcome:
    return _outcome(work, *_here[0])


def _reader(settings: Settings) -> Reader:
    if not 0 <= settings.threshold <= 1:
        raise DataError(f"--threshold {settings.threshold}: expected a probability, 0 to 1")
    options: dict[str, Any] = {"threshold": settings.threshold}
    if settings.expect is not None or settings.pattern is not None:
        options["pattern"] = Pattern.compile(settings.expect, settings.pattern)
    if settings.model is None:
        content = resources.files("digitrec").joinpath("models", "reader.onnx").read_bytes()
        return Reader(Model.from_bytes(content, "reader.onnx", threads=1), **options)
    model = Model.load(settings.model, threads=1)
    model.columns(np.zeros((1, SIDE, SIDE), dtype=np.uint8))  # one that reads no lines is told of once
    return Reader(model, **options)


def _outcome(work: _Work, reader: Reader, settings: Settings) -> Outcome:
    """Read a file's pages and write its pictures."""
    outcome = Outcome(work.path)
    try:
        for number, picture in enumerate(_pages(work.path, settings.page)):
            reading = reader.read(picture)
            outcome.readings.append(reading.to_json())
            name = work.name if number == 0 else f"{work.name}-page-{picture.page}"
            outcome.errors.extend(_drawn(reading, f"{name}.png", settings))
    except DigitrecError as error:
        outcome.errors.append(str(error))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are read
        reason = " ".join(str(error).split())[:200] or "nothing more is known"
        outcome.errors.append(f"{shown(work.path)}: cannot be read ({type(error).__name__}: {reason})")
    return outcome


def _pages(path: str, page: int | None) -> Iterator[Picture]:
    return load_pages(path) if page is None else iter([load_picture(path, page=page)])


def _drawn(reading: Reading, name: str, settings: Settings) -> Iterator[str]:
    """Write the pictures of a reading, and yield what went wrong."""
    for folder, draw in ((settings.annotated, annotated), (settings.steps, steps)):
        if folder:
            path = folder / name
            try:
                if path.exists() and not settings.force:
                    yield f"{shown(path)}: exists already; name another folder, or write over it with --force"
                else:
                    write_atomically(path, png(draw(reading)))
            except OSError as error:
                yield f"{shown(path)}: {error.strerror or error}; expected a folder that can be written"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{shown(folder)}: {error.strerror or error}; expected the name of a folder") from None


def _named(paths: Sequence[str]) -> Iterator[_Work]:
    """Yield each file with a name for its pictures that no other's have, on no file system."""
    taken: set[str] = set()
    for path in paths:
        stem = "standard-input" if path == STANDARD_INPUT else Path(path).stem
        while len(os.fsencode(stem)) > _LONGEST_NAME:
            stem = stem[:-1]
        name, number = stem, 1
        # One that ends as a page's name does would be in the way of the page.
        while name.casefold() in taken or re.search(r"-page-\d+$", name, re.IGNORECASE):
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        yield _Work(path, name)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
