"""What a line can hold: ten digits, four separators, and whatever else, as one sign. Plain values."""

SIGNS = "0123456789.,-/?"
"""By number, from 0; in a model's columns from 1, since 0 is nothing there. `?` is neither digit nor separator."""

SEPARATORS = frozenset(".,-/")

OTHER = "?"

NO_DIGIT = SIGNS.index(OTHER)
"""Its number."""
