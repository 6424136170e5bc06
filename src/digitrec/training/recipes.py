"""What can be trained: one frozen dataclass a recipe.

From its fields come the command line's options and their help, the JSON that is saved, and
the run's name (`saved_recipes.py`). Plain values only: nothing here needs torch or knows how a network is built.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

from digitrec.errors import RecipeError
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipe import Optimizer, Precision, Recipe, Schedule
from digitrec.training.settings import Widths, require, require_widths

Activation = Literal["relu", "gelu", "tanh", "sigmoid"]

_WIDEST = 65_536
_DEEPEST = 64
_MOST_WEIGHTS = 500_000_000
_MOST_CONVOLUTIONS = 32


@dataclass(frozen=True, kw_only=True)
class Dense(Recipe):
    """The notebook's network to the letter: 784 → 1000 ReLU → 10 softmax, plain SGD.

    Bytes are inverted and divided by 255, weights start Glorot uniform and biases at zero, as in
    Keras. It learns slowly, since the inverted ground is a one in most of the 784 inputs.
    Result: 93.77 ± 0.15 % on the test digits after 20 epochs (5 seeds), 17 s on two cores of an
    AMD EPYC with AVX-512, in bfloat16 (`docs/benchmarks.md`; beside Keras, `docs/keras.md`).
    """

    name: ClassVar[str] = "dense"

    hidden: Widths = (1000,)
    """Units of each hidden layer, as in 512,256; none for no hidden layer."""

    activation: Activation = "relu"
    """What each hidden unit does with its sum."""

    invert: bool = True
    """Feed ink as 0 and ground as 1, as the notebook does, or ink as 1."""

    precision: Precision = "fastest"

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        super().__post_init__()
        require_widths("hidden", self.hidden, _DEEPEST, _WIDEST)
        if self.weights > _MOST_WEIGHTS:
            raise RecipeError(
                f"--hidden: {self.weights:,} weights would take {self.weights * 16 / 2**30:.1f} GiB in training; "
                f"expected at most {_MOST_WEIGHTS:,}"
            )

    @property
    def weights(self) -> int:
        """How many weights and biases the network has."""
        widths = (784, *self.hidden, 10)
        return sum(before * after + after for before, after in pairwise(widths))


@dataclass(frozen=True, kw_only=True)
class Elastic(Dense):
    """What dense layers alone can do: two of them, and digits moved and bent anew each time they are shown.

    After Simard, Steinkraus & Platt 2003, table 1, whose dense network is wrong of 1.6 % without distortions, of 1.1 %
    with affine and of 0.7 % with elastic ones.
    Result: 99.40 ± 0.04 % on the test digits (3 seeds), 73 s on two cores of an AMD EPYC with AVX-512, in bfloat16
    (`docs/benchmarks.md`).
    """

    name: ClassVar[str] = "elastic"

    hidden: Widths = (1000, 500)
    invert: bool = False
    epochs: int = 30
    batch_size: int = 256
    optimizer: Optimizer = "adam"
    schedule: Schedule = "one-cycle"
    learning_rate: float = 0.002
    label_smoothing: float = 0.1
    shift: float = 1.5
    rotate: float = 10
    scale: float = 0.1
    shear: float = 0.15
    elastic: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Convolutional(Recipe):
    """What the recipes with convolutions share. No recipe itself.

    The first convolution has large filters and, unless a recipe says otherwise, looks at every second
    place, which costs little and leaves 12×12; the others are 3×3 with a margin of a pixel, so that they
    keep the size: of the kinds tried the one that a processor goes through the fastest, layer by layer. Pooling halves
    the sides. Each convolution is followed by batch normalisation.
    """

    channels: Widths = (16, 16, 32, 64)
    """Channels of each convolution, with commas between."""

    pooled: Widths = (2, 3)
    """Which convolutions, counted from 1, hand on the greatest of each two by two of what they give."""

    first_filter: int = 6
    """Pixels along each side of the first convolution's filters."""

    first_stride: int = 2
    """Every how many pixels the first convolution looks, along each side."""

    units: int = 128
    """Units of the dense layer after the convolutions; 0 for none."""

    batch_size: int = 256
    learning_rate: float = 0.02
    schedule: Schedule = "one-cycle"
    optimizer: Optimizer = "adam"
    label_smoothing: float = 0.1
    precision: Precision = "fastest"

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        super().__post_init__()
        # Batch normalisation needs a deviation.
        require("batch_size", self.batch_size, 2, 1_000_000)
        require_widths("channels", self.channels, _MOST_CONVOLUTIONS, 1024)
        if not self.channels:
            raise RecipeError("--channels none: expected one convolution or more, as in 16,32,64,64")
        if not set(self.pooled) <= set(range(1, len(self.channels) + 1)):
            given = ",".join(map(str, self.pooled))
            raise RecipeError(f"--pooled {given}: expected which of the {len(self.channels)} convolutions, from 1")
        require("first_filter", self.first_filter, 1, 28)
        require("first_stride", self.first_stride, 1, 28)
        require("units", self.units, 0, 4096)
        if self.sides[-1] < 1:
            raise RecipeError(
                f"--first-filter {self.first_filter} with --first-stride {self.first_stride} leaves no pixels after "
                f"pooling {len(self.pooled)} times; choose less of any"
            )

    @property
    def sides(self) -> tuple[int, ...]:
        """How many pixels each side has after each convolution and its pooling."""
        side = (28 - self.first_filter) // self.first_stride + 1
        sides = []
        for number in range(1, len(self.channels) + 1):
            side = side // 2 if number in self.pooled else side
            sides.append(side)
        return tuple(sides)


@dataclass(frozen=True, kw_only=True)
class Conv(Convolutional):
    """99.5 % in seconds: four convolutions and a dense layer, digits moved about.

    Where an answer is unsure, four copies moved by two pixels and one are asked too.
    Result: 99.587 ± 0.032 % on the test digits (10 seeds), 12.1 s on two cores of an Intel Xeon with AMX, in
    bfloat16 (`docs/benchmarks.md`).
    """

    name: ClassVar[str] = "conv"

    units: int = 64
    epochs: int = 7
    label_smoothing: float = 0.05
    shift: float = 1.5
    rotate: float = 10
    scale: float = 0.1
    shear: float = 0.15

    look_again_below: float = 0.98
    """Answers less probable than this are averaged with those for four moved copies; 0 for none."""

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        super().__post_init__()
        require("look_again_below", self.look_again_below, 0, 1)


@dataclass(frozen=True, kw_only=True)
class Fast(Convolutional):
    """99 % in one pass over the digits, as they are: two convolutions and a small dense layer.

    Result: 99.204 ± 0.064 % on the test digits (30 seeds), 1.8 s on two cores of an AMD EPYC with AVX-512, in bfloat16;
    3.84 s with AVX2 alone, in float32 (`docs/benchmarks.md`).
    """

    name: ClassVar[str] = "fast"

    channels: Widths = (16, 64)
    pooled: Widths = (1, 2)
    units: int = 64
    epochs: int = 1


@dataclass(frozen=True, kw_only=True)
class Best(Convolutional):
    """The highest mean that a person would wait for: three networks that answer together, in one model file.

    They look at every pixel at first, start from weights of their own, see the same digits moved, bent and thickened,
    and learn each for itself; the answer is the mean of their probabilities, for the picture and for four copies of it
    moved by a pixel. Damaged pictures are mended before they see them.
    Result: 99.706 ± 0.015 % on the test digits (5 seeds), 447 s on two cores of an AMD EPYC with AVX-512, in bfloat16
    (`docs/benchmarks.md`).
    """

    name: ClassVar[str] = "best"

    channels: Widths = (32, 64, 64, 128, 128)
    pooled: Widths = (1, 3, 5)
    first_filter: int = 5
    first_stride: int = 1
    prepare: bool = True

    members: int = 3
    """Networks in the committee."""

    average_shifts: bool = True
    """Answer with the mean over the picture and four copies of it moved by a pixel; five times the work."""

    epochs: int = 8
    learning_rate: float = 0.01
    shift: float = 1.5
    rotate: float = 12
    scale: float = 0.12
    shear: float = 0.15
    elastic: float = 0.5
    thickness: float = 0.3

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        super().__post_init__()
        require("members", self.members, 1, 64)


BESIDE_THE_READER = Conv(elastic=0.5, thickness=0.3, label_smoothing=0.1)
"""The network of single digits that answers with the reader's columns: how it is built, and how it is shown digits and
their labels; all else is as the reader learns."""

RECIPES: dict[str, type[Recipe]] = {kind.name: kind for kind in (Dense, Fast, Conv, Best, Elastic, ReaderRecipe)}
"""The recipes by name."""


def recipe_named(name: str) -> type[Recipe]:
    """Return the recipe of that name; raise `RecipeError` with the names there are."""
    if name not in RECIPES:
        raise RecipeError(f"no recipe named {name!r}; there are: {', '.join(RECIPES)}")
    return RECIPES[name]
