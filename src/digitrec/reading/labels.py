"""Words in the line of a number: "Bus: 32", "ROOM 1960", "652,05 €"; told by what the model says of either part.

In: one line as it was read, and how to read one. Out: the number alone as it was read, or the same. A word's letters
look like digits to a model that knows hardly any; but read by themselves many of them are none, or they are a capital
and low letters. By shape alone, before anything is read, `line_ends.py` leaves out what it can. Knows nothing of
pictures.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from digitrec.data.digits import CLASSES
from digitrec.reading.layout import Line
from digitrec.reading.looks import Look
from digitrec.reading.normalise import bounds
from digitrec.reading.signs import OTHER, SIGNS
from digitrec.reading.slashes import pieces_of

TRUST = 0.9
"""By what to multiply the confidence of a number beside a word: that it is one is a thing that may be wrong."""

_CLEAR, _SENSE = 0.9, 0.5
"""A line that is as probable holds no word; and a number beside one is as probable as that, and more than both."""

_ROOM, _TIMES, _MOST = 0.3, 1.4, 4
"""Of the digits' height, a word is so far from its number, and so many times as far as its letters are from each other;
and in how many places a line may be parted, the widest."""

_LETTERS, _UNIT, _FEWEST = 0.25, 0.5, 2
"""Of the signs in a word, so many at least are no digits, and where it stands after its number; and so many signs it
has."""

_PROBABLE, _LOW, _NOT_HIGH = 0.8, 0.68, 0.86
"""What is no more probable may be a word of letters that look like digits, where all but the first are of the height of
the number's digits so high in the middle, and at most."""

_FAR, _SENSELESS = 0.8, 0.35
"""Of the digits' height, "a)" is so far off, and no more probable."""

_FOOT, _DOT, _SPECK = 0.3, 0.25, 0.6
"""Of the digits' height: low letters stand as far down as the first; what is lower is a dot; and what is lower and says
nothing, a speck."""


def without_labels(read: Look, look: Callable[[Line], Look]) -> Look:
    """Return what was read of the number alone, where there is a word beside it in its line; else the same."""
    probability = _probability(read)
    if len(read.signs) <= _FEWEST or probability >= _CLEAR:
        return read
    for begin, end in _gaps(read.line):
        before, after = _cut(read.line, 0, begin), _cut(read.line, end, read.line.box[2])
        if before is not None and after is not None:
            for word, number in ((before, after), (after, before)):
                if _is_apart(word, end - begin):
                    alone, said = look(number), look(word)
                    if not said.signs and _is_rest(said.line, alone.line):
                        return without_labels(alone, look)
                    if _is_number(alone, said, probability) and (
                        _is_word(said, ahead=word is before)
                        or (word is before and _may_be_word(said, alone, end - begin))
                    ):
                        return replace(alone, trust=TRUST)
    return read


def _gaps(line: Line) -> Iterator[tuple[int, int]]:
    """Yield from and to which column nothing is written, the widest first: where words may end."""
    inked = np.flatnonzero(line.amount.max(0))
    ends = np.flatnonzero(np.diff(inked) > max(1.0, _ROOM * line.height))
    gaps = [(int(inked[end]) + 1, int(inked[end + 1])) for end in ends]
    yield from sorted(gaps, key=lambda gap: gap[0] - gap[1])[:_MOST]


def _cut(line: Line, begin: int, end: int) -> Line | None:
    """Return what of a line is between two columns, None where that is but dots."""
    amount = line.amount[:, begin:end]
    top, _, bottom, _ = bounds(amount)
    if bottom - top < _DOT * line.height:
        return None
    left, upper, _, high = line.box
    first, last = left + begin, left + end
    apart = tuple(each for each in line.separators if first <= each[1][0] + each[1][2] / 2 < last)
    height = min(line.height, float(bottom - top))
    return Line((first, upper, end - begin, high), height, amount, line.whole[:, begin:end], apart, line.depth)


def _is_apart(word: Line, gap: int) -> bool:
    """Whether a word is farther from its number than its letters are from each other."""
    inked = np.flatnonzero(word.amount.max(0))
    return gap > _TIMES * (int(np.diff(inked).max(initial=1)) - 1)


def _is_rest(line: Line, number: Line) -> bool:
    """Whether what says nothing is a speck, or is cut off where the picture begins."""
    return line.height < _SPECK * number.height or line.box[0] <= 0


def _is_number(read: Look, beside: Look, probability: float) -> bool:
    """Whether what stands beside a word makes sense, more than both together, which are so probable."""
    digits = bool(read.signs) and SIGNS.index(OTHER) not in read.signs and min(read.signs) < CLASSES
    sure = _is_sign(beside) and _probability(beside) > _PROBABLE
    return digits and _probability(read) >= max(0.0 if sure else _SENSE, probability)


def _is_sign(read: Look) -> bool:
    """Whether nothing in what was read is a digit."""
    return set(read.signs) == {SIGNS.index(OTHER)}


def _is_word(read: Look, *, ahead: bool) -> bool:
    """Whether much of what stands before a number is no digit, or more of what stands after it."""
    others = read.signs.count(SIGNS.index(OTHER))
    least = (_LETTERS if ahead else _UNIT) * len(read.signs)
    return _is_sign(read) or (len(read.signs) >= _FEWEST and others >= least)


def _may_be_word(said: Look, number: Look, gap: int) -> bool:
    """Whether what looks like digits before a number is as low as letters are, or is far off and makes no sense."""
    probability = _probability(said)
    off = gap > _FAR * number.line.height and probability < _SENSELESS and _probability(number) > _CLEAR
    return off or (probability < _PROBABLE and _begins_high(said.line, number.line))


def _begins_high(word: Line, number: Line) -> bool:
    """Whether a word has a capital, or none, and low letters after it that stand on the same line."""
    _, stats, height = pieces_of(word.amount, number.height)
    pieces = stats[1:][stats[1:, cv2.CC_STAT_HEIGHT] >= _DOT * height]
    pieces = pieces[np.argsort(pieces[:, cv2.CC_STAT_LEFT])]
    feet, high = pieces[:, cv2.CC_STAT_TOP] + pieces[:, cv2.CC_STAT_HEIGHT], pieces[:, cv2.CC_STAT_HEIGHT] / height
    low = high if high.max(initial=0) <= _LOW else high[1:]
    if len(low) < _FEWEST or np.median(low) > _LOW or low.max() > _NOT_HIGH:
        return False
    return bool((feet > feet[0] - _FOOT * height).all())


def _probability(read: Look) -> float:
    return math.exp(read.texts[0].log_probability)
