"""What a line may say → the same, with what people write more often likelier: dates, round numbers.

In: the texts that a line may say, each with its probability by the ink alone. Out: the same with what is known
beforehand counted in (Bayes). A slash is written like a one that leans: a line that would be a date with slashes, dots
or dashes in their places is more often that than a number with ones just there, and where there is neither date nor
fraction it is more often a one. Numbers end in noughts more often than chance would have it, and begin with one more
seldom; and what stands alone is seldom no digit. Knows nothing of ink.
"""

import math
import re
from itertools import combinations

from digitrec.reading.signs import OTHER, SIGNS
from digitrec.reading.texts import Text

_DATE = 3.0
"""The logarithm of how many times likelier a date is than a text that is none and fits the ink as well."""

_DAYS_OF_A_CENTURY = 36_525
_DATES = {6: 8_100, 7: 22_500}
"""A date with slashes is as likely as a number with so many digits as it has signs; but of numbers there are ten times
as many with each digit more, and of dates those of a century: fewer where day or month have one digit."""

_SLASHED, _AT_END = 2.0, 4.0
"""The same, turned round, of a text with one slash where people seldom put it, and with nothing before or after it."""

_FRACTION = re.compile(r"\d{1,2}(?:/\d{1,2}){1,2}\D*|[^/]*/[^\d/]+")
"""Where they do, but for dates: as in 3/4, 24/12 or 47/93/42, and before what is no digit, as in 500/-."""

_NOUGHT, _MOST = 1.0, 3.0
"""The same of each further nought at the end of a number, as in 12.000, and how much it is at most; and, turned round,
of a number that begins with one. Texts are compared that the ink leaves in doubt; what is sure stays."""

_ALONE = 1.2
"""The same, turned round, of a single sign that is no digit: a model learns of more than people send to be read."""

_NUMBER = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,]00)?\D*")
"""Digits, in thousands or not, perhaps with nothing of the smaller coin behind."""

_BEGINS_WITH_A_NOUGHT = re.compile(r"0\d+[^0-9]*")
"""With a sign between the digits it may be the nought of 0.75, or of 05.07."""

_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(?:\d{2}|\d{4})")
_YEAR_FIRST = re.compile(r"\d{4}([/.-])(\d{1,2})\1(\d{1,2})")
_MONTHS, _DAYS = 12, 31
_SHORTEST, _LONGEST = len("1/1/65"), len("01/01/1965")
_SLASH = SIGNS.index("/")


def is_date(text: str) -> bool:
    """Return whether a text is a date, as in 9/7/65, 09.07.1965, 7-9-65 or 1965-07-09.

    >>> is_date("9/7/65"), is_date("9/7/6"), is_date("99/7/65")
    (True, False, False)
    """
    if found := _DAY_FIRST.fullmatch(text):
        parts = int(found[1]), int(found[3])
    elif found := _YEAR_FIRST.fullmatch(text):
        parts = int(found[2]), int(found[3])
    else:
        return False
    return 1 <= min(parts) <= _MONTHS and 1 <= max(parts) <= _DAYS


def as_dates(signs: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the dates that a text by number would be if two of its ones were slashes, or of its slashes and ones.

    >>> as_dates((3, 1, 1, 2, 1, 7, 2)) == [(3, 13, 1, 2, 13, 7, 2), (3, 1, 13, 2, 13, 7, 2)]
    True
    """
    ones = [place for place, sign in enumerate(signs) if sign in {1, _SLASH}]
    if not _SHORTEST <= len(signs) <= _LONGEST:
        return []
    found = []
    for pair in combinations(ones, 2):
        changed = tuple(_SLASH if place in pair else sign for place, sign in enumerate(signs))
        if is_date("".join(SIGNS[sign] for sign in changed)):
            found.append(changed)
    return found


def log_prior(signs: tuple[int, ...], *, separated: bool = False) -> float:
    """Return the logarithm of how many times likelier than any other text what signs by number say is.

    Where the line had separators that are not among the signs (`separated`), a nought in front may be that of 0.75.
    """
    text = "".join(SIGNS[sign] for sign in signs)
    if text == OTHER:
        return -_ALONE
    if is_date(text):
        dates = _DATES.get(len(text), _DAYS_OF_A_CENTURY)
        return len(text) * math.log(10) - math.log(dates) if "/" in text else _DATE
    if text.count("/") == 1 and not _FRACTION.fullmatch(text):
        return -_AT_END if text[0] == "/" or text[-1] == "/" else -_SLASHED
    if not separated and _BEGINS_WITH_A_NOUGHT.fullmatch(text):
        return -_NOUGHT
    found = _NUMBER.fullmatch(text)
    if not found or text[0] == "0":
        return 0.0
    digits = found[1].replace(".", "").replace(",", "")
    noughts = len(digits) - len(digits.rstrip("0"))
    return min(_MOST, _NOUGHT * max(0, noughts - 1))


def with_prior(texts: list[Text], *, separated: bool = False) -> list[Text]:
    """Return texts, the likeliest first, each with its probability after what is known beforehand.

    All together are as probable as before: of what is not listed nothing is known.
    """
    known = [log_prior(text.signs, separated=separated) for text in texts]
    if not any(known):
        return texts
    chances = [math.exp(text.log_probability) for text in texts]
    more = sum(chance * math.exp(prior) for chance, prior in zip(chances, known, strict=True))
    whole = math.log(more / sum(chances)) if more else 0.0
    found = [Text(text.signs, text.log_probability + prior - whole) for text, prior in zip(texts, known, strict=True)]
    return sorted(found, key=lambda text: -text.log_probability)
