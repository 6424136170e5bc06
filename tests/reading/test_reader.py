"""Any picture read with the model that comes with digitrec: texts, boxes, doubts, warnings, odd pictures."""

import io
import json
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

import digitrec
from conftest import REPOSITORY
from digitrec.data.mnist import Mnist
from digitrec.errors import DataError, ModelError, PatternError
from digitrec.reading.pattern import Pattern
from digitrec.reading.reader import Reader, shipped_model

Pixels = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def number(mnist: Mnist) -> Pixels:
    """2 0 7 3 5 as dark ink on light paper, 300 pixels high, with a margin."""
    return written(mnist, (1, 10, 17, 18, 15))


def written(mnist: Mnist, indices: tuple[int, ...], gap: int = 10) -> Pixels:
    """Return test digits side by side, enlarged smoothly, dark on light."""
    digits = [cv2.resize(mnist.test.images[index], (140, 140), interpolation=cv2.INTER_CUBIC) for index in indices]
    line = np.concatenate([np.pad(digit, ((0, 0), (0, gap))) for digit in digits], axis=1)
    line = np.pad(line, ((80, 80), (80, 80)))
    return np.asarray(235 - line.astype(float) * 0.75, dtype=np.uint8)


@pytest.fixture(scope="module")
def text(mnist: Mnist) -> str:
    return "".join(str(mnist.test.labels[index]) for index in (1, 10, 17, 18, 15))


def test_a_number_is_read_with_its_digits_in_order_and_in_their_place(number: Pixels, text: str) -> None:
    reading = digitrec.read(number)

    assert str(reading) == text
    (line,) = reading.lines
    lefts = [digit.box[0] for digit in line.digits]
    assert lefts == sorted(lefts)
    for place, digit in enumerate(line.digits):
        left, top, wide, high = digit.box
        # Each digit is where it was written, and its box is about as large as its ink.
        assert 80 + 150 * place - 10 < left < left + wide < 80 + 150 * (place + 1) + 10
        assert 80 < top < top + high < 230
        assert high > 60
        assert digit.confidence > 0.5
        assert digit.seen.shape == (28, 28)
    assert reading.picture["polarity"] == "dark on light"
    assert not reading.warnings


def test_what_was_seen_of_a_digit_is_that_digit_however_close_it_stands(mnist: Mnist) -> None:
    """Held to 40 numbers of four digits whose strokes nearly touch: each box covers its own digit's ink."""
    covered = []
    for start in range(200, 360, 4):
        digits = mnist.test.images[start : start + 4]
        inks = [
            digit[:, np.flatnonzero(digit.max(0) > 60)[0] : np.flatnonzero(digit.max(0) > 60)[-1] + 1]
            for digit in digits
        ]
        ends = np.cumsum([3 * (ink.shape[1] + 1) for ink in inks])
        line = np.concatenate([np.pad(ink, ((0, 0), (0, 1))) for ink in inks], axis=1)
        large = cv2.resize(line, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
        picture = np.asarray(235 - np.pad(large, 40).astype(float) * 0.8, dtype=np.uint8)
        reading = digitrec.read(picture)
        if reading.text != "".join(map(str, mnist.test.labels[start : start + 4])):
            continue
        for digit, ink, end in zip(reading.lines[0].digits, inks, ends, strict=True):
            left, right = 40 + end - 3 * (ink.shape[1] + 1), 40 + end - 3
            shared = min(right, digit.box[0] + digit.box[2]) - max(left, digit.box[0])
            covered.append(shared / max(right - left, digit.box[2]))

    assert len(covered) >= 100  # of 160
    assert np.median(covered) > 0.85
    assert np.mean(np.array(covered) > 0.5) > 0.95


@pytest.mark.parametrize("thick", [12, 40])
@pytest.mark.parametrize("framed", [False, True])
def test_fat_strokes_on_a_plain_ground_are_read(thick: int, framed: bool) -> None:
    canvas = np.full((300, 300), 255, dtype=np.uint8)
    cv2.line(canvas, (80, 70), (215, 70), 0, thick)
    cv2.line(canvas, (215, 70), (130, 235), 0, thick)
    if framed:
        canvas[:3] = canvas[-3:] = canvas[:, :3] = canvas[:, -3:] = 0

    for picture in (canvas, 255 - canvas):
        assert digitrec.read(picture).text == "7"


def test_every_kind_of_source_gives_the_same_reading(number: Pixels, text: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(number).save(stream, "PNG")
    content = stream.getvalue()

    for source in (content, io.BytesIO(content), Image.fromarray(number), number / 255.0, np.stack([number] * 3, 2)):
        assert digitrec.read(source).text == text


def test_light_ink_on_a_board_is_read_too(number: Pixels, text: str) -> None:
    reading = digitrec.read(255 - number)

    assert reading.text == text
    assert reading.picture["polarity"] == "light on dark"


def test_one_digit_is_a_line_of_length_one(mnist: Mnist) -> None:
    readings = [digitrec.read(255 - image).text for image in mnist.test.images[:60]]

    right = sum(text == str(label) for text, label in zip(readings, mnist.test.labels[:60], strict=True))
    assert right >= 59


def test_the_shipped_model_scores_on_mnist(mnist: Mnist) -> None:
    probabilities = shipped_model().probabilities(mnist.test.images)

    assert (probabilities.argmax(1) == mnist.test.labels).mean() > 0.993


def test_the_json_is_what_is_documented(number: Pixels, text: str) -> None:
    found = json.loads(json.dumps(digitrec.read(number).to_json()))

    assert found["text"] == text
    assert found.keys() == {"text", "confidence", "lines", "warnings", "picture", "model"}
    digit = found["lines"][0]["digits"][0]
    assert digit.keys() == {"digit", "confidence", "box", "alternatives", "either"}
    assert len(digit["box"]) == 4
    assert found["model"]["name"] == "reader"


def test_blank_paper_has_nothing_written() -> None:
    for level in (0, 90, 255):
        reading = digitrec.read(np.full((200, 300), level, dtype=np.uint8))
        assert reading.text == ""
        assert reading.warnings[0].startswith("nothing written")


def test_a_letter_is_no_digit() -> None:
    page = np.full((300, 300), 240, dtype=np.uint8)
    for start, end in (((80, 60), (80, 240)), ((220, 60), (220, 240)), ((80, 60), (150, 160)), ((150, 160), (220, 60))):
        cv2.line(page, start, end, 30, 14, cv2.LINE_AA)

    reading = digitrec.read(page)

    assert reading.text == ""
    assert reading.warnings[0].startswith("not a digit")


def test_digits_less_sure_than_the_threshold_are_declined(number: Pixels, text: str) -> None:
    assert Reader(threshold=0.999999999).read(number).text == "?" * len(text)
    assert Reader(threshold=0.1).read(number).text == text


def test_separators_stand_in_the_json_and_not_in_the_text(mnist: Mnist) -> None:
    page = written(mnist, (1, 10, 17, 18), gap=50)
    cv2.circle(page, (80 + 2 * 190 - 30, 196), 10, 60, -1, cv2.LINE_AA)

    (line,) = digitrec.read(page).lines

    assert line.text == "".join(str(mnist.test.labels[index]) for index in (1, 10, 17, 18))
    assert [(mark.sign, mark.before) for mark in line.marks] == [(".", 2)]
    assert line.written == f"{line.text[:2]}.{line.text[2:]}"
    assert line.to_json()["written"] == line.written


def test_rules_choose_among_what_is_likely(number: Pixels, text: str) -> None:
    other = "9" if text[2] != "9" else "4"
    pattern = Pattern.compile(pattern=text[:2] + other + text[3:])

    reading = Reader(pattern=pattern).read(number)

    # Either it is likely enough to be read, or what is read is said to break the rules.
    assert reading.text == text[:2] + other + text[3:] or any("against the rules" in each for each in reading.warnings)
    assert Reader(pattern=digitrec.Pattern.compile(expect=len(text))).read(number).text == text


@pytest.mark.parametrize(
    ("options", "kind", "complaint"),
    [
        ({"model": "runs/fast"}, ModelError, r"model: a str; expected a Model: load it, as in Reader\(Model.load"),
        ({"model": b""}, ModelError, "model: a bytes; expected a Model"),
        ({"threshold": 9}, DataError, "threshold: 9; expected a probability, 0 to 1"),
        ({"threshold": np.nan}, DataError, "threshold: nan; expected a probability"),
        ({"threshold": "0.5"}, DataError, "threshold: a str; expected a probability"),
        (
            {"pattern": r"\d{4}"},
            PatternError,
            r"pattern: a str; expected a Pattern: make one with Pattern",
        ),
    ],
)
def test_a_reader_of_no_use_is_refused_when_it_is_made(
    options: dict[str, Any], kind: type[digitrec.DigitrecError], complaint: str
) -> None:
    with pytest.raises(kind, match=complaint):
        Reader(**options)


def test_a_model_of_single_digits_makes_no_reader(trained: digitrec.Run) -> None:
    with pytest.raises(ModelError, match="reads single digits, not lines; train one with `--recipe reader`"):
        Reader(trained.model())


def test_whoever_reads_the_first_of_several_pages_is_told_of_the_others(number: Pixels, text: str) -> None:
    pages = [Image.fromarray(number), Image.new("L", (300, 200), 235)]
    buffers = io.BytesIO(), io.BytesIO()
    pages[0].save(buffers[0], "TIFF", save_all=True, append_images=pages[1:])
    pages[1].save(buffers[1], "TIFF", save_all=True, append_images=pages[:1])
    written, blank = (digitrec.read(buffer.getvalue()) for buffer in buffers)

    assert written.text == text
    assert [each.partition(":")[0] for each in written.warnings] == ["more pages"]
    assert [each.partition(":")[0] for each in blank.warnings] == ["nothing written", "more pages"]
    assert "page=1" in written.warnings[0]
    assert digitrec.read(buffers[1].getvalue(), page=1).warnings == ()


@pytest.mark.parametrize("darkness", [40, 130])
def test_a_crease_is_no_one_beside_ink_and_a_dark_stroke_is(number: Pixels, text: str, darkness: int) -> None:
    creased = np.pad(number, ((0, 300), (0, 0)), constant_values=235)
    cv2.line(creased, (420, 380), (400, 500), 235 - darkness, 12, cv2.LINE_AA)

    assert digitrec.read(creased).text == (text if darkness == 40 else f"{text}\n1")


def test_two_lines_are_read_from_top_to_bottom(mnist: Mnist) -> None:
    page = np.concatenate([written(mnist, (1, 10, 17)), written(mnist, (0, 2, 3))])
    labels = mnist.test.labels

    assert digitrec.read(page).text == "\n".join(
        "".join(str(labels[index]) for index in indices) for indices in ((1, 10, 17), (0, 2, 3))
    )


@pytest.mark.parametrize("shape", [(1, 1), (2, 30_000), (30_000, 2), (5, 5), (1, 64), (300, 20)])
@pytest.mark.parametrize("kind", ["black", "white", "noise", "half"])
def test_odd_pictures_have_an_answer(shape: tuple[int, int], kind: str) -> None:
    picture = np.full(shape, 0 if kind == "black" else 255, dtype=np.uint8)
    if kind == "noise":
        picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    if kind == "half":
        picture[: (shape[0] + 1) // 2, : (shape[1] + 1) // 2] = 0

    reading = digitrec.read(picture)

    assert isinstance(reading.text, str)
    if kind in {"black", "white"}:
        assert reading.text == ""


@pytest.mark.parametrize("margin", [0, 3])
def test_a_framed_digit_of_a_small_scan_is_read_without_its_frame(mnist: Mnist, margin: int) -> None:
    digit = 255 - np.pad(mnist.test.images[0], 4)
    digit[: 2 + margin][margin:] = digit[:, : 2 + margin][:, margin:] = 0
    digit[len(digit) - 2 - margin : len(digit) - margin] = digit[:, 34 - margin : 36 - margin] = 0
    if margin:
        digit[:margin] = digit[-margin:] = digit[:, :margin] = digit[:, -margin:] = 255

    assert Reader().read(digit).text == str(mnist.test.labels[0])


def test_a_picture_that_does_not_tell_its_ink_is_read_in_the_colours_that_make_sense(mnist: Mnist) -> None:
    fat = np.asarray(cv2.resize(mnist.test.images[0], (400, 400), interpolation=cv2.INTER_CUBIC))
    fat = np.asarray(cv2.GaussianBlur(cv2.dilate(fat, np.ones((45, 45), dtype=np.uint8)), (0, 0), 6))
    pixels = 215.0 - np.pad(fat, ((10, 10), (150, 150))) * (190 / 255)
    pixels[300:] *= 0.6  # the edge of a shadow through it

    assert Reader().read(np.asarray(pixels, dtype=np.uint8)).text == str(mnist.test.labels[0])


def test_a_page_of_ones_alone_is_not_sure() -> None:
    pixels = np.full((600, 400), 230, dtype=np.uint8)
    for row in range(5):
        for column in range(3):
            cv2.line(pixels, (60 + 110 * column, 40 + 110 * row), (58 + 110 * column, 100 + 110 * row), 60, 5)

    digits = [digit for line in Reader().read(pixels).lines for digit in line.digits]

    assert {digit.digit for digit in digits} <= {1}
    assert max(digit.confidence for digit in digits) < 0.9


def test_boxes_are_where_digits_are_in_a_tall_narrow_picture_too() -> None:
    page = np.full((20000, 251), 255, dtype=np.uint8)
    cv2.putText(page, "7", (60, 19200), cv2.FONT_HERSHEY_SIMPLEX, 5, 0, 12)

    left, top, wide, high = digitrec.read(page).lines[0].digits[0].box

    rows, columns = np.nonzero(page < 128)
    assert (left, top) == pytest.approx((columns.min(), rows.min()), abs=12)
    assert (left + wide, top + high) == pytest.approx((columns.max(), rows.max()), abs=12)


def test_the_bar_of_a_digit_that_reaches_over_another_is_in_its_box() -> None:
    reading = digitrec.read(REPOSITORY / "docs" / "photo.jpg")

    nought, seven = reading.lines[0].digits
    assert (nought.digit, seven.digit) == (0, 7)
    assert seven.box[0] < nought.box[0] + nought.box[2]  # it begins over the nought's right side
    assert seven.box[2] > 30
    assert nought.box[1] > seven.box[1]  # and no piece of the bar is above the nought
