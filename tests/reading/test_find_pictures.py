"""Pictures in folders: told by content, in a known order, each once, whatever the folder holds."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hardships import forbidden
from PIL import Image

from digitrec.errors import PictureError
from digitrec.reading.folder import find_pictures
from digitrec.reading.picture import load_picture


def lay(folder: Path, *names: str, kind: str = "PNG") -> None:
    """Write a small picture under each name."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.eye(5, dtype=np.uint8)).save(path, kind)


def found(folder: Path) -> list[str]:
    """Return what is found in a folder, relative to it."""
    return [str(path.relative_to(folder)) for path in find_pictures([folder])]


def test_what_is_named_comes_as_it_is_in_order(tmp_path: Path) -> None:
    lay(tmp_path, "b.png", "folder/2.png", "folder/1.png")
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    missing = tmp_path / "missing.png"
    named: list[str | Path] = [
        tmp_path / "b.png",
        text,
        missing,
        tmp_path / "folder",
        str(tmp_path / "b.png"),
        "zero\0byte",
    ]

    assert list(find_pictures(named)) == [
        tmp_path / "b.png",
        text,
        missing,
        tmp_path / "folder" / "1.png",
        tmp_path / "folder" / "2.png",
        tmp_path / "b.png",
        Path("zero\0byte"),
    ]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "PDF"])
def test_content_tells_a_picture(tmp_path: Path, kind: str) -> None:
    lay(tmp_path, "picture", "picture.txt", kind=kind)
    (tmp_path / "text.png").write_text("Dear Sir")
    (tmp_path / "empty.png").touch()
    (tmp_path / "P5.txt").write_text("P5 is what the file begins with")

    assert found(tmp_path) == ["picture", "picture.txt"]
    assert [path.name for path in find_pictures([tmp_path], by_name_too=True)] == [
        "empty.png",
        "picture",
        "picture.txt",
        "text.png",
    ]


def test_folders_within_sorted_and_without_the_hidden(tmp_path: Path) -> None:
    lay(tmp_path, "b/2", "b/1", "a", "c", ".hidden", ".thumbnails/1", "b/with spaces\nand lines/ü")
    assert found(tmp_path) == ["a", "b/1", "b/2", "b/with spaces\nand lines/ü", "c"]


def test_circles_of_links_end_and_no_file_comes_twice(tmp_path: Path) -> None:
    lay(tmp_path, "a", "b/c")
    (tmp_path / "b" / "up").symlink_to(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "nothing").symlink_to(tmp_path / "missing")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    os.link(tmp_path / "a", tmp_path / "b" / "hard")

    assert found(tmp_path) == ["a", "b/c"]
    assert list(find_pictures([tmp_path / "a", tmp_path, tmp_path])) == [tmp_path / "a", tmp_path / "b" / "c"]


def test_a_linked_folder_is_looked_into(tmp_path: Path) -> None:
    lay(tmp_path, "elsewhere/1")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "link").symlink_to(tmp_path / "elsewhere")
    assert found(tmp_path / "here") == ["link/1"]


def test_pipes_are_passed_over(tmp_path: Path) -> None:
    lay(tmp_path, "a")
    os.mkfifo(tmp_path / "pipe.png")
    assert found(tmp_path) == ["a"]


def test_what_may_not_be_looked_into_is_left_to_the_loader() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        lay(folder, "a", "below/1", "z")
        for closed in ("a", "below"):
            with forbidden(folder / closed):
                (path,) = [path for path in find_pictures([folder]) if path.name == closed]
                with pytest.raises(PictureError, match="Permission denied"):
                    load_picture(path)


def test_what_vanishes_meanwhile_is_passed_over(tmp_path: Path) -> None:
    lay(tmp_path, "a", "b", "c/1", "d")
    finder = find_pictures([tmp_path])
    assert next(finder).name == "a"
    (tmp_path / "b").unlink()
    (tmp_path / "c" / "1").unlink()
    (tmp_path / "c").rmdir()
    assert [path.name for path in finder] == ["d"]
