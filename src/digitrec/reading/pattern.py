r"""What a line may say: rules that choose among what the model holds possible.

In: how many digits, or a regular expression. Out: a `Pattern`, which says of the beginning of a text
whether it can still become one that is allowed, and of a whole text whether it is. Knows nothing of
pictures or models.
"""

import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from digitrec.data.digits import CLASSES
from digitrec.errors import PatternError
from digitrec.reading.signs import OTHER, SIGNS

if TYPE_CHECKING:
    import regex

MOST_DIGITS = 1000
"""No line has more digits than this."""

_LONGEST = 1000
_MOST_PLACES = 20_000
"""How long an expression may be with its repetitions written out, as the compiler does."""

_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d*)(?:,(\d*))?\}|.", re.DOTALL)
"""Of an expression: an escape, a class, a repetition from and to, or a letter."""

_SECONDS = 1.0
"""How long a text may be compared with an expression: a sensible one takes microseconds, on a busy machine too."""

_IN_ALL = 3.0
"""And how long all the texts of one reading: a sensible one takes a tenth of a second for a whole page."""

_MOST_TRIED = 2000
"""Beginnings of texts that are tried to see whether two rules agree."""

_PLAIN = re.compile(r"(?:[^\\]|\\[dDwWsSbB.,/()\-])*", re.DOTALL)
"""Expressions that name the digits they mean, and do not compare one place of a text with another."""

_CONTAINS_ITSELF = re.compile(r"\(\?(?:R|[+-]?\d+|&\w+|P>\w+)\)")
"""What calls the whole pattern, or a part of it, again: no rule for numbers needs it."""

_EXAMPLE = r"expected a regular expression such as \d{4}-\d{2}"


class _Left(threading.local):
    """Seconds that comparisons on this thread may still take."""

    seconds = math.inf


_LEFT = _Left()


@contextmanager
def one_reading(seconds: float | None = None) -> Iterator[None]:
    """Let all comparisons within, on this thread, take `_IN_ALL` seconds of the processor together, or so many.

    To be put around a reading, as a decorator say. Outside of it only each comparison has its limit.
    """
    before, _LEFT.seconds = _LEFT.seconds, _IN_ALL if seconds is None else seconds
    try:
        yield
    finally:
        _LEFT.seconds = before


def _require_kinds(expect: object, pattern: object) -> None:
    """Refuse what is mixed up: a pattern as the first argument, say."""
    if expect is not None and (not isinstance(expect, int) or isinstance(expect, bool)):
        raise PatternError(f"expect={expect!r}; expected a whole number of digits; a pattern is named: pattern='...'")
    if pattern is not None and not isinstance(pattern, str):
        raise PatternError(f"pattern={pattern!r}; expected a regular expression in a string")


@dataclass(frozen=True)
class Pattern:
    r"""Rules for the text of a line; `Pattern.compile` makes one.

    >>> Pattern.compile(None, r"\d{4}-\d{2}").matches((2, 0, 2, 6, 12, 1, 1))
    True

    Attributes
    ----------
    expect
        Exactly so many digits, whatever separators stand between them; None for any number.
    pattern
        A regular expression that all of the text must match: either the digits with their separators,
        `2026-11`, or the digits alone, `202611`. So a pattern without separators, `\d{6}`, does not
        mind them, and one that names them, `\d{4}-\d{2}`, demands them. What is neither digit nor
        separator is in neither text. None for any text.
    """

    expect: int | None
    pattern: str | None
    _compiled: "regex.Pattern[str] | None" = field(repr=False, compare=False)

    @classmethod
    def compile(cls, expect: int | None = None, pattern: str | None = None) -> Self:
        """Return the rules.

        Raises
        ------
        PatternError
            When the number is none of digits, or the expression cannot be read, is too large to be
            compared, or matches nothing that a line can say, or nothing of so many digits.
        """
        _require_kinds(expect, pattern)
        if expect is not None and not 1 <= expect <= MOST_DIGITS:
            raise PatternError(f"{expect} digits to a line; expected a number from 1 to {MOST_DIGITS:,}")
        compiled = None if pattern is None else _compiled(pattern)
        if compiled is not None and expect is not None and not _may_say(compiled, expect):
            raise PatternError(
                f"{_shown(compiled.pattern)}: matches nothing of {expect} digits; expected rules that agree: "
                "change one of the two, or leave it out"
            )
        return cls(expect, pattern, compiled)

    def allows(self, signs: tuple[int, ...]) -> bool:
        """Return whether a text that begins with these signs, indices into `SIGNS`, can match in the end.

        Raises
        ------
        PatternError
            When the expression is one that takes endlessly: over a second, within `one_reading` over three in all,
            or more memory than there is.
        """
        digits, text = _texts(signs)
        if self.expect is not None and len(digits) > self.expect:
            return False
        return self._fits(digits, partly=True) or (text != digits and self._fits(text, partly=True))

    def matches(self, signs: tuple[int, ...]) -> bool:
        """Return whether a text of just these signs is allowed; errors as `allows`."""
        digits, text = _texts(signs)
        if self.expect is not None and len(digits) != self.expect:
            return False
        return self._fits(digits, partly=False) or (text != digits and self._fits(text, partly=False))

    def _fits(self, text: str, *, partly: bool) -> bool:
        return self._compiled is None or _found(self._compiled, text, partly=partly)


def require_pattern(pattern: Pattern | None) -> Pattern | None:
    """Return the rules, or None for no rules; raises `PatternError` at any other thing."""
    if not isinstance(pattern, Pattern | None):
        way = "Pattern.compile(expect, pattern)"
        raise PatternError(f"pattern: a {type(pattern).__name__}; expected a Pattern: make one with {way}")
    return pattern


@lru_cache(maxsize=10_000)
def _found(compiled: "regex.Pattern[str]", text: str, *, partly: bool) -> bool:
    """Whether all of a text matches, or, partly, can be gone on with to match; asked again column after column."""
    begun = time.thread_time()
    try:
        return compiled.fullmatch(text, partial=partly, timeout=max(0.0, min(_SECONDS, _LEFT.seconds))) is not None
    except TimeoutError:
        raise PatternError(
            f"{_shown(compiled.pattern)}: takes too long, {_SECONDS:g} s on {len(text)} signs or {_IN_ALL:g} s in one "
            "reading; expected one without repetitions within repetitions, such as (\\d+)+"
        ) from None
    except MemoryError:
        raise PatternError(
            f"{_shown(compiled.pattern)}: takes too much memory on {len(text)} signs; {_EXAMPLE}"
        ) from None
    finally:
        _LEFT.seconds -= time.thread_time() - begun


def _texts(signs: tuple[int, ...]) -> tuple[str, str]:
    """Return the digits alone, and the digits with their separators."""
    text = "".join(SIGNS[sign] for sign in signs if SIGNS[sign] != OTHER)
    return "".join(SIGNS[sign] for sign in signs if sign < CLASSES), text


def _compiled(pattern: str) -> "regex.Pattern[str]":
    import regex  # noqa: PLC0415 - most lines are read without a rule, and sooner without it

    if len(pattern) > _LONGEST:
        raise PatternError(f"a pattern of {len(pattern):,} letters; expected at most {_LONGEST:,}")
    if _CONTAINS_ITSELF.search(pattern):
        raise PatternError(f"{_shown(pattern)}: contains itself, which may take any time and memory; {_EXAMPLE}")
    if _written_out(pattern) > _MOST_PLACES:
        raise PatternError(f"{_shown(pattern)}: repeats too often; expected at most {_MOST_PLACES:,} places in all")
    try:
        compiled = regex.compile(pattern)
    except (regex.error, RecursionError, ValueError, OverflowError, MemoryError) as error:
        raise PatternError(f"{_shown(pattern)}: {' '.join(str(error).split())}; {_EXAMPLE}") from None
    with one_reading():
        begins = any(_found(compiled, sign, partly=True) for sign in SIGNS.replace(OTHER, ""))
    if not begins:
        raise PatternError(f"{_shown(pattern)}: matches nothing that a line can say; {_EXAMPLE}")
    return compiled


def _written_out(pattern: str) -> int:
    """Return how many places an expression has when all repetitions are written out."""
    groups: list[list[int]] = [[]]  # the parts of each group that is open, by how many places they have
    for part in _PARTS.finditer(pattern):
        numbers = [int(number) for number in part.groups() if number]
        if part[0] == "(":
            groups.append([])
        elif part[0] == ")" and len(groups) > 1:
            group = groups.pop()
            groups[-1].append(sum(group))
        elif numbers and groups[-1]:
            groups[-1][-1] *= max(1, *numbers)
        else:
            groups[-1].append(1)
    return sum(sum(group) for group in groups)


def _may_say(compiled: "regex.Pattern[str]", expect: int) -> bool:
    """Return whether a text of so many digits may match: false only where all were tried that can be begun."""
    separators = SIGNS[CLASSES:].replace(OTHER, "")
    digits = _told_apart(compiled.pattern)
    waiting, left = [("", 0)], _MOST_TRIED
    try:
        with one_reading(_SECONDS / 4):
            while waiting:
                text, count = waiting.pop()
                left -= 1
                # Longer ones are hardly meant, and there may be no end of them.
                if left < 0 or len(text) > 2 * expect + len(separators):
                    return True
                if count == expect and _found(compiled, text, partly=False):
                    return True
                signs = separators + digits if count < expect else separators
                waiting += (
                    (text + sign, count + (sign in digits))
                    for sign in signs
                    if _found(compiled, text + sign, partly=True)
                )
    except PatternError:  # it takes long, which says nothing yet of the texts that will be compared
        return True
    return False


def _told_apart(pattern: str) -> str:
    """Return digits of which one or another is in every place that the expression tells from others.

    What is no end of a range and not beside one is to the expression as its neighbour is.
    """
    if not _PLAIN.fullmatch(pattern):
        return SIGNS[:CLASSES]
    named = {int(digit) for digit in re.findall(r"\d", re.sub(r"\{[\d,]*\}", "", pattern), re.ASCII)}
    beside = {digit + step for digit in named for step in (-1, 0, 1)} & set(range(CLASSES))
    return "".join(map(str, sorted(beside or {0})))


def _shown(pattern: str) -> str:
    return f"pattern '{pattern}'" if pattern.isprintable() else f"pattern {pattern!a}"
