"""Names for the pictures of files: each its own, and none in the way of the page of another."""

import re
import time

import pytest

from digitrec.scanning import _named


def names(*paths: str) -> list[str]:
    """Return the names that the pictures of these files are given."""
    return [work.name for work in _named(paths)]


def test_each_file_has_a_name_of_its_own_whatever_its_folder_ending_or_case() -> None:
    assert names("a/scan.png", "b/Scan.jpg", "scan", "-", "scan-2.png") == [
        "scan",
        "Scan-2",
        "scan-3",
        "standard-input",
        "scan-2-2",
    ]


@pytest.mark.parametrize("stem", ["scan-page", "SCAN-PAGE", "-page", "scan-page-2", "scan-page-2-page", "scan"])
def test_no_name_is_that_of_another_or_of_its_pages(stem: str) -> None:
    found = names(*[f"{folder}/{stem}.png" for folder in range(30)], f"{stem}-2.png", f"{stem}_2.png", f"{stem}-3.png")

    assert len({name.casefold() for name in found}) == len(found)
    assert not [name for name in found if re.search(r"-page-\d+$", name, re.IGNORECASE)]


def test_many_files_of_one_stem_are_named_as_soon_as_many_of_others() -> None:
    begun = time.process_time()
    found = names(*[f"{folder}/scan.png" for folder in range(20_000)])

    assert len(set(found)) == 20_000
    assert time.process_time() - begun < 5
