"""Whether a page lies on its side: what was read of it as it is, and of its ink turned by a quarter → how to turn it.

In: ink, looks at its lines, and what finds lines and looks at them. Out: by how many quarters to turn the picture, none
where it makes as much sense as it is. A phone that is held level over a table cannot tell which side of its picture is
up. Of a number on its side few digits are read, though surely: so what counts is of how much ink a reading makes sense,
and of how many digits. Knows nothing of files or answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from digitrec.data.digits import CLASSES
from digitrec.reading.ink import Ink
from digitrec.reading.layout import Line
from digitrec.reading.looks import Look
from digitrec.reading.picture import Picture
from digitrec.reading.rules import is_page
from digitrec.reading.signs import NO_DIGIT

TURNED = 0.9
"""By what to multiply the confidence of digits on a page that was turned: that is one more thing which may be wrong."""

_QUARTERS = (1, 3)
"""By how many quarters to the left a page is turned to see whether it lies on its side."""

_CLEAR, _RATHER_CLEAR = 0.95, 0.6
"""A page whose reading makes sense of so much of its ink is not read a second time; the latter where it has a line of
several digits, which a page on its side seldom has."""

_OF_MANY, _MANY, _ROW = 0.45, 30, 6
"""Nor is one whose reading makes sense of so much, with so many digits, of which a line has so many: it would need more
digits still on its side.
"""

_LEAST, _TIMES, _MORE = 0.4, 2.5, 1.0
"""The reading of the turned page makes sense of so much ink at least, and of so many times as many digits, and one
more: never of a single digit, which may make sense either way."""

_ALL, _OF_MORE_INK, _FEWEST = 0.9, 0.15, 3
"""Or it makes sense of nearly all ink, of so much more, and has so many digits, no fewer than the other."""

_ONE_CLEAR = 0.7
"""A page of which one digit makes sense of so much ink does not lie on its side, whatever else it holds: the line under
a digit is a one there, and no digit of a number has so much of it."""

_ALONE = 0.3
"""Of the digits of a turned page: no more stand alone in their line."""

_FULL = 127
"""From where on a pixel's ink is counted."""


def quarters(
    ink: Ink, looks: Sequence[Look], lines_of: Callable[[Ink], Sequence[Line]], look: Callable[[Line], Look]
) -> int:
    """Return by how many quarters to the left a page is to be turned, 0 where it is to be read as it is.

    Parameters
    ----------
    ink, looks
        Of the page as it is, and what was read of it.
    lines_of, look
        Find the lines of a turned page, and look at one, quickly.
    """
    if not is_page(ink.mask.shape) or ink.blank:
        return 0
    everything = int(np.count_nonzero(ink.amount[ink.mask] > _FULL))
    made = _sense(looks, everything)
    if made.share >= (_ONE_CLEAR if made.digits == 1 else _CLEAR if made.longest < _FEWEST else _RATHER_CLEAR):
        return 0
    if made.share >= _OF_MANY and made.digits >= _MANY and made.longest >= _ROW:
        return 0
    # A turned page that makes sense of less ink than `_LEAST` is not chosen, whatever else it holds.
    found = {each: _sense_of_lines(lines_of(_turned(ink, each)), look, everything, _LEAST) for each in _QUARTERS}
    best = max(_QUARTERS, key=lambda each: found[each].weight)
    if not _much_more(found[best], made):
        return 0
    # Upside down a page may say even more: that is told, but not read (`upside_down.py`).
    over = _sense_of_lines(lines_of(_turned(ink, 2)), look, everything)
    return best if found[best].weight > over.weight else 0


def turned_picture(picture: Picture, count: int) -> Picture:
    """Return a picture turned to the left by an odd number of quarters."""
    pixels = np.ascontiguousarray(np.rot90(picture.pixels, count))
    return replace(picture, pixels=pixels, width=picture.height, height=picture.width)


def warning(count: int) -> str:
    """Return what to say of a picture that was turned to the left by so many quarters before it was read."""
    side = "left" if count == 1 else "right"
    return f"on its side: it was read turned to the {side} by a quarter; turn the picture if that is wrong"


@dataclass(frozen=True)
class _Sense:
    """What a reading makes of an ink map."""

    share: float
    """Of which share of all ink it makes sense, 0 to 1."""
    digits: int
    """How many it has."""
    longest: int
    """How many of them stand in one line."""
    alone: int
    """And how many each in a line of its own."""

    @property
    def weight(self) -> float:
        """The digits that it makes sense of."""
        return self.share * self.digits


def _sense_of_lines(lines: Sequence[Line], look: Callable[[Line], Look], everything: int, least: float = 0.0) -> _Sense:
    """Return how much sense looks at these lines make of so many inked pixels; none where of less than `least` of them.

    Those with most ink are looked at first, and no more of them once it cannot be as much.
    """
    inked = sorted(((_inked(line), number) for number, line in enumerate(lines)), reverse=True)
    left, enough = sum(count for count, _ in inked), least * everything
    made, looks = 0.0, []
    for count, number in inked:
        if made + left < enough:
            return _Sense(0.0, 0, 0, 0)
        looks.append(look(lines[number]))
        made += _made_of(looks[-1])
        left -= count
    return _sense(looks, everything)


def _inked(line: Line) -> int:
    return int(np.count_nonzero(line.whole > _FULL))


def _made_of(look: Look) -> float:
    """Return of how many inked pixels a look at a line makes sense."""
    if not any(sign < CLASSES for sign in look.signs):
        return 0.0
    return sum(sign != NO_DIGIT for sign in look.signs) / len(look.signs) * look.probability * _inked(look.line)


def _sense(looks: Sequence[Look], everything: int) -> _Sense:
    """Return how much sense a reading makes of so many inked pixels."""
    lengths = [0, *filter(None, (sum(sign < CLASSES for sign in look.signs) for look in looks))]
    return _Sense(
        share=min(1.0, sum(map(_made_of, looks)) / max(everything, 1)),
        digits=sum(lengths),
        longest=max(lengths),
        alone=lengths.count(1),
    )


def _much_more(turned: _Sense, made: _Sense) -> bool:
    """Return whether the reading of a turned page makes so much more sense that the page lies on its side."""
    # The digits of a number on its side stand over one another, and so does the print of a page.
    if turned.longest < max(made.longest, 2) or turned.alone > _ALONE * turned.digits:
        return False
    if turned.share >= _LEAST and turned.weight > _TIMES * made.weight + _MORE:
        return True
    return turned.share >= max(_ALL, made.share + _OF_MORE_INK) and turned.digits >= max(_FEWEST, made.digits)


def _turned(ink: Ink, count: int) -> Ink:
    return replace(
        ink,
        amount=np.rot90(ink.amount, count).copy(),
        mask=np.rot90(ink.mask, count).copy(),
        depth=np.rot90(ink.depth, count).copy(),
        upright=None,
    )
