"""A file is written whole or not at all."""

import os
import resource
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digitrec.files import write_atomically

LIMIT = 100_000


@pytest.fixture
def full_disk() -> Iterator[None]:
    """Let the system refuse files beyond `LIMIT` bytes, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_new_file_holds_what_was_written_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_file_is_replaced_in_one_step_so_a_reader_of_the_old_one_reads_it_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"the old one, which is longer")
    with path.open("rb") as reader:
        write_atomically(path, b"new")
        assert reader.read() == b"the old one, which is longer"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_the_old_file_as_it_was_and_no_half_of_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="File too large"):
        write_atomically(path, bytes(LIMIT + 1))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_nothing_where_nothing_was(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="File too large"):
        write_atomically(tmp_path / "file", bytes(LIMIT + 1))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path / "taken", b"new")
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_a_missing_folder_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "missing" / "file", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_permissions_are_those_of_any_file_the_user_makes(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "file", b"new")
        assert os.umask(mask) == mask, "the mask itself must stay as it was"
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


def test_the_mask_of_the_process_is_not_touched_where_threads_write_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It can only be read by setting it: what a thread sees in between is the other's.
    monkeypatch.setattr(os, "umask", lambda _: pytest.fail("the mask was set"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: write_atomically(tmp_path / f"{number}", b"new"), range(40)))

    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"new"}
    assert len(list(tmp_path.iterdir())) == 40


@pytest.mark.parametrize("name", ["a" * 255, "é" * 127, "😀" * 63], ids=["1 byte", "2 bytes", "4 bytes"])
def test_a_name_may_be_as_long_as_the_system_lets_it(tmp_path: Path, name: str) -> None:
    write_atomically(tmp_path / name, b"new")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_link_stays_a_link_and_what_it_points_at_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")

    write_atomically(tmp_path / "link", b"new")

    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]
