"""How sure a reading is: what a digit's probability is worth in its line, on its page, and by held-out digits.

In: a model, and lines as it saw them. Out: factors and sets for the probabilities of single digits. Knows nothing of
pictures or boxes.
"""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from digitrec.data.digits import CLASSES
from digitrec.errors import DataError, ModelError
from digitrec.model import Model
from digitrec.reading.looks import STROKES, Look
from digitrec.reading.reading import COVERAGE
from digitrec.reading.rules import is_page
from digitrec.reading.sharpness import softness
from digitrec.reading.signs import NO_DIGIT, OTHER, SIGNS, between_others
from digitrec.reading.strays import on_rim
from digitrec.reading.texts import Text, surety

_CLEAR = 0.5
"""A line whose likeliest text is less probable than this lowers the confidence of its digits."""

_HIGH_ENOUGH, _HIGH_ON_PAGE = 11, 16
"""Pixels from which a digit's height no longer lowers confidence; and on a page, where specks are low."""

_AT_RIM = 0.85
"""Along the rim of a large picture things end that are no digits: the paper, the desk, a shadow; and what goes over its
edge may be a line, or a part of a digit."""

_LYING = 0.8
"""A one that is wider than high is likely to be a crease, or an edge of something."""

_WITHOUT_EDGES, _SOFT = 0.85, 0.07
"""A one whose edges are so soft, in digits' heights, may be a lamp's glow, or a shadow. Sharp ones are 0 to 0.04."""

_STROKES_ALONE, _MOST_ONES, _SEVERAL = 0.8, 0.6, 6
"""Lines that say nothing but ones and separators are likely to be lines of the paper, or of cloth; and so are those of
which such a share is ones, among so many digits or more."""

_MANY, _SURE_PAGE = 6, 0.7
"""A page of so many lines whose texts are less probable than this in the mean lowers the confidence of all digits."""

_WITH_DIGITS = 0.5
"""The same of a page of which fewer lines say a digit: words, grain and the like are most of it."""

_SURE_NUMBER = 0.7
"""A number that is so probable is not given up for a shorter one, whatever is beside it."""

_BOUNDS = ((0.01, 100), (0, 1), (-1000, 1000))
"""From where to where what is fitted makes sense: a temperature, a probability, pixels."""

_BESIDE_OTHERS = 0.9
"""By what the confidence of several digits in a row is multiplied at least where what is no digit stands beside them.
"""

_MEANT = frozenset(range(len(SIGNS))) - {NO_DIGIT}
"""Signs that are written on purpose where numbers are: digits and separators."""


class Fitted(NamedTuple):
    """What `training/calibrate_reader.py` has put into a model's file."""

    temperature: float
    """By which the logarithms of probabilities are divided."""
    least: float
    """How probable each digit of a set, "3 or 8", is at least."""
    lead: float
    """How many pixels before its middle a sign is said."""


def fitted(model: Model) -> Fitted:
    """Return what was fitted for a model, or what does no harm where its file has nothing of the kind.

    Raises
    ------
    ModelError
        When it is no `Model`, reads no lines, or its file says of itself what cannot be.
    """
    if not isinstance(model, Model):
        raise ModelError(f"model: a {type(model).__name__}; expected a Model: load it, as in Reader(Model.load(path))")
    model.require_lines()
    found = model.metadata.get("reading")
    known = found if isinstance(found, dict) else {}
    values = (known.get("temperature", 1.0), known.get("least", 1 - COVERAGE), known.get("lead", 0.0))
    bounds = zip(values, _BOUNDS, strict=True)
    if not all(isinstance(value, int | float) and low <= value <= high for value, (low, high) in bounds):
        raise ModelError(f"{model.source}: its metadata say {found!r} of reading; train or copy it again")
    return Fitted(*map(float, values))


def require_probability(name: str, value: object) -> float:
    """Return a number from 0 to 1 as a float; raises `DataError` at any other thing."""
    if not isinstance(value, float | int | np.floating | np.integer):
        raise DataError(f"{name}: a {type(value).__name__}; expected a probability, 0 to 1")
    if not 0 <= value <= 1:
        raise DataError(f"{name}: {value}; expected a probability, 0 to 1")
    return float(value)


def least_soft(reads: Sequence[Look]) -> float:
    """Return how soft the edges are in the sharpest of the lines that hold digits: other ink may be a shadow's edge."""
    lines = [read.line for read in reads if any(sign < CLASSES for sign in read.signs)]
    return min(filter(None, (softness(line.amount, line.height) for line in lines)), default=0.0)


def trust_in_line(read: Look, shape: tuple[int, ...]) -> float:
    """Return by what to multiply the confidence of each digit of a line, 0 to 1, for what the line as a whole is like.

    Among letters a digit is likely to be one of those that look like it; a line that can be read in many
    ways is likely to be none; and what is only a few pixels high, at the rim of a picture of that shape, or a one that
    lies or has no edges, may be anything.
    """
    digits = sum(sign < CLASSES for sign in read.signs)
    others = sum(SIGNS[sign] == OTHER for sign in read.signs)
    among_letters = digits / (digits + others) if digits else 0.0
    if digits > 1 and NO_DIGIT not in between_others(read.signs):  # a symbol or a word beside a number
        among_letters = max(among_letters, _BESIDE_OTHERS)
    clear = min(1.0, surety(read.texts) / _CLEAR) ** 0.5
    left, top, wide, high = read.line.box
    edges = (left, top, left + wide, top + high)  # with the narrow rim that a line is cut out with
    over_edge = is_page(shape) and (left <= 0 or top <= 0 or edges[2] >= shape[1] or edges[3] >= shape[0])
    at_rim = _AT_RIM if over_edge or on_rim(edges, shape) else 1.0
    lies = _LYING if read.signs == (1,) and wide > high else 1.0
    glows = _WITHOUT_EDGES if read.signs == (1,) and softness(read.line.amount, read.line.height) > _SOFT else 1.0
    enough = _HIGH_ON_PAGE if is_page(shape) else _HIGH_ENOUGH
    return float(read.trust * among_letters * clear * at_rim * lies * glows * min(1.0, read.line.height / enough))


def trust_in_page(reads: list[Look]) -> float:
    """Return the same for a page of several lines: cloth and wood have many, and most are read unsurely."""
    digits = [sign for read in reads for sign in read.signs if sign < CLASSES]
    ones = digits.count(1)
    if len(reads) > 1 and (ones == len(digits) or (len(digits) >= _SEVERAL and ones >= _MOST_ONES * len(digits))):
        return _STROKES_ALONE
    if len(reads) < _MANY:
        return 1.0
    sure = min(1.0, float(np.mean([surety(read.texts) for read in reads])) / _SURE_PAGE)
    say_digits = np.mean([any(sign < CLASSES for sign in read.signs) for read in reads])
    return sure * min(1.0, float(say_digits) / _WITH_DIGITS)


def sense(reads: Sequence[Look], *, with_separators: bool = False) -> float:
    """Return how much of what was read makes sense: the mean probability of texts that hold digits alone.

    Or, where that is allowed, digits and separators; what holds none, or what is neither, counts as nothing.
    """
    if not reads:
        return -1.0
    allowed = _MEANT if with_separators else frozenset(range(CLASSES))
    sure = [
        read.probability if allowed.issuperset(read.signs) and any(sign < CLASSES for sign in read.signs) else 0.0
        for read in reads
    ]
    return float(np.mean(sure))


def makes_more_sense(reads: Sequence[Look], than: Sequence[Look]) -> bool:
    """Return whether a picture makes more sense so than otherwise: not what says but strokes beside more.

    By the probability of the text and by that of a sign, since a long text is less probable than a short one.
    """
    more, less = (
        any(sign < CLASSES and sign not in STROKES for look in each for sign in look.signs) for each in (reads, than)
    )
    if (less and not more) or _longest_number(than) > max(1, _longest_number(reads)):
        return False
    return sense(reads) > sense(than) and _sense_of_a_sign(reads) > _sense_of_a_sign(than)


def _longest_number(reads: Sequence[Look]) -> int:
    """Return how many digits the longest line has that is surely a number."""
    sure = [look for look in reads if look.signs and max(look.signs) < CLASSES]
    return max((len(look.signs) for look in sure if look.probability > _SURE_NUMBER), default=0)


def _sense_of_a_sign(reads: Sequence[Look]) -> float:
    """Return the probability of a sign, in the mean over the lines; nothing of a line that holds what is no digit."""
    sure = [
        math.exp(read.texts[0].log_probability / len(read.signs))
        if read.signs and _MEANT.issuperset(read.signs)
        else 0.0
        for read in reads
    ]
    return float(np.mean(sure)) if sure else -1.0


def likely_at(texts: Sequence[Text], signs: tuple[int, ...], least: float) -> list[set[int]]:
    """Return for each of the signs read the digits that stand there in texts of as many signs, `least` as probable.

    The texts of several looks hold digits that the first look alone does not think of.
    """
    chances = [dict.fromkeys(range(CLASSES), 0.0) for _ in signs]
    alike = [text for text in texts if len(text.signs) == len(signs)]
    for text in alike:
        for place, sign in zip(chances, text.signs, strict=True):
            if sign < CLASSES:
                place[sign] += math.exp(text.log_probability)
    whole = sum(math.exp(text.log_probability) for text in alike)
    return [{digit for digit, chance in place.items() if chance > 0 and chance >= least * whole} for place in chances]


def either(
    alternatives: list[tuple[int, float]], read: int, least: float, likely: Collection[int] = ()
) -> tuple[int, ...]:
    """Return the digits that are so probable by the ink, the likeliest, the one that is read, and others `likely`."""
    return tuple(
        sorted({alternatives[0][0], read, *likely, *(each for each, chance in alternatives if chance >= least)})
    )
