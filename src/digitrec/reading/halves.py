"""Lines that are one line broken across: by a rule that took its strokes along, a fold, a pencil that skipped.

In: the lines of a page as they were read, and how to read one. Out: the same, with those joined that make more sense
together. Told by what they say, since by shape alone the halves of a three are two lines of writing. Knows nothing of
pictures.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import CLASSES
from digitrec.reading.decode import surety
from digitrec.reading.layout import Box, Line
from digitrec.reading.looks import STROKES, Look, standing_alone

_FEW = 12
"""Lines of a page that may be halves: where there are more, they are lines."""

_UNSURE, _SENSE = 0.95, 0.5
"""What is read so surely is no half; and what they say together is so probable at least."""

_OVER, _GAP = 0.5, 0.3
"""Of the narrower line: so much of it lies over the other; and of the height of both together, the gap between them."""


def with_halves_joined(looks: list[Look], look: Callable[[Line], Look]) -> list[Look]:
    """Return what was read, with lines joined that say digits together more probably than each by itself."""
    if len(looks) > _FEW:
        return looks
    for one in looks:
        for other in looks:
            if one is other or not may_be_halves(one, other):
                continue
            whole = look(together(one.line, other.line))
            pieces = min(standing_alone(each.line.amount, each.line.height) for each in (one, other))
            if _makes_sense(whole, pieces) and _log_probability(whole) > _log_probability(one) + _log_probability(
                other
            ):
                left = [whole if each is one else each for each in looks if each is not other]
                return with_halves_joined(left, look)
    return looks


def may_be_halves(upper: Look, lower: Look) -> bool:
    """Return whether one line stands closely above another and neither is read surely, or one as a mere stroke."""
    sure = [look for look in (upper, lower) if surety(look.texts) > _UNSURE]
    if len(sure) > 1 or not all(STROKES.issuperset(look.signs) for look in sure):
        return False
    (left, top, wide, high), (other_left, other_top, other_wide, other_high) = upper.line.box, lower.line.box
    if top + high / 2 >= other_top + other_high / 2:
        return False
    over = min(left + wide, other_left + other_wide) - max(left, other_left)
    gap = other_top - (top + high)
    return over >= _OVER * min(wide, other_wide) and gap <= _GAP * (other_top + other_high - top)


def together(upper: Line, lower: Line) -> Line:
    """Return two lines as one."""
    boxes = (upper.box, lower.box)
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    right, bottom = (max(box[side] + box[side + 2] for box in boxes) for side in (0, 1))
    box = (left, top, right - left, bottom - top)
    return Line(
        box,
        float(bottom - top),
        _pasted([(upper.box, upper.amount), (lower.box, lower.amount)], box),
        _pasted([(upper.box, upper.whole), (lower.box, lower.whole)], box),
        tuple(sorted((*upper.separators, *lower.separators), key=lambda each: each[1][0])),
        max(upper.depth, lower.depth),
    )


def _pasted(pieces: list[tuple[Box, npt.NDArray[np.uint8]]], box: Box) -> npt.NDArray[np.uint8]:
    """Return the ink of several boxes, uint8[h,w] each, in the box around them."""
    found = np.zeros((box[3], box[2]), dtype=np.uint8)
    for (left, top, wide, high), amount in pieces:
        place = found[top - box[1] : top - box[1] + high, left - box[0] : left - box[0] + wide]
        np.copyto(place, cv2.max(place, amount))
    return found


def _makes_sense(look: Look, pieces: int) -> bool:
    """Whether a line says digits alone, rather surely, and as many as there are such pieces in either half."""
    sure = np.exp(_log_probability(look)) > _SENSE
    return bool(sure and len(look.signs) >= max(pieces, 1) and max(look.signs) < CLASSES)


def _log_probability(look: Look) -> float:
    return look.texts[0].log_probability
