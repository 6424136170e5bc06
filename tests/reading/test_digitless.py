"""Pictures without digits give next to none that is sure, and blank paper gives none: a few of the benchmark's."""

import pytest
from digitless import DIGITLESS, digitless

import digitrec
from digitrec.reading.reading import Digit

SURE = 0.9


def test_of_pictures_without_digits_one_in_fifty_at_most_gives_a_sure_one() -> None:
    """Of the benchmark's thousand (`benchmarks/pages.py`) 2 % may; here one of each kind and of five seeds."""
    pages = [digitless(kind, seed) for kind in DIGITLESS for seed in range(5)]
    sure = [page for page in pages if any(digit.confidence > SURE for digit in digits_of(page.content))]

    assert len(pages) >= 30
    assert len(sure) <= max(1, len(pages) // 50)


@pytest.mark.parametrize("seed", range(10))
def test_blank_paper_gives_none_that_is_sure(seed: int) -> None:
    assert not any(digit.confidence > SURE for digit in digits_of(digitless("blank paper", seed).content))


def digits_of(content: bytes) -> list[Digit]:
    return [digit for line in digitrec.read(content).lines for digit in line.digits]
