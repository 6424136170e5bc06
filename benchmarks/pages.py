"""How well composed pictures are read, kind by kind: photos, drawings, scans, and pictures without digits.

In: MNIST's test digits (the validation digits with `--validation`, for choosing anything by), and the
model that comes with digitrec, or `--model FILE`. Out: `results/pages.jsonl`, a row a picture, and the
page `docs/pages.md`, written from those rows alone. Pictures are composed by `tests/reading/composed.py`
and `digitless.py`, seed by seed, and read through `Reader.read` alone.

    python benchmarks/pages.py                               # 672 pictures with digits, 1,000 without
    python benchmarks/pages.py --validation --no-page --save-wrong wrong/
    python benchmarks/pages.py --page                        # only write the page again
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from digitrec import __version__
from digitrec.data.mnist import load_mnist
from digitrec.model import Model
from digitrec.reading.reader import Reader
from training import computer

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "reading"))

from composed import KINDS, Page, compose  # noqa: E402 - a helper of the tests
from digitless import DIGITLESS, LIKE_DIGITS, digitless  # noqa: E402
from hands import Hand  # noqa: E402

RESULTS = HERE / "results" / "pages.jsonl"
PAGE = HERE.parent / "docs" / "pages.md"

SURE = 0.9
"""From this confidence on a digit where there is none counts as a mistake."""

_PROMISED = 0.02
_FEATURES = ("pen", "paper", "light", "camera", "layout", "size")

Row = dict[str, Any]


def main() -> None:
    """Measure and write rows and page."""
    parser = argparse.ArgumentParser(description="Read composed pictures, kind by kind.")
    parser.add_argument(
        "--count",
        type=int,
        default=600,
        help="pictures with digits; sheets on tables are an eighth more",
    )
    parser.add_argument("--without", type=int, default=1000, help="pictures without digits")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", type=Path, help="an ONNX file instead of the model that comes with digitrec")
    parser.add_argument("--validation", action="store_true", help="digits to choose settings by, not the test digits")
    parser.add_argument("--save-wrong", type=Path, help="a folder for the pictures read wrongly")
    parser.add_argument("--no-page", action="store_true", help="write no rows and no page, only print the page")
    parser.add_argument("--page", action="store_true", help="only write the page again")
    options = parser.parse_args()
    if not options.page:
        rows = list(measure(options))
        if options.no_page:
            print(page(rows))
            return
        RESULTS.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    PAGE.write_text(page(read_rows()), encoding="utf-8")
    print(f"wrote {PAGE}")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    """Yield a row a picture."""
    reader = Reader(Model.load(options.model) if options.model else None)
    mnist = load_mnist()
    hand = Hand(mnist.validation if options.validation else mnist.test)
    split = "validation" if options.validation else "test"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    about = {"digits": split, "version": __version__, **computer(None), "measured_at": now}
    made = [(kind, seed, compose(kind, hand, seed)) for kind, seed in _planned(KINDS, options.count, options.seed)]
    for kind, seed, each in made:
        yield _row(reader, each, seed, options.save_wrong) | about | {"kind": kind}
    without = _planned({**DIGITLESS, LIKE_DIGITS: 0.05}, options.without, options.seed)
    for kind, seed in without:
        yield _row(reader, digitless(kind, seed), seed, options.save_wrong) | about | {"kind": kind}


def _planned(shares: dict[str, float], count: int, first: int) -> list[tuple[str, int]]:
    return [(kind, first + seed) for kind, share in shares.items() for seed in range(round(count * share))]


def _row(reader: Reader, composed: Page, seed: int, wrong: Path | None) -> Row:
    start = time.perf_counter()
    reading = reader.read(composed.content)
    taken = 1e3 * (time.perf_counter() - start)
    digits = [digit for line in reading.lines for digit in line.digits]
    row = {
        "seed": seed,
        "truth": composed.truth,
        "text": reading.text,
        "confidence": round(max((digit.confidence for digit in digits), default=0.0), 4),
        "least": round(min((digit.confidence for digit in digits), default=0.0), 4),
        "milliseconds": round(taken, 1),
        "polarity": reading.picture["polarity"],
        "made_of": composed.made_of,
    }
    failed = row["text"] != composed.truth and (composed.truth or digits)
    if wrong is not None and failed and (composed.truth or row["confidence"] > SURE):
        _save(wrong, composed, seed, reading.text)
    return row


def _save(folder: Path, composed: Page, seed: int, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "png" if composed.content.startswith(b"\x89PNG") else "jpg"
    truth, answer = (each.replace("\n", "+") or "nothing" for each in (composed.truth, text))
    kind = composed.kind.replace(" ", "-")
    (folder / f"{kind}_{seed}_is_{truth[:60]}_read_{answer[:60]}.{suffix}").write_bytes(composed.content)


def read_rows() -> list[Row]:
    """Return the rows on disk."""
    return [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]


def page(rows: Sequence[Row]) -> str:
    """Return the page that says what the rows say."""
    written = [row for row in rows if row["truth"]]
    empty = [row for row in rows if not row["truth"] and row["kind"] != LIKE_DIGITS]
    alike = [row for row in rows if row["kind"] == LIKE_DIGITS]
    lines = [
        "# Composed pictures, kind by kind",
        "",
        (
            "Written by `benchmarks/pages.py` from `benchmarks/results/pages.jsonl`. The pictures are composed of"
            f" MNIST's {rows[0]['digits']} digits, drawn anew with pens, put on paper, lit and photographed"
            " (`tests/reading/composed.py`); nothing of this was used in training. **Exact**: all digits of all lines"
            " right, in order, and nothing else. **Declined**: nothing was read, or a digit was left open. **ms**: the"
            " median, decoding included."
        ),
        "",
        (
            "The composer is the reader's makers' own. Its pictures of validation digits were looked at while the"
            " reader was made, and of those below the single digits and numbers that were misread"
            " (`experiments/LOG.md`, 60, 74, 81). Pictures without digits depend on kind and seed alone, and 300 of"
            " those below were looked at while rules were made (35, 38). So what stands here is how it does on"
            " pictures that its makers knew."
        ),
        "",
        *_table("kind", written, lambda row: str(row["kind"])),
        "",
        "Photos, by what they are made of:",
        "",
    ]
    photos = [row for row in written if "light" in row["made_of"]]
    for feature in _FEATURES:
        lines += [*_table(feature, photos, partial(_made_of, feature)), ""]
    lines += [
        "## Pictures without digits",
        "",
        f"At most {_PROMISED:.0%} may give a digit with a confidence above {SURE}, and blank paper none.",
        "",
        "| kind | pictures | a digit above 0.9 | any digit | ms |",
        "|---|---:|---:|---:|---:|",
    ]
    groups = {kind: [row for row in empty if row["kind"] == kind] for kind in DIGITLESS} | {"**all**": empty}
    groups["letters like digits, not counted"] = alike
    for name, group in groups.items():
        if group:
            sure, some = sum(row["confidence"] > SURE for row in group), sum(bool(row["text"]) for row in group)
            lines.append(
                f"| {name} | {len(group)} | {sure} ({sure / len(group):.1%}) | {some / len(group):.1%} | {_ms(group)} |"
            )
    # The rows of the time before said neither on which processor nor when.
    if dated := [row for row in rows if "measured_at" in row]:
        machines = sorted({f"{row['processor']}, {row['cores']} cores" for row in dated})
        dates = sorted({row["measured_at"][:10] for row in dated})
        lines += ["", f"Machine: {'; '.join(machines)}. Measured: {', '.join(dates)}."]
    return "\n".join([*lines, ""])


def _made_of(feature: str, row: Row) -> str:
    return str(row["made_of"][feature])


def _table(title: str, rows: Sequence[Row], by: Callable[[Row], str]) -> list[str]:
    names = list(dict.fromkeys(map(by, rows)))
    groups = {name: [row for row in rows if by(row) == name] for name in names}
    if title == "kind":
        groups["**all**"] = list(rows)
    return [
        f"| {title} | pictures | exact | wrong | declined | ms |",
        "|---|---:|---:|---:|---:|---:|",
        *(_line(name, group) for name, group in groups.items() if group),
    ]


def _line(name: str, group: Sequence[Row]) -> str:
    exact = sum(row["text"] == row["truth"] for row in group)
    declined = sum(row["text"] != row["truth"] and (not row["text"] or "?" in row["text"]) for row in group)
    count = len(group)
    return (
        f"| {name} | {count} | {exact / count:.1%} | {(count - exact - declined) / count:.1%} | {declined / count:.1%}"
        f" | {_ms(group)} |"
    )


def _ms(group: Sequence[Row]) -> str:
    return f"{statistics.median(row['milliseconds'] for row in group):.0f}"


if __name__ == "__main__":
    main()
