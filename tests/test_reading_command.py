"""`digitrec read`: what it prints and writes, with a reader made by hand and with the one that is shipped."""

import csv
import errno
import io
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from digitrec import Mnist, Run, processes, scanning
from digitrec.cli import main
from digitrec.reading.picture import Picture
from digitrec.reading.reading import Digit, LineReading, Reading
from digitrec.scanning import Outcome, Settings, Work, scan, to_read

UNSURE_BELOW = 20


class GreyReader:
    """Reads a picture as the number of its grey: 137 for one that is 137 all over, two lines from 200 on."""

    def read(self, picture: Picture) -> Reading:
        """Return the reading; black is nothing, 66 is an error that nobody expected."""
        grey = int(picture.pixels.flat[0])
        if grey == 66:
            raise RuntimeError("no such\nluck")
        texts = [] if grey == 0 else [str(grey), "7"] if grey >= 200 else [str(grey)]
        return Reading(
            lines=tuple(map(self.line, texts)),
            warnings=("nothing written: no ink",)
            if grey == 0
            else ("two readings: 1 or 7",)
            if grey < UNSURE_BELOW
            else (),
            picture={
                "source": picture.source,
                "page": picture.page,
                "width": picture.width,
                "height": picture.height,
                "turned": 0,
                "polarity": "dark on light",
            },
            model={"name": "grey", "version": None},
            upright=picture.pixels,
        )

    def line(self, text: str) -> LineReading:
        """Return a line of these digits."""
        seen = np.zeros((28, 28), np.uint8)
        digits = tuple(
            Digit(int(each), 0.9, (4 * place, 2, 4, 8), ((int(each), 0.9),), (int(each),), seen)
            for place, each in enumerate(text)
        )
        return LineReading((0, 0, 12, 12), digits, (), 0.9, seen)


@pytest.fixture
def grey(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working folder, where pictures are read by `GreyReader`."""
    monkeypatch.setattr(scanning, "make_reader", lambda _: GreyReader())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names_in(folder: str | Path) -> list[str]:
    """Return the names of the files in a folder, sorted."""
    return sorted(path.name for path in Path(folder).iterdir())


def draw(path: str | Path, *greys: int) -> str:
    """Write a PNG, or a TIFF of several pages, grey all over."""
    pages = [Image.new("L", (24, 24), grey) for grey in greys]
    Path(path).parent.mkdir(exist_ok=True, parents=True)
    if len(pages) > 1:
        pages[0].save(path, format="TIFF", save_all=True, append_images=pages[1:])
    else:
        pages[0].save(path, format="PNG")
    return str(path)


@pytest.mark.usefixtures("grey")
def test_one_picture_gives_its_text_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", draw("a.png", 137)]) == 0
    assert capsys.readouterr() == ("137\n", "")
    assert main(["read", draw("b.png", 212)]) == 0
    assert capsys.readouterr() == ("212\n7\n", "")
    assert main(["read", draw("c.png", 0)]) == 0
    assert capsys.readouterr() == ("\n", "c.png: nothing written: no ink\n")


@pytest.mark.usefixtures("grey")
def test_several_give_a_line_each_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    names = [draw(name, grey) for name, grey in (("b b.png", 212), ("a.png", 31), ("new\nline.png", 19), ("é.png", 0))]

    assert main(["read", *names]) == 0
    out, err = capsys.readouterr()
    assert out == "b b.png: 212 7\na.png: 31\n'new\\nline.png': 19\né.png: \n"
    assert err == "'new\\nline.png': two readings: 1 or 7\né.png: nothing written: no ink\n"


@pytest.mark.usefixtures("grey")
def test_folders_are_read_by_name_and_content_decides(capsys: pytest.CaptureFixture[str]) -> None:
    draw("scans/b.jpeg", 22)
    draw("scans/a", 21)
    draw("scans/deeper/c.png", 23)
    Path("scans/notes.txt").write_text("no picture", encoding="utf-8")

    assert main(["read", "scans"]) == 0
    assert capsys.readouterr() == ("scans/a: 21\nscans/b.jpeg: 22\nscans/deeper/c.png: 23\n", "")


def test_of_ten_thousand_files_three_are_bad_and_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the reader itself; all are blank, since that is quick."""
    monkeypatch.chdir(tmp_path)
    blank = Path(draw("scans/first.png", 255)).read_bytes()
    for number in range(9_996):
        Path(f"scans/{number:05}.png").write_bytes(blank)
    Path("scans/empty.png").touch()
    Path("scans/text.png").write_text("no picture", encoding="utf-8")
    Path("scans/short.jpg").write_bytes(b"\xff\xd8\xff\xe0")

    assert main(["read", "scans", "--csv", "rows.csv"]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 9_997
    complaints = [line for line in err.splitlines() if "nothing written" not in line]
    assert [line.split(": ")[1] for line in complaints] == ["scans/empty.png", "scans/short.jpg", "scans/text.png"]
    assert len(Path("rows.csv").read_text(encoding="utf-8").splitlines()) == 1 + 10_000


@pytest.mark.usefixtures("grey")
def test_a_bad_file_is_one_line_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty.png").touch()
    Path("text.png").write_text("no picture", encoding="utf-8")
    Path("nothing in it").mkdir()
    Path("loop.png").symlink_to("loop.png")
    names = [
        "empty.png",
        "missing.png",
        "text.png",
        "loop.png",
        draw("odd.png", 66),
        "nothing in it",
        draw("good.png", 42),
    ]

    assert main(["read", *names]) == 1
    out, err = capsys.readouterr()
    assert out == "good.png: 42\n"
    complaints = err.splitlines()
    assert len(complaints) == 6
    assert complaints[0] == "digitrec: nothing in it: a folder without pictures; expected some in it, JPEG or PNG, say"
    assert complaints[1].startswith("digitrec: empty.png: empty")
    assert complaints[2].startswith("digitrec: missing.png: No such file")
    assert complaints[3].startswith("digitrec: text.png: text")
    assert complaints[4].startswith("digitrec: loop.png: ")
    assert complaints[5] == "digitrec: odd.png: cannot be read (RuntimeError: no such luck)"


@pytest.mark.usefixtures("grey")
def test_a_folder_without_pictures_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()

    assert main(["read", "empty"]) == 1
    assert capsys.readouterr().err.startswith("digitrec: empty: a folder without pictures")


@pytest.mark.usefixtures("grey")
def test_a_name_that_no_file_can_have_stops_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    long = f"{'a' * 300}.png"
    assert main(["read", long, draw("good.png", 42)]) == 1
    out, err = capsys.readouterr()

    assert out == "good.png: 42\n"
    assert err.startswith("digitrec: aaaaa")
    assert err.endswith("a.png: File name too long; expected a picture that can be read\n")
    for option in ("--csv", "--annotated", "--steps"):
        assert main(["read", "good.png", option, "a" * 300]) == 1
        out, err = capsys.readouterr()
        assert (out, len(err.splitlines())) == ("", 1)


@pytest.mark.usefixtures("grey")
def test_a_named_file_is_read_however_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    draw("a.png", 42)
    Path("-").write_bytes(Path(draw("b.png", 21)).read_bytes())

    # Though pictures of readings are written beside it.
    assert main(["read", "./a.png", "--annotated", "."]) == 1  # over itself, which is refused
    assert "a.png" in capsys.readouterr().err
    assert to_read(["./a.png", ".//b.png"], Settings(steps=Path())) == (["a.png", "b.png"], [])
    # Standard input is `-` alone.
    assert main(["read", "./-"]) == 0
    assert capsys.readouterr().out == "21\n"
    assert [Path(path).name for path in to_read(["."], Settings())[0]] == ["-", "a.png", "b.png"]
    assert main(["read", "."]) == 0
    assert capsys.readouterr().out.count(": 21\n") == 2


@pytest.mark.usefixtures("grey")
def test_a_file_that_vanishes_is_told_of() -> None:
    kept, gone = draw("scans/a.png", 21), draw("scans/b.png", 22)
    paths, _ = to_read(["scans"], Settings())
    Path(gone).unlink()
    found = list(scan(paths, Settings()))

    assert [outcome.path for outcome in found] == [kept, gone]
    assert found[0].errors == []
    assert found[1].errors == ["scans/b.png: No such file or directory; expected a picture that can be read"]


@pytest.mark.usefixtures("grey")
def test_json_is_a_line_a_page_and_an_error_is_one_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--json", draw("a.png", 137), "missing.png", draw("b.tif", 21, 22)]) == 1
    out, err = capsys.readouterr()
    found = [json.loads(line) for line in out.splitlines()]

    assert [each.get("text") for each in found] == ["137", None, "21", "22"]
    assert [each["picture"]["source"] for each in found] == ["a.png", "missing.png", "b.tif", "b.tif"]
    assert found[1]["error"].startswith("missing.png: No such file")
    assert found[3]["picture"]["page"] == 1
    assert {"text", "lines", "warnings", "picture", "model"} <= found[0].keys()
    assert {"digit", "confidence", "box", "alternatives"} <= found[0]["lines"][0]["digits"][0].keys()
    assert len(err.splitlines()) == 1


@pytest.mark.usefixtures("grey")
def test_all_pages_are_read_unless_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    scan = draw("scan.tif", 21, 22, 23)

    assert main(["read", scan]) == 0
    assert capsys.readouterr().out == "scan.tif page 0: 21\nscan.tif page 1: 22\nscan.tif page 2: 23\n"
    assert main(["read", scan, "--page", "1"]) == 0
    assert capsys.readouterr().out == "22\n"
    assert main(["read", scan, draw("a.png", 24), "--page", "1"]) == 1
    out, err = capsys.readouterr()
    assert out == "scan.tif: 22\n"
    assert err.startswith("digitrec: a.png: ")


@pytest.mark.usefixtures("grey")
def test_standard_input_is_a_picture(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(draw("a.png", 137)).read_bytes())))
    assert main(["read", "a.png", "-"]) == 0
    assert capsys.readouterr().out == "a.png: 137\n-: 137\n"


@pytest.mark.usefixtures("grey")
def test_csv_has_a_row_a_line_and_replaces_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    names = [draw('a, "b"\n.png', 212), draw("b.tif", 21, 0), "missing.png"]
    assert main(["read", *names, "--csv", "out.csv"]) == 1
    assert "21" in capsys.readouterr().out
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))

    assert rows[0] == ["file", "page", "line", "text", "confidence", "warnings", "error"]
    assert rows[1:3] == [[names[0], "0", "0", "212", "0.9", "", ""], [names[0], "0", "1", "7", "0.9", "", ""]]
    assert rows[3] == ["b.tif", "0", "0", "21", "0.9", "", ""]
    assert rows[4] == ["b.tif", "1", "", "", "", "nothing written: no ink", ""]
    assert rows[5][:6] == ["missing.png", "", "", "", "", ""]
    assert rows[5][6].startswith("missing.png: No such file")
    assert len(rows) == 6

    written = Path("out.csv").read_bytes()
    assert main(["read", "b.tif", "--csv", "out.csv"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "digitrec: out.csv: exists already; name another file, or write over it with --force\n")
    assert Path("out.csv").read_bytes() == written
    assert main(["read", "b.tif", "--csv", "out.csv", "--force"]) == 0
    assert Path("out.csv").read_text(encoding="utf-8").count("\n") == 3
    assert main(["read", "b.tif", "--csv", "no/such/out.csv"]) == 1
    assert not [name for name in names_in(".") if name.endswith(".part")]


@pytest.mark.usefixtures("grey")
def test_a_csv_file_that_is_not_finished_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> Iterator[Outcome]:
        yield Outcome("a.png", errors=["a.png: bad"])
        raise KeyboardInterrupt

    monkeypatch.setattr("digitrec.commands.telling.scan", interrupted)
    assert main(["read", draw("a.png", 1), "--csv", "out.csv"]) == 130
    assert capsys.readouterr().err == "digitrec: a.png: bad\ndigitrec: interrupted\n"
    assert names_in(".") == ["a.png"]


@pytest.mark.usefixtures("grey")
def test_pictures_of_readings_get_a_name_each_and_replace_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    names = [draw(name, 31) for name in ("x/a.png", "y/a.jpg", "z/A.bmp", "a-page-1.png")]
    arguments = ["read", *names, draw("a.tif", 21, 22), "--annotated", "out/drawn", "--steps", "out/steps"]
    expected = ["A-3.png", "a-2.png", "a-4-page-1.png", "a-4.png", "a-page-1-2.png", "a.png"]

    assert main(arguments) == 0
    for folder in ("out/drawn", "out/steps"):
        assert names_in(folder) == expected
        for name in expected:
            with Image.open(Path(folder, name)) as picture:
                assert picture.format == "PNG"
                assert picture.width > 100
    capsys.readouterr()

    before = Path("out/drawn/a.png").stat().st_mtime_ns
    assert main([*arguments, "--json"]) == 1
    out, err = capsys.readouterr()
    assert out.count('"text"') > 6
    assert err.count("exists already; name another folder, or write over it with --force") == 12
    assert Path("out/drawn/a.png").stat().st_mtime_ns == before
    assert main([*arguments, "--force"]) == 0
    assert Path("out/drawn/a.png").stat().st_mtime_ns != before


@pytest.mark.usefixtures("grey")
def test_pictures_of_readings_are_not_read_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    draw("scans/a.png", 31)
    arguments = ["read", "scans", "--annotated", "scans/drawn", "--force"]

    assert [main(arguments), main(arguments)] == [0, 0]
    assert capsys.readouterr().out == "31\n31\n"


@pytest.mark.usefixtures("grey")
def test_a_folder_that_is_read_and_written_at_once_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    draw("scans/a.png", 31)

    assert main(["read", "scans", "--annotated", "scans", "--force"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "digitrec: scans: pictures of readings are written there, so none there is read; name another folder for them\n"
    )


@pytest.mark.usefixtures("grey")
@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize(
    ("files", "options", "named"),
    [
        (("q.png",), ("--annotated", "."), "q.png"),
        (("q.png",), ("--steps", "."), "q.png"),
        (("Q.PNG",), ("--steps", "."), "Q.PNG"),
        (("b/q.png", "five.png"), ("--annotated", "b"), "b/q.png"),
        (("scan.tif", "scan-page-1.png"), ("--annotated", "."), "scan-page-1.png"),
        (("five.png", "q.png"), ("--annotated", "linked"), "linked/five.png"),
        (("five.png",), ("--csv", "five.png"), "five.png"),
        (("five.png", "."), ("--csv", "link.csv"), "link.csv"),
    ],
)
def test_no_file_that_is_read_is_written_over(
    files: tuple[str, ...],
    options: tuple[str, ...],
    named: str,
    force: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("q.png", "Q.PNG", "five.png", "b/q.png", "scan-page-1.png"):
        draw(name, 31)
    draw("scan.tif", 21, 22)
    Path("link.csv").symlink_to("five.png")
    Path("linked").mkdir()
    Path("linked/five.png").symlink_to("../q.png")  # one picture would be written over another
    before = {path: path.read_bytes() for path in Path().rglob("*.*")}

    assert main(["read", *files, *options, *force]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"digitrec: {named}: is to be read, and would be replaced; name another f")
    assert err.count("\n") == 1
    assert {path: path.read_bytes() for path in Path().rglob("*.*")} == before


@pytest.mark.usefixtures("grey")
def test_pictures_beside_those_that_are_read_are_fine_where_they_have_other_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [draw("a.jpg", 31), draw("b.tif", 21, 22), draw("b-page-x.bmp", 32)]

    assert main(["read", *names, "--annotated", "."]) == 0
    assert capsys.readouterr().err == ""
    assert [name for name in names_in(".") if name.endswith(".png")] == [
        "a.png",
        "b-page-1.png",
        "b-page-x.png",
        "b.png",
    ]


@pytest.mark.usefixtures("grey")
def test_two_kinds_of_pictures_need_two_folders(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", draw("a.png", 31), "--annotated", "seen", "--steps", "x/../seen", "--force"]) == 1
    assert capsys.readouterr() == (
        "",
        "digitrec: x/../seen: named for --annotated and for --steps; name two folders\n",
    )
    assert names_in(".") == ["a.png"]


@pytest.mark.usefixtures("grey")
def test_json_names_the_pictures_that_were_written_of_each_page(capsys: pytest.CaptureFixture[str]) -> None:
    names = [draw("x/a.png", 31), draw("y/a.tif", 21, 22)]

    assert main(["read", *names, "--json", "--annotated", "seen", "--steps", "how"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["annotated"] for each in found] == ["seen/a.png", "seen/a-2.png", "seen/a-2-page-1.png"]
    assert [each["steps"] for each in found] == ["how/a.png", "how/a-2.png", "how/a-2-page-1.png"]
    assert all(Path(each[kind]).exists() for each in found for kind in ("annotated", "steps"))
    assert main(["read", *names, "--json", "--annotated", "seen"]) == 1  # and none that were there
    assert not any("annotated" in json.loads(line) for line in capsys.readouterr().out.splitlines())


@pytest.mark.usefixtures("grey")
def test_a_folder_that_cannot_be_written_is_told_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("file").touch()
    assert main(["read", draw("a.png", 31), "--annotated", "file"]) == 1
    assert capsys.readouterr() == ("", "digitrec: file: File exists; expected the name of a folder\n")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(scanning, "write_atomically", full)
    assert main(["read", "a.png", "--annotated", "out"]) == 1
    out, err = capsys.readouterr()
    assert out == "31\n"
    assert err == "digitrec: out/a.png: No space left on device; expected a folder that can be written\n"


def test_on_a_terminal_confidence_is_shown_dimly_unless_no_color_is_set(
    grey: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = draw(grey / "a.png", 31)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert main(["read", name]) == 0
    assert capsys.readouterr().out == "31  \x1b[2m90 %\x1b[0m\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["read", name]) == 0
    assert capsys.readouterr().out == "31  90 %\n"


def test_many_get_a_bar_on_a_terminal_and_a_pipe_is_left_alone(
    grey: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [draw(grey / f"{number}.png", 31) for number in range(5)]
    monkeypatch.setattr("digitrec.commands.telling._PATIENCE", -1)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    assert main(["read", *names]) == 0
    out, err = capsys.readouterr()

    assert out == "".join(f"{name}: 31\n" for name in names)
    assert "━" in err
    assert "/5" in err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--threshold", "1.5"), "--threshold 1.5: expected a probability, 0 to 1"),
        (("--jobs", "0"), "--jobs 0: expected a whole number from 1 up"),
        (("--expect", "0"), "0 digits to a line"),
        (("--pattern", "("), "pattern '(': missing ) at position 1"),
        (("--pattern", ""), "pattern '': matches nothing that a line can say"),
        (("--pattern", r"\d{4}", "--expect", "3"), "matches nothing of 3 digits; expected rules that agree"),
        (("--pattern", "[a-z]"), "matches nothing that a line can say"),
        (("--model", "missing.onnx"), "missing.onnx: No such file"),
        (("--page", "-1"), "--page -1: expected a whole number from 0 up"),
    ],
)
def test_options_that_make_no_sense_are_one_clear_line(
    options: tuple[str, ...],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["read", draw("a.png", 31), *options]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert complaint in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["--jsn", "a.png"], ["a.png", "--expect", "six"]])
def test_a_command_that_is_not_understood_is_another_exit_code(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_model_of_single_digits_is_told_of_once(
    trained: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [draw(tmp_path / f"{number}.png", 31) for number in range(3)]

    assert main(["read", *names, "--model", str(trained.folder)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "reads single digits, not lines" in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("grey")
def test_answers_of_many_files_are_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0

    class Counting(GreyReader):
        def read(self, picture: Picture) -> Reading:
            nonlocal read
            read += 1
            return super().read(picture)

    monkeypatch.setattr(scanning, "make_reader", lambda _: Counting())
    names = [draw(f"{number}.png", 31) for number in range(50)]
    for number, _ in enumerate(scan(names, Settings(), jobs=1), start=1):
        assert read == number


class Pool:
    """Processes as threads never were: a file called bad ends the process that reads it, and so the pool."""

    def __init__(self, *_: object) -> None:
        """Make one that is whole."""
        self.broken = False
        self.waiting: list[Future[Outcome]] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""

    def submit(self, _: object, work: Work) -> "Future[Outcome]":
        """Return what comes of it."""
        if self.broken:
            raise BrokenProcessPool
        future: Future[Outcome] = Future()
        if "bad" in work.path:
            self.broken = True
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(Outcome(work.path))
        return future

    def shutdown(self, **_: object) -> None:
        """Do nothing."""


@pytest.mark.usefixtures("grey")
def test_a_file_that_ends_its_process_ends_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_pool", Pool)
    names = [f"{number}.png" for number in range(40)]
    names[3], names[30] = "bad.png", "bad too.png"
    found = list(scan(names, Settings(), jobs=2))

    assert [outcome.path for outcome in found] == names
    assert [outcome.path for outcome in found if outcome.errors] == ["bad.png", "bad too.png"]
    assert "the process that read it died" in found[3].errors[0]


def test_reading_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    code = "import sys; from digitrec.cli import main; main(); print(*sorted(n.split('.')[0] for n in sys.modules))"
    name = draw(tmp_path / "a.png", 255)
    done = subprocess.run([sys.executable, "-c", code, "read", name], capture_output=True, text=True, check=True)

    heavy = {"torch", "rich", "jinja2", "matplotlib", "pooch", "requests", "multiprocessing", "regex", "onnx"}
    parser = {"cyclopts", "attrs"}  # files alone are told from options without it
    assert not (heavy | parser) & set(done.stdout.split())


def number_on_paper(digits: list[npt.NDArray[np.uint8]], height: int = 84) -> Image.Image:
    """Return digits uint8[28,28] as one dark number on light paper."""
    side = height * 28 // 20
    sheet = np.full((3 * side, (len(digits) + 2) * side), 235, np.uint8)
    for place, digit in enumerate(digits):
        large = np.asarray(Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC))
        part = sheet[side : 2 * side, (place + 1) * side : (place + 2) * side]
        part -= (large * (200 / 255)).astype(np.uint8)
    return Image.fromarray(sheet)


@pytest.fixture(scope="module")
def numbers(mnist: Mnist, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    """Thirty photos of numbers of one to five digits, and what is written on them."""
    folder, draws = tmp_path_factory.mktemp("numbers"), np.random.default_rng(5)
    found = {}
    for number in range(30):
        chosen = draws.choice(len(mnist.validation), 1 + number % 5, replace=False)
        path = folder / f"{number:02}.png"
        number_on_paper([mnist.validation.images[index] for index in chosen]).save(path)
        found[path] = "".join(str(mnist.validation.labels[index]) for index in chosen)
    return found


def test_the_shipped_reader_reads_numbers_and_by_two_processes_the_same(
    numbers: dict[Path, str], capfd: pytest.CaptureFixture[str]
) -> None:
    folder = next(iter(numbers)).parent
    assert main(["read", str(folder), "--json", "--jobs", "1"]) == 0
    alone = capfd.readouterr().out
    assert main(["read", str(folder), "--json", "--jobs", "2"]) == 0
    texts = [json.loads(line)["text"] for line in alone.splitlines()]

    assert capfd.readouterr().out == alone
    assert sum(text == expected for text, expected in zip(texts, numbers.values(), strict=True)) >= 28


def test_the_shipped_reader_keeps_to_rules(numbers: dict[Path, str], capfd: pytest.CaptureFixture[str]) -> None:
    path, text = next((path, text) for path, text in numbers.items() if len(text) == 5)
    assert main(["read", str(path), "--expect", "5", "--pattern", rf"\d{{4}}{text[-1]}"]) == 0
    assert capfd.readouterr().out == f"{text}\n"


@pytest.mark.parametrize("options", [(), ("--page", "0")])
def test_who_reads_all_pages_or_names_one_is_not_told_of_others(
    options: tuple[str, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", draw(tmp_path / "two.tif", 255, 255), *options]) == 0
    err = capfd.readouterr().err
    assert "nothing written" in err
    assert "more pages" not in err


def test_the_command_reads_what_is_piped_in_and_is_done(numbers: dict[Path, str], tmp_path: Path) -> None:
    path, text = next(iter(numbers.items()))
    done = subprocess.run(
        [sys.executable, "-m", "digitrec", "read", "-", "--steps", "steps", "--annotated", "drawn"],
        input=path.read_bytes(),
        capture_output=True,
        cwd=tmp_path,
        check=True,
        timeout=60,
    )

    assert done.stdout.decode().strip() == text
    assert names_in(tmp_path / "drawn") == names_in(tmp_path / "steps") == ["standard-input.png"]


@pytest.mark.parametrize(("jobs", "pictures"), [("1", 1), ("2", 20)])
def test_who_ends_the_reading_of_many_leaves_nothing_half_done(tmp_path: Path, jobs: str, pictures: int) -> None:
    names = [draw(tmp_path / f"{number}.png", 255) for number in range(pictures)]
    with subprocess.Popen(
        [sys.executable, "-m", "digitrec", "read", *names, "-", "--csv", "many.csv", "--jobs", jobs],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        assert "nothing written" in process.stderr.readline()  # it reads, and then waits for what is piped in
        process.send_signal(signal.SIGTERM)
        told = process.stderr.read().splitlines()
        assert process.wait(60) == 128 + signal.SIGTERM

    assert [line for line in told if "nothing written" not in line] == ["digitrec: stopped"]
    assert not [name for name in names_in(tmp_path) if "many" in name]
