"""What stood in the way of reading, in words, with what to do about it.

In: the picture, its ink and what was read. Out: sentences, the most important first; none where all
went well. Knows nothing of models.
"""

from collections.abc import Sequence

from digitrec.reading.ink import TINY, Ink
from digitrec.reading.picture import Picture
from digitrec.reading.reading import Digit, LineReading
from digitrec.reading.signs import OTHER

UNSURE = 0.6
"""A digit that is less sure is told of."""

_SMALL = 9
"""Pixels: lower digits than this are too small to be told apart."""


_CLEARLY = 0.9
"""Where all digits are surer, blur did not stand in the way."""

_SOFT = 1.05
"""Pixels of half ink to each of full ink: sharp strokes have 0.1 to 0.9, out of focus they have 1.1 to 1.4."""

_SHOWS_BLUR = 16
"""Pixels from which a digit's height shows whether it is blurred."""


def advice(picture: Picture, ink: Ink, lines: Sequence[LineReading], turned: str = "") -> list[str]:
    """Return the warnings about a reading; `turned` is what the picture says upside down, where that makes sense."""
    if ink.blank or not lines:
        return ["nothing written: no ink was found; more light or a darker pen helps if there is some"]
    digits = [digit for line in lines for digit in line.digits]
    found = _no_digits(lines, len(digits))
    if turned:
        found.append(f"upside down? turned around it reads {turned!r}; turn the picture if that is right")
    if any(_blurred(line, ink, picture.scale) for line in lines):
        found.append(
            "too blurred: strokes have no edges; hold the phone still, tap on the digits to focus, or go nearer"
        )
    for digit in digits:
        if digit.confidence < UNSURE and len(digit.alternatives) > 1:
            first, second = (each for each, _ in digit.alternatives[:2])
            found.append(f"two readings: {first} or {second} at {digit.box[0]},{digit.box[1]}; check it by eye")
    return found + (_place_and_size(digits, picture) if digits else [])


def _no_digits(lines: Sequence[LineReading], digits: int) -> list[str]:
    """Return what to say of signs that are no digits."""
    strange = sum(mark.sign == OTHER for line in lines for mark in line.marks)
    if strange and not digits:
        return ["not a digit: what is written looks like no digit"]
    if strange:
        return [f"not a digit: {strange} of the signs look like no digit and were left out"]
    return [] if digits else ["no digit: only marks, such as dots and dashes, were found"]


def _place_and_size(digits: Sequence[Digit], picture: Picture) -> list[str]:
    """Return what to say of digits that are small, or at the picture's edge."""
    found = []
    usual = sorted(digit.box[3] for digit in digits)[len(digits) // 2]
    if usual < _SMALL:
        found.append(f"too small: the digits are {usual} pixels high; go nearer, or scan at a higher resolution")
    touching = any(_touches(digit.box, picture) for digit in digits)
    if touching and max(picture.width, picture.height) > 64:  # noqa: PLR2004 - tiny pictures are cut close
        found.append("touches the edge: a digit may be cut off; leave a margin around the number")
    return found


def _blurred(line: LineReading, ink: Ink, scale: float) -> bool:
    """Whether a line in a picture of some size was read unsurely and has strokes that are mostly edge."""
    if max(ink.amount.shape) <= TINY or all(digit.confidence >= _CLEARLY for digit in line.digits):
        return False
    left, top, wide, high = (round(side / scale) for side in line.box)
    amount = ink.amount[top : top + high, left : left + wide]
    full = int((amount >= 0.8 * 255).sum())
    return high >= _SHOWS_BLUR and int((amount >= 0.2 * 255).sum()) - full > _SOFT * full


def _touches(box: tuple[int, int, int, int], picture: Picture) -> bool:
    left, top, wide, high = box
    return left <= 0 or top <= 0 or left + wide >= picture.width or top + high >= picture.height
