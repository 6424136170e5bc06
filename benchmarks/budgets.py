"""Ours at budgets between the recipes: the same networks, fewer digits, fewer or more passes.

In, out: as `peers/measuring.py`, the budget's name as fourth argument. Each has a schedule of its own
and is chosen by the clock alone.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "peers"))

from measuring import arguments, report

import digitrec
from digitrec.data.mnist import load_mnist

BUDGETS = {
    "quarter": (digitrec.Fast(), 6_500),
    "half": (digitrec.Fast(), 14_000),
    "one": (digitrec.Fast(), 42_000),
    "five": (digitrec.Conv(epochs=2), 60_000),
    "minute": (digitrec.Best(members=1, epochs=3), 60_000),
    "two-minutes": (digitrec.Best(members=1, epochs=6), 60_000),
}


def main() -> None:
    """Train once and print the row."""
    mnist, seed, folder = arguments()
    recipe, count = BUDGETS[sys.argv[4]]
    digits = load_mnist()
    whole = [digits.train, digits.validation] if count > len(digits.train) else [digits.train[:count], digits.train[:0]]
    run = digitrec.train(recipe, replace_parts(digits, whole), seed=seed, runs=folder)
    predicted = run.model().probabilities(mnist.test_images).argmax(1)
    clocks = {name: run.record["clocks"][name] for name in ("train_seconds", "cpu_seconds")}
    report(
        predicted, mnist.test_labels, clocks, f"digitrec {digitrec.__version__}", arithmetic=run.record["arithmetic"]
    )


def replace_parts(digits: digitrec.Mnist, parts: list[digitrec.Digits]) -> digitrec.Mnist:
    """Return MNIST with other digits to learn from."""
    return digits._replace(train=parts[0], validation=parts[1])


if __name__ == "__main__":
    main()
