"""What a line may say → the same, with dates likelier than what only looks like one.

In: the texts that a line may say, each with its probability by the ink alone. Out: the same with
what is known beforehand counted in (Bayes): a slash is written like a one, and a line that would be a date with
slashes, dots or dashes in their places is more often that than a number with ones just there. Knows nothing of ink.
"""

import math
import re

from digitrec.reading.decode import Text
from digitrec.reading.signs import SIGNS

_LIKELIER = 3.0
"""The logarithm of how many times likelier a date is than a text that is none and fits the ink as well."""

_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(?:\d{2}|\d{4})")
_YEAR_FIRST = re.compile(r"\d{4}([/.-])(\d{1,2})\1(\d{1,2})")
_MONTHS, _DAYS = 12, 31


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


def says_a_date(signs: tuple[int, ...]) -> bool:
    """Return the same of signs by number."""
    return is_date("".join(SIGNS[sign] for sign in signs))


def with_dates_likelier(texts: list[Text]) -> list[Text]:
    """Return texts, the likeliest first, each with its probability where dates are likelier beforehand."""
    dates = [says_a_date(text.signs) for text in texts]
    if not any(dates):
        return texts
    # All other texts, listed or not, share what is left.
    more = sum(math.exp(text.log_probability) for text, date in zip(texts, dates, strict=True) if date)
    whole = math.log1p(min(more, 1.0) * math.expm1(_LIKELIER))
    found = [
        Text(text.signs, text.log_probability + (_LIKELIER if date else 0.0) - whole)
        for text, date in zip(texts, dates, strict=True)
    ]
    return sorted(found, key=lambda text: -text.log_probability)
