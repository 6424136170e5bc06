"""What stood in the way of reading, in words, with what to do about it.

In: the picture, its ink and what was read. Out: sentences, the most important first; none where all
went well. Knows nothing of models.
"""

from collections.abc import Sequence

from digitrec.reading.ink import Ink
from digitrec.reading.pattern import Pattern
from digitrec.reading.picture import Picture
from digitrec.reading.reading import Digit, LineReading
from digitrec.reading.rules import is_tiny
from digitrec.reading.signs import OTHER, SIGNS

UNSURE = 0.6
"""A digit that is less sure is told of."""

_SMALL = 9
"""Pixels: lower digits than this are too small to be told apart."""

_CLEARLY = 0.9
"""Where all digits are surer, blur did not stand in the way."""

_SOFT = 0.1
"""Of the digits' height: edges as wide as this are blurred. Sharp ones are 0 to 0.04, MNIST's enlarged 0.05."""

_MORE = "more pages: only the first was read; ask for another with page=1 and so on, or for all with `digitrec read`"


def advice(
    picture: Picture, ink: Ink, lines: Sequence[LineReading], *, turned: str = "", soft: float = 0.0
) -> list[str]:
    """Return the warnings about a reading.

    Parameters
    ----------
    picture, ink, lines
        What was read, and as what.
    turned
        What to say of how the picture was turned, or should be, if anything.
    soft
        How soft edges are, in digits' heights.
    """
    more = [_MORE] if picture.more else []
    if ink.blank or not lines:
        return ["nothing written: no ink was found; more light or a darker pen helps if there is some", *more]
    digits = [digit for line in lines for digit in line.digits]
    found = _no_digits(lines, len(digits))
    if turned:
        found.append(turned)
    if digits and not is_tiny(ink.amount.shape) and soft > _SOFT and _unsure(digits):
        found.append(
            "too blurred: strokes have no edges; hold the phone still, tap on the digits to focus, or go nearer"
        )
    for digit in digits:
        if digit.confidence < UNSURE and len(digit.alternatives) > 1:
            first, second = (each for each, _ in digit.alternatives[:2])
            found.append(f"two readings: {first} or {second} at {digit.box[0]},{digit.box[1]}; check it by eye")
    return found + (_place_and_size(digits, picture) if digits else []) + more


def disobeying(lines: Sequence[tuple[int, ...]], pattern: Pattern | None) -> list[str]:
    """Return a warning for each line, signs by number, that nothing which obeys the rules could be read from."""
    if pattern is None:
        return []
    texts = ["".join(SIGNS[sign] for sign in signs) for signs in lines if not pattern.matches(signs)]
    return [f"against the rules: read {text!r}, and nothing likely obeys them" for text in texts]


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
    if touching and not is_tiny((picture.height, picture.width)):  # such pictures are cut close
        found.append("touches the edge: a digit may be cut off; leave a margin around the number")
    return found


def _unsure(digits: Sequence[Digit]) -> bool:
    return min(digit.confidence for digit in digits) < _CLEARLY


def _touches(box: tuple[int, int, int, int], picture: Picture) -> bool:
    left, top, wide, high = box
    return left <= 0 or top <= 0 or left + wide >= picture.width or top + high >= picture.height
