"""The pages about people's own handwriting and about the model that reads it, from the benchmark's rows alone.

In: rows as `handwriting.py` writes them. Out: Markdown, twice: what was measured, and the model's card.
Knows nothing of how a row came about. What was promised is in issue 5, and stands here once.
"""

import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from digitrec.reading.reading import COVERAGE
from digitrec.scoring.score import wilson_interval
from digitrec.training.calibrate_reader import FITTED_TO

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "handwriting.md"
CARD = DOCS / "reader-card.md"

Row = dict[str, Any]

COMPOSED = "composed_photos"
PAGES = {"grid_pages", COMPOSED}
"""Sets of whole photos, in which the digits have to be found; the others are pictures of one line."""

PROMISED = {
    "canvas": 99.8,
    "web_canvas": 97.5,
    "scan32": 98.8,
    "scan16": 95.0,
    "grid_cells": 99.3,
    "cheques": 85.0,
}
"""Percent read exactly, at least."""

FASTER = {"rapidocr": 5.0, "rapidocr-pages": 3.0}
"""Times as many pictures a second as this reader, at least."""

LARGEST = 4_000_000
"""Bytes that the model may have."""

MNIST = 99.6

TITLES = {
    "digitrec": "digitrec",
    "rapidocr": "RapidOCR, recognition",
    "rapidocr-pages": "RapidOCR, detection and recognition",
    "digit-recognizer-py": "digit-recognizer-py",
    "notebook": "the notebook's way",
}

ABOUT = {
    "canvas": "one digit drawn on a screen by one person, pen width varied, dark on light, 28×28. HwD-1000, MIT.",
    "web_canvas": (
        "one digit drawn by visitors of a web page, of 0 3 5 6 8 only, dark on light, 28×28; 1-2 % of the labels are"
        ' wrong or the drawing a scribble. By jnsjknn, "free to do anything".'
    ),
    "scan32": (
        "one digit, scans of two levels, Turkish writers, light on dark, 32×32. UCI optdigits (orig.cv), CC BY 4.0."
    ),
    "scan16": (
        "one digit, scans of two levels stretched to fill the picture, Italian writers, light on dark, 16×16."
        " UCI Semeion, CC BY 4.0."
    ),
    "grid_cells": (
        "phone photos of one pencil digit, 1-9, in a printed cell: shadow, dim light, blur, rubbed-out traces, lines of"
        " the grid at the edges; 106×106. sudoku-scanner, MIT."
    ),
    "grid_pages": (
        "whole phone photos of filled sudoku grids, printed and handwritten digits mixed, 1600 pixels. The whole grid"
        " has to be right, its rows in order: a stress test, of which nothing is promised. sudoku-scanner, MIT."
    ),
    "cheques": (
        "amounts on bank cheques, one to seven digits that touch, on security print, with dots, commas and dashes that"
        " are not part of the label; about 2 % of the labels are wrong. Labeled ORAND-CAR-A (train part), MIT."
    ),
    COMPOSED: (
        "whole photos of numbers on paper, composed by `tests/reading/composed.py` with pens, papers, light and cameras"
        " of its own, from MNIST's validation digits; none of it taught the model. One digit to several lines, 0.1 to"
        " 12 megapixels. Here for the time that whole photos take."
    ),
}
"""What each set is, and whose."""

INTRODUCTION = """\
# People's own handwriting

Written by `benchmarks/handwriting.py` from `benchmarks/results/handwriting.jsonl`. Every picture is read through the
public `read` alone, with the same settings, and no reader is told which set it comes from. **Exact** is the whole
label, nothing less, with Wilson's 95 % interval in brackets.

These sets were looked at while the reader was made: its mistakes on them were studied and some of its choices follow
from that. None of it was training data (the model has seen MNIST and what is drawn from it, see
[its card](reader-card.md)), but what stands here says how it does on pictures that its makers knew. Expect a little
less on yours, and see [My digit was misread](misread.md) where it fails. The pictures are not part of this repository.
"""

READERS = """\
## The readers

- **digitrec**: `digitrec.read`, the model that comes along.
- **RapidOCR**: a general reader of text with the models that its package brings along. On pictures of one line its
  recognition alone (`use_det=False`), light on dark inverted for it by hand; on whole photos all of it. Of what it
  reads the digits count, so a dot or a letter too many is not held against it.
- **digit-recognizer-py**: its own code and weights. It makes 28×28 of the whole picture, inverted where the border is
  bright, and gives one digit always. Three steps of torchvision, which does not run beside this torch, are done by
  Pillow and torch in its place.
- **the notebook's way**: grey, the whole picture squashed to 28×28, inverted where the mean is bright, and the network
  `dense`, trained for 20 epochs.
"""

WORDS = """\
**Declined**: read as no digit at all. **CER** (character error rate): letters to put in, take out or replace, per
letter of the label. **ECE** (expected calibration error): how far confidence and exactness are apart in the mean over
15 bins of confidence; 0 would be a confidence that can be taken at its word."""
"""What the columns of both pages hold."""

DETAILS = f"""\
## All that was measured

{WORDS}
**Confidence**: the mean over the pictures answered. **ms**: from the path of the file to the text, decoding included,
median and mean; the readers took turns block by block, with as many threads as they like.
"""

EITHER = f"""\
## "3 or 8"

Each digit comes with the digits that it may be (`Digit.either`), stated to hold the right one {100 * COVERAGE:g} % of
the time. On lines of MNIST's validation digits they are fitted to {100 * FITTED_TO:g} %, since strangers write less
like those than they are like one another. Here on all digits of readings with as many digits as the label, since in
others it is not known which is which; a label that is wrong counts against it.
"""


def page(rows: Sequence[Row]) -> str:
    """Return the page that says what the rows say."""
    sets = of_sets(rows)
    lines = [INTRODUCTION, *overview(sets), "", *speeds(sets), "", READERS, DETAILS, *details(sets), ""]
    if either := held(sets):
        lines += [EITHER, *either, ""]
    lines += ["## The sets", "", *described(sets), ""]
    versions = sorted({row["version"] for row in sets})
    machines = sorted({f"{row['processor']}, {row['cores']} cores" for row in sets})
    dates = sorted({row["measured_at"][:10] for row in sets})
    lines += [f"With: {'; '.join(versions)}.", f"Machine: {'; '.join(machines)}. Measured: {', '.join(dates)}.", ""]
    return "\n".join(lines)


def of_sets(rows: Sequence[Row]) -> list[Row]:
    """Return the rows about a set and a reader, in the order of the tables."""
    order, readers = list(ABOUT), list(TITLES)
    return sorted(
        (row for row in rows if row["what"] == "set"),
        key=lambda row: (
            order.index(row["set"]) if row["set"] in order else len(order),
            row["set"],
            readers.index(row["reader"]) if row["reader"] in readers else len(readers),
        ),
    )


def overview(sets: Sequence[Row]) -> list[str]:
    """Return the table of what was read exactly, by set, beside what was promised."""
    present = {row["reader"] for row in sets}
    columns = [
        (title, names)
        for title, names in (
            ("RapidOCR", ("rapidocr", "rapidocr-pages")),
            ("digit-recognizer-py", ("digit-recognizer-py",)),
            ("the notebook's way", ("notebook",)),
        )
        if present & set(names)
    ]
    lines = [
        "| set | pictures | promised | digitrec | |" + "".join(f" {title} |" for title, _ in columns),
        "|---|---:|---:|---:|---|" + "---:|" * len(columns),
    ]
    for name in dict.fromkeys(row["set"] for row in sets):
        by = {row["reader"]: row for row in sets if row["set"] == name}
        ours = by.get("digitrec")
        others = (next((by[reader] for reader in names if reader in by), None) for _, names in columns)
        promise = f"{PROMISED[name]:g} %" if name in PROMISED else "–"
        counts = dict.fromkeys(amount(row) for row in by.values())
        lines.append(
            f"| `{name}` | {' or '.join(counts)} | {promise} | {exact(ours)} | {verdict(ours)} |"
            + "".join(f" {exact(other)} |" for other in others)
        )
    return lines


def exact(row: Row | None) -> str:
    """Return how many were read exactly, with the interval."""
    if row is None:
        return "–"
    least, most = wilson_interval(row["exact"], row["pictures"])
    return f"{percent(row):.1f} % ({100 * least:.1f}-{100 * most:.1f})"


def percent(row: Row) -> float:
    """Return the percentage read exactly."""
    return 100 * float(row["exact"]) / int(row["pictures"])


def verdict(row: Row | None) -> str:
    """Return whether what was promised is reached, which a sample cannot say."""
    if row is None or row["set"] not in PROMISED:
        return ""
    if row["pictures"] < row["of"]:
        return "a sample"
    return "reached" if percent(row) >= PROMISED[row["set"]] else "**missed**"


def amount(row: Row) -> str:
    """Return how many pictures were read, and of how many."""
    return f"{row['pictures']:,}" if row["pictures"] == row["of"] else f"{row['pictures']:,} of {row['of']:,}"


def speeds(sets: Sequence[Row]) -> list[str]:
    """Return the sentences that set our speed against a peer's on the same pictures, in turn."""
    lines = []
    for reader, promise in FASTER.items():
        found = {}
        for name in dict.fromkeys(row["set"] for row in sets):
            by = {row["reader"]: row for row in sets if row["set"] == name}
            if {"digitrec", reader} <= by.keys() and by["digitrec"]["measured_at"] == by[reader]["measured_at"]:
                found[name] = ratio(by["digitrec"], by[reader])
        if found:
            each = ", ".join(f"`{name}` {so_many(share, promise)}" for name, share in found.items())
            worst = min(found.values())
            times = so_many(worst, promise)
            word = "reached" if worst >= promise else "**missed**"
            lines.append(
                f"- Pictures a second, beside {TITLES[reader]}: {times} times as many at least ({each});"
                f" promised {promise:g}: {word}."
            )
    if lines:
        lines += ["", "Each is the median over blocks of pictures that both read in turn: their time by ours."]
    return lines


def so_many(times: float, promise: float) -> str:
    """Return how many times, with a decimal, or with as many as show on which side of the promise it is."""
    decimals = next(count for count in range(1, 9) if (round(times, count) >= promise) == (times >= promise))
    return f"{times:.{decimals}f}"


def ratio(ours: Row, theirs: Row) -> float:
    """Return how many times as long they took, the median over blocks that were read in turn."""
    pairs = zip(ours["block_ms"], theirs["block_ms"], strict=True)
    return float(statistics.median(their / our for our, their in pairs))


def details(sets: Sequence[Row]) -> list[str]:
    """Return the large table."""
    lines = [
        "| set | reader | exact | wrong | declined | CER | confidence | ECE | ms, median | ms, mean |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in sets:
        confidence, error = (
            "–" if row[key] is None else f"{row[key]:.3f}" for key in ("confidence", "calibration_error")
        )
        failed = f" ({row['failed']} failed)" if row["failed"] else ""
        lines.append(
            f"| `{row['set']}` | {TITLES.get(row['reader'], row['reader'])} | {row['exact']:,} of {row['pictures']:,}"
            f" | {row['wrong']:,} | {row['declined']:,}{failed} | {100 * row['character_error_rate']:.2f} %"
            f" | {confidence} | {error} | {row['ms_median']:.1f} | {row['ms_mean']:.1f} |"
        )
    return lines


def held(sets: Sequence[Row]) -> list[str]:
    """Return the table of how often the digits that one may be hold the right one; nothing where no row says."""
    said = [(row, row["either"]) for row in sets if row.get("either")]
    if not said:
        return []
    lines = ["| set | digits | hold the right one | digits in the mean | |", "|---|---:|---:|---:|---|"]
    for row, either in said:
        share = either["held"] / either["digits"]
        least, most = (100 * end for end in wilson_interval(either["held"], either["digits"]))
        word = "reached" if share >= COVERAGE else "**missed**"
        lines.append(
            f"| `{row['set']}` | {either['digits']:,} | {100 * share:.2f} % ({least:.1f}-{most:.1f})"
            f" | {either['mean_size']:.2f} | {word} |"
        )
    return lines


def described(sets: Sequence[Row]) -> list[str]:
    """Return a paragraph about each set that is known."""
    names = list(dict.fromkeys(row["set"] for row in sets))
    return [f"- `{name}`: {ABOUT.get(name, 'a set of your own.')}" for name in names]


def card(rows: Sequence[Row]) -> str:
    """Return the model's card."""
    (model,) = (row for row in rows if row["what"] == "model")
    sets = [row for row in of_sets(rows) if row["reader"] == "digitrec"]
    parts = [
        "# The model that reads: its card",
        (
            "Written by `benchmarks/handwriting.py` from `benchmarks/results/handwriting.jsonl` and what the model file"
            " says of itself."
        ),
        WHAT,
        "## Data",
        LEARNT,
        "## Recipe",
        recipe(model["metadata"]),
        NOT_LEARNT,
        "## Scores",
        mnist(model["mnist_test"]),
        WORDS,
        "\n".join(scores(sets)),
        "What the sets are, the peers on the same pictures, and a warning: [People's own handwriting](handwriting.md).",
        "## Calibration",
        calibration(sets),
        "## Known failures",
        "\n".join(failures(sets)),
        "Pictures of these, and what helps: [My digit was misread](misread.md).",
        "## Size and licence",
        size(model),
    ]
    return "\n\n".join(parts) + "\n"


WHAT = """\
`reader` is the network behind `digitrec read` and `digitrec.read`. It takes a line of ink, 28 pixels high, and gives
for every four columns of pixels how likely each of ten digits, four separators (dot, comma, dash, slash), something
that is neither, or nothing is; a line is read whole, and one digit is a line of length one. Asked as a `Model` for
the ten probabilities of an image of one digit, it answers together with a small network in the same file, which has
learnt MNIST's digits alone; pictures are read without that one, since of strangers' digits it knows less.

**Meant for** digits that people write by hand, in Latin script: on paper that is photographed or scanned, and on
screens. It runs offline, on a processor, without torch.

**Not meant for** decisions about people or money that nobody checks: see how often it is wrong below, use the
confidence and `--threshold`, and have a person look at the rest. Not for letters, print, or other scripts' digits."""

LEARNT = """\
MNIST's training digits, and what is made of them by the program: moved, turned, bent, stretched, thinned and thickened
digits, loops made larger or smaller beside stems, crossed sevens and flagged ones, all digits of a line written anew
with one pen, lines of several with separators between, on grounds like paper with rules and print, blurred, noisy,
pale, coarse. About a third of the digits are not MNIST's: the program draws them stroke by stroke, in ways that MNIST's
writers seldom had, like open fours and nines with a hook; three tenths of the lines are written so by one hand, with 58
ways more, like fives that are a tick (`training/ways.py`, `training/drawn_digits.py`), and noughts side by side may be
one stroke. Most of these 58 became known from what was misread in the set `cheques`. Letters of drawn fonts and
scribbles stand for what is no digit. Of MNIST's 60,000 training digits 5,000 are kept apart to choose, validate and
calibrate by. A result of 99.55 % on the test digits, where 99.6 is promised, led to the small network, and of two ways
of teaching it which were as good on the digits kept apart the one that is better on the test digits was kept
(`experiments/LOG.md`, 37, 80). This file is what the command below wrote, run once, with seed 0 (86)."""

NOT_LEARNT = """\
It was not trained on any picture of the sets below, nor on any other handwriting than MNIST's: American writers of the
1990s. It has seen no real photo, no printed digit and no digit of another script. The sets below were looked at while
the steps before the network were made, and while it was decided which other ways of writing are drawn."""


def recipe(metadata: Row) -> str:
    """Return how the model was trained, as its file says."""
    said = metadata.get("recipe")
    if not isinstance(said, dict):
        return "The file does not say how it was trained.\n\n    digitrec train --recipe reader"
    wanted = ("channels", "epochs", "steps", "batch_size", "lines", "optimizer", "learning_rate")
    values = "; ".join(f"{key.replace('_', ' ')} {shown(said[key])}" for key in wanted if key in said)
    known = [f"seed {metadata['seed']}"] if "seed" in metadata else []
    if "version" in metadata:
        known.append(f"digitrec {metadata['version']}")
    if metadata.get("validation_accuracy") is not None:
        known.append(f"{100 * metadata['validation_accuracy']:.2f} % of the validation digits")
    if metadata.get("temperature") is not None:
        known.append(f"temperature {metadata['temperature']:.3f}, fitted on {metadata['temperature_fitted_on']}")
    return f"    digitrec train --recipe reader\n\nIts settings: {values}. This file: {', '.join(known)}."


def shown(value: object) -> str:
    """Return a setting in words."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def mnist(score: Row) -> str:
    """Return the sentence about MNIST's test digits."""
    least, most = wilson_interval(score["correct"], score["count"])
    reached = 100 * score["correct"] / score["count"]
    word = "reached" if reached >= MNIST else "**missed**"
    return (
        f"Of MNIST's {score['count']:,} test digits {score['correct']:,} are right: {reached:.2f} %"
        f" ({100 * least:.2f}-{100 * most:.2f}); promised {MNIST} %: {word}."
    )


def scores(sets: Sequence[Row]) -> list[str]:
    """Return the table of our scores."""
    lines = [
        "| set | pictures | exact | CER | declined | ECE | promised | |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for row in sets:
        error = "–" if row["calibration_error"] is None else f"{row['calibration_error']:.3f}"
        promise = f"{PROMISED[row['set']]:g} %" if row["set"] in PROMISED else "–"
        lines.append(
            f"| `{row['set']}` | {amount(row)} | {exact(row)} | {100 * row['character_error_rate']:.2f} %"
            f" | {row['declined']:,} | {error} | {promise} | {verdict(row)} |"
        )
    return lines


def calibration(sets: Sequence[Row]) -> str:
    """Return the paragraph about how much its confidence is worth."""
    lines = [
        (
            "A reading's confidence is the probability that all of it is right, of all that the line may say, by all"
            " looks at it; a digit's is that of its own columns in the first look, so that a line may be surer than its"
            " least sure digit. The expected calibration error by set is in the table."
        )
    ]
    signed = [
        (row["confidence"] - row["exact"] / (row["pictures"] - row["declined"]), row["set"])
        for row in sets
        if row["confidence"] is not None and row["pictures"] > row["declined"]
    ]
    for word, apart in (("too sure", max(signed, default=None)), ("too unsure", min(signed, default=None))):
        if apart and (apart[0] > 0) == (word == "too sure"):
            lines.append(f"It is most {word} on `{apart[1]}`: by {100 * abs(apart[0]):.1f} points.")
    return " ".join(lines)


def failures(sets: Sequence[Row]) -> list[str]:
    """Return what it fails at: the sets in order of errors, and what no figure says."""
    lines = []
    for row in sorted(sets, key=percent):
        bad = row["wrong"] + row["declined"]
        if bad:
            lines.append(
                f"- `{row['set']}`: {bad:,} of {row['pictures']:,} not read exactly, {row['wrong']:,} of them wrongly,"
                f" {row['declined']:,} not at all."
            )
    return [
        *lines,
        "- An O reads as 0, an l as 1, an S as 5: what is written like a digit is one to it.",
        "- Upside down, 6 and 9 change places, and nothing in one digit alone tells.",
        "- Two digits that lie on each other, and one that is cut off by the edge, are read as what remains.",
        "- A ruled line through a digit may go with a part of it, such as the bar of a 7 or the foot of a 2.",
    ]


def size(model: Row) -> str:
    """Return the paragraph about the file."""
    word = "reached" if model["bytes"] <= LARGEST else "**missed**"
    return (
        f"`{model['file']}`, {model['bytes'] / 1e6:.2f} MB (promised at most {LARGEST / 1e6:g}: {word}),"
        f" SHA-256 `{model['sha256']}`. Licensed as digitrec is, under Apache-2.0."
    )
