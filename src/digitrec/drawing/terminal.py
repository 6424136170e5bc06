"""Digits, answers and scores as text for a terminal, a pipe or a log.

In: bytes, probabilities, a report. Out: rich renderables, and how much a terminal can show
is decided here: grey half blocks, plain half blocks, or ASCII. Prints nothing itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from rich import box
from rich.color import Color
from rich.console import Console, Group
from rich.measure import Measurement
from rich.style import Style
from rich.table import Table
from rich.text import Text

from digitrec.comparing import ModelComparison
from digitrec.drawing.answer import Answer
from digitrec.scoring.calibration import BINS
from digitrec.scoring.score import Report

_BAR_WIDTH = 24
_WIDEST = 1000
"""Columns of a terminal; no table needs so many."""

_RAMP = " .:-=+*#%@"
_INK = 96
"""From this byte on a pixel counts as ink where there are no greys."""


def digit_lines(image: npt.NDArray[np.uint8], console: Console) -> list[Text]:
    """Return the 14 lines that show uint8[28,28]: two rows of pixels to a line of half blocks."""
    if not _has_blocks(console):
        rows = image.reshape(14, 2, 28).mean(axis=1)
        return [Text("".join(_RAMP[int(value * len(_RAMP) / 256)] for value in row)) for row in rows]
    pairs = zip(image[::2], image[1::2], strict=True)
    if not has_colour(console):
        return [Text("".join(_half_block(*pixel) for pixel in zip(*pair, strict=True))) for pair in pairs]
    return [_grey_line(upper, lower) for upper, lower in pairs]


def answer_lines(answer: Answer, console: Console) -> list[Text]:
    """Return the 14 lines beside a digit: title, ten bars, and prediction against expectation."""
    blocks = _has_blocks(console)
    colour = "green" if answer.right else "red"
    lines = [Text(answer.title, style="bold"), Text()]
    for digit, probability in enumerate(answer.probabilities.tolist()):
        bar = ("█" if blocks else "#") * round(probability * _BAR_WIDTH)
        style = colour if digit == answer.predicted else ""
        lines.append(Text(f"{digit} {bar:<{_BAR_WIDTH}} {100 * probability:5.1f} %", style=style))
    mark = ("✓" if answer.right else "✗") if blocks else ("right" if answer.right else "wrong")
    verdict = f"predicted {answer.predicted}, expected {answer.expected} "
    return [*lines, Text(), Text.assemble(verdict, (mark, colour))]


def card(answer: Answer, console: Console) -> Group:
    """Return the digit with its ten probabilities, prediction and expected digit beside it."""
    pairs = zip(digit_lines(answer.image, console), answer_lines(answer, console), strict=True)
    return Group(*(Text.assemble(left, "   ", right) for left, right in pairs))


def report_lines(report: Mapping[str, Any], apart: float, wrong: float) -> list[str]:
    """Return the scores in a line each: all labels, the valid ones, how well it knows itself.

    Parameters
    ----------
    report
        As `Report.to_json` gives it.
    apart
        The expected calibration error.
    wrong
        The share of wrong answers when the least sure hundredth is declined.
    """
    lines = [f"test digits   {score_line(report['correct'], report['count'], report['interval'])}"]
    valid = report["count_of_valid_labels"]
    if valid != report["count"]:
        line = score_line(report["correct_on_valid_labels"], valid, report["interval_on_valid_labels"])
        lines.append(f"valid labels  {line}, without the {report['count'] - valid} known to be doubtful")
    return [
        *lines,
        f"calibration   {100 * apart:.2f} points between confidence and accuracy ({BINS} bins of equal width)",
        f"declining     the least sure 1 %: {100 * wrong:.2f} % of the other answers are wrong",
    ]


def report_tables(report: Report, console: Console) -> Group:
    """Return the scores digit by digit and the confusion matrix, as wide as they need; to print with `soft_wrap`."""
    digits = Table(box=box.SIMPLE_HEAD, title="Digit by digit", title_justify="left")
    for heading in ("digit", "images", "precision", "recall"):
        digits.add_column(heading, justify="right")
    dash, dot = ("–", "·") if _has_blocks(console) else ("-", ".")
    for each in report.per_digit:
        shares = (dash if share is None else f"{100 * share:.2f} %" for share in (each.precision, each.recall))
        digits.add_row(str(each.digit), f"{each.count:,}", *shares)
    confusion = Table(
        box=box.SIMPLE_HEAD, title="Confusion: rows are expected, columns predicted", title_justify="left"
    )
    confusion.add_column("", justify="right", style="bold")
    for digit in range(len(report.confusion)):
        confusion.add_column(str(digit), justify="right")
    for digit, row in enumerate(report.confusion):
        cells = (_cell(str(count or dot), count, right=digit == column) for column, count in enumerate(row))
        confusion.add_row(str(digit), *cells)
    return Group(whole(digits, console), whole(confusion, console))


def whole(table: Table, console: Console) -> Table:
    """Return the table with room for all its columns: on a narrower terminal some would be left out without a word."""
    table.width = Measurement.get(console, console.options.update(width=_WIDEST), table).maximum
    return table


def score_line(correct: int, count: int, interval: Sequence[float]) -> str:
    """Return `9,391 of 10,000 right: 93.91 % (95 % interval 93.42 to 94.36 %)`."""
    low, high = interval
    return (
        f"{correct:,} of {count:,} right: {100 * correct / count:.2f} % "
        f"(95 % interval {100 * low:.2f} to {100 * high:.2f} %)"
    )


def comparison_lines(found: ModelComparison) -> list[str]:
    """Return what is said of two models: scores, difference, images that change sides, speed, size, verdict."""
    low, high = found.images.interval
    lines = [f"images        {found.images.count:,} test digits, the same for both"]
    for place, each in (("first", found.first), ("second", found.second)):
        lines += [
            f"{place:<14}{each.name} ({each.source})",
            f"              {score_line(each.correct, found.images.count, each.interval)}",
            f"              {each.images_per_second:,.0f} images/s, {each.size / 1e6:.2f} MB",
        ]
    points = f"{100 * found.images.difference:+.2f} points (95 % interval {100 * low:+.2f} to {100 * high:+.2f})"
    lines += [
        f"difference    {points}",
        f"only first    {_indices(found.images.only_first)}",
        f"only second   {_indices(found.images.only_second)}",
        f"verdict       {found.images.verdict}",
    ]
    return lines


def has_colour(console: Console) -> bool:
    """Whether greys can be shown: not in a pipe, with NO_COLOR, or on a terminal of sixteen colours."""
    return console.is_terminal and not console.no_color and console.color_system in {"256", "truecolor"}


def _has_blocks(console: Console) -> bool:
    return console.encoding.startswith("utf")


def _half_block(upper: int, lower: int) -> str:
    return {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}[
        bool(upper >= _INK), bool(lower >= _INK)
    ]


def _grey_line(upper: npt.NDArray[np.uint8], lower: npt.NDArray[np.uint8]) -> Text:
    line = Text()
    for above, below in zip(upper.tolist(), lower.tolist(), strict=True):
        style = Style(color=Color.from_rgb(above, above, above), bgcolor=Color.from_rgb(below, below, below))
        line.append("▀", style)
    return line


def _indices(indices: Sequence[int], most: int = 12) -> str:
    """Return how many images, and which, of many the first."""
    named = " ".join(map(str, indices[:most]))
    more = f" and {len(indices) - most:,} more" if len(indices) > most else ""
    return f"{len(indices):,} read right{': ' if indices else ''}{named}{more}"


def _cell(text: str, count: int, *, right: bool) -> Text:
    return Text(text, style="bold green" if right else "red" if count else "dim")
