"""How fast the recipes' models answer, and the ways to ask that a user would try instead.

In: MNIST and a run of each recipe, trained where there is none. Out: `results/inference.jsonl`, a
row a way of asking, and the page `docs/inference.md`, written from those rows alone. Ours is
`Model.probabilities`, the public call, bytes in and probabilities out; beside it the same network in
torch eager, Keras's `predict` with the notebook's network, and scikit-learn's MLP. All on test
digits, in turn.

    python benchmarks/inference.py --runs runs     # ten minutes more where `best` is not in there
    python benchmarks/inference.py --page          # only write the page again
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

sys.path.append(str(Path(__file__).parent / "peers"))

from measuring import BATCHES, row_of, timed

from training import computer, interpreter, write_data

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "inference.jsonl"
PAGE = HERE.parent / "docs" / "inference.md"
RECIPES = ("dense", "fast", "conv", "best")
PEERS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("keras", "predict_keras.py", {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}),
    ("scikit-learn", "predict_sklearn.py", {}),
)
Row = dict[str, Any]


def main() -> None:
    """Measure, and write rows and page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="The folder with a run of each recipe.")
    parser.add_argument("--environments", type=Path, help="Where to build the peers' environments, or find them.")
    parser.add_argument("--page", action="store_true", help="Measure nothing.")
    asked = parser.parse_args()
    if not asked.page:
        with tempfile.TemporaryDirectory() as folder:
            rows = measure(asked.runs, asked.environments or Path(folder), Path(folder))
        RESULTS.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    PAGE.write_text(page(read_rows()), encoding="utf-8")
    print(f"wrote {PAGE}")


def measure(runs: Path, environments: Path, folder: Path) -> list[Row]:
    """Return the rows of all ways of asking."""
    from digitrec.data.mnist import load_part  # noqa: PLC0415 - the page is written without digitrec

    rows = []
    images = load_part("test").images
    for recipe in RECIPES:
        run = runs / recipe
        if not run.exists():
            subprocess.run(
                [sys.executable, "-m", "digitrec", "train", "--recipe", recipe, "--runs", str(runs)], check=True
            )
        for threads in (1, 2):
            for batch in BATCHES:
                rows.append(say(ours(recipe, run, threads, batch, images)))
                rows.append(say(eager(recipe, run, threads, batch, images)))
    data = folder / "mnist.npz"
    write_data(data)
    for environment, script, variables in PEERS:
        printed = subprocess.run(
            [str(interpreter(environment, environments)), str(HERE / "peers" / script), str(data), "0", str(folder)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **variables},
        )
        rows += [say(json.loads(line)) for line in printed.stdout.splitlines() if line.startswith("{")]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return [{**row, "processor": computer(None)["processor"], "measured_at": now} for row in rows]


def ours(recipe: str, run: Path, threads: int, batch: int, images: np.ndarray) -> Row:
    """Return the row of `Model.probabilities`."""
    from digitrec.model import Model  # noqa: PLC0415

    model = Model.load(run, threads=threads)
    return row_of("digitrec", f"`{recipe}`", threads, batch, timed(model.probabilities, images, batch))


def eager(recipe: str, run: Path, threads: int, batch: int, images: np.ndarray) -> Row:
    """Return the row of the same network in torch."""
    import torch  # noqa: PLC0415
    from safetensors.torch import load_file  # noqa: PLC0415

    from digitrec.training.network import build_network  # noqa: PLC0415
    from digitrec.training.saved_recipes import recipe_from_json  # noqa: PLC0415

    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    network = build_network(recipe_from_json(record["recipe"]), torch.Generator().manual_seed(0)).eval()
    network.load_state_dict(load_file(run / "weights.safetensors"))
    torch.set_num_threads(threads)

    @torch.inference_mode()
    def ask(some: np.ndarray) -> np.ndarray:
        answered: np.ndarray = network(torch.from_numpy(some)).softmax(1).numpy()
        return answered

    return row_of("torch eager", f"`{recipe}`", threads, batch, timed(ask, images, batch))


def say(row: Row) -> Row:
    """Print the row in short, and return it."""
    print(row["way"], row["model"], row["threads"], row["batch"], f"{row['p50_us']:.0f} µs", flush=True)
    return row


def read_rows() -> list[Row]:
    """Return the rows on disk."""
    return [json.loads(line) for line in RESULTS.read_text(encoding="utf-8").splitlines()]


def page(rows: Sequence[Row]) -> str:
    """Return the page that says what the rows say."""
    lines = [
        "# How fast the models answer",
        "",
        (
            "Written by `benchmarks/inference.py` from `benchmarks/results/inference.jsonl`: test digits in memory,"
            " bytes in and probabilities out, the same call again and again for some seconds. One image: the median"
            " and the 99th percentile of a call. Batches: images a second at the median call."
        ),
        "",
        (
            "digitrec is `Model.probabilities` on ONNX Runtime; torch eager is the same network in the library that"
            " trained it; Keras's `predict` has the notebook's network on TensorFlow, scikit-learn an MLP of 100 units."
        ),
        "",
        "| model | asked by | threads | one image, p50 | p99 | images/s by 64 | images/s by 1,024 | measured |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for model, way, threads in dict.fromkeys((row["model"], row["way"], row["threads"]) for row in rows):
        by = {row["batch"]: row for row in rows if (row["model"], row["way"], row["threads"]) == (model, way, threads)}
        lines.append(
            f"| {model} | {way} | {threads} | {by[1]['p50_us']:,.0f} µs | {by[1]['p99_us']:,.0f} µs"
            f" | {by[64]['images_per_second']:,.0f} | {by[1024]['images_per_second']:,.0f}"
            f" | {by[1].get('measured_at', '–')[:10]} |"
        )
    if len({row.get("measured_at") for row in rows}) > 1:
        lines += [
            "",
            "Rows of different dates were not measured in turn: between them the machine may be otherwise busy.",
        ]
    if not all("measured_at" in row for row in rows):
        # The rows of the time before said no date.
        before = "Measured before `fast`, `conv` and `best` took their present shape (`experiments/LOG.md`, 24 and 25)."
        lines += ["", before]
    # A row of a recipe's shape before says so, until it is measured anew.
    older = {(row["model"], row["measured_with"]) for row in rows if "measured_with" in row}
    for model, shape in sorted(older):
        lines += ["", f"{model} was measured with {shape}."]
    return "\n".join([*lines, "", f"Machine: {'; '.join(sorted({row['processor'] for row in rows}))}.", ""])


if __name__ == "__main__":
    main()
