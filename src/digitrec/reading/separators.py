"""Separators that stand by themselves, told by their shape and place: dots, commas and dashes between digits.

In: the pieces of one line. Out: which of them are separators, and of what kind. They are taken out of
a line before it is read, since a dot between digits and the rest of a digit look alike to a model
that sees strokes. What touches a digit is left to the model. Knows nothing of pixels.
"""

from collections.abc import Sequence

from digitrec.reading.parts import Part, usual_height

_TALL = 0.6
"""Of the usual height: pieces that are as high are digits, or large parts of some."""

_LOW = 0.45
"""Of the usual height: a comma is at most as high as this."""

_FLAT = 0.28
"""Of the usual height: a dash is at most as high as this."""


def separators_among(parts: Sequence[Part]) -> dict[int, str]:
    """Return the separators of a line, their kind by the label of the piece: `.`, `,` or `-`.

    A dot or comma is small and near the baseline, a dash is flat and neither at the top nor at the
    bottom; and neither has a digit above or below it, of which it could be a part.
    """
    usual = usual_height(list(parts))
    tall = [part for part in parts if part.height >= _TALL * usual]
    if not tall:
        return {}
    found = {}
    for part in parts:
        if part.height >= _LOW * usual or part.width > 1.6 * usual or _is_under_a_digit(part, tall):
            continue
        near = sorted(tall, key=lambda each: abs(each.left + each.right - part.left - part.right))[:2]
        top, bottom = min(each.top for each in near), max(each.bottom for each in near)
        place = (part.middle - top) / (bottom - top)
        if part.height <= _FLAT * usual and part.width >= 1.6 * part.height and 0.25 < place < 0.85:  # noqa: PLR2004
            found[part.label] = "-"
        elif part.width <= _LOW * usual and 0.55 < place < 1.4:  # noqa: PLR2004
            found[part.label] = "," if part.height > 1.5 * part.width else "."
        elif part.width <= 0.3 * usual and part.height <= 0.3 * usual and 0.3 < place <= 0.55:  # noqa: PLR2004
            found[part.label] = "."  # of a colon, or written high
    return found


def _is_under_a_digit(part: Part, tall: Sequence[Part]) -> bool:
    """Whether more than a third of a piece's width is above or below a tall one."""
    shared = max(min(part.right, each.right) - max(part.left, each.left) for each in tall)
    return shared > 0.35 * part.width
