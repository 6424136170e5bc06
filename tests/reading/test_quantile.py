"""What a share of many values is no more than: exactly of few, closely of very many, of bytes as of other numbers."""

import numpy as np
import pytest

from digitrec.reading.quantile import quantile


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.99, 1.0])
def test_of_few_values_it_is_one_of_them_and_the_same_for_bytes(share: float) -> None:
    values = np.random.default_rng(0).integers(0, 256, 999).astype(np.uint8)

    expected = np.sort(values)[min(int(share * 999), 998)]
    assert quantile(values, share) == quantile(values.astype(np.float32), share) == expected


@pytest.mark.parametrize("wide", [1500, 1501, 2048, 45])
def test_of_very_many_values_all_columns_are_asked(wide: int) -> None:
    values = np.tile(np.arange(wide, dtype=np.float32), (4_500_000 // wide, 1))

    for share in (0.1, 0.5, 0.9):
        assert quantile(values, share) == pytest.approx(share * wide, abs=0.01 * wide + 1)
