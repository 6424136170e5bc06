"""The report: what it says of a model whose answers are known, its page, and where it may be written."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest

from digitrec import Digits, Mnist, Model
from digitrec.errors import DataError, ScoreError
from digitrec.reporting.contents import Contents, as_probabilities, make_contents
from digitrec.reporting.files import ReportFiles
from digitrec.reporting.page import page

WRONG = (3, 7, 11)
"""Read as the next digit."""


class Known:
    """Reads the test digits as they are labelled but for some, and all others as a 1."""

    name = "known <model>"
    source = "memory"

    def __init__(self, test: Digits) -> None:
        """Learn the test digits by heart."""
        self.metadata = {"temperature": 0.5, "temperature_fitted_on": "training digits", "recipe": {"shift": 1.5}}
        answers = test.labels.copy()
        answers[list(WRONG)] = (answers[list(WRONG)] + 1) % 10
        self.known = {image.tobytes(): int(answer) for image, answer in zip(test.images, answers, strict=True)}
        self.wrong = {test.images[index].tobytes() for index in WRONG}

    def probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32[n,10]: 0.91 of the answer, and 0.46 where it is wrong."""
        found = np.full((len(images), 10), 0.01, np.float32)
        for row, image in zip(found, images, strict=True):
            sure = image.tobytes() not in self.wrong
            row[:] = 0.01 if sure else 0.06
            row[self.known.get(image.tobytes(), 1)] = 0.91 if sure else 0.46
        return found

    def features(self, _: npt.NDArray[np.uint8]) -> None:
        """Return nothing: it has no such output."""

    familiarity = features


@pytest.fixture(scope="module")
def test_digits(mnist: Mnist) -> Digits:
    return Digits(mnist.test.images[:100], mnist.test.labels[:100], doubtful=(7,))


@pytest.fixture(scope="module")
def contents(test_digits: Digits, mnist: Mnist) -> Contents:
    return make_contents(cast("Model", Known(test_digits)), test_digits, mnist.train[:500])[0]


@pytest.fixture(scope="module")
def html(contents: Contents, test_digits: Digits, mnist: Mnist) -> str:
    return page(contents, Known(test_digits).probabilities(test_digits.images), test_digits, mnist.train[:500])


def test_it_says_what_is_known(contents: Contents, test_digits: Digits, mnist: Mnist) -> None:
    assert contents.scores.correct == 97
    assert contents.scores.correct_on_valid_labels == 97
    assert contents.scores.count_of_valid_labels == 99
    assert contents.calibration.expected_error == pytest.approx(0.97 * 0.09 + 0.03 * 0.46, abs=1e-5)
    assert contents.answering[0] == (1.0, 0.03)
    assert (0.97, 0.0) in contents.answering
    assert {(each.confidence, each.answered) for each in contents.thresholds} == {(float(np.float32(0.91)), 0.97)}
    assert [each.index for each in contents.mistakes] == list(WRONG)
    assert [each.doubtful for each in contents.mistakes] == [False, True, False]
    first = contents.mistakes[0]
    assert (first.expected, first.predicted) == (test_digits.labels[3], (test_digits.labels[3] + 1) % 10)
    distances = ((mnist.train.images[:500].astype(float) - test_digits.images[3]) ** 2).sum(axis=(1, 2))
    assert [each.index for each in first.neighbours] == np.argsort(distances)[:5].tolist()
    assert first.neighbours[0].label == mnist.train.labels[first.neighbours[0].index]
    assert contents.like == "pixels"


def test_the_json_is_the_same_and_without_pictures(contents: Contents) -> None:
    text = json.dumps(contents.to_json())
    found = json.loads(text)

    assert found["scores"]["correct"] == 97
    assert len(found["robustness"]["families"]) == 15
    assert len(found["mistakes"]) == 3
    assert len(text) < 100_000


class Parsed(HTMLParser):
    """Counts elements, and notes what is linked and pictured."""

    def __init__(self, text: str) -> None:
        """Read it all."""
        super().__init__()
        self.open: list[str] = []
        self.tags: dict[str, int] = {}
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        given = {name: value or "" for name, value in attrs}
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.ids |= {given["id"]} if "id" in given else set()
        self.links += [given["href"]] if "href" in given else []
        self.pictures += [given["src"]] if "src" in given else []
        if tag not in {"meta", "img", "br", "circle", "path", "polyline"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Make sure that what ends is what began last."""
        if tag not in {"circle", "path", "polyline"}:
            assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_else(html: str) -> None:
    parsed = Parsed(html)

    assert parsed.open == []
    assert all(picture.startswith("data:image/png;base64,") for picture in parsed.pictures)
    assert {link.removeprefix("#") for link in parsed.links} <= parsed.ids
    assert parsed.tags["script"] == 1
    assert "link" not in parsed.tags
    assert "http" not in html.replace("http://www.w3.org", "")
    assert "known &lt;model&gt;" in html
    assert parsed.tags["svg"] == 2 + 7
    assert len(html) < 600_000


def test_the_page_shows_every_part(html: str, test_digits: Digits) -> None:
    parsed = Parsed(html)
    label = int(test_digits.labels[3])

    assert "97.00&nbsp;%" in html
    assert f"cell-{label}-{(label + 1) % 10}" in parsed.ids
    assert html.count("doubtful label<") == 1
    assert html.count('class="mistake"') == 3
    for words in (
        "shot noise",
        "canny edges",
        "letters, drawn",
        "rotation",
        "0.500, fitted on training digits",
        "shift 1.5",
    ):
        assert words in html
    assert not re.search(r"\{\{|\{%|\bnan\b|\bNone\b", html)


def test_scores_that_are_no_probabilities_become_some() -> None:
    logits = np.array([[0.0] * 9 + [np.log(9)]])
    probabilities = as_probabilities(logits)

    assert probabilities[0, 9] == pytest.approx(0.5)
    assert as_probabilities(probabilities) is probabilities
    damaged = np.full((1, 10), np.nan)
    assert as_probabilities(damaged) is damaged


class Damaged(Known):
    """Gives numbers that are not finite."""

    def probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32[n,10]."""
        return np.full((len(images), 10), np.nan, np.float32)


class Short(Known):
    """Leaves one out."""

    def probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32[n-1,10]."""
        return super().probabilities(images)[1:]


@pytest.mark.parametrize(
    ("kind", "message"),
    [(Damaged, "probabilities of image 0 are not finite"), (Short, r"shape \(99, 10\) for 100 labels")],
)
def test_what_cannot_be_scored_is_said(kind: type[Known], message: str, test_digits: Digits) -> None:
    with pytest.raises(ScoreError, match=message):
        make_contents(cast("Model", kind(test_digits)), test_digits, test_digits)


def test_files_are_written_together_and_never_over_others(
    tmp_path: Path, test_digits: Digits, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = Mnist(mnist.train[:50], mnist.train[:0], test_digits[:20])
    model = Known(test_digits)
    ReportFiles(tmp_path / "report.html").write(cast("Model", model), digits)

    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")
    assert json.loads((tmp_path / "report.json").read_text())["scores"]["count"] == 20
    with pytest.raises(DataError, match=r"report\.html: exists already; name another file, or write over it"):
        ReportFiles(tmp_path / "report.html")
    (tmp_path / "report.html").unlink()
    with pytest.raises(DataError, match=r"report\.json: exists already"):
        ReportFiles(tmp_path / "report.html")
    ReportFiles(tmp_path / "report.html", force=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"cannot write nowhere/report\.html: No such file"):
        ReportFiles(Path("nowhere/report.html"))
    with pytest.raises(DataError, match="a folder or a device"):
        ReportFiles(tmp_path.parent)
    for name in ("", ".", "/", ".."):
        with pytest.raises(DataError, match=r"a folder.*; expected the name of a file"):
            ReportFiles(Path(name), force=True)
    with pytest.raises(DataError, match=r"JSON is written beside the page"):
        ReportFiles(tmp_path / "other.json")
