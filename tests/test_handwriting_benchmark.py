"""The benchmark on people's own handwriting: what it counts, what its pages say, and that they are as committed."""

import csv
import hashlib
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import handwriting
import handwriting_page
import misread_pictures
import numpy as np
import pytest
from handwriting import Picture, Who
from PIL import Image

from conftest import REPOSITORY
from digitrec.data.mnist import Mnist
from digitrec.reading.reader import Reader
from digitrec.scoring.calibration import calibration
from digitrec.training.runs import Run

SHIPPED = resources.files("digitrec").joinpath("models", "reader.onnx").is_file()
needs_the_model = pytest.mark.skipif(not SHIPPED, reason="the model is not there yet")

NAMES_ITS_PICTURE = """
from pathlib import Path
from answering import serve

def read(path):
    if "broken" in path:
        raise ValueError("cannot be read")
    return Path(path).stem.partition("-")[0].replace("none", ""), 0.75

serve("a reader of names 1.0", read)
"""
"""A reader that reads from a picture's name what to answer."""


@pytest.fixture
def reader(tmp_path: Path) -> Who:
    """A reader of names, as a script beside the benchmark would be."""
    script = tmp_path / "read_names.py"
    peers = REPOSITORY / "benchmarks" / "peers"
    script.write_text(f"import sys\nsys.path.append({str(peers)!r})\n{NAMES_ITS_PICTURE}", encoding="utf-8")
    return Who("names", str(script))


def write_set(folder: Path, pictures: dict[str, tuple[str, Image.Image]], *, within: str = "images/") -> Path:
    """Write a set as the handwriting folder has them, its names with or without their folder."""
    (folder / "images").mkdir(parents=True)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["filename", "label"])
        for name, (label, picture) in pictures.items():
            picture.save(folder / "images" / name)
            rows.writerow([f"{within}{name}", label])
    return folder


def digits_of(mnist: Mnist, count: int) -> dict[str, tuple[str, Image.Image]]:
    """Return validation digits as pictures of 28×28, dark on light."""
    some = mnist.validation[:count]
    return {
        f"{number}.png": (str(label), Image.fromarray(255 - image))
        for number, (image, label) in enumerate(zip(some.images, some.labels, strict=True))
    }


@pytest.mark.parametrize("within", ["images/", ""])
def test_a_set_is_found_with_its_labels_whether_names_hold_the_folder_or_not(tmp_path: Path, within: str) -> None:
    blank = Image.new("L", (8, 8))
    write_set(tmp_path / "one", {"a.png": ("07", blank), "b.png": ("3|.4", blank)}, within=within)

    sets = handwriting.sets_of(tmp_path)

    assert list(sets) == ["one"]
    assert [picture.label for picture in sets["one"]] == ["07", "3|.4"]
    assert all(picture.path.is_file() for picture in sets["one"])


def test_a_folder_without_sets_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no set; expected folders"):
        handwriting.sets_of(tmp_path)


def test_readers_take_turns_and_every_picture_counts_once(tmp_path: Path, reader: Who) -> None:
    names = ["7-a.png", "7-b.png", "1-c.png", "none-d.png", "broken-e.png", "12-f.png", "5-g.png", "5-h.png", "5-i.png"]
    pictures = [Picture(tmp_path / name, label) for name, label in zip(names, "777772555", strict=True)]

    (row, other) = handwriting.read_set([reader, Who("again", reader.script)], "drawn", pictures, tmp_path)

    assert (row["reader"], other["reader"], row["version"]) == ("names", "again", "a reader of names 1.0")
    counts = {key: row[key] for key in ("pictures", "exact", "wrong", "declined", "failed")}
    assert counts == {"pictures": 9, "exact": 5, "wrong": 2, "declined": 2, "failed": 1}
    # Edits: 1 for 7 is one, nothing for 7 is one, twice, 12 for 2 is one.
    assert row["character_error_rate"] == pytest.approx(4 / 9)
    assert row["confidence"] == 0.75
    assert row["calibration_error"] == pytest.approx(abs(0.75 - 5 / 7))
    assert len(row["block_ms"]) == handwriting.TURNS
    assert all(each > 0 for each in row["block_ms"])


def test_an_empty_cell_is_nothing_to_read_and_an_empty_row_no_line() -> None:
    answers = [{"text": "1|23", "confidence": 1.0, "ms": 1.0}, {"text": "", "confidence": 0.0, "ms": 1.0}]

    row = handwriting.counted(["1..|...|.23", "..."], answers)

    assert (row["exact"], row["declined"], row["wrong"], row["character_error_rate"]) == (2, 0, 0, 0)


def test_what_a_digit_may_be_counts_where_as_many_were_read_as_there_are() -> None:
    answers: list[handwriting_page.Row] = [
        {"text": "13|8", "either": [[1], [3, 8], [3, 8]]},
        {"text": "12", "either": [[1], [2]]},
        {"text": "", "either": []},
        {"text": "7", "either": [[7]]},
    ]

    assert handwriting.held(["18|8", "123", "", "1"], answers) == {"digits": 4, "held": 3, "mean_size": 1.5}
    assert handwriting.held(["7"], [{"text": "7"}]) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("", "", 0), ("123", "", 3), ("123", "13", 1), ("123", "1423", 1), ("123", "321", 2)]
)
def test_edits_are_letters_put_in_taken_out_or_replaced(one: str, other: str, expected: int) -> None:
    assert handwriting.edits(one, other) == handwriting.edits(other, one) == expected


def test_the_calibration_error_is_that_of_the_package() -> None:
    rng = np.random.default_rng(5)
    confidence = np.concatenate([rng.uniform(0.5, 1, 300), [1.0, 1.0, 0.6, 0.8]])
    labels = (rng.random(304) > confidence).astype(np.int64)
    probabilities = np.zeros((304, 10))
    probabilities[:, 0], probabilities[:, 1] = confidence, 1 - confidence
    expected = calibration(probabilities, labels).expected_error

    found = handwriting.calibration_error(list(zip(confidence.tolist(), (labels == 0).tolist(), strict=True)))

    assert found == pytest.approx(expected)


def test_some_pictures_of_a_set_are_evenly_spaced() -> None:
    pictures = [Picture(Path(str(number)), "") for number in range(10)]

    assert [picture.path.name for picture in handwriting.evenly(pictures, 4)] == ["0", "2", "5", "7"]
    assert handwriting.evenly(pictures, 20) == handwriting.evenly(pictures, None) == pictures


def test_a_row_replaces_the_one_about_the_same(tmp_path: Path) -> None:
    file = tmp_path / "results" / "rows.jsonl"
    for exact in (1, 2):
        handwriting.keep(file, {"what": "set", "set": "canvas", "reader": "digitrec", "exact": exact})
        handwriting.keep(file, {"what": "set", "set": "canvas", "reader": "notebook", "exact": exact})

    assert [(row["reader"], row["exact"]) for row in handwriting.read_rows(file)] == [("digitrec", 2), ("notebook", 2)]


def a_row(name: str, reader: str, exact: int, blocks: list[float], **others: object) -> handwriting_page.Row:
    return {
        "what": "set",
        "reader": reader,
        "version": f"{reader} 1.0",
        "set": name,
        "pictures": 1000,
        "exact": exact,
        "wrong": 1000 - exact,
        "declined": 0,
        "failed": 0,
        "character_error_rate": 0.01,
        "confidence": 0.99,
        "calibration_error": 0.004,
        "ms_median": 2.0,
        "ms_mean": 2.5,
        "block_ms": blocks,
        "of": 1000,
        "processor": "a processor",
        "cores": 2,
        "measured_at": "2026-01-01T10:00:00+00:00",
        **others,
    }


def test_the_page_says_what_was_promised_and_whether_it_is_reached() -> None:
    rows = [
        a_row("canvas", "digitrec", 998, [1.0, 2.0, 3.0]),
        a_row("canvas", "rapidocr", 990, [6.0, 16.0, 9.0]),
        a_row("cheques", "digitrec", 849, [1.0, 2.0, 3.0]),
        a_row("mine", "digitrec", 500, [1.0, 2.0, 3.0], pictures=600),
        a_row("scan16", "digitrec", 599, [1.0, 2.0, 3.0], pictures=600),
    ]

    lines = handwriting_page.page(rows).splitlines()

    assert [line for line in lines if line.startswith("| `canvas` | 1,000 | ")] == [
        "| `canvas` | 1,000 | 99.8 % | 99.8 % (99.3-99.9) | reached | 99.0 % (98.2-99.5) |"
    ]
    assert "| `cheques` | 1,000 | 85 % | 84.9 % (82.5-87.0) | **missed** | – |" in lines
    assert "| `mine` | 600 of 1,000 | – | 83.3 % (80.1-86.1) |  | – |" in lines
    assert "| `scan16` | 600 of 1,000 | 95 % | 99.8 % (99.1-100.0) | a sample | – |" in lines
    (speed,) = (line for line in lines if line.startswith("- Pictures a second"))
    assert speed == (
        "- Pictures a second, beside RapidOCR, recognition: 6.0 times as many at least (`canvas` 6.0); promised 5:"
        " reached."
    )


def test_the_page_says_whether_what_a_digit_may_be_holds_the_right_one() -> None:
    def said(held: int) -> dict[str, object]:
        return {"either": {"digits": 200, "held": held, "mean_size": 1.25}}

    rows = [a_row("canvas", "digitrec", 998, [1.0], **said(198)), a_row("scan16", "digitrec", 998, [1.0], **said(197))]

    lines = handwriting_page.held([*rows, a_row("scan32", "digitrec", 998, [1.0], either=None)])

    assert lines[2:] == [
        "| `canvas` | 200 | 99.00 % (96.4-99.7) | 1.25 | reached |",
        "| `scan16` | 200 | 98.50 % (95.7-99.5) | 1.25 | **missed** |",
    ]
    assert handwriting_page.held([a_row("canvas", "digitrec", 998, [1.0])]) == []


def test_times_of_two_occasions_are_not_compared() -> None:
    ours = a_row("canvas", "digitrec", 998, [1.0])
    theirs = a_row("canvas", "rapidocr", 990, [6.0], measured_at="2026-01-02T10:00:00+00:00")

    assert handwriting_page.speeds([ours, theirs]) == []


def test_the_card_says_what_the_file_says_and_where_it_fails() -> None:
    model = {
        "what": "model",
        "name": "reader",
        "file": "reader.onnx",
        "bytes": 2_000_000,
        "sha256": "abc",
        "metadata": {
            "recipe": {"name": "reader", "epochs": 24, "channels": [16, 32]},
            "seed": 3,
            "temperature": 1.25,
            "temperature_fitted_on": "validation digits",
        },
        "mnist_test": {"correct": 9965, "count": 10_000},
    }

    card = handwriting_page.card([model, a_row("cheques", "digitrec", 850, [1.0], confidence=0.9)])

    assert (
        "Its settings: channels 16, 32; epochs 24. This file: seed 3, temperature 1.250, fitted on validation digits."
        in card
    )
    assert "9,965 are right: 99.65 % (99.51-99.75); promised 99.6 %: reached." in card
    assert "- `cheques`: 150 of 1,000 not read exactly, 150 of them wrongly, 0 not at all." in card
    assert "It is most too sure on `cheques`: by 5.0 points." in card
    assert "2.00 MB (promised at most 4: reached)" in card


@needs_the_model
def test_the_benchmark_reads_a_folder_of_sets_and_writes_both_pages(
    tmp_path: Path, mnist: Mnist, mnist_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITREC_DATA", str(mnist_folder))
    write_set(tmp_path / "sets" / "mine", digits_of(mnist, 12))
    write_set(tmp_path / "sets" / "other", digits_of(mnist, 3), within="")
    results = tmp_path / "rows.jsonl"

    handwriting.main([str(tmp_path / "sets"), "--limit", "10", "--results", str(results), "--docs", str(tmp_path)])

    rows = handwriting.read_rows(results)
    assert [(row["what"], row.get("set"), row.get("pictures")) for row in rows] == [
        ("model", None, None),
        ("set", "mine", 10),
        ("set", "other", 3),
    ]
    assert rows[1]["exact"] >= 9
    assert (tmp_path / "handwriting.md").read_text(encoding="utf-8") == handwriting_page.page(rows)
    assert (tmp_path / "reader-card.md").read_text(encoding="utf-8") == handwriting_page.card(rows)


def test_the_notebooks_way_squashes_the_whole_picture(tmp_path: Path, mnist: Mnist, trained: Run) -> None:
    write_set(tmp_path / "mine", digits_of(mnist, 20))
    pictures = handwriting.sets_of(tmp_path)["mine"]

    (row,) = handwriting.read_set(
        [Who("notebook", "read_notebook.py", (str(trained.folder),))], "mine", pictures, tmp_path
    )

    assert row["exact"] >= 15
    assert row["declined"] == row["failed"] == 0


@needs_the_model
def test_the_committed_pages_say_what_the_committed_rows_say() -> None:
    # Where they are missing or old: python benchmarks/handwriting.py FOLDER --peers --photos 60
    rows = handwriting.read_rows()

    assert handwriting_page.PAGE.read_text(encoding="utf-8") == handwriting_page.page(rows)
    assert handwriting_page.CARD.read_text(encoding="utf-8") == handwriting_page.card(rows)


@needs_the_model
def test_the_committed_rows_are_about_the_model_that_comes_along() -> None:
    (row,) = (row for row in handwriting.read_rows() if row["what"] == "model")
    content = resources.files("digitrec").joinpath("models", "reader.onnx").read_bytes()

    assert row["sha256"] == hashlib.sha256(content).hexdigest()
    assert row["bytes"] == len(content)


@needs_the_model
def test_the_page_about_misread_digits_quotes_the_program(mnist: Mnist) -> None:
    answered = misread_pictures.answers(Reader(), misread_pictures.Hand(mnist.validation))

    # When the reader or its advice has changed: python benchmarks/misread_pictures.py
    assert misread_pictures.PAGE.read_text(encoding="utf-8") == misread_pictures.page(answered)


def test_the_pictures_of_misread_digits_are_small_and_there_for_each_case(mnist: Mnist) -> None:
    hand = misread_pictures.Hand(mnist.validation)
    for case in misread_pictures.CASES:
        assert all(made.dtype == np.uint8 and made.ndim == 2 for made in misread_pictures.pictures_of(case, hand))
    if misread_pictures.PAGE.exists():
        files = {file.stem: file.stat().st_size for file in (misread_pictures.DOCS / "misread").glob("*.png")}
        assert files.keys() == {case.name for case in misread_pictures.CASES}
        assert max(files.values()) < 30_000


def test_a_reader_that_ends_early_is_told_of(tmp_path: Path) -> None:
    script = tmp_path / "ends.py"
    script.write_text("", encoding="utf-8")

    with pytest.raises(SystemExit, match="short-lived: ended"):
        handwriting.read_set([Who("short-lived", str(script))], "drawn", [Picture(tmp_path, "1")], tmp_path)


def test_what_a_library_prints_does_not_disturb_the_answers() -> None:
    peers = REPOSITORY / "benchmarks" / "peers"
    code = f"import sys; sys.path.append({str(peers)!r})\nfrom answering import serve\n"
    code += "def read(path):\n    print('chatter', path)\n    return '7', 1.0\nserve('one', read)"
    done = subprocess.run(
        [sys.executable, "-c", code], input='"a\\nb.png"\n', capture_output=True, text=True, check=True
    )
    said, answered = (json.loads(line) for line in done.stdout.splitlines())

    assert said == {"version": "one"}
    assert (answered["text"], answered["confidence"]) == ("7", 1.0)
    assert "chatter a\nb.png" in done.stderr
