"""What a line can hold: ten digits, four separators, and whatever else, as one sign. Plain values."""

SIGNS = "0123456789.,-/?"
"""By number, from 0; in a model's columns from 1, since 0 is nothing there. `?` is neither digit nor separator."""

SEPARATORS = frozenset(".,-/")

OTHER = "?"

NO_DIGIT = SIGNS.index(OTHER)
"""Its number."""


def between_others(signs: tuple[int, ...]) -> tuple[int, ...]:
    """Return what a line says, signs by number, without what is neither digit nor separator at either end.

    >>> between_others((14, 2, 5, 14, 14))
    (2, 5)
    """
    known = [place for place, sign in enumerate(signs) if sign != NO_DIGIT]
    return signs[known[0] : known[-1] + 1] if known else ()
