"""What can be trained: one frozen dataclass a recipe.

From its fields come the command line's options and their help, the JSON that is saved, and
the run's name (`saved_recipes.py`). Plain values only: nothing here needs torch or knows how a network is built.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal

from digitrec.errors import RecipeError
from digitrec.training.settings import Widths, require, require_widths

Activation = Literal["relu", "gelu", "tanh", "sigmoid"]
Optimizer = Literal["sgd", "adam", "adamw"]
Schedule = Literal["constant", "one-cycle"]
Precision = Literal["float32", "fastest"]


_WIDEST = 65_536
_DEEPEST = 64
_MOST_WEIGHTS = 500_000_000


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What every recipe says; each has its own defaults. No recipe itself."""

    name: ClassVar[str]

    epochs: int = 20
    """Passes over the training digits."""

    batch_size: int = 100
    """Images to a step."""

    learning_rate: float = 0.01
    """Length of a step; where a schedule changes it, of the longest."""

    schedule: Schedule = "constant"
    """How the length of the steps goes: the same all along, or up for a quarter and down to nothing."""

    optimizer: Optimizer = "sgd"
    """What turns gradients into steps."""

    momentum: float = 0.0
    """Share of the last step that SGD carries on."""

    weight_decay: float = 0.0
    """Pull of the weights towards zero."""

    shift: float = 0.0
    """Move each digit by up to this many pixels each time it is seen."""

    rotate: float = 0.0
    """Turn it by up to this many degrees."""

    scale: float = 0.0
    """Enlarge or shrink it by up to this share, in width and height alike."""

    shear: float = 0.0
    """Slant it by up to this share of its height."""

    elastic: float = 0.0
    """Bend its strokes by so many pixels (a deviation), each part of the picture its own way."""

    thickness: float = 0.0
    """Draw its strokes thicker or thinner by up to this many pixels on either side."""

    precision: Precision = "float32"
    """The arithmetic of the products: float32, or bfloat16 where this machine does it right and faster."""

    validate: bool = False
    """Keep the 5,000 validation digits out of training and score each epoch on them; the notebook
    trains on all 60,000."""

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        require("epochs", self.epochs, 1, 100_000)
        require("batch_size", self.batch_size, 1, 1_000_000)
        require("learning_rate", self.learning_rate, 0, 1000, above=True)
        require("momentum", self.momentum, 0, 0.9999)
        require("weight_decay", self.weight_decay, 0, 10)
        require("shift", self.shift, 0, 14)
        require("rotate", self.rotate, 0, 180)
        require("scale", self.scale, 0, 0.9)
        require("shear", self.shear, 0, 1)
        require("elastic", self.elastic, 0, 3)
        require("thickness", self.thickness, 0, 1)
        if self.momentum and self.optimizer != "sgd":
            raise RecipeError(f"--momentum goes with --optimizer sgd; {self.optimizer} has its own")

    @property
    def augments(self) -> bool:
        """Whether digits are moved about as they are learnt from."""
        return any((self.shift, self.rotate, self.scale, self.shear, self.elastic, self.thickness))


@dataclass(frozen=True, kw_only=True)
class Dense(Recipe):
    """The notebook's network to the letter: 784 → 1000 ReLU → 10 softmax, plain SGD.

    Bytes are inverted and divided by 255, weights start Glorot uniform and biases at zero, as in
    Keras. It learns slowly, since the inverted ground is a one in most of the 784 inputs.
    Result: 93.75 ± 0.11 % on the test digits after 20 epochs (10 seeds), 26 s on two cores of an
    Intel Xeon with AVX-512 (`docs/keras.md`).
    """

    name: ClassVar[str] = "dense"

    hidden: Widths = (1000,)
    """Units of each hidden layer, as in 512,256; none for no hidden layer."""

    activation: Activation = "relu"
    """What each hidden unit does with its sum."""

    invert: bool = True
    """Feed ink as 0 and ground as 1, as the notebook does, or ink as 1."""

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
class Conv(Recipe):
    """99.5 % in seconds: three convolutions and a dense layer, digits moved about.

    The first convolution takes 6×6 pixels at every second place, which costs little and leaves
    12×12; the others are 3×3, the kind that runs near a processor's peak. Each layer is followed by
    batch normalisation.
    Result: 99.548 ± 0.050 % on the test digits (10 seeds), 18 s on two cores of an Intel Xeon with AMX,
    in bfloat16 (`docs/recipes.md`).
    """

    name: ClassVar[str] = "conv"
    depths: ClassVar[tuple[int, ...]] = (2, 3)

    channels: Widths = (16, 64, 64)
    """Channels of each convolution, two or three, as in 16,64,64; the second is pooled."""

    units: int = 128
    """Units of the dense layer after the convolutions; 0 for none."""

    epochs: int = 6
    batch_size: int = 256
    learning_rate: float = 0.02
    schedule: Schedule = "one-cycle"
    optimizer: Optimizer = "adam"
    shift: float = 1.5
    rotate: float = 10
    scale: float = 0.1
    shear: float = 0.15
    precision: Precision = "fastest"

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        super().__post_init__()
        require_widths("channels", self.channels, max(self.depths), 1024)
        if len(self.channels) not in self.depths:
            counts = " or ".join(map(str, self.depths))
            raise RecipeError(f"--channels {','.join(map(str, self.channels))}: expected {counts}, as in 16,64,64")
        require("units", self.units, 0, 4096)


@dataclass(frozen=True, kw_only=True)
class Fast(Conv):
    """99 % in one pass over the digits, as they are: two convolutions.

    Result: 99.026 ± 0.061 % on the test digits (30 seeds), 2.4 s on two cores of an Intel Xeon with AMX,
    in bfloat16 (`docs/recipes.md`).
    """

    name: ClassVar[str] = "fast"

    channels: Widths = (16, 64)
    units: int = 0
    epochs: int = 1
    batch_size: int = 128
    shift: float = 0
    rotate: float = 0
    scale: float = 0
    shear: float = 0


@dataclass(frozen=True, kw_only=True)
class Best(Conv):
    """The highest mean that a person would wait for: a committee of deeper networks, in one model file.

    Its members start from weights of their own, see the same digits moved, bent and thickened, and
    learn each for itself; the answer is the mean of their probabilities.
    """

    name: ClassVar[str] = "best"
    depths: ClassVar[tuple[int, ...]] = (5,)

    channels: Widths = (16, 64, 64, 64, 64)
    """Channels of each convolution, five, as in 16,64,64,64,64; the third is pooled."""

    members: int = 4
    """Networks in the committee."""

    epochs: int = 16
    learning_rate: float = 0.01
    shift: float = 2
    rotate: float = 15
    scale: float = 0.15
    shear: float = 0.2
    elastic: float = 0.5
    thickness: float = 0.3

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        super().__post_init__()
        require("members", self.members, 1, 64)


RECIPES: dict[str, type[Recipe]] = {kind.name: kind for kind in (Dense, Fast, Conv, Best)}
"""The recipes by name."""


def recipe_named(name: str) -> type[Recipe]:
    """Return the recipe of that name; raise `RecipeError` with the names there are."""
    if name not in RECIPES:
        raise RecipeError(f"no recipe named {name!r}; there are: {', '.join(RECIPES)}")
    return RECIPES[name]
