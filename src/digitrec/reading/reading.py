"""What was read: a picture's answer, its lines, its digits. Plain values that print, show and serialise.

In: nothing but values; how a digit was seen is made of its cut when that is asked for. Out: `Reading`, which is its
text as a string, a picture in a notebook, and JSON.
Knows nothing of how it came about.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import SIDE
from digitrec.reading.normalise import normalise
from digitrec.reading.signs import OTHER

Box = tuple[int, int, int, int]
"""Left, top, width and height, in pixels of the upright picture."""

UNSURE = "?"
"""Stands in a text for a digit that was declined."""


COVERAGE = 0.99
"""How often the right digit is among those of `Digit.either`, of held-out digits of the reader's training."""


@dataclass(frozen=True)
class Digit:
    """One digit, or what stands where one might."""

    digit: int | None
    """0 to 9; None where it was declined: too unsure for the threshold."""
    confidence: float
    """How sure, 0 to 1: the model's probability, less where the line or the page as a whole is unclear."""
    box: Box
    alternatives: tuple[tuple[int, float], ...]
    """Digits and their probabilities, the likeliest first."""
    either: tuple[int, ...]
    """The digits that it may be, the right one among them as often as `COVERAGE` says: "3 or 8"."""
    cut: npt.NDArray[np.uint8] = field(repr=False, compare=False)
    """uint8[28,w], what of the line it was read from."""

    @property
    def seen(self) -> npt.NDArray[np.uint8]:
        """uint8[28,28], the digit as it was read, in the middle."""
        return normalise(self.cut)[:, :SIDE]

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes."""
        return {
            "digit": self.digit,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
            "alternatives": [
                {"digit": digit, "probability": round(probability, 4)} for digit, probability in self.alternatives
            ],
            "either": list(self.either),
        }


@dataclass(frozen=True)
class Mark:
    """A sign of a line that is no digit: a separator, or what is neither."""

    sign: str
    """`.`, `,`, `-`, `/`, `(`, `)`, or `?` for what is no digit and no separator."""
    confidence: float
    box: Box
    before: int
    """How many of the line's digits stand before it."""

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes."""
        return {
            "sign": self.sign,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
            "before": self.before,
        }


def _shown(digit: Digit) -> str:
    return UNSURE if digit.digit is None else str(digit.digit)


@dataclass(frozen=True)
class LineReading:
    """One line of digits."""

    box: Box
    digits: tuple[Digit, ...]
    marks: tuple[Mark, ...]
    confidence: float
    """That the whole line is right, 0 to 1."""
    seen: npt.NDArray[np.uint8] = field(repr=False, compare=False)
    """uint8[28,w], the line as it was read."""

    @property
    def text(self) -> str:
        """The digits, `?` for each that was declined; separators are left out."""
        return "".join(map(_shown, self.digits))

    @property
    def written(self) -> str:
        """The digits with the separators between them, as in `9/7/65`; what is neither is left out."""
        before: list[str] = [""] * (len(self.digits) + 1)
        for mark in self.marks:
            before[mark.before] += "" if mark.sign == OTHER else mark.sign
        return "".join(marks + digit for marks, digit in zip(before, [*map(_shown, self.digits), ""], strict=True))

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes."""
        return {
            "text": self.text,
            "written": self.written,
            "confidence": round(self.confidence, 4),
            "box": list(self.box),
            "digits": [digit.to_json() for digit in self.digits],
            "marks": [mark.to_json() for mark in self.marks],
        }


@dataclass(frozen=True)
class Reading:
    """What is written in a picture.

    >>> reading = digitrec.read("photo.jpg")
    >>> print(reading)
    2026
    """

    lines: tuple[LineReading, ...]
    """Those with digits, in reading order."""
    warnings: tuple[str, ...]
    """What stood in the way, with advice, in words."""
    picture: dict[str, Any]
    """Source, page, width, height and polarity of the picture, and by how many degrees to the left it was turned."""
    model: dict[str, Any]
    """Name and version of the model that read it."""
    upright: npt.NDArray[np.uint8] = field(repr=False, compare=False)
    """uint8[h,w] or uint8[h,w,3]: the picture as it was read, perhaps smaller than it was."""

    @property
    def text(self) -> str:
        """The text of all lines, a line each."""
        return "\n".join(line.text for line in self.lines)

    @property
    def confidence(self) -> float:
        """That the whole text is right, 0 to 1; 0 where nothing was read."""
        return float(np.prod([line.confidence for line in self.lines])) if self.lines else 0.0

    def __str__(self) -> str:
        """Return the text."""
        return self.text

    def to_json(self) -> dict[str, Any]:
        """Return it as what `json.dumps` takes; boxes are in pixels of the upright picture."""
        return {
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "lines": [line.to_json() for line in self.lines],
            "warnings": list(self.warnings),
            "picture": self.picture,
            "model": self.model,
        }

    def _repr_png_(self) -> bytes:
        """Return the annotated picture, which a notebook shows."""
        from digitrec.drawing.reading import annotated_png  # noqa: PLC0415 - a picture is drawn only where one is shown

        return annotated_png(self)
