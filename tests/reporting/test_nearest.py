"""The nearest rows, on rows whose distances are known."""

import numpy as np

from digitrec.reporting import nearest as module
from digitrec.reporting.nearest import nearest


def test_the_nearest_come_first() -> None:
    among = np.array([[0, 0], [10, 0], [0, 4], [3, 3]], np.uint8)

    assert nearest(np.array([[0, 0], [9, 0]], np.uint8), among, 3).tolist() == [[0, 2, 3], [1, 3, 0]]
    assert nearest(np.array([[9, 0]]), among, 9).tolist() == [[1, 3, 0, 2]]
    assert nearest(np.zeros((0, 2)), among, 2).shape == (0, 2)


def test_many_are_taken_part_by_part() -> None:
    generator = np.random.default_rng(0)
    among = generator.integers(256, size=(2 * module._AT_ONCE + 7, 5)).astype(np.uint8)  # noqa: SLF001 - the border is the point
    rows = among[[3, module._AT_ONCE, len(among) - 1]]  # noqa: SLF001 - as above
    distances = ((rows[:, None].astype(float) - among) ** 2).sum(axis=2)

    found = nearest(rows, among, 4)
    assert np.array_equal(np.take_along_axis(distances, found, axis=1), np.sort(distances, axis=1)[:, :4])
