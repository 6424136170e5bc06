"""Pictures read by several processes at once, their answers in order.

In: files and how to read them. Out: an `Outcome` a file. A file that ends the process which reads it ends
no other. Knows nothing of pictures.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process

import cv2

from digitrec.reading.picture import shown
from digitrec.reading.reader import Reader
from digitrec.scanning import STANDARD_INPUT, Outcome, Settings, Work, make_reader, read_file

_AHEAD = 8
"""Files to a process that are read ahead of the one whose turn it is."""


def by_processes(works: Iterator[Work], reader: Reader, settings: Settings, jobs: int) -> Iterator[Outcome]:
    """Yield what came of each file, in order; what is piped in is read here, by `reader`."""
    waiting: deque[tuple[Work, Future[Outcome]]] = deque()
    pool = _pool(settings, jobs)
    try:
        for work in works:
            if work.path == STANDARD_INPUT:  # which is this process's own
                future: Future[Outcome] = Future()
                future.set_result(read_file(work, reader, settings))
            else:
                try:
                    future = pool.submit(_read_here, work)
                except BrokenProcessPool:
                    pool = _pool(settings, jobs)
                    future = pool.submit(_read_here, work)
            waiting.append((work, future))
            if len(waiting) > _AHEAD * jobs:
                yield _settled(*waiting.popleft(), settings)
        while waiting:
            yield _settled(*waiting.popleft(), settings)
    finally:
        pool.shutdown(cancel_futures=True)


def _settled(work: Work, future: "Future[Outcome]", settings: Settings) -> Outcome:
    """Return the outcome; where a process died, no one knows of which file, so each is tried on its own."""
    try:
        return future.result()
    except BrokenProcessPool:
        try:
            with _pool(settings, 1) as pool:
                return pool.submit(_read_here, work).result()
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
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cv2.setNumThreads(1)
    _here.append((make_reader(settings), settings))


def _end_with_parent() -> None:
    """End this process when the one that started it was killed: nobody else would."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_here(work: Work) -> Outcome:
    return read_file(work, *_here[0])
