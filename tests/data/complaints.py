"""What a test asks of every error about data: that it is a DataError, and says so in one line."""

from collections.abc import Callable

import pytest

from digitrec.errors import DataError


def complaint(call: Callable[[], object]) -> str:
    """Return the message of the DataError that `call` must raise: one line, not an empty one."""
    with pytest.raises(DataError) as caught:
        call()
    lines = str(caught.value).splitlines()
    assert len(lines) == 1, f"expected a message of one line, got {lines}"
    return lines[0]
