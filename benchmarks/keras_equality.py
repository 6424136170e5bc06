"""Is our `dense` the notebook's network? Keras and ours on the same data, by their losses and accuracies.

In: nothing but MNIST. Out: `results/keras_equality.jsonl`, a row a training, and the page
`docs/keras.md`, which is written from those rows alone. Keras runs in an environment that
this script builds (TensorFlow as its backend, as in the notebook), ours as `digitrec train`.
Twice, since chance has a part in it: each with its own seeds; and Keras from our starting
weights in our order of digits, where nothing but the arithmetic can differ.

    python benchmarks/keras_equality.py            # about a quarter of an hour
    python benchmarks/keras_equality.py --ours     # ours anew, beside Keras's rows on disk
    python benchmarks/keras_equality.py --page     # only write the page again
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training import interpreter, write_data

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "keras_equality.jsonl"
PAGE = HERE.parent / "docs" / "keras.md"
SEEDS = 10
PAIRED_SEEDS = 3
EPOCHS = 20

Row = dict[str, Any]


def main() -> None:
    """Run both in turn and write rows and page."""
    if "--page" not in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            rows = again(Path(folder)) if "--ours" in sys.argv[1:] else measure(Path(folder))
        RESULTS.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    PAGE.write_text(page(read_rows()), encoding="utf-8")
    print(f"wrote {PAGE}")


def measure(folder: Path) -> list[Row]:
    """Return the rows of `SEEDS` trainings of each, run in turn."""
    keras = interpreter("keras", folder)
    data = folder / "mnist.npz"
    write_data(data)
    rows: list[Row] = []
    for seed in range(SEEDS):
        arguments = [str(keras), str(HERE / "peers" / "keras_dense.py"), str(data), str(seed), str(folder)]
        pair = [run_keras("keras", arguments, seed), ours(folder / "runs", seed)]
        if seed < PAIRED_SEEDS:
            start = folder / f"start-{seed}.npz"
            write_start(start, seed)
            pair.append(run_keras("keras from our start", [*arguments, str(start)], seed))
        for row in pair:
            print(row["who"], seed, row["test_accuracy"], flush=True)
        rows += pair
    return rows


def again(folder: Path) -> list[Row]:
    """Return Keras's rows on disk with new ones of ours: what it does depends on no machine but in its time."""
    theirs = [row for row in read_rows() if row["who"] != "digitrec"]
    return [*theirs, *(ours(folder / "runs", seed) for seed in range(SEEDS))]


def run_keras(who: str, command: Sequence[str], seed: int) -> Row:
    """Return the row that Keras's script prints."""
    variables = {**os.environ, "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env=variables)
    row: Row = json.loads(printed.stdout.splitlines()[-1])
    return {
        "who": who,
        "version": row["version"],
        "seed": seed,
        "loss": row["training_loss"],
        "accuracy": row["training_accuracy"],
        "test_accuracy": row["accuracy"],
    }


def write_start(path: Path, seed: int) -> None:
    """Write the weights that our training starts from, and the order of each of its epochs."""
    import torch  # noqa: PLC0415 - the page is written without it

    from digitrec.training.batches import draw_order  # noqa: PLC0415
    from digitrec.training.network import build_network  # noqa: PLC0415
    from digitrec.training.recipes import Dense  # noqa: PLC0415

    generator = torch.Generator().manual_seed(seed)
    w1, b1, w2, b2 = (each.detach().numpy() for each in build_network(Dense(), generator).parameters())
    orders = np.stack([draw_order(generator, seed, epoch, 60_000).numpy() for epoch in range(EPOCHS)])
    np.savez(path, w1=w1.T, b1=b1, w2=w2.T, b2=b2, orders=orders)


def ours(runs: Path, seed: int) -> Row:
    """Return the row of one `digitrec train`."""
    command = [
        sys.executable,
        "-m",
        "digitrec",
        "train",
        "--recipe",
        "dense",
        "--epochs",
        str(EPOCHS),
        "--seed",
        str(seed),
    ]
    subprocess.run([*command, "--runs", str(runs / str(seed))], capture_output=True, check=True)
    (folder,) = (runs / str(seed)).iterdir()
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    epochs = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    return {
        "who": "digitrec",
        "version": f"digitrec {record['versions']['digitrec']} on torch {record['versions']['torch']}",
        "arithmetic": record["arithmetic"],
        "seed": seed,
        "loss": [epoch["loss"] for epoch in epochs],
        "accuracy": [epoch["accuracy"] for epoch in epochs],
        "test_accuracy": record["scores"]["test"]["accuracy"],
    }


def read_rows() -> list[Row]:
    """Return the rows on disk."""
    return [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]


def page(rows: Sequence[Row]) -> str:
    """Return the page that says what the rows say."""
    keras, mine, paired = (
        [row for row in rows if row["who"] == who] for who in ("keras", "digitrec", "keras from our start")
    )
    same = [row for row in mine if row["seed"] in {row["seed"] for row in paired}]
    lines = [
        "# The notebook's network: Keras and `dense`",
        "",
        "Written by `benchmarks/keras_equality.py` from `benchmarks/results/keras_equality.jsonl`.",
        (
            f"{keras[0]['version']} and {mine[0]['version']}: 784 → 1000 ReLU → 10 softmax, inverted bytes / 255,"
            " SGD 0.01, batches of 100, all 60,000 images, 20 epochs. Keras multiplies in float32, `dense` in"
            f" {mine[0]['arithmetic']}, its weights in float32."
        ),
        "",
        "## From the same start, in the same order",
        "",
        (
            f"Keras is given the weights that `dense` starts from and its order of digits, {len(paired)} seeds:"
            " nothing but the arithmetic can differ."
        ),
        "",
        *loss_table(paired, same),
        "",
        *score_table({"Keras from our start": paired, "`dense`": same}),
        "",
        "## Each with its own seeds",
        "",
        f"Keras draws its weights and orders itself; {len(mine)} seeds each.",
        "",
        *loss_table(keras, mine),
        "",
        *score_table({"Keras": keras, "`dense`": mine}),
        "",
        "How their times compare, on each of Keras's backends: [benchmarks](benchmarks.md).",
        "",
    ]
    return "\n".join(lines)


def loss_table(keras: Sequence[Row], mine: Sequence[Row]) -> list[str]:
    """Return the lines that compare the mean training loss of each epoch."""
    losses = [np.mean([row["loss"] for row in group], axis=0) for group in (keras, mine)]
    return [
        "| epoch | Keras, mean training loss | `dense`, mean training loss | difference |",
        "|---:|---:|---:|---:|",
        *(
            f"| {epoch} | {theirs:.4f} | {own:.4f} | {100 * (own / theirs - 1):+.2f} % |"
            for epoch, (theirs, own) in enumerate(zip(*losses, strict=True), start=1)
        ),
    ]


def score_table(groups: dict[str, Sequence[Row]]) -> list[str]:
    """Return the lines that compare test accuracies."""
    return [
        "| | test accuracy, mean ± sd | least | most |",
        "|---|---:|---:|---:|",
        *(score_row(name, rows) for name, rows in groups.items()),
    ]


def score_row(name: str, rows: Sequence[Row]) -> str:
    """Return one line of the second table."""
    accuracies = [100 * row["test_accuracy"] for row in rows]
    return (
        f"| {name} | {statistics.mean(accuracies):.2f} ± {statistics.stdev(accuracies):.2f} %"
        f" | {min(accuracies):.2f} % | {max(accuracies):.2f} %"
        " |"
    )


if __name__ == "__main__":
    main()
