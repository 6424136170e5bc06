"""The command line: which command is meant, and errors to exit codes.

The commands are in `commands/`, one module each; they and this one are all that prints. Exit codes: 0 done,
1 an error said in one line, 2 a command that is not understood, 128 + n stopped by signal n.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import digitrec
from digitrec.commands.complaints import complain
from digitrec.errors import DigitrecError
from digitrec.extras import fetch

if TYPE_CHECKING:
    from types import FrameType

    from cyclopts import App

COMMANDS = ("read", "data", "train", "test", "show", "compare")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that lacks a letter shows a question mark; it must not end the program.
            stream.reconfigure(errors="replace")
    try:
        with _stoppable():
            return _read(arguments[1:]) if _is_reading_alone(arguments) else _parsed(arguments)
    except DigitrecError as error:
        return _fail(error, 1)
    except BrokenPipeError:
        # The reader has seen enough; what is left unwritten must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1  # as rich has it, which meets most of them
    except KeyboardInterrupt:
        return _fail("interrupted", 128 + signal.SIGINT)
    except _Stopped:
        return _fail("stopped", 128 + signal.SIGTERM)
    except OSError as error:
        return _fail(f"{error.filename or 'input/output'}: {error.strerror or error}", 1)


class _Stopped(BaseException):
    """The process was asked to end. Nothing that catches mere errors catches it; what is half done is cleared away."""


@contextmanager
def _stoppable() -> Iterator[None]:
    """Raise `_Stopped` at SIGTERM, as Python raises `KeyboardInterrupt` at SIGINT; a second one ends it at once."""

    def stop(number: int, _: "FrameType | None") -> None:
        signal.signal(number, signal.SIG_DFL)
        raise _Stopped

    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if ours:
        signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _is_reading_alone(arguments: Sequence[str]) -> bool:
    """Whether files are to be read and nothing else is said; - is standard input."""
    command, files = arguments[:1], arguments[1:]
    return command == ["read"] and bool(files) and all(file == "-" or not file.startswith("-") for file in files)


def _read(files: Sequence[str]) -> int:
    """Read files as they are read without options: what parses those would take a quarter of the time."""
    from digitrec.commands.telling import tell  # noqa: PLC0415 - not every command reads
    from digitrec.scanning import Settings  # noqa: PLC0415

    return tell(files, Settings())


def _parsed(arguments: Sequence[str]) -> int:
    """Run the command that the arguments say."""
    from cyclopts import CycloptsError  # noqa: PLC0415 - as above

    try:
        result = _app(arguments)(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        # What is wrong with one of several values is said at its end, behind all of them.
        said = " ".join(str(error).split()).rsplit(" for FILES. ", 1)[-1].removesuffix(".")
        command = " ".join(["digitrec", *(name for name in arguments[:1] if name in COMMANDS)])
        return _fail(f"{said}. See `{command} --help`.", 2)
    return int(result or 0)


def _app(arguments: Sequence[str]) -> "App":
    from cyclopts import App  # noqa: PLC0415 - as above

    from digitrec.options import require_whole_numbers  # noqa: PLC0415

    app = App(
        name="digitrec",
        version=digitrec.__version__,
        help="Read handwritten digits; train what reads them, see how good it is, and look at what it sees.",
        version_flags=["--version"],
        suppress_keyboard_interrupt=False,  # it is said above
        config=require_whole_numbers,
    )
    # A command that is named is loaded alone: a picture is read before the others would be there.
    for name in arguments[:1] if set(arguments[:1]) & set(COMMANDS) else COMMANDS:
        app.command(_train_command(arguments) if name == "train" else fetch(f"commands.{name}", "command"), name=name)
    return app


def _train_command(arguments: Sequence[str]) -> Callable[..., Any]:
    """Return the command that trains the recipe which the arguments name: its options are the recipe's."""
    from digitrec.commands import train  # noqa: PLC0415 - as above
    from digitrec.options import named_recipe, require_options_of  # noqa: PLC0415
    from digitrec.training.recipes import recipe_named  # noqa: PLC0415

    kind = recipe_named(named_recipe(arguments))
    if arguments[:1] == ["train"]:
        require_options_of(kind, arguments)
    return train.command_for(kind)


def _fail(error: object, code: int) -> int:
    complain(f"digitrec: {' '.join(str(error).split())}")
    return code
