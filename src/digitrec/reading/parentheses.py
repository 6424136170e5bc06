"""Parentheses, as around the first digits of a telephone number: two thin arcs that open towards each other.

In: the pieces of one line and their pixels. Out: which of them are parentheses, and of what kind. They are taken out of
a line before it is read, as separators are: a model that has learnt digits reads each as a one. One alone is left to
it, since many ones are bent. Knows nothing of models.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from digitrec.reading.parts import Part, usual_height

_TALL, _WIDE = 0.85, 0.45
"""Of the usual height, what a parenthesis is high at least; and of its own, how wide at most."""

_BENT = 0.08
"""Of its height: by so much its middle lies beside the straight line between its ends, or more."""

_ALIKE = 0.7
"""Of the higher one: the other of a pair is so high at least."""

_MOST = 6
"""So many digits stand in a pair at most."""

_ASTRAY = 0.025
"""Of its height: by how much its stroke is off the arc in the mean, at most; a seven's corner is more."""

_THICK = 2.2
"""Times as wide as in its middle a stroke is at most in any row, but for its ends: it goes up, and never aside."""


def parentheses_among(parts: Sequence[Part], labels: npt.NDArray[np.int32]) -> dict[int, str]:
    """Return the parentheses of a line, `(` or `)` by the label of the piece, in pairs.

    Parameters
    ----------
    parts
        Of the line.
    labels
        int32[h,w], which piece each pixel belongs to.
    """
    if len(parts) < 3:  # noqa: PLR2004 - a pair, and a digit between
        return {}
    usual = usual_height(list(parts))
    tall = sorted((part for part in parts if part.height >= _TALL * usual), key=lambda part: part.left)
    found: dict[int, str] = {}
    opened: Part | None = None
    inside = 0
    for part in tall:
        bend = _bend(part, labels) if part.width <= _WIDE * part.height else 0.0
        if bend >= _BENT:
            opened, inside = part, 0
        elif opened is None:
            continue
        elif bend > -_BENT:
            inside += 1
        else:
            alike = min(opened.height, part.height) >= _ALIKE * max(opened.height, part.height)
            if alike and 0 < inside <= _MOST:
                found |= {opened.label: "(", part.label: ")"}
            opened = None
    return found


def _bend(part: Part, labels: npt.NDArray[np.int32]) -> float:
    """Return by how much of its height the middle of an arc lies to the left of its ends; 0 of what is none."""
    piece = labels[part.top : part.bottom, part.left : part.right] == part.label
    rows = np.arange(part.height)
    inked = piece.sum(1)
    if part.height < 8 or not inked.all():  # noqa: PLR2004 - too few rows to tell
        return 0.0
    first, last = piece.argmax(1), part.width - 1 - piece[:, ::-1].argmax(1)
    inner = slice(part.height // 8, part.height - part.height // 8)
    wide = last - first + 1
    if wide[inner].max() > max(_THICK * float(np.median(wide[inner])), 3):
        return 0.0
    middle = (first + last) / 2
    # From -1 at the top to 1 at the bottom: what goes with the square is how far the ends lie beside the middle.
    along = 2 * rows / (part.height - 1) - 1
    curve = np.polynomial.polynomial.polyfit(along, middle, 2)
    astray = np.abs(np.polynomial.polynomial.polyval(along, curve) - middle).mean()
    return float(curve[2]) / part.height if astray <= _ASTRAY * part.height else 0.0
