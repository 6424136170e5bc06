"""What every recipe says: passes, steps, augmentation, arithmetic.

Plain values only: nothing here needs torch or knows how a network is built. The recipes
themselves are in `recipes.py`.
"""

from dataclasses import dataclass, fields
from typing import ClassVar, Literal, get_args, get_origin

from digitrec.errors import RecipeError
from digitrec.training.settings import require, require_one_of, require_whole

Optimizer = Literal["sgd", "adam", "adamw"]
Schedule = Literal["constant", "one-cycle", "two-cycles"]
Precision = Literal["float32", "fastest"]
Arithmetic = Literal["float32", "bfloat16", "bfloat16 products"]
"""Numbers and products in float32; in bfloat16 where products are; or float32 that is rounded inside the products."""


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
    """How the length of the steps goes: the same all along, or up for a quarter and down to nothing, once or twice."""

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
    """Enlarge or shrink it by up to this share, and its height by up to half of that once more."""

    shear: float = 0.0
    """Slant it by up to this share of its height."""

    elastic: float = 0.0
    """Bend its strokes by so many pixels (a deviation), each part of the picture its own way."""

    proportions: float = 0.0
    """Move its middle up or down, left or right, by up to this share of half its height, so that loops are larger
    beside stems, or smaller."""

    thickness: float = 0.0
    """Draw its strokes thicker or thinner by up to this many pixels on either side."""

    label_smoothing: float = 0.0
    """Share of each label that is spread over all ten digits, so that the network is less sure of itself."""

    precision: Precision = "float32"
    """The arithmetic of the products: float32, or bfloat16 where this machine does it right and faster."""

    validate: bool = False
    """Keep the 5,000 validation digits out of training and score each epoch on them; the notebook
    trains on all 60,000."""

    prepare: bool = False
    """Even out the ground of each picture, take out specks and strengthen faint ink, in training and in the file."""

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.type is int:
                require_whole(field.name, value)
            elif get_origin(field.type) is Literal:
                require_one_of(field.name, value, get_args(field.type))
        require("epochs", self.epochs, 1, 100_000)
        require("batch_size", self.batch_size, 1, 1_000_000)
        require("learning_rate", self.learning_rate, 0, 1000, above=True)
        require("momentum", self.momentum, 0, 0.9999)
        require("weight_decay", self.weight_decay, 0, 10)
        require("label_smoothing", self.label_smoothing, 0, 0.5)
        require("shift", self.shift, 0, 14)
        require("rotate", self.rotate, 0, 180)
        require("scale", self.scale, 0, 0.9)
        require("shear", self.shear, 0, 1)
        require("elastic", self.elastic, 0, 3)
        require("proportions", self.proportions, 0, 0.4)
        require("thickness", self.thickness, 0, 1)
        if self.momentum and self.optimizer != "sgd":
            raise RecipeError(f"--momentum goes with --optimizer sgd; {self.optimizer} has its own")

    @property
    def augments(self) -> bool:
        """Whether digits are moved about as they are learnt from."""
        return any((self.shift, self.rotate, self.scale, self.shear, self.elastic, self.proportions, self.thickness))

    @property
    def descends_plainly(self) -> bool:
        """Whether a step is the gradient times its length and nothing more."""
        return self.optimizer == "sgd" and not (self.momentum or self.weight_decay)

    @property
    def images_in_memory(self) -> int:
        """How many pictures of one digit a step looks at."""
        return self.batch_size
