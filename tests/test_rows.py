"""Rows of a CSV file: where they may be written, and with which permissions."""

import os
import stat
from pathlib import Path

import pytest

from digitrec.errors import DataError
from digitrec.rows import csv_rows
from digitrec.scanning import Outcome


@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_file_is_never_replaced(tmp_path: Path, *, force: bool) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link.csv"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link, Path(os.devnull)):
        with (
            pytest.raises(DataError, match=r"a pipe or a device; expected the name of a CSV file"),
            csv_rows(path, force=force),
        ):
            pytest.fail("it was opened")

    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_pipe_that_is_put_there_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    writing = csv_rows(path, force=True)
    writing.__enter__()(Outcome("a.png"))
    os.mkfifo(path)
    with pytest.raises(DataError, match="a pipe or a device"):
        writing.__exit__(None, None, None)

    assert stat.S_ISFIFO(path.stat().st_mode)
    assert list(tmp_path.iterdir()) == [path]


def test_rows_have_the_permissions_of_any_file_and_the_longest_of_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / ("😀" * 62 + ".csv"), tmp_path / "other"
    other.touch()
    monkeypatch.setattr(os, "umask", lambda _: pytest.fail("the mask was set"))
    with csv_rows(path, force=False) as write:
        write(Outcome("a.png", errors=["empty"]))

    assert path.read_text(encoding="utf-8").splitlines()[1] == "a.png,,,,,,empty"
    assert path.stat().st_mode == other.stat().st_mode
    assert sorted(tmp_path.iterdir()) == sorted([path, other])
