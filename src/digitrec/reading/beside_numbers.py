"""Lines that stand beside numbers and are none: shades, creases, print, words.

In: the lines as they were read. Out: those that stay. Told by what they say, how dark and how high they are, and where
they stand beside a sure number; where there is none, all stay. Knows nothing of pictures or models.
"""

from digitrec.data.digits import CLASSES
from digitrec.reading.looks import STROKES, Look
from digitrec.reading.normalise import bounds
from digitrec.reading.sharpness import softness
from digitrec.reading.signs import NO_DIGIT, between_others
from digitrec.reading.texts import surety

_FAINT, _RATHER, _SURELY = 0.55, 0.5, 0.9
"""Of the depth of the darkest line whose text is so probable, as that of a number is, and that of print is not; and how
probable that of a fainter line has to be."""

_SHADE, _SOFT = 0.25, 0.04
"""Of the same depth: what is fainter and a single sign is a shade where its edges are so soft, in digits' heights."""

_OF_BOX = 0.7
"""Of the height of a line's box: its digits are so high at least, though they be broken."""

_WORD, _SMALL_PRINT, _AS_LOW, _HIGHER = 0.3, 0.65, 1.25, 2.0
"""Of a line's signs: when more are no digits it is a word; of the height of a page's numbers: what is lower may be
print; and of the height of its words, as that is, and as a one that is written beside them is at least."""

_LABEL, _FAR, _LETTER = 0.5, 5.0, 0.45
"""Of a number's height: a single sign before it that is so low, and no farther off, is left of a label; and one in
another row that is lower than the last is a letter."""


def without_faint(looks: list[Look]) -> list[Look]:
    """Return the lines without those that are far fainter than the darkest sure one, and say strokes, or nothing sure.

    Creases, print, edges of shadows and of paper are such: next to ink they are pale, and a straight one is read as 1.
    """
    if len(looks) < 2:  # noqa: PLR2004 - beside which it is faint
        return looks
    depth = max((look.line.depth for look in looks if _says_something(look, _RATHER)), default=0.0)
    if not depth:  # nothing but strokes: beside a dark one as well
        depth = max((look.line.depth for look in looks if surety(look.texts) >= _SURELY), default=0.0)

    def is_faint(look: Look) -> bool:
        if not _says_something(look, _SURELY):
            return look.line.depth < _FAINT * depth
        single = look.line.depth < _SHADE * depth and len(look.signs) < 2  # noqa: PLR2004
        return single and softness(look.line.amount, look.line.height) > _SOFT

    return [look for look in looks if not is_faint(look)]


def without_small(looks: list[Look]) -> list[Look]:
    """Return the lines without those that are far lower than a number, and look like mere strokes or are read unsurely.

    Or hold what is no digit. Rests of print are such; and a single sign that is half as high and stands before the
    number is, however sure. And ones that lie are edges of something.
    """
    numbers = [look for look in looks if _is_number(look)]
    low = _SMALL_PRINT * max((look.line.height for look in numbers), default=0.0)

    def is_print(look: Look) -> bool:
        high = max(look.line.height, _OF_BOX * look.line.box[3])
        unsure = STROKES.issuperset(look.signs) or surety(look.texts) < _RATHER
        label = len(look.signs) < 2 and any(  # noqa: PLR2004 - of several digits, not all are wrong
            high <= _lowest_beside(look, each) * each.line.height for each in numbers
        )
        return (high <= low and (unsure or label or NO_DIGIT in look.signs)) or (bool(numbers) and _lies(look))

    return [look for look in looks if not is_print(look)]


def without_words(looks: list[Look]) -> list[Look]:
    """Return the lines without words, which are printed beside a number, or written: much in them is no digit.

    Where all lines are such, or none is a number, they stay; what they hold is told to be no digit.
    """
    words = [look.line.height for look in looks if _is_word(look)]
    numbers = [look.line.height for look in looks if _is_number(look)]
    if words and not numbers:
        numbers = [
            look.line.height
            for look in looks
            if STROKES.issuperset(look.signs) and 1 in look.signs and look.line.height > _HIGHER * max(words)
        ]
    if not numbers or not words:
        return looks
    # What is as low as words beside higher numbers is a piece of one.
    low = min(_SMALL_PRINT * max(numbers), _AS_LOW * max(words))
    return [look for look in looks if not _is_word(look) and look.line.height > low]


def _lowest_beside(low: Look, high: Look) -> float:
    """Return of how much of a number's height a single sign is none: before it, in another row; cents stand after."""
    left, top, wide, rows = low.line.box
    begin, first, _, more = high.line.box
    if not first < top + rows / 2 < first + more:
        return _LETTER
    return _LABEL if 0 < begin - left - wide < _FAR * high.line.height else 0.0


def _lies(look: Look) -> bool:
    """Whether a line is a one that is wider than high, without the separators beside it."""
    top, left, bottom, right = bounds(look.line.amount)
    return look.signs == (1,) and right - left > bottom - top


def _is_number(look: Look) -> bool:
    number = _number_in(look)
    return bool(number) and not STROKES.issuperset(number) and surety(look.texts) >= _RATHER


def _number_in(look: Look) -> tuple[int, ...]:
    """Return the number that a line holds, signs by number, with a symbol or a word beside it or not; or nothing.

    A single digit has a single symbol beside it at most: among letters it is one of them.
    """
    number = between_others(look.signs)
    others = look.signs.count(NO_DIGIT)
    digits = sum(sign < CLASSES for sign in number)
    return number if NO_DIGIT not in number and (digits > 1 or others <= digits) else ()


def _is_word(look: Look) -> bool:
    """Whether much of a line is no digit, and stands not merely beside a number that is read rather surely."""
    beside = bool(_number_in(look)) and surety(look.texts) >= _RATHER
    return look.signs.count(NO_DIGIT) > _WORD * len(look.signs) and not beside


def _says_something(look: Look, surely: float) -> bool:
    return not STROKES.issuperset(look.signs) and surety(look.texts) >= surely
