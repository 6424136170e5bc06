"""The page and the picture of the benchmark of training, from its rows alone.

In: rows as `training.py` writes them. Out: Markdown, and a PNG of accuracy against time. Knows nothing
of how a row came about.
"""

import math
import statistics
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from entries import ENTRIES
from label_places import Point, places

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "benchmarks.md"
PICTURE = DOCS / "benchmarks.png"

Row = dict[str, Any]

MOST_APART = 600
"""Seconds between two trainings whose clocks are compared; the speed of a shared machine drifts."""

BEFORE, BEYOND = 1.6, 13
"""How many times as far the picture reaches as the shortest and the longest clock; beyond there is room for names."""

LEVELS = (0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.0025)
"""Errors with a line across the picture."""

TICKS = {
    0.02: "20 ms",
    0.1: "0.1 s",
    0.25: "0.25 s",
    1: "1 s",
    5: "5 s",
    20: "20 s",
    60: "1 min",
    180: "3 min",
    600: "10 min",
}
"""Clocks with a line down the picture."""

TORCH = "peers/torch_networks.py"

LATE = """\
- †: with 1 to 4 s in its clocks in which torch loads its compiler, which is no training; measured before that was seen,
  so nothing is compared with it."""

INTRODUCTION = """\
# Training: ours and what you might pick instead

Written by `benchmarks/training.py` from `benchmarks/results/training.jsonl`; run it for the same on your machine.
Everyone trains on MNIST's 60,000 training digits on the same machine, with as many threads as it likes, and is scored
once on the 10,000 test digits. Keras's convolutional example keeps a tenth of the digits to itself, as its authors have
it, and scores them within its clock; tinygrad's draws with replacement; ours of less than a second see a part of them.
Our settings were chosen on training digits held out, the last 5,000 or 10,000 or the first 10,000, but results on the
test digits led to going on, or back (`experiments/LOG.md`): a network for `conv` was given up after its first two seeds
had 99.44 and 99.47 % (24; the next was chosen on digits held out), `conv` got a fourth epoch after a first 99.50 %
(27), `best` was worked on while its mean was under 99.70 % (39, 41), and a change of it that gained nothing there was
dropped (81). The peers have the settings that their authors published, scikit-learn its own but for the SVM (C 5,
gamma 0.05) and the neighbours.

- **train**: digits in memory, first step to last, after one step that does not count. **cold**: start of the process to
  the model file written. **CPU**: seconds of processor time while training. Medians over the seeds.
- **work**: multiplications and additions of the layers' products, forward and backward, nothing else counted.
- **ours in about …**: the recipes' networks with fewer digits or other epochs, named by what an EPYC took at first;
  what each machine takes is in its table.
- **on the 9,985**: on the test digits whose labels pass human validation.
- **of peak**: work a second, as a share of what this machine reached beside it in the same arithmetic (`float32`, or
  `bfloat16` where it says so), in the better of a 512³ product (on a card 8192³) and a 3×3 convolution of 64 channels.
"""

BESIDE_OTHER_WORK = {
    "Intel(R) Xeon(R) Processor (family 6, model 167), 2 cores": (
        "- PyTorch's example, Keras's convolutional example on JAX and torch, tinygrad and the SVM ran beside light"
        " other work: take their times\n  for upper bounds (`experiments/LOG.md`, 77, 82)."
    ),
}
"""By machine, what of its clocks is not to be taken as it stands."""


def page(rows: Sequence[Row]) -> str:
    """Return the page that says what the rows say."""
    shown = machine(by_machine(rows)[0][0])
    picture = f"![Accuracy against time on {shown}, ours and theirs, both axes logarithmic](benchmarks.png)"
    return "\n".join([INTRODUCTION, picture, "", *(line for part in by_machine(rows) for line in section(part))])


def section(rows: Sequence[Row]) -> list[str]:
    """Return what was measured on one machine."""
    groups = grouped(rows)
    return [
        f"## {machine(rows[0])}",
        "",
        "| | seeds | accuracy, mean ± sd | train | cold | CPU | work, GFLOP | GFLOP/s | of peak |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        *(line(name, group) for name, group in groups.items()),
        "",
        "| recipe | seeds | accuracy, mean ± sd | least | most | on the 9,985 | train, median | most memory |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *(recipe_line(name, group) for name, group in groups.items() if ENTRIES[name].recipe),
        "",
        *comparisons(groups),
        *([LATE] if any(map(is_late, groups.values())) else []),
        *([BESIDE_OTHER_WORK[machine(rows[0])]] if machine(rows[0]) in BESIDE_OTHER_WORK else []),
        "",
        f"With: {'; '.join(sorted({row['version'] for row in rows}))}.",
        "",
    ]


def by_machine(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows of each machine, the one with the most entries first: clocks of two machines do not compare."""
    parts = [[row for row in rows if machine(row) == name] for name in sorted({machine(row) for row in rows})]
    return sorted(parts, key=lambda part: -len(grouped(part)))


def grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of each entry, in the table's order."""
    groups = {name: [row for row in rows if row["name"] == name] for name in ENTRIES}
    return {name: group for name, group in groups.items() if group}


def line(name: str, group: Sequence[Row]) -> str:
    """Return an entry's line of the large table."""
    entry = ENTRIES[name]
    coarse = " (bfloat16)" if kind_of_numbers(group[0]) == "bfloat16" else ""
    work = (
        f"{entry.gflop:,.0f} | {speed(group):,.0f} | {100 * share(group):.0f} %{coarse}" if entry.gflop else "– | – | –"
    )
    title = entry.title + (" †" if is_late(group) else "")
    return (
        f"| {title} | {len(group)} | {accuracy(group)} | {clock(group, 'train_seconds')}"
        f" | {clock(group, 'cold_seconds')} | {clock(group, 'cpu_seconds')} | {work} |"
    )


def recipe_line(name: str, group: Sequence[Row]) -> str:
    """Return a recipe's line of the smaller table."""
    percent = [100 * row["accuracy"] for row in group]
    valid = statistics.mean(100 * row["accuracy_on_valid_labels"] for row in group)
    return (
        f"| `{name}` | {len(group)} | {accuracy(group)} | {min(percent):.2f} % | {max(percent):.2f} %"
        f" | {valid:.3f} % | {clock(group, 'train_seconds')}"
        f" | {max(row['peak_megabytes'] for row in group):,.0f} MB |"
    )


def comparisons(groups: dict[str, list[Row]]) -> list[str]:
    """Return the sentences that set ours against a peer, each a median of pairs run in turn."""
    lines = []
    backends = [name for name in groups if name.startswith("keras-dense-")]
    if "dense" in groups and backends:
        fastest = min(backends, key=lambda name: median(groups[name], "train_seconds"))
        took = ratio(groups["dense"], groups[fastest])
        lines.append(f"- `dense` takes {took:.2f} of the time of {ENTRIES[fastest].title}, its fastest backend.")
    lines += [
        f"- `fast` takes {ratio(groups['fast'], groups[name]):.2f} of the time of {ENTRIES[name].title}."
        for name in ("one-epoch", "one-epoch-channels-last")
        if {"fast", name} <= groups.keys() and not is_late(groups[name])
    ]
    if "conv" in groups:
        budget = 10 * median(groups["conv"], "train_seconds")
        peers = {name: group for name, group in groups.items() if is_peer(name)}
        within = [name for name, group in peers.items() if median(group, "train_seconds") <= budget]
        for name in sorted(within, key=lambda name: mean(groups[name]))[-1:]:
            found = f"{ENTRIES[name].title} with {100 * mean(groups[name]):.2f} %"
            lines.append(f"- Within ten times the time of `conv` ({seconds(budget)}) the best of the peers is {found}.")
        reached = [name for name, group in peers.items() if mean(group) >= 0.995]  # noqa: PLR2004 - the promise
        names = ", ".join(ENTRIES[name].title for name in reached) or "none of the peers measured, at any time"
        lines.append(f"- 99.5 % is reached by: {names}.")
    return lines


def draw(rows: Sequence[Row], path: Path) -> None:
    """Write the picture of the machine with the most entries: error against train clock, both axes logarithmic."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - the page is written without it
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: PLC0415

    figure = Figure(figsize=(10, 6.4), dpi=130, layout="constrained")
    canvas, axes = FigureCanvasAgg(figure), figure.add_subplot()
    part = by_machine(rows)[0]
    groups = grouped(part)
    # Networks of dense layers alone are beside the ladder of the best for each time.
    ours = [name for name in groups if not is_peer(name) and name not in {"dense", "elastic"}]
    ladder = sorted(point(groups[name]) for name in ours)
    axes.plot(*zip(*ladder, strict=True), color="#0072b2", linewidth=1.5, zorder=2)
    for name, group in groups.items():
        axes.errorbar(
            *point(group), yerr=spread(group), marker="o" if is_peer(name) else "s", color=colour(name), capsize=2
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.invert_yaxis()
    axes.set_yticks(LEVELS)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * (1 - value):.4g} %"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    clocks = [point(group)[0] for group in groups.values()]
    axes.set_xticks(list(TICKS), list(TICKS.values()))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(min(clocks) / BEFORE, max(clocks) * BEYOND)
    axes.grid(alpha=0.3)
    axes.set_xlabel("train clock")
    axes.set_ylabel("accuracy on the test digits, mean over seeds")
    title = f"Accuracy against time: ours (blue) and what you might pick instead\n{machine(part[0])}"
    axes.set_title(title, loc="left", fontsize=11)
    label(axes, canvas, groups, ladder)
    figure.savefig(path, metadata={"Software": None})


def label(axes: Any, canvas: Any, groups: dict[str, list[Row]], ladder: Sequence[Point]) -> None:
    """Write each entry's name beside its point, off all points, their spreads and the ladder between ours."""
    named = [name for name in groups if ENTRIES[name].short]
    labels = [
        axes.text(
            0, 0, ENTRIES[name].short, fontsize=8, color=colour(name), weight="normal" if is_peer(name) else "bold"
        )
        for name in named
    ]
    canvas.figure.draw_without_rendering()

    def pixels(at: Point) -> Point:
        across, up = axes.transData.transform(at)
        return float(across), float(up)

    taken = []
    for group in groups.values():
        time, error = point(group)
        across, up = pixels((time, error))
        ends = [pixels((time, error + way * spread(group)))[1] for way in (1, -1)]
        taken.append((across - 6, min(*ends, up - 4) - 2, across + 6, max(*ends, up + 4) + 2))
    corners = [pixels(each) for each in ladder]
    for (left, low), (right, high) in pairwise(corners):
        for step in range(0, 101, 2):
            across, up = left + (right - left) * step / 100, low + (high - low) * step / 100
            taken.append((across - 3, up - 3, across + 3, up + 3))
    extents = [each.get_window_extent(canvas.get_renderer()) for each in labels]
    sizes = [(extent.width, extent.height) for extent in extents]
    box = axes.get_window_extent()
    frame = (box.x0 + 4, box.y0 + 4, box.x1 - 4, box.y1 - 4)
    found = places([pixels(point(groups[name])) for name in named], sizes, taken, frame)
    for each, extent, (left, low) in zip(labels, extents, found, strict=True):
        across, up = pixels(each.get_position())
        each.set_position(axes.transData.inverted().transform((across + left - extent.x0, up + low - extent.y0)))


def point(group: Sequence[Row]) -> Point:
    """Return where an entry stands in the picture: its clock and its error."""
    return median(group, "train_seconds"), 1 - mean(group)


def spread(group: Sequence[Row]) -> float:
    """Return the deviation over the seeds, 0 of one alone."""
    return statistics.stdev(row["accuracy"] for row in group) if len(group) > 1 else 0.0


def colour(name: str) -> str:
    """Return the colour of an entry in the picture."""
    return "#555555" if is_peer(name) else "#0072b2"


def machine(row: Row) -> str:
    """Return what the machine is called, after its card where that computed."""
    beside = f"{row['accelerator']}, beside " if "accelerator" in row else ""
    return f"{beside}{row['processor']}, {row['cores']} cores"


def is_late(group: Sequence[Row]) -> bool:
    """Whether the clock ran while torch loaded its compiler, as it did in the first measurements of others' networks.

    That is with the first optimizer of a process, and is no training.
    """
    return ENTRIES[group[0]["name"]].script == TORCH and not all("compiler_loaded" in row for row in group)


def is_peer(name: str) -> bool:
    """Whether the entry is somebody else's."""
    return not ENTRIES[name].recipe and not name.startswith("budget-")


def accuracy(group: Sequence[Row]) -> str:
    """Return the mean accuracy with its deviation."""
    deviation = f" ± {100 * spread(group):.3f}" if len(group) > 1 else ""
    return f"{100 * mean(group):.3f}{deviation} %"


def mean(group: Sequence[Row]) -> float:
    """Return the mean accuracy."""
    return float(statistics.mean(row["accuracy"] for row in group))


def median(group: Sequence[Row], what: str) -> float:
    """Return the median of a clock."""
    return float(statistics.median(row[what] for row in group))


def ratio(ours: Sequence[Row], theirs: Sequence[Row]) -> float:
    """Return the median ratio of train clocks over pairs of the same seed, measured within minutes of each other."""
    pairs = {row["seed"]: row for row in theirs}
    ratios = [
        row["train_seconds"] / pairs[row["seed"]]["train_seconds"]
        for row in ours
        if row["seed"] in pairs and apart(row, pairs[row["seed"]]) <= MOST_APART
    ]
    return float(statistics.median(ratios))


def apart(one: Row, other: Row) -> float:
    """Return how many seconds lie between two trainings; the first rows did not say when they were measured."""
    if not ("measured_at" in one and "measured_at" in other):
        return math.inf
    times = [datetime.fromisoformat(row["measured_at"]) for row in (one, other)]
    return abs((times[0] - times[1]).total_seconds())


def speed(group: Sequence[Row]) -> float:
    """Return the median GFLOP/s."""
    gflop = ENTRIES[group[0]["name"]].gflop or 0
    return float(statistics.median(gflop / row["train_seconds"] for row in group))


def kind_of_numbers(row: Row) -> str:
    """Return what a training's products were of: those of coarse products and those of coarse numbers are as coarse."""
    return str(row["arithmetic"]).removesuffix(" products")


def share(group: Sequence[Row]) -> float:
    """Return the median share of the peak measured beside each training, in its arithmetic."""
    gflop = ENTRIES[group[0]["name"]].gflop or 0
    return float(
        statistics.median(gflop / row["train_seconds"] / row["peak_gflops"][kind_of_numbers(row)] for row in group)
    )


def clock(group: Sequence[Row], what: str) -> str:
    """Return the median of a clock, in milliseconds where a card computed."""
    value = median(group, what)
    return f"{1000 * value:,.0f} ms" if "accelerator" in group[0] else seconds(value)


def seconds(value: float) -> str:
    """Return a time with a sensible number of digits."""
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s" if value < 100 else f"{value:,.0f} s"  # noqa: PLR2004
