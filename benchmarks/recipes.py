"""How good each recipe is, and how long it takes: over seeds, on this machine.

In: nothing but MNIST. Out: `results/recipes.jsonl`, a row a training, and the page
`docs/recipes.md`, which is written from those rows alone. Each training is a `digitrec train`
of its own process, on all 60,000 training digits, scored once on the test digits.

    python benchmarks/recipes.py fast 30 conv 10    # these recipes anew, over so many seeds
    python benchmarks/recipes.py                    # only write the page again
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "recipes.jsonl"
PAGE = HERE.parent / "docs" / "recipes.md"

Row = dict[str, Any]


def main() -> None:
    """Measure the recipes that are named, and write rows and page."""
    names, counts = sys.argv[1::2], sys.argv[2::2]
    rows = [row for row in (read_rows() if RESULTS.exists() else []) if row["recipe"] not in names]
    for name, count in zip(names, counts, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            rows += [train(name, seed, Path(folder)) for seed in range(int(count))]
        RESULTS.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    PAGE.write_text(page(read_rows()), encoding="utf-8")
    print(f"wrote {PAGE}")


def train(name: str, seed: int, folder: Path) -> Row:
    """Return the row of one training."""
    command = [sys.executable, "-m", "digitrec", "train", "--recipe", name, "--seed", str(seed), "--runs"]
    clock = time.perf_counter()
    subprocess.run([*command, str(folder / str(seed))], capture_output=True, check=True)
    whole = time.perf_counter() - clock
    (run,) = (folder / str(seed)).iterdir()
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    row = {
        "recipe": name,
        "seed": seed,
        "settings": record["recipe"],
        "accuracy": record["scores"]["test"]["accuracy"],
        "accuracy_on_valid_labels": record["scores"]["test"]["accuracy_on_valid_labels"],
        "train_seconds": record["clocks"]["train_seconds"],
        "cpu_seconds": record["clocks"]["cpu_seconds"],
        "process_seconds": whole,
        # The largest of all trainings so far: what a process needed at most.
        "peak_megabytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "arithmetic": record["arithmetic"],
        "torch": record["versions"]["torch"],
        "processor": record["hardware"]["processor"],
    }
    print(name, seed, row["accuracy"], f"{row['train_seconds']:.2f} s", flush=True)
    return row


def read_rows() -> list[Row]:
    """Return the rows on disk."""
    return [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]


def page(rows: Sequence[Row]) -> str:
    """Return the page that says what the rows say."""
    lines = [
        "# Recipes",
        "",
        (
            "Written by `benchmarks/recipes.py` from `benchmarks/results/recipes.jsonl`: trained on all 60,000 digits"
            " with the recipe's own settings, which were chosen on the validation digits (`experiments/LOG.md`), and"
            " scored once on the 10,000 test digits. Two threads; train clock: digits in memory, first step to last."
        ),
        "",
        (
            "| recipe | seeds | accuracy, mean ± sd | least | most | on the 9,985 | train clock, median"
            " | process, median | peak memory, at most | arithmetic |"
        ),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for name in dict.fromkeys(row["recipe"] for row in rows):
        group = [row for row in rows if row["recipe"] == name]
        accuracy = [100 * row["accuracy"] for row in group]
        lines.append(
            f"| `{name}` | {len(group)} | {statistics.mean(accuracy):.3f} ± {statistics.stdev(accuracy):.3f} %"
            f" | {min(accuracy):.2f} % | {max(accuracy):.2f} %"
            f" | {statistics.mean(100 * row['accuracy_on_valid_labels'] for row in group):.3f} %"
            f" | {statistics.median(row['train_seconds'] for row in group):.2f} s"
            f" | {statistics.median(row['process_seconds'] for row in group):.1f} s"
            f" | {max(row['peak_megabytes'] for row in group):.0f} MB | {group[0]['arithmetic']} |"
        )
    machines = sorted({f"{row['processor']}, torch {row['torch']}" for row in rows})
    return "\n".join([*lines, "", f"Machine: {'; '.join(machines)}.", ""])


if __name__ == "__main__":
    main()
