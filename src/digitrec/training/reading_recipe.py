"""The recipe of the reader: plain values, as all recipes. Needs no torch; knows nothing of how lines are composed."""

from dataclasses import dataclass
from typing import ClassVar

from digitrec.errors import RecipeError
from digitrec.training.recipe import Optimizer, Precision, Recipe, Schedule
from digitrec.training.settings import Widths, require, require_widths

_LAYERS = 7


@dataclass(frozen=True, kw_only=True)
class ReaderRecipe(Recipe):
    """What `digitrec read` reads with: one network for single digits and for lines, trained on MNIST and what is drawn.

    For every step single digits and whole lines are composed anew of MNIST's training digits, moved,
    bent, stretched, crossed and flagged, or written anew with one pen (`pens.py`); one in five single digits is drawn
    stroke by stroke instead, in ways that MNIST seldom has, and three tenths of the lines are drawn so by one hand,
    with ways of its own (`ways.py`, `drawn_digits.py`). Noughts side by side may be one stroke; separators, letters and
    scribbles are drawn between digits, and all is laid on paper-like grounds (`lines.py`, `paper.py`). An epoch is so
    many steps, not a pass.
    Beside it a small network learns MNIST's digits alone, and answers with it where a picture holds one digit.
    Result: 99.68 % on the test digits and 99.70 % of the validation digits (seed 0, the model that comes along); how
    long it takes: `experiments/LOG.md`, 85 and 86; how it reads pictures: `docs/handwriting.md`, `docs/pages.md`.
    """

    name: ClassVar[str] = "reader"

    channels: Widths = (16, 32, 64, 128, 160, 256, 256)
    """Channels of the seven convolutions, with commas between."""

    steps: int = 250
    """Steps to an epoch."""

    lines: int = 64
    """Lines to a step, beside the single digits."""

    line_widths: Widths = (112, 144, 176)
    """How wide the lines are, in pixels, step by step in turn; each divisible by 4."""

    epochs: int = 100
    batch_size: int = 96
    precision: Precision = "fastest"
    learning_rate: float = 0.003
    schedule: Schedule = "two-cycles"
    optimizer: Optimizer = "adamw"
    weight_decay: float = 0.02
    shift: float = 1
    rotate: float = 12
    scale: float = 0.12
    shear: float = 0.35
    elastic: float = 0.5
    proportions: float = 0.3
    thickness: float = 0.5
    validate: bool = True

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        super().__post_init__()
        if self.prepare:
            raise RecipeError("--prepare is for recipes of single digits; reader learns from uneven paper itself")
        require("batch_size", self.batch_size, 2, 100_000)
        require_widths("channels", self.channels, _LAYERS, 1024)
        if len(self.channels) != _LAYERS:
            raise RecipeError(
                f"--channels: {len(self.channels)} widths; expected {_LAYERS}, as in 16,32,64,128,160,256,256"
            )
        if self.label_smoothing:
            raise RecipeError("--label-smoothing: the recipe reader learns from signs as they are")
        require("steps", self.steps, 1, 1_000_000)
        require("lines", self.lines, 2, 100_000)
        require_widths("line_widths", self.line_widths, 64, 1024)
        if not self.line_widths or any(width % 4 or width < 28 for width in self.line_widths):  # noqa: PLR2004
            raise RecipeError("--line-widths: expected numbers of 28 or more that are divisible by 4, as in 112,176")

    @property
    def images_in_memory(self) -> int:
        """How many pictures of one digit would take as much memory as what a step looks at."""
        return self.batch_size + self.lines * max(self.line_widths) // 28
