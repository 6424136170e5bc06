"""What stood in the way of reading, in words, with what to do about it.

In: the picture, its ink and what was read. Out: sentences, the most important first; none where all
went well. Knows nothing of models.
"""

from collections.abc import Sequence

from digitrec.reading.ink import Ink
from digitrec.reading.picture import Picture
from digitrec.reading.reading import LineReading
from digitrec.reading.signs import OTHER

UNSURE = 0.6
"""A digit that is less sure is told of."""

_SMALL = 9
"""Pixels: lower digits than this are too small to be told apart."""


def advice(picture: Picture, ink: Ink, lines: Sequence[LineReading]) -> list[str]:
    """Return the warnings about a reading."""
    found: list[str] = []
    digits = [digit for line in lines for digit in line.digits]
    if ink.blank or not lines:
        return ["nothing written: no ink was found; more light or a darker pen helps if there is some"]
    strange = sum(mark.sign == OTHER for line in lines for mark in line.marks)
    if strange and not digits:
        found.append("not a digit: what is written looks like no digit")
    elif strange:
        found.append(f"not a digit: {strange} of the signs look like no digit and were left out")
    if not digits and not strange:
        found.append("no digit: only marks, such as dots and dashes, were found")
    for digit in digits:
        if digit.confidence < UNSURE and len(digit.alternatives) > 1:
            first, second = (each for each, _ in digit.alternatives[:2])
            found.append(f"two readings: {first} or {second} at {digit.box[0]},{digit.box[1]}; check it by eye")
    if digits:
        usual = sorted(digit.box[3] for digit in digits)[len(digits) // 2]
        if usual < _SMALL:
            found.append(f"too small: the digits are {usual} pixels high; go nearer, or scan at a higher resolution")
        touching = [digit for digit in digits if _touches(digit.box, picture)]
        if touching and max(picture.width, picture.height) > 64:  # noqa: PLR2004 - tiny pictures are cut close
            found.append("touches the edge: a digit may be cut off; leave a margin around the number")
    return found


def _touches(box: tuple[int, int, int, int], picture: Picture) -> bool:
    left, top, wide, high = box
    return left <= 0 or top <= 0 or left + wide >= picture.width or top + high >= picture.height
