"""Digits as text: grey half blocks where a terminal has them, plain text everywhere else."""

import io

import numpy as np
import pytest
from rich.console import Console

from digitrec.drawing.answer import Answer
from digitrec.drawing.terminal import card, digit_lines, has_colour, report_tables, score_line
from digitrec.scoring.score import score


class Ascii(io.StringIO):
    """A stream that can show ASCII only."""

    encoding = "ascii"


def console(
    stream: io.StringIO | None = None, *, terminal: bool = True, no_color: bool = False, width: int = 100
) -> Console:
    return Console(
        file=stream or io.StringIO(),
        force_terminal=terminal,
        no_color=no_color,
        color_system="truecolor" if terminal else None,
        width=width,
        _environ={},
    )


def printed(to: Console, *things: object) -> str:
    for thing in things:
        to.print(thing, soft_wrap=True)
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue()


@pytest.fixture
def image() -> np.ndarray:
    """A bar of ink in the upper half of a line of text, and one in its lower half."""
    image = np.zeros((28, 28), np.uint8)
    image[4, 3:6] = 255
    image[7, 8:10] = 200
    image[10:12, 0] = 255
    return image


def test_a_terminal_gets_two_rows_of_grey_pixels_in_a_line(image: np.ndarray) -> None:
    to = console()
    lines = printed(to, *digit_lines(image, to)).splitlines()

    assert len(lines) == 14
    assert lines[2].count("▀") == 28
    assert "38;2;255;255;255;48;2;0;0;0m▀" in lines[2]
    assert "38;2;0;0;0;48;2;200;200;200m▀" in lines[3]


@pytest.mark.parametrize(("terminal", "no_color"), [(False, False), (True, True)], ids=["pipe", "NO_COLOR"])
def test_without_colour_ink_is_half_blocks_and_nothing_else(
    image: np.ndarray,
    terminal: bool,
    no_color: bool,
) -> None:
    to = console(terminal=terminal, no_color=no_color)
    lines = printed(to, *digit_lines(image, to)).splitlines()

    assert not has_colour(to)
    assert lines[2].rstrip() == "   ▀▀▀"
    assert lines[3].rstrip() == "        ▄▄"
    assert lines[5].rstrip() == "█"
    assert all(len(line) == 28 for line in lines)


def test_without_blocks_ink_is_ascii(image: np.ndarray) -> None:
    to = console(Ascii(), terminal=False)
    text = printed(to, *digit_lines(image, to))

    assert text.isascii()
    assert len(text.splitlines()) == 14
    assert text.splitlines()[5].startswith("@ ")


@pytest.mark.parametrize(("predicted", "mark"), [(3, "✓"), (5, "✗")])
def test_a_card_tells_all_ten_probabilities_prediction_and_expectation(
    predicted: int, mark: str, image: np.ndarray
) -> None:
    probabilities = np.full(10, 0.05, np.float32)
    probabilities[predicted] = 0.55
    answer = Answer(42, image, probabilities, expected=3, doubtful=True)
    to = console(terminal=False)
    lines = printed(to, card(answer, to)).splitlines()

    assert len(lines) == 14
    assert lines[0].endswith("test digit 42 (doubtful label)")
    bars = [line[31:] for line in lines[2:12]]
    assert bars[predicted] == f"{predicted} {'█' * 13:<24}  55.0 %"
    assert [bar[0] for bar in bars] == list("0123456789")
    assert sum("  5.0 %" in bar for bar in bars) == 9
    assert lines[13].endswith(f"predicted {predicted}, expected 3 {mark}")


def test_a_digit_without_predictions_has_no_precision_in_the_table() -> None:
    to = console(terminal=False)
    text = printed(to, report_tables(score(np.eye(10)[[1, 1, 2]], np.array([1, 2, 2])), to))

    assert [line.split() for line in text.splitlines() if line.split()[:1] == ["2"]] == [
        ["2", "2", "100.00", "%", "50.00", "%"],
        ["2", "·", "1", "1", "·", "·", "·", "·", "·", "·", "·"],
    ]
    assert ["5", "0", "–", "–"] in [line.split() for line in text.splitlines()]


@pytest.mark.parametrize("width", [10, 40, 200])
def test_no_column_of_a_table_is_left_out_however_narrow_the_terminal(width: int) -> None:
    to = console(terminal=False, width=width)
    text = printed(to, report_tables(score(np.eye(10)[[1, 1, 2] * 400], np.array([1, 2, 2] * 400)), to))
    rows = [line.split() for line in text.splitlines()]

    assert list("0123456789") in rows
    assert ["2", "·", "400", "400", "·", "·", "·", "·", "·", "·", "·"] in rows
    assert ["2", "800", "100.00", "%", "50.00", "%"] in rows


def test_without_blocks_tables_are_ascii() -> None:
    to = console(Ascii(), terminal=False)
    text = printed(to, report_tables(score(np.eye(10)[[1]], np.array([1])), to))

    assert text.isascii()
    assert ["2", *"." * 10] in [line.replace("|", " ").split() for line in text.splitlines()]
    assert ["2", "0", "-", "-"] in [line.replace("|", " ").split() for line in text.splitlines()]


def test_a_score_is_never_without_its_interval() -> None:
    assert score_line(9391, 10_000, (0.9342, 0.9436)) == (
        "9,391 of 10,000 right: 93.91 % (95 % interval 93.42 to 94.36 %)"
    )
