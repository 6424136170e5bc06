"""The cache holds what is verified, is verified when read, and survives whatever happens to its disk."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import platformdirs
import pytest
from complaints import complaint
from hardships import forbidden, room_for

from digitrec.data.archives import (
    ARCHIVES,
    Pair,
    Part,
    cache_folder,
    digests,
    known_digests,
    make_cache_folder,
    read_cached,
    store,
)
from digitrec.data.idx import idx_bytes
from digitrec.data.mnist import Mnist

IMAGES, LABELS = (archive.name for archive in ARCHIVES["test"])


@pytest.fixture
def pair(mnist: Mnist) -> Pair:
    """MNIST's test part."""
    return mnist.test.images, mnist.test.labels


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of our own."""
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path / "cache"))
    return make_cache_folder()


@pytest.fixture
def filled(cache: Path, pair: Pair) -> Path:
    """The cache with the test part in it."""
    store("test", pair)
    return cache


def test_the_cache_is_where_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path / "deep" / "cache"))
    assert cache_folder() == tmp_path / "deep" / "cache" / "mnist"
    assert make_cache_folder() == cache_folder()
    assert cache_folder().is_dir()


@pytest.mark.parametrize("variable", [None, ""])
def test_the_cache_is_the_platforms_own_when_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    if variable is None:
        monkeypatch.delenv("DIGITREC_CACHE", raising=False)
    else:
        monkeypatch.setenv("DIGITREC_CACHE", variable)
    assert cache_folder() == Path(platformdirs.user_cache_dir("digitrec"), "mnist")


def test_an_empty_or_missing_cache_holds_nothing(cache: Path) -> None:
    assert read_cached("test") is None
    cache.rmdir()
    assert read_cached("test") is None


def test_what_is_stored_comes_back_and_nothing_else_lies_there(cache: Path, pair: Pair) -> None:
    store("test", pair)
    read = read_cached("test")
    assert read is not None
    assert all(np.array_equal(one, other) for one, other in zip(read, pair, strict=True))
    assert {path.name for path in cache.iterdir()} == {IMAGES, LABELS}
    assert read_cached("train") is None


def test_the_cached_files_are_mnists_own_plain_files(filled: Path, pair: Pair) -> None:
    assert (filled / IMAGES).read_bytes() == idx_bytes(pair[0])
    assert digests(pair) == known_digests("test")


@pytest.mark.parametrize("part", ["train", "test"])
def test_only_mnist_is_stored_and_only_as_its_own_part(cache: Path, mnist: Mnist, part: Part) -> None:
    images = mnist.test.images.copy()
    images[5000, 14, 14] ^= 1
    for pair in ((images, mnist.test.labels), (mnist.train.images, mnist.train.labels)):
        said = complaint(lambda pair=pair: store(part, pair))  # type: ignore[misc]
        assert said == f"what was fetched as MNIST's {part} images does not have MNIST's SHA-256"
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("name", [IMAGES, LABELS])
@pytest.mark.parametrize("place", [0, 7, 5000, -1])
def test_a_cached_file_with_one_bit_changed_does_not_count(filled: Path, name: str, place: int) -> None:
    content = bytearray((filled / name).read_bytes())
    content[place] ^= 1
    (filled / name).write_bytes(content)
    assert read_cached("test") is None


@pytest.mark.parametrize("name", [IMAGES, LABELS])
@pytest.mark.parametrize("cut", [0, 10, 5000])
def test_a_cached_file_cut_off_does_not_count(filled: Path, name: str, cut: int) -> None:
    (filled / name).write_bytes((filled / name).read_bytes()[:cut])
    assert read_cached("test") is None


@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_half_of_a_pair_does_not_count(filled: Path, name: str) -> None:
    (filled / name).unlink()
    assert read_cached("test") is None


@pytest.mark.parametrize("room", [1_000, 1_000_000])
def test_a_full_disk_is_one_clear_error_and_what_was_there_stays(filled: Path, pair: Pair, room: int) -> None:
    before = {path.name: path.read_bytes() for path in filled.iterdir()}
    with room_for(room):
        said = complaint(lambda: store("test", pair))
    assert said == (
        f"cannot write the cache {filled}: File too large; "
        "free space there, or set DIGITREC_CACHE to a folder that can be written"
    )
    assert {path.name: path.read_bytes() for path in filled.iterdir()} == before


def test_a_cache_folder_with_a_file_in_its_place_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("mine")
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path / "cache"))
    said = complaint(make_cache_folder)
    assert f"cannot write the cache {tmp_path / 'cache' / 'mnist'}: " in said
    assert "set DIGITREC_CACHE" in said
    assert (tmp_path / "cache").read_text() == "mine"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach, unlike tmp_path."""
    with tempfile.TemporaryDirectory(prefix="digitrec-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_cache_folder_that_may_not_be_made_is_one_clear_error(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITREC_CACHE", str(open_folder))
    with forbidden(open_folder):
        said = complaint(make_cache_folder)
    assert f"cannot write the cache {open_folder / 'mnist'}: Permission denied; " in said
    assert list(open_folder.iterdir()) == []


def test_a_cache_that_may_not_be_written_is_one_clear_error(
    open_folder: Path, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITREC_CACHE", str(open_folder))
    folder = make_cache_folder()
    with forbidden(folder):
        said = complaint(lambda: store("test", pair))
    assert f"cannot write the cache {folder}: Permission denied; " in said
    assert list(folder.iterdir()) == []
