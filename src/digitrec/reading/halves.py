"""Lines that are one: broken across by a rule that took its strokes along, by a fold, or told apart where it leans.

In: the lines of a page as they were read, and how to read one. Out: the same, with those joined that make more sense
together. Told by what they say, since by shape alone the halves of a three are two lines of writing. Knows nothing of
pictures.
"""

from collections.abc import Callable
from itertools import permutations

import cv2
import numpy as np
import numpy.typing as npt

from digitrec.data.digits import CLASSES
from digitrec.reading.layout import Box, Line
from digitrec.reading.looks import STROKES, Look, standing_alone
from digitrec.reading.texts import surety

_FEW = 8
"""Lines of a page that may be halves: where there are more, they are lines."""

_UNSURE, _SENSE, _CLEARER = 0.95, -0.7, 2.0
"""What is read so surely is no half; and what they say together is so probable in its logarithm, or by so much more
probable than by themselves."""

_SHARED, _BESIDE = 0.12, 0.5
"""Of the smaller line's box: when so much is the other's as well, one of them may be wrong; and of its height: when so
much is at the other's, they are beside each other."""

_OVER, _GAP, _CLOSE = 0.5, 0.3, 0.12
"""Of the narrower line: so much of it lies over the other; and of the height of both together, the gap between them,
and that between what is a mere stroke and what is not."""


def with_halves_joined(looks: list[Look], glance: Callable[[Line], Look], look: Callable[[Line], Look]) -> list[Look]:
    """Return what was read, with lines joined that say digits together more probably than each by itself.

    Most that might be one make no sense at a `glance`, which is quicker than a `look`.
    """
    tried: set[tuple[int, ...]] = set()
    while len(looks) <= _FEW:
        pairs = [pair for pair in permutations(looks, 2) if _names(pair) not in tried and may_be_halves(*pair)]
        if not pairs:
            break
        one, other = pairs[0]
        tried.add(_names(pairs[0]))
        line = together(one.line, other.line)
        if _is_better(glance(line), one, other) and _is_better(whole := look(line), one, other):
            looks = [whole if each is one else each for each in looks if each is not other]
    return looks


def _names(pair: tuple[Look, ...]) -> tuple[int, ...]:
    """Return where two lines are, by which they are known again."""
    return tuple(side for look in pair for side in look.line.box)


def _is_better(whole: Look, one: Look, other: Look) -> bool:
    """Whether a line says digits more probably than two lines by themselves that it is made of."""
    pieces = min(standing_alone(each.line.amount, each.line.height) for each in (one, other))
    apart = _log_probability(one) + _log_probability(other)
    least = min(max(apart, _SENSE), apart + _CLEARER)
    return _says_digits(whole, pieces) and _log_probability(whole) > least


def may_be_halves(one: Look, other: Look) -> bool:
    """Return whether two lines may be one.

    They lie over one another; or the first stands closely above the other and neither is read surely, or the sure one
    as a mere stroke.
    """
    (left, top, wide, high), (other_left, other_top, other_wide, other_high) = one.line.box, other.line.box
    across = min(left + wide, other_left + other_wide) - max(left, other_left)
    down = min(top + high, other_top + other_high) - max(top, other_top)
    if min(across, down) > 0 and across * down >= _SHARED * min(wide * high, other_wide * other_high):
        return True
    if top + high / 2 >= other_top + other_high / 2 or across < _OVER * min(wide, other_wide):
        return False
    gap = -down / (other_top + other_high - top)
    if any(STROKES.issuperset(look.signs) for look in (one, other)) and gap <= _CLOSE:
        return min(surety(one.texts), surety(other.texts)) <= _UNSURE
    sure = [look for look in (one, other) if surety(look.texts) > _UNSURE]
    return gap <= _GAP and len(sure) < 2 and all(STROKES.issuperset(look.signs) for look in sure)  # noqa: PLR2004


def together(one: Line, other: Line) -> Line:
    """Return two lines as one: beside each other its digits are as high as in the higher, else as both together."""
    boxes = (one.box, other.box)
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    right, bottom = (max(box[side] + box[side + 2] for box in boxes) for side in (0, 1))
    box = (left, top, right - left, bottom - top)
    down = min(each[1] + each[3] for each in boxes) - max(each[1] for each in boxes)
    beside = down >= _BESIDE * min(each[3] for each in boxes)
    return Line(
        box,
        max(one.height, other.height) if beside else float(bottom - top),
        _pasted([(one.box, one.amount), (other.box, other.amount)], box),
        _pasted([(one.box, one.whole), (other.box, other.whole)], box),
        tuple(sorted((*one.separators, *other.separators), key=lambda each: each[1][0])),
        max(one.depth, other.depth),
    )


def _pasted(pieces: list[tuple[Box, npt.NDArray[np.uint8]]], box: Box) -> npt.NDArray[np.uint8]:
    """Return the ink of several boxes, uint8[h,w] each, in the box around them."""
    found = np.zeros((box[3], box[2]), dtype=np.uint8)
    for (left, top, wide, high), amount in pieces:
        place = found[top - box[1] : top - box[1] + high, left - box[0] : left - box[0] + wide]
        np.copyto(place, cv2.max(place, amount))
    return found


def _says_digits(look: Look, pieces: int) -> bool:
    """Whether a line says digits alone, and as many as there are such pieces in either half."""
    return len(look.signs) >= max(pieces, 1) and max(look.signs) < CLASSES


def _log_probability(look: Look) -> float:
    return look.texts[0].log_probability
