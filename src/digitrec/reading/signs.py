"""What a line can hold: ten digits, four separators, and whatever else, as one sign. Plain values."""

SIGNS = "0123456789.,-/?"
"""By number, from 0; in a model's columns they are counted from 1, since 0 is nothing. `?` is no digit and no separator."""

SEPARATORS = frozenset(".,-/")

OTHER = "?"
