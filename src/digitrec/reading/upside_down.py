"""Whether a picture is upside down: what was read of it as it is and turned around → which of them makes more sense.

In: looks at lines. Out: a warning with what the turned picture says, where that is so. Digits alone tell little, as 0,
1, 8, 6 and 9 read well either way: only what is unclear as it is gets turned, which costs a second reading.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from digitrec.data.digits import CLASSES
from digitrec.reading.confidence import sense
from digitrec.reading.layout import Line
from digitrec.reading.looks import Look
from digitrec.reading.signs import SIGNS

_MOST_LINES = 12
"""A page of more lines is not read a second time."""

_UNCLEAR = 0.6
"""A page whose lines are as probable as this in the mean is not read a second time."""

_MUCH_MORE = 0.25
"""By so much the lines of the turned page must be more probable in the mean."""

_FEWEST = 3
"""Digits that must be seen in the turned page: fewer are often as clear the wrong way round."""


def worth_turning(looks: Sequence[Look]) -> bool:
    """Whether what was read is so little, and so unclear, that the picture may be upside down."""
    signs = sum(len(look.signs) for look in looks)
    return signs > 1 and len(looks) <= _MOST_LINES and sense(looks, with_separators=True) < _UNCLEAR


def turned(looks: Sequence[Look]) -> list[Line]:
    """Return the lines that were looked at as they are in the picture turned by half a turn, in reading order."""
    return [
        replace(
            look.line,
            amount=np.rot90(look.line.amount, 2).copy(),
            whole=np.rot90(look.line.whole, 2).copy(),
            separators=(),
        )
        for look in reversed(looks)
    ]


def warning_if_upside_down(upright: Sequence[Look], over: Sequence[Look]) -> str:
    """Return a warning with what the turned picture says where that makes much more sense, and else nothing."""
    texts = ["".join(SIGNS[sign] for sign in look.signs if sign < CLASSES) for look in over]
    text = " ".join(filter(None, texts))
    more = sense(over, with_separators=True) - sense(upright, with_separators=True)
    if sum(map(len, texts)) < _FEWEST or more < _MUCH_MORE:
        return ""
    return f"upside down? turned around it reads {text!r}; turn the picture if that is right"
