"""A line as it was read → its digits and marks: how sure each is, what else it may be, and where it is in the picture.

In: a `Look`, what was fitted for the model, how far its line is trusted. Out: a `LineReading`. Knows nothing of how the
line was found or read, nor of the other lines.
"""

import numpy as np
import numpy.typing as npt

from digitrec.data.digits import CLASSES
from digitrec.reading.confidence import Fitted, either, likely_at
from digitrec.reading.decode import alone, places, said_at, softened
from digitrec.reading.looks import Look
from digitrec.reading.normalise import bounds
from digitrec.reading.reading import Box, Digit, LineReading, Mark
from digitrec.reading.seams import whose_ink
from digitrec.reading.signs import SIGNS
from digitrec.reading.texts import surety

_INK = 60
"""From where on a pixel belongs to a sign's box."""


def line_reading(read: Look, scale: float, fitted: Fitted, *, trust: float, threshold: float) -> LineReading:
    """Return what was read in a line.

    Parameters
    ----------
    read
        The line, as the model saw it and what it said.
    scale
        How many pixels of the picture, along a side, one pixel of the line's box stands for.
    fitted
        What was fitted for the model.
    trust
        By what to multiply the confidence of each digit, 0 to 1, for what the line and the page as a whole are like.
    threshold
        Digits of less confidence, 0 to 1, are declined.
    """
    digits: list[Digit] = []
    marks: list[Mark] = []
    image, steps = read.prepared.image, len(read.columns)
    # One sign has all columns, wherever it is said.
    said = said_at(read.columns, read.signs) if len(read.signs) > 1 else [(0.0, float(steps))] * len(read.signs)
    whose = whose_ink(said, steps, image, fitted.lead)
    likely = likely_at(read.texts, read.signs, fitted.least)
    for number, (sign, (first, last), others) in enumerate(zip(read.signs, places(said, steps), likely, strict=True)):
        chances = softened(alone(read.columns[first : max(last, first + 1)]), fitted.temperature)
        own = whose == number
        box = _box(read, own, scale)
        if sign >= CLASSES:
            marks.append(Mark(SIGNS[sign], float(chances[sign]), box, len(digits)))
            continue
        alternatives = sorted(enumerate(chances[:CLASSES].tolist()), key=lambda each: -each[1])
        # With rules, or by what is known beforehand, the digit that is read may not be the likeliest.
        confidence = float(chances[sign]) * trust
        digits.append(
            Digit(
                digit=sign if confidence >= threshold else None,
                confidence=confidence,
                box=box,
                alternatives=tuple(alternatives[:3]),
                either=either(alternatives, sign, fitted.least, others),
                cut=np.where(own, image, np.uint8(0))[:, own.any(0)] if len(read.signs) > 1 else image,
            )
        )
    for kind, where in read.separators:
        left, top, wide, high = (round(side * scale) for side in where)
        before = sum(2 * digit.box[0] + digit.box[2] < 2 * left + wide for digit in digits)
        marks.append(Mark(kind, 1.0, (left, top, wide, high), before))
    marks.sort(key=lambda mark: mark.box[0])
    left, top, wide, high = (round(side * scale) for side in read.line.box)
    return LineReading(
        (left, top, wide, high), tuple(digits), tuple(marks), read.trust * surety(read.texts), read.prepared.image
    )


def _box(read: Look, own: npt.NDArray[np.bool_], scale: float) -> Box:
    """Return where a sign's ink is in the picture, of the line's pixels that are its own, bool[28,w]."""
    top, left, bottom, right = bounds((own & (read.prepared.image > _INK)).astype(np.uint8))
    if bottom == top:  # no ink is left for it: then where it would be
        top, left, bottom, right = bounds(own.astype(np.uint8))
    edges = read.prepared.back(left, top, right, bottom)
    across, down, wide, high = read.line.box
    begin, end = (scale * (min(max(edge, 0), wide) + across) for edge in edges[::2])
    # In a line that was made level it stood higher or lower by so much.
    fell = read.slope * ((edges[0] + edges[2] - wide) / 2)
    above, below = (scale * (min(max(edge + fell, 0), high) + down) for edge in edges[1::2])
    return round(begin), round(above), round(end - begin), round(below - above)
