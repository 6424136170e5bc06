"""People's own handwriting, read by digitrec and by what a user would pick instead, in turn on this machine.

In: a folder of sets, each a folder with `labels.csv` (`filename,label`) and pictures. Out: rows in
`results/handwriting.jsonl`, a row a set and reader and one about the model, and from those rows alone
the pages `docs/handwriting.md` and `docs/reader-card.md`. Each reader is a process that is asked for a
picture and answers with a text (`peers/answering.py`); none is told which set a picture comes from.
The readers take turns block by block, so that their times compare.

    python benchmarks/handwriting.py FOLDER                      # ours, all sets
    python benchmarks/handwriting.py FOLDER --peers --photos 60  # all readers, and whole photos composed for it
    python benchmarks/handwriting.py FOLDER --only canvas,cheques --limit 100 --model runs/reader
    python benchmarks/handwriting.py --page                      # only write the pages again
"""

import argparse
import csv
import hashlib
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from handwriting_page import CARD, COMPOSED, PAGE, PAGES, Row, card, page

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "handwriting.jsonl"
TURNS = 7
"""Into so many blocks a set is divided, each read by one reader after the other."""

BINS = 15
"""Of equal width, as in `digitrec.scoring.calibration`."""

ENVIRONMENTS = {
    "rapidocr": (("rapidocr==3.10.0", "onnxruntime==1.32.0", "opencv-python-headless==5.0.0.93", "numpy==2.4.6"),),
    "digit-recognizer": (
        ("torch==2.13.0", "numpy<2.5", "pillow==13.0.0"),
        ("--no-deps", "digit-recognizer-py==0.1.0"),
    ),
}
"""What pip is told, one time after the other; the last without torchvision, which does not run beside this torch."""


@dataclass(frozen=True)
class Picture:
    """A picture and what is written in it."""

    path: Path
    label: str


@dataclass(frozen=True)
class Who:
    """A reader, and which pictures it is asked for."""

    name: str
    script: str
    arguments: tuple[str, ...] = ()
    environment: str = ""
    pages: bool = True
    """Whether whole pages."""
    crops: bool = True
    """Whether pictures of one line."""


PEERS = (
    Who("rapidocr", "peers/read_rapidocr.py", ("crops",), "rapidocr", pages=False),
    Who("rapidocr-pages", "peers/read_rapidocr.py", ("pages",), "rapidocr", crops=False),
    Who("digit-recognizer-py", "peers/read_digit_recognizer.py", (), "digit-recognizer", pages=False),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is named, and write rows and pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="The folder of sets.")
    parser.add_argument("--only", help="Of these sets only, with commas between.")
    parser.add_argument("--limit", type=int, help="So many pictures of a set at most, evenly spaced.")
    parser.add_argument("--model", type=Path, help="A model file or run instead of the one that comes along.")
    parser.add_argument("--peers", action="store_true", help="Ask the peers, too.")
    parser.add_argument("--photos", type=int, default=0, help="Compose so many whole photos, as a set of their own.")
    parser.add_argument(
        "--dense", type=Path, help="A run of `dense` for the notebook's way; without it one is trained."
    )
    parser.add_argument("--environments", type=Path, help="Where to build the peers' environments, or find them.")
    parser.add_argument("--results", type=Path, default=RESULTS, help="The file of rows.")
    parser.add_argument("--docs", type=Path, default=PAGE.parent, help="Where the pages go.")
    parser.add_argument("--page", action="store_true", help="Measure nothing.")
    asked = parser.parse_args(arguments)
    if not asked.page:
        if asked.folder is None:
            parser.error("name a folder of sets, or --page")
        measure(asked)
    rows = read_rows(asked.results)
    asked.docs.mkdir(parents=True, exist_ok=True)
    for name, written in ((PAGE.name, page(rows)), (CARD.name, card(rows))):
        (asked.docs / name).write_text(written, encoding="utf-8")
        print(f"wrote {asked.docs / name}")


def measure(asked: argparse.Namespace) -> None:
    """Have every set read, and write the rows as they come."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sets = sets_of(asked.folder)
        if asked.photos:
            sets[COMPOSED] = composed(asked.photos, folder / COMPOSED)
        if asked.only:
            sets = {name: sets[name] for name in asked.only.split(",")}
        readers = [Who("digitrec", "read_ours.py", (str(asked.model),) if asked.model else ())]
        if asked.peers:
            readers += [*PEERS, Who("notebook", "read_notebook.py", (str(asked.dense or dense(folder)),), pages=False)]
        started = datetime.now(UTC).isoformat(timespec="seconds")
        keep(asked.results, {**about(asked.model), "measured_at": started})
        for name, pictures in sets.items():
            some = evenly(pictures, asked.limit)
            whole = name in PAGES
            asked_now = [who for who in readers if (who.pages if whole else who.crops)]
            for row in read_set(asked_now, name, some, asked.environments or folder):
                machine = {"processor": processor(), "cores": os.cpu_count(), "measured_at": started}
                keep(asked.results, {**row, "of": len(pictures), **machine})
                print(
                    name,
                    row["reader"],
                    f"{row['exact']} of {row['pictures']}",
                    f"{row['ms_median']:.1f} ms",
                    flush=True,
                )


def sets_of(folder: Path) -> dict[str, list[Picture]]:
    """Return the pictures of every set in a folder; names in `labels.csv` may leave out the folder `images`."""
    sets = {}
    for labels in sorted(folder.glob("*/labels.csv")):
        pictures = []
        with labels.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                path = labels.parent / line["filename"]
                path = path if path.exists() else labels.parent / "images" / line["filename"]
                pictures.append(Picture(path, line["label"]))
        sets[labels.parent.name] = pictures
    if not sets:
        raise SystemExit(f"{folder}: no set; expected folders with labels.csv and pictures")
    return sets


def evenly(pictures: Sequence[Picture], limit: int | None) -> list[Picture]:
    """Return at most so many of them, evenly spaced."""
    count = min(limit or len(pictures), len(pictures))
    return [pictures[number * len(pictures) // count] for number in range(count)]


class Process:
    """A reader that runs, and answers."""

    def __init__(self, who: Who, environments: Path) -> None:
        """Say which; it is started on entering."""
        self.name = who.name
        self.version = ""
        self._command = [str(interpreter(who.environment, environments)), str(HERE / who.script), *who.arguments]

    def __enter__(self) -> Self:
        """Start it, and learn who answers."""
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            self.version = self._line()["version"]
        except SystemExit:
            self.__exit__()
            raise
        return self

    def ask(self, picture: Picture) -> Row:
        """Return text, confidence and milliseconds."""
        if self._process.stdin is None:
            raise RuntimeError(self.name)
        self._process.stdin.write(f"{json.dumps(str(picture.path.resolve()))}\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> Row:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise SystemExit(f"{self.name}: ended; what it said stands above")
        found: Row = json.loads(line)
        return found

    def __exit__(self, *_: object) -> None:
        """End it."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=60)
        if self._process.stdout:
            self._process.stdout.close()


def read_set(readers: Sequence[Who], name: str, pictures: Sequence[Picture], environments: Path) -> list[Row]:
    """Return a row for each reader, which took turns block by block."""
    with ExitStack() as stack:
        processes = [stack.enter_context(Process(who, environments)) for who in readers]
        answers: dict[str, list[Row]] = {each.name: [] for each in processes}
        blocks: dict[str, list[float]] = {each.name: [] for each in processes}
        turns = min(TURNS, len(pictures))
        for turn in range(turns):
            block = pictures[turn * len(pictures) // turns : (turn + 1) * len(pictures) // turns]
            for each in processes:
                if not turn:
                    each.ask(block[0])  # which loads what is loaded late
                found = [each.ask(picture) for picture in block]
                answers[each.name] += found
                blocks[each.name].append(statistics.mean(answer["ms"] for answer in found))
        return [
            {
                "what": "set",
                "reader": each.name,
                "version": each.version,
                "set": name,
                **counted([picture.label for picture in pictures], answers[each.name]),
                "block_ms": [round(block, 3) for block in blocks[each.name]],
            }
            for each in processes
        ]


def counted(labels: Sequence[str], answers: Sequence[Row]) -> Row:
    """Return what the answers are worth.

    An empty cell, `.`, is nothing to read, and a row without digits no line. The confidence counted is
    that of a whole answer; where nothing was answered there is none.
    """
    expected = ["|".join(filter(None, label.replace(".", "").split("|"))) for label in labels]
    pairs = list(zip(expected, (answer["text"] for answer in answers), strict=True))
    right = [label == text for label, text in pairs]
    answered = [(answer["confidence"], good) for answer, good in zip(answers, right, strict=True) if answer["text"]]
    declined = sum(not text and bool(label) for label, text in pairs)
    return {
        "pictures": len(pairs),
        "exact": sum(right),
        "wrong": len(pairs) - sum(right) - declined,
        "declined": declined,
        "failed": sum("error" in answer for answer in answers),
        "character_error_rate": sum(edits(*pair) for pair in pairs) / max(1, sum(len(label) for label in expected)),
        "confidence": statistics.mean(each for each, _ in answered) if answered else None,
        "calibration_error": calibration_error(answered) if answered else None,
        "ms_median": statistics.median(answer["ms"] for answer in answers),
        "ms_mean": statistics.mean(answer["ms"] for answer in answers),
        "either": held(expected, answers),
    }


def held(expected: Sequence[str], answers: Sequence[Row]) -> Row | None:
    """Return how often the digits that one may be hold the right one, where as many were read as there are.

    None of readers that do not say it. Which digit is which is not known where more or fewer were read.
    """
    sets = [
        (int(right), either)
        for label, answer in zip(expected, answers, strict=True)
        if "either" in answer and lengths(label) == lengths(answer["text"])
        for right, either in zip(label.replace("|", ""), answer["either"], strict=True)
    ]
    if not sets:
        return None
    size = statistics.mean(len(either) for _, either in sets)
    return {"digits": len(sets), "held": sum(right in either for right, either in sets), "mean_size": size}


def lengths(text: str) -> list[int]:
    """Return how many digits each line of a text has."""
    return [len(line) for line in text.split("|")]


def edits(one: str, other: str) -> int:
    """Return how many letters to put in, take out or replace make one text the other."""
    before = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        now = [number]
        for place, against in enumerate(other, start=1):
            now.append(min(before[place] + 1, now[-1] + 1, before[place - 1] + (letter != against)))
        before = now
    return before[-1]


def calibration_error(answered: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error of answers, each a confidence and whether it is right."""
    bins: dict[int, list[float]] = {}
    for confidence, right in answered:
        # A confidence of exactly a border belongs below it, and one of 0 to the first bin.
        place = min(max(math.ceil(confidence * BINS) - 1, 0), BINS - 1)
        bins.setdefault(place, []).append(confidence - right)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / len(answered)


def composed(count: int, folder: Path) -> list[Picture]:
    """Return whole photos, composed as the tests of reading compose theirs."""
    sys.path.append(str(HERE.parent / "tests" / "reading"))
    from composed import KINDS, compose  # noqa: PLC0415 - read only where photos are asked for
    from hands import Hand  # noqa: PLC0415

    from digitrec.data.mnist import load_mnist  # noqa: PLC0415

    hand = Hand(load_mnist().validation)
    shares = {kind: share for kind, share in KINDS.items() if kind.endswith("in a photo")}
    folder.mkdir()
    pictures: list[Picture] = []
    for kind, share in shares.items():
        for seed in range(max(1, round(count * share / sum(shares.values())))):
            made = compose(kind, hand, seed)
            path = folder / f"{len(pictures):04}.jpg"
            path.write_bytes(made.content)
            pictures.append(Picture(path, made.truth.replace("\n", "|")))
    # Kinds in turn, so that each block holds some of all.
    return [pictures[number] for start in range(TURNS) for number in range(start, len(pictures), TURNS)]


def dense(folder: Path) -> Path:
    """Return a run of the notebook's network, trained as the notebook trains it."""
    runs = folder / "runs"
    command = [sys.executable, *("-m", "digitrec", "train", "--recipe", "dense", "--epochs", "20", "--runs"), str(runs)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (run,) = (model.parent for model in runs.glob("*/model.onnx"))
    return run


def about(path: Path | None) -> Row:
    """Return what there is to say of the model: its file, what it says of itself, its score on MNIST's test digits."""
    from digitrec.data.mnist import load_mnist  # noqa: PLC0415 - the pages are written without digitrec
    from digitrec.model import Model  # noqa: PLC0415
    from digitrec.reading.reader import shipped_model  # noqa: PLC0415

    model = Model.load(path) if path else shipped_model()
    file = Path(model.source) if path else HERE.parent / "src" / "digitrec" / "models" / "reader.onnx"
    test = load_mnist().test
    right = model.probabilities(test.images).argmax(1) == test.labels
    content = file.read_bytes()
    return {
        "what": "model",
        "name": model.name,
        "file": "reader.onnx" if path is None else file.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "metadata": model.metadata,
        "mnist_test": {"correct": int(right.sum()), "count": len(right)},
    }


def interpreter(environment: str, folder: Path) -> Path:
    """Return the interpreter of that environment, which is built where it is missing; "" is this one."""
    if not environment:
        return Path(sys.executable)
    python = folder / environment / "bin" / "python"
    if not python.exists():
        venv.create(folder / environment, with_pip=True)
        for told in ENVIRONMENTS[environment]:
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", *told], check=True)
    return python


def processor() -> str:
    """Return the processor's name."""
    from digitrec.training.environment import processor as name  # noqa: PLC0415 - the pages are written without torch

    return name()


def keep(path: Path, row: Row) -> None:
    """Write a row in place of the one about the same, or after all others."""
    rows = read_rows(path) if path.exists() else []
    rows = [each for each in rows if same(each) != same(row)]
    path.parent.mkdir(parents=True, exist_ok=True)
    written = sorted([*rows, row], key=same)
    path.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in written), encoding="utf-8")


def same(row: Row) -> tuple[Any, ...]:
    """Return what two rows about the same have in common."""
    return row["what"], row.get("set", ""), row.get("reader", "")


def read_rows(path: Path = RESULTS) -> list[Row]:
    """Return the rows on disk."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
