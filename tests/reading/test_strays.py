"""What lies along a picture's rim is no line, unless it is one more of a table that is written up to it."""

from collections.abc import Sequence

import numpy as np
import pytest

import digitrec
from digitrec.data.mnist import Mnist
from digitrec.reading.parts import Part
from digitrec.reading.strays import on_rim, without_strays

SHAPE = (400, 600)


def row(middle: int, *, high: int = 24, left: int = 60, count: int = 8) -> list[Part]:
    """Return pieces as high as that side by side, 40 pixels apart, their middle on a row of the picture."""
    top = middle - high // 2
    return [
        Part(1000 * middle + number, left + 40 * number, top, left + 40 * number + 16, top + high, 6 * high)
        for number in range(count)
    ]


def kept(groups: Sequence[list[Part]]) -> list[int]:
    """Return which of the groups are kept, by number."""
    left = without_strays(list(groups), SHAPE)
    return [number for number, group in enumerate(groups) if group in left]


def test_a_row_at_the_rim_that_begins_and_ends_where_others_do_is_kept() -> None:
    groups = [row(middle) for middle in (16, 100, 200, 384)]

    assert [on_rim((60, group[0].top, 356, group[0].bottom), SHAPE) for group in groups] == [True, False, False, True]
    assert kept(groups) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "rim",
    [row(16, count=3), row(16, high=14), row(16, left=200), row(16, high=36)],
    ids=["few signs", "low", "begins elsewhere", "high"],
)
def test_anything_else_at_the_rim_goes(rim: list[Part]) -> None:
    assert kept([rim, row(100), row(200)]) == [1, 2]


def test_what_is_far_lower_than_the_line_with_most_ink_goes() -> None:
    assert kept([row(100), row(200, high=6, count=3)]) == [0]


def test_a_table_that_fills_its_picture_is_read_to_the_first_and_last_row(mnist: Mnist) -> None:
    rows = 10
    images, labels = mnist.test.images[: 10 * rows], mnist.test.labels[: 10 * rows]
    picture = np.concatenate([np.concatenate(list(images[10 * at : 10 * at + 10]), axis=1) for at in range(rows)])
    expected = ["".join(map(str, labels[10 * at : 10 * at + 10])) for at in range(rows)]

    found = digitrec.read(picture).text.split("\n")

    assert [len(line) for line in found] == [10] * rows
    wrong = sum(
        one != other for line, text in zip(found, expected, strict=True) for one, other in zip(line, text, strict=True)
    )
    assert wrong <= 2
