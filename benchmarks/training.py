"""Ours and what a user would pick instead, trained in turn on this machine.

In: nothing but MNIST and a package index. Out: `results/training.jsonl`, a row a training, and from
those rows alone the page `docs/benchmarks.md` and its picture. Ours is a `digitrec train` of its own
process, or `budgets.py` for the times between the recipes; each peer a script of `peers/` in an
environment that is built here. Who sees which digits, and how often, is in `entries.py`; all are scored
once on the 10,000 test digits.

    python benchmarks/training.py                        # what is not measured yet; all of it takes two hours
    python benchmarks/training.py --only fast,one-epoch  # of these alone, in turn
    python benchmarks/training.py --only fast --anew     # though it is there
    python benchmarks/training.py --page                 # only write page and picture again

On a machine with a CUDA card all that can compute there does, and only that is measured; `CUDA_VISIBLE_DEVICES=` in
front of the command leaves it out.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from entries import ENTRIES, Entry
from training_page import PAGE, PICTURE, draw, machine, page

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "training.jsonl"
ENVIRONMENTS = {
    "keras": ("keras==3.15.1", "tensorflow-cpu==2.21.0", "jax==0.10.2", "torch==2.13.0", "numpy<2.5"),
    "tinygrad": ("tinygrad==0.14.0", "numpy<2.5"),
    "scikit-learn": ("scikit-learn==1.9.1", "numpy<2.5"),
}

KEPT = ("settings", "accuracy_on_valid_labels", "peak_megabytes", "compiler_loaded")
"""What a row says besides, where the training does."""

Row = dict[str, Any]


def main() -> None:
    """Measure what is named, and write rows, page and picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(ENTRIES), help="Which, with commas between.")
    parser.add_argument("--environments", type=Path, help="Where to build the peers' environments, or find them.")
    parser.add_argument("--seeds", type=int, default=1000, help="At most so many seeds of each.")
    parser.add_argument("--anew", action="store_true", help="Forget what was measured of these.")
    parser.add_argument("--page", action="store_true", help="Measure nothing.")
    asked = parser.parse_args()
    if not asked.page:
        entries = [ENTRIES[name] for name in asked.only.split(",")]
        measure(entries, asked.environments, most=asked.seeds, anew=asked.anew)
    rows = read_rows()
    PAGE.write_text(page(rows), encoding="utf-8")
    draw(rows, PICTURE)
    print(f"wrote {PAGE} and {PICTURE}")


def measure(entries: Sequence[Entry], environments: Path | None, *, most: int, anew: bool) -> None:
    """Train each entry with each seed that this machine has not measured, in turn, and write the rows as they come."""
    card = accelerator()
    entries = [entry for entry in entries if entry.on_card or not card]
    rows = read_rows() if RESULTS.exists() else []
    rows = [row for row in rows if row["name"] in ENTRIES and row["seed"] < ENTRIES[row["name"]].seeds]
    here = [row for row in rows if machine(row) == machine(computer(card))]
    if anew:
        asked = {entry.name for entry in entries}
        rows = [row for row in rows if row not in here or row["name"] not in asked]
        here = [row for row in here if row["name"] not in asked]
    there = {(row["name"], row["seed"]) for row in here}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        data = folder / "mnist.npz"
        write_data(data)
        for seed in range(min(most, max(entry.seeds for entry in entries))):
            for entry in (each for each in in_turn(entries) if seed < each.seeds and (each.name, seed) not in there):
                python = interpreter(entry.environment, environments or folder)
                with tempfile.TemporaryDirectory(dir=folder) as place:
                    row = train(entry, python, data, seed, Path(place))
                rows.append(row | computer(card))
                print(entry.name, seed, row["accuracy"], f"{row['train_seconds']:.2f} s", flush=True)
                order = list(ENTRIES)
                rows.sort(key=lambda row: (order.index(row["name"]), row["seed"]))
                RESULTS.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def in_turn(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries in the order of measuring: each recipe, then those that are compared with it."""
    recipes = [entry.name for entry in ENTRIES.values()]
    return sorted(entries, key=lambda entry: (recipes.index(entry.beside or entry.name), recipes.index(entry.name)))


def train(entry: Entry, python: Path, data: Path, seed: int, folder: Path) -> Row:
    """Return the row of one training."""
    if entry.recipe:
        command = [*("-m", "digitrec", "train", "--recipe", entry.recipe, "--seed", str(seed), "--runs"), str(folder)]
    else:
        command = [str(HERE / entry.script), str(data), str(seed), str(folder), *entry.arguments]
    peaks = subprocess.run([sys.executable, str(HERE / "peak.py")], capture_output=True, text=True, check=True).stdout
    began, clock = time.time(), time.perf_counter()
    process = subprocess.Popen(
        [str(python), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **entry.variables},
    )
    printed, complaint = process.communicate()
    if process.returncode:
        raise SystemExit(f"{entry.name}: {complaint}")
    process_seconds = time.perf_counter() - clock
    (model,) = folder.rglob("model.*")
    measured = our_row(model.parent) if entry.recipe else json.loads(printed.splitlines()[-1])
    return {
        "name": entry.name,
        "seed": seed,
        "accuracy": measured.pop("accuracy"),
        "train_seconds": measured.pop("train_seconds"),
        "cold_seconds": model.stat().st_mtime - began,
        "cpu_seconds": measured.pop("cpu_seconds"),
        "process_seconds": process_seconds,
        "version": measured.pop("version"),
        "arithmetic": measured.pop("arithmetic", "float32"),
        "peak_gflops": json.loads(peaks),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        **{key: measured[key] for key in KEPT if key in measured},
    }


def our_row(run: Path) -> Row:
    """Return what the run folder says."""
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return {
        "accuracy": record["scores"]["test"]["accuracy"],
        "accuracy_on_valid_labels": record["scores"]["test"]["accuracy_on_valid_labels"],
        "train_seconds": record["clocks"]["train_seconds"],
        "cpu_seconds": record["clocks"]["cpu_seconds"],
        "version": f"digitrec {record['versions']['digitrec']}, torch {record['versions']['torch']}",
        "arithmetic": record["arithmetic"],
        "settings": record["recipe"],
        "peak_megabytes": record["peak_megabytes"],
    }


def interpreter(environment: str, folder: Path) -> Path:
    """Return the interpreter of that environment, which is built where it is missing; "" is this one."""
    if not environment:
        return Path(sys.executable)
    python = folder / environment / "bin" / "python"
    if not python.exists():
        venv.create(folder / environment, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *ENVIRONMENTS[environment]], check=True)
    return python


def write_data(path: Path) -> None:
    """Write MNIST as the peers read it."""
    import numpy as np  # noqa: PLC0415 - the page is written without it

    from digitrec.data.mnist import load_part  # noqa: PLC0415

    parts = {part: load_part(part) for part in ("train", "test")}
    arrays = {
        f"{part}_{what}": getattr(digits, what) for part, digits in parts.items() for what in ("images", "labels")
    }
    np.savez(path, **arrays)


def computer(card: str | None) -> Row:
    """Return what a row says of the machine; a card only where there is one."""
    from digitrec.training.environment import processor  # noqa: PLC0415 - the page is written without torch

    return {"processor": processor(), "cores": os.cpu_count(), **({"accelerator": card} if card else {})}


def accelerator() -> str | None:
    """Return the name of the CUDA card, where there is one."""
    import torch  # noqa: PLC0415 - as above

    return torch.cuda.get_device_name() if torch.cuda.is_available() else None


def read_rows() -> list[Row]:
    """Return the rows on disk."""
    return [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
