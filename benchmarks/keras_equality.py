"""Is our `dense` the notebook's network? Keras and ours, in turn, on the same data and machine.

In: nothing but MNIST. Out: `results/keras_equality.jsonl`, a row a training, and the page
`docs/keras.md`, which is written from those rows alone. Keras runs in an environment that
this script builds (TensorFlow as its backend, as in the notebook), ours as `digitrec train`.
Twice, since chance has a part in it: each with its own seeds; and Keras from our starting
weights in our order of digits, where nothing but the arithmetic can differ.

    python benchmarks/keras_equality.py            # about a quarter of an hour
    python benchmarks/keras_equality.py --page     # only write the page again
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "keras_equality.jsonl"
PAGE = HERE.parent / "docs" / "keras.md"
REQUIREMENTS = ("keras==3.15.1", "tensorflow-cpu==2.21.0", "numpy<2.5")
SEEDS = 10
PAIRED_SEEDS = 3
EPOCHS = 20

Row = dict[str, Any]


def main() -> None:
    """Run both in turn and write rows and page."""
    if "--page" not in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            rows = measure(Path(folder))
        RESULTS.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    PAGE.write_text(page(read_rows()), encoding="utf-8")
    print(f"wrote {PAGE}")


def measure(folder: Path) -> list[Row]:
    """Return the rows of `SEEDS` trainings of each, run in turn."""
    keras = keras_python(folder / "keras")
    data = folder / "mnist.npz"
    write_data(data)
    rows: list[Row] = []
    for seed in range(SEEDS):
        arguments = [str(keras), str(HERE / "peers" / "keras_dense.py"), str(data), str(seed), str(EPOCHS)]
        pair = [run_keras(arguments), ours(folder / "runs", seed)]
        if seed < PAIRED_SEEDS:
            start = folder / f"start-{seed}.npz"
            write_start(start, seed)
            pair.append(run_keras([*arguments, str(start)]))
        for row in pair:
            row["gflops_512"] = product_speed()
            print(row["who"], seed, row["test_accuracy"], f"{row['train_seconds']:.1f} s", flush=True)
        rows += pair
    return rows


def run_keras(command: Sequence[str]) -> Row:
    """Return the row that Keras's script prints."""
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    row: Row = json.loads(printed.stdout)
    return row


def write_start(path: Path, seed: int) -> None:
    """Write the weights that our training starts from, and the order of each of its epochs."""
    import torch  # noqa: PLC0415 - the page is written without it

    from digitrec.training.loop import draw_order  # noqa: PLC0415
    from digitrec.training.network import build_network  # noqa: PLC0415
    from digitrec.training.recipes import Dense  # noqa: PLC0415

    generator = torch.Generator().manual_seed(seed)
    w1, b1, w2, b2 = (each.detach().numpy() for each in build_network(Dense(), generator).parameters())
    orders = np.stack([draw_order(generator, seed, epoch, 60_000).numpy() for epoch in range(EPOCHS)])
    np.savez(path, w1=w1.T, b1=b1, w2=w2.T, b2=b2, orders=orders)


def keras_python(folder: Path) -> Path:
    """Return the interpreter of a new environment that has Keras."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
    return python


def write_data(path: Path) -> None:
    """Write MNIST as Keras's script reads it."""
    from digitrec.data.mnist import load_part  # noqa: PLC0415 - the page is written without digitrec

    train, test = load_part("train"), load_part("test")
    np.savez(
        path,
        train_images=train.images,
        train_labels=train.labels,
        test_images=test.images,
        test_labels=test.labels,
    )


def ours(runs: Path, seed: int) -> Row:
    """Return the row of one `digitrec train`."""
    command = [sys.executable, "-m", "digitrec", "train", "--epochs", str(EPOCHS), "--seed", str(seed)]
    subprocess.run([*command, "--runs", str(runs / str(seed))], capture_output=True, check=True)
    (folder,) = (runs / str(seed)).iterdir()
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    epochs = [json.loads(line) for line in (folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    return {
        "who": "digitrec",
        "version": record["versions"]["digitrec"],
        "backend": f"torch {record['versions']['torch']}",
        "seed": seed,
        "loss": [epoch["loss"] for epoch in epochs],
        "accuracy": [epoch["accuracy"] for epoch in epochs],
        "test_accuracy": record["scores"]["test"]["accuracy"],
        "train_seconds": record["clocks"]["train_seconds"],
        "cpu_seconds": record["clocks"]["cpu_seconds"],
    }


def product_speed(side: int = 512, times: int = 100) -> float:
    """Return the GFLOP/s of a float32 product of two square matrices here and now."""
    import torch  # noqa: PLC0415 - the page is written without it

    left, right = torch.rand(side, side), torch.rand(side, side)
    for _ in range(times // 5):
        left @ right
    clock = time.perf_counter()
    for _ in range(times):
        left @ right
    return 2 * side**3 * times / (time.perf_counter() - clock) / 1e9


def read_rows() -> list[Row]:
    """Return the rows on disk."""
    return [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]


def page(rows: Sequence[Row]) -> str:
    """Return the page that says what the rows say."""
    keras, mine, paired = (
        [row for row in rows if row["who"] == who] for who in ("keras", "digitrec", "keras from our start")
    )
    same = [row for row in mine if row["seed"] in {row["seed"] for row in paired}]
    ratio = statistics.median(
        own["train_seconds"] / theirs["train_seconds"] for own, theirs in zip(mine, keras, strict=True)
    )
    lines = [
        "# The notebook's network: Keras and `dense`",
        "",
        "Written by `benchmarks/keras_equality.py` from `benchmarks/results/keras_equality.jsonl`.",
        (
            f"Keras {keras[0]['version']} on {keras[0]['backend']} and digitrec {mine[0]['version']} on"
            f" {mine[0]['backend']}, run in turn on the same machine, two threads: 784 → 1000 ReLU → 10 softmax,"
            " inverted bytes / 255, SGD 0.01, batches of 100, all 60,000 images, 20 epochs."
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
        (
            f"`dense` takes {ratio:.2f} of Keras's time (median of {len(mine)} pairs run in turn); a float32 product"
            f" of 512³ reached {statistics.median(row['gflops_512'] for row in rows):.0f} GFLOP/s beside them."
        ),
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
    """Return the lines that compare test accuracies and clocks."""
    return [
        "| | test accuracy, mean ± sd | least | most | train clock, median | CPU seconds, median |",
        "|---|---:|---:|---:|---:|---:|",
        *(score_row(name, rows) for name, rows in groups.items()),
    ]


def score_row(name: str, rows: Sequence[Row]) -> str:
    """Return one line of the second table."""
    accuracies = [100 * row["test_accuracy"] for row in rows]
    return (
        f"| {name} | {statistics.mean(accuracies):.2f} ± {statistics.stdev(accuracies):.2f} %"
        f" | {min(accuracies):.2f} % | {max(accuracies):.2f} %"
        f" | {statistics.median(row['train_seconds'] for row in rows):.1f} s"
        f" | {statistics.median(row['cpu_seconds'] for row in rows):.0f} s |"
    )


if __name__ == "__main__":
    main()
