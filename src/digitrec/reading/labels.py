"""Words in the line of a number: "Bus: 32", "ROOM 1960", "652,05 €"; told by what the model says of either part.

In: one line as it was read, and how to read one. Out: the number alone as it was read, or the same. A word's letters
look like digits to a model that knows hardly any; but read by themselves several of them are none, or they are a
capital and low letters. By shape alone, before anything is read, `line_ends.py` leaves out what it can. Knows nothing
of pictures.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from digitrec.data.digits import CLASSES
from digitrec.reading.beside_numbers import without_small
from digitrec.reading.layout import Box, Line
from digitrec.reading.looks import Look
from digitrec.reading.normalise import bounds
from digitrec.reading.signs import NO_DIGIT
from digitrec.reading.slashes import pieces_of

TRUST = 0.9
"""By what to multiply the confidence of a number beside a word: that it is one is a thing that may be wrong."""

_CLEAR, _SENSE, _SHORTEST = 0.9, 0.5, 3
"""A line that is as probable and has hardly a sign that is none, or has fewer signs, holds no word; and a number beside
one is as probable as the second, and more than both."""

_ROOM, _TIMES, _MOST = 0.3, 1.4, 4
"""Of the digits' height, a word is so far from its number, and so many times as far as its letters are from each other;
and in how many places a line may be parted, the widest."""

_SEVERAL, _MOSTLY, _SURELY = 2, 0.5, 0.8
"""So many signs of a word, and such a share of them, are no digits; or all are, surely where the number is none."""

_MAY_BE, _LONGEST, _LIKE_DIGITS = 0.4, 5, 0.8
"""What is no more probable, has one such sign and no more of all, or is no more probable and shaped as letters are, may
be a word."""

_LOW, _NOT_HIGH, _FEWEST, _SMALL = 0.68, 0.86, 2, 0.2
"""Of the height of the number's digits, letters but the first are so high in the middle, and at most; so many at least;
and so far down small ones after a number begin."""

_FOOT, _DOT, _LETTER, _SPECK = 0.3, 0.25, 0.15, 0.6
"""Of the digits' height: low letters stand as far down as the first; what is lower is a dot, or among letters lower
than that; and what is lower and says nothing, a speck."""

_DOUBTFUL = 0.9
"""What is less probable at a glance is looked at."""

_FAR, _SENSELESS, _ITEM, _NONSENSE = 0.8, 0.35, 2, 0.02
"""Of the digits' height, "a)" is so far off, no more probable, and has no more signs; and what has more is a name where
it is no more probable than that."""

_LONG = 8000
"""Pixels of pieces of lines together, as they are read: so many are looked at on a page. One with more is prose."""

LookAt = Callable[[Line], Look | None]
"""How to read a piece of a line, or not."""


def without_labels(
    reads: list[Look], look: Callable[[Line], Look], glance: Callable[[Line], Look], *, page: bool
) -> list[Look]:
    """Return the lines without words beside a number; what is far lower than a number is a word as a whole.

    A `glance` is quicker than a `look`, and tells of most pieces of numbers that they are no words.
    """
    high = set(map(id, without_small(reads) if len(reads) > 1 else reads))
    ways = _Once(look), _Once(glance)
    return [number_of(read, *ways, page=page) if id(read) in high else read for read in reads]


class _Once:
    """Looks at each piece of the lines of a page once, and at no more when those were long enough together."""

    def __init__(self, look: Callable[[Line], Look]) -> None:
        self._look = look
        self._said: dict[Box, Look] = {}

    def __call__(self, line: Line) -> Look | None:
        if line.box not in self._said:
            if sum(said.prepared.image.shape[1] for said in self._said.values()) > _LONG:
                return None
            self._said[line.box] = self._look(line)
        return self._said[line.box]


def number_of(read: Look, look: LookAt, glance: LookAt, *, page: bool, more: int = 1) -> Look:
    """Return what was read of the number alone, where there is a word beside it in its line; else the same.

    In a number that was cut out closely, which is no page, only low letters before it are a word, and what has no
    digit. After one word `more` are looked for.
    """
    sure = read.probability >= _CLEAR and read.signs.count(NO_DIGIT) < _SEVERAL
    if len(read.signs) < _SHORTEST or sure:
        return read
    for begin, end in _gaps(read.line):
        before, after = _cut(read.line, 0, begin), _cut(read.line, end, read.line.box[2])
        if before is None or after is None or not (page or NO_DIGIT in read.signs or _has_low(before, after.height)):
            continue
        apart = [piece for piece in (before, after) if _is_apart(piece, end - begin)]
        high = max(before.height, after.height)
        if not any(_may_be_word(glance(piece), high, page=page) for piece in apart):
            continue
        first, second = look(before), look(after)
        if first is None or second is None:
            return read
        for word, beside in ((first, second), (second, first)):
            if word.line.box not in [piece.box for piece in apart]:
                continue
            # There may be a word on either side.
            number = number_of(beside, look, glance, page=page, more=more - 1) if page and more else beside
            ahead = word is first
            if _is_number(number, word, read.probability) and (
                _has_no_digit(word)
                or (ahead and _is_low(word, number, capital=page))
                or (page and (_is_word(word) if ahead else _is_unit(word, number)))
                or (page and ahead and _is_rest(word, number, end - begin))
            ):
                return replace(number, trust=TRUST)
    return read


def _gaps(line: Line) -> Iterator[tuple[int, int]]:
    """Yield from and to which column nothing is written, the widest first: where words may end."""
    inked = np.flatnonzero(line.amount.max(0))
    ends = np.flatnonzero(np.diff(inked) > max(1.0, _ROOM * line.height))
    gaps = [(int(inked[end]) + 1, int(inked[end + 1])) for end in ends]
    dashes = [left + wide / 2 - line.box[0] for kind, (left, _, wide, _) in line.separators if kind == "-"]
    for begin, end in sorted(gaps, key=lambda gap: gap[0] - gap[1])[:_MOST]:
        # A dash belongs to what is on either side; more are a line to write on.
        if sum(begin < dash < end for dash in dashes) != 1:
            yield begin, end


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


def _may_be_word(seen: Look | None, height: float, *, page: bool) -> bool:
    """Whether a piece may be a word by a glance: it holds what is no digit, makes little sense, or has low letters.

    None, where there was too much to look at, may be none.
    """
    if seen is None:
        return False
    doubtful = NO_DIGIT in seen.signs or not seen.signs or seen.probability < _DOUBTFUL
    return doubtful or _has_low(seen.line, height, capital=page)


def _is_number(read: Look, word: Look, probability: float) -> bool:
    """Whether what stands beside a word makes sense, more than both together, which are so probable."""
    digits = bool(read.signs) and NO_DIGIT not in read.signs and min(read.signs) < CLASSES
    least = 0.0 if _has_no_digit(word) and word.probability > _SURELY else _SENSE
    return digits and read.probability >= max(least, probability)


def _has_no_digit(read: Look) -> bool:
    return set(read.signs) == {NO_DIGIT}


def _is_word(read: Look) -> bool:
    """Whether little in what stands before a number is a digit, or one sign is none and all of it may be anything.

    A digit that was scribbled over among others does not make a word of them.
    """
    others = read.signs.count(NO_DIGIT)
    doubtful = len(read.signs) <= _LONGEST and read.probability < _MAY_BE
    return others >= max(_SEVERAL, _MOSTLY * len(read.signs)) or (bool(others) and doubtful)


def _is_unit(after: Look, number: Look) -> bool:
    """Whether much of what stands after a number is no digit, and it begins lower down, as small letters do."""
    lower = bounds(after.line.amount)[0] - bounds(number.line.amount)[0]
    return after.signs.count(NO_DIGIT) >= _MOSTLY * len(after.signs) > 0 and lower > _SMALL * number.line.height


def _is_rest(said: Look, number: Look, gap: int) -> bool:
    """Whether what stands before a number is a speck or cut off, and says nothing, or "a)", and makes no sense."""
    if not said.signs:
        return said.line.height < _SPECK * number.line.height or said.line.box[0] <= 0
    least = _SENSELESS if len(said.signs) <= _ITEM else _NONSENSE
    return gap > _FAR * number.line.height and said.probability < least and number.probability > _CLEAR


def _is_low(said: Look, number: Look, *, capital: bool) -> bool:
    """Whether what looks like digits, but not surely, is as low as letters are."""
    return said.probability <= _LIKE_DIGITS and _has_low(said.line, number.line.height, capital=capital)


def _has_low(line: Line, height: float, *, capital: bool = False) -> bool:
    """Whether what stands before digits so high is a `capital`, or none, and low letters on the same line."""
    _, stats, height = pieces_of(line.amount, height)
    pieces = stats[1:][stats[1:, cv2.CC_STAT_HEIGHT] >= _LETTER * height]
    pieces = pieces[np.argsort(pieces[:, cv2.CC_STAT_LEFT])]
    feet, high = pieces[:, cv2.CC_STAT_TOP] + pieces[:, cv2.CC_STAT_HEIGHT], pieces[:, cv2.CC_STAT_HEIGHT] / height
    low = high[1:] if capital and high.max(initial=0) > _LOW else high
    if len(low) < _FEWEST or np.median(low) > _LOW or low.max() > _NOT_HIGH:
        return False
    return bool((feet > feet[0] - _FOOT * height).all())
