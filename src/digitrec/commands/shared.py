"""What the commands share: options that several of them take, and how a line is printed.

In: text. Out: the terminal. Knows no command, and raises nothing.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from rich.console import Console

Data = Annotated[Path | None, Parameter(help="A folder with MNIST's four IDX files or mnist.npz.")]
Runs = Annotated[Path, Parameter(help="The folder that holds the runs.")]
ModelName = Annotated[str, Parameter(help="A run, an ONNX file, or `latest`.")]
Force = Annotated[bool, Parameter(negative=(), help="Write over a file that is there already.")]
AsJson = Annotated[bool, Parameter(name="--json", negative=(), help="Print JSON instead of text.")]


def make_console() -> "Console":
    """Return standard output: plain text, not even bold, where NO_COLOR is set or nobody looks."""
    from rich.console import Console  # noqa: PLC0415 - not every command needs it, and some should be quick

    return Console(color_system=None if os.environ.get("NO_COLOR") else "auto")


def say(console: "Console", line: str) -> None:
    """Print a line as it is: not wrapped, not coloured, nothing in it taken for markup."""
    console.print(line, highlight=False, soft_wrap=True, markup=False)
