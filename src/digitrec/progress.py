"""Bars for what takes time, and signals that ask it to stop.

In: progress events. Out: a live bar on a terminal, a line an epoch elsewhere. Used by the
command line alone.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from digitrec.training import history


class FetchBar:
    """A bar on standard error while files are fetched; nothing where nothing is fetched."""

    def __init__(self) -> None:
        """Make it; nothing is shown before the first call."""
        self._console = Console(stderr=True)
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __call__(self, name: str, received: int, total: int) -> None:
        """Show that so many bytes of `name` have come."""
        if not self._console.is_terminal:
            if name not in self._tasks:
                self._tasks[name] = TaskID(0)
                self._console.print(f"fetching {name}", highlight=False, soft_wrap=True, markup=False)
            return
        if self._progress is None:
            columns = (TextColumn("fetching {task.description}"), BarColumn(), DownloadColumn())
            self._progress = Progress(*columns, console=self._console, transient=True)
            self._progress.start()
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total or None)
        self._progress.update(self._tasks[name], completed=received, total=total or None)

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._progress:
            self._progress.stop()


class TrainingBar:
    """A line an epoch, and on a terminal a live bar below with loss, accuracy, images/s and time left."""

    def __init__(self, console: Console) -> None:
        """Make it for this console."""
        self._console = console
        columns = (
            TextColumn("epoch {task.fields[epoch]:>3}"),
            BarColumn(),
            TextColumn("{task.fields[numbers]}"),
        )
        self._live = Progress(*columns, console=console, transient=True) if console.is_terminal else None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        """Show the bar."""
        if self._live:
            self._live.start()
            self._task = self._live.add_task("training", total=None, epoch="", numbers="starting")
        return self

    def __call__(self, progress: "history.Progress") -> None:
        """Show where the training is."""
        left = f"{progress.images_per_second:,.0f} images/s  {_duration(progress.seconds_left)} left"
        if self._live:
            done = (progress.epoch - 1) * progress.images_in_epoch + progress.images
            self._live.update(
                self._task,
                completed=done,
                total=progress.epochs * progress.images_in_epoch,
                epoch=f"{progress.epoch}/{progress.epochs}",
                numbers=f"loss {progress.loss:.4f}  accuracy {progress.accuracy:.1%}  {left}",
            )
        epoch = progress.finished_epoch
        if epoch:
            line = f"epoch {epoch.epoch:>3}/{progress.epochs}  loss {epoch.loss:.4f}  accuracy {epoch.accuracy:.2%}  "
            if epoch.validation_accuracy is not None:
                line += f"validation loss {epoch.validation_loss:.4f}  accuracy {epoch.validation_accuracy:.2%}  "
            self._console.print(line + left, highlight=False, soft_wrap=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Take the bar away."""
        if self._live:
            self._live.stop()


@contextmanager
def stop_signals() -> Iterator[list[int]]:
    """Give a list that SIGINT or SIGTERM is put in; a second one acts as it always does."""
    received: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def note(number: int, _: "FrameType | None") -> None:
        received.append(number)
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in before:
        signal.signal(number, note)
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _duration(seconds: float) -> str:
    """Return `1:05` for 65 seconds, and `12 s` below a minute."""
    return f"{seconds:.0f} s" if seconds < 60 else f"{int(seconds) // 60}:{int(seconds) % 60:02}"  # noqa: PLR2004 - a minute
