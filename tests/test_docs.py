"""What the documents say is run, compared with its source, and found."""

import importlib
import json
import math
import os
import re
import shlex
import statistics
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.flop_counter import FlopCounterMode

import digitrec
from conftest import REPOSITORY
from digitrec.data.mnist import Mnist
from digitrec.drawing.reading import annotated
from digitrec.training.folding import folded, folds
from digitrec.training.network import build_network
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Best, Conv, Dense, Elastic, Fast
from digitrec.training.saved_recipes import recipe_to_json

DOCUMENTS = sorted([*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/*.md"), *REPOSITORY.glob("experiments/*.md")])
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


PHOTO = ["07", "51", "4337", "8005"]
"""What is written in the README's photo."""


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder to work in."""
    return tmp_path_factory.mktemp("reader")


def test_the_readmes_commands_work_as_they_stand(folder: Path, mnist_folder: Path) -> None:
    commands = [line for line in blocks(README, "bash")[2].splitlines() if line.strip()]
    environment = {
        **os.environ,
        "DIGITREC_DATA": str(mnist_folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    for line in commands:
        done = subprocess.run(
            shlex.split(line, comments=True), cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        assert done.stdout
    assert len(commands) == 10
    assert (folder / "sheet.png").exists()
    tested = (folder / "runs" / "dense" / "run.json").read_text(encoding="utf-8")
    assert re.search(r'"accuracy": 0\.9[34]', tested)


def test_the_readmes_photo_is_read_as_it_says(folder: Path) -> None:
    (folder / "docs").mkdir()
    (folder / "docs" / "photo.jpg").write_bytes((REPOSITORY / "docs" / "photo.jpg").read_bytes())
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    printed = []
    for line in blocks(README, "bash")[3].splitlines():
        done = subprocess.run(
            shlex.split(line, comments=True), cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        printed.append(done.stdout)
    assert len(printed) == 7
    assert printed[0].split() == PHOTO
    assert printed[-1].split() == PHOTO
    for name in ("seen", "seen-how"):
        (picture,) = (folder / name).iterdir()
        assert picture.suffix == ".png"
    assert (folder / "numbers.csv").read_text(encoding="utf-8").count("\n") == len(PHOTO) + 1


def test_the_readmes_picture_shows_what_is_read_in_its_photo_now() -> None:
    benchmark = script("photo_read")
    with Image.open(benchmark.PICTURE) as committed:
        shown = np.asarray(committed.convert("RGB"), dtype=np.int16)
    now = np.asarray(annotated(digitrec.read(benchmark.PHOTO)), dtype=np.int16)

    # When reading or drawing has changed: python benchmarks/photo_read.py
    assert shown.shape == now.shape
    # Another build of Pillow smooths letters otherwise; a box that moved by a pixel is more than that.
    assert (abs(shown - now).max(2) > 100).mean() < 0.0004


def test_the_readmes_python_works_as_it_stands(folder: Path, mnist_folder: Path) -> None:
    _, code = blocks(README, "python")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env={**os.environ, "DIGITREC_DATA": str(mnist_folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert re.match(r"9\d{3} of 10000 \(0\.9", done.stdout)


def test_the_readmes_steps_of_reading_work_as_they_stand() -> None:
    code, _ = blocks(README, "python")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert printed[: len(PHOTO)] == PHOTO
    assert [re.fullmatch(r"\(28, \d+\)", each) is not None for each in printed[len(PHOTO) :]] == [True] * len(PHOTO)


def test_ci_installs_and_tests_as_the_readme_says() -> None:
    _, second = blocks(README, "bash")[:2]
    _, install, test = (part.strip() for part in second.split("&&"))
    ci = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")

    for command in (install, test):
        words = command.removeprefix(".venv/bin/").split()
        (line,) = (line for line in ci.splitlines() if line.startswith(f'"$bin/{words[0]}" {words[1]}'))
        assert [word for word in line.split()[1:] if word not in {"--quiet", "--disable-pip-version-check"}] == words[
            1:
        ]


def test_contributings_commands_are_those_of_ci() -> None:
    (block,) = blocks((REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8"), "bash")
    ci = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")

    for tool in ("ruff format", "ruff check", "mypy", "python -m pytest"):
        assert f".venv/bin/{tool}" in block
        assert f'"$bin/{tool.split()[0]}" {tool.partition(" ")[2]}'.strip() in ci


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if not link.startswith("https://")]
    named = re.findall(r"`((?:docs|tests|benchmarks|notebooks|experiments)/[\w./-]+)`", text)

    for link in links:
        assert (document.parent / link).exists(), link
    for name in named:
        assert (REPOSITORY / name).exists(), name


def script(name: str) -> ModuleType:
    """Import a script of `benchmarks/`, which import each other by name."""
    return importlib.import_module(name)


@pytest.mark.parametrize("name", ["keras_equality", "training", "inference", "startup", "pages"])
def test_a_page_says_what_the_committed_rows_say(name: str) -> None:
    benchmark = script(name)

    assert benchmark.PAGE.read_text(encoding="utf-8") == benchmark.page(benchmark.read_rows())


@pytest.mark.parametrize(
    ("recipe", "seeds", "accuracy", "seconds"),
    [
        (Dense(), 5, 0.93, math.inf),
        (Elastic(), 3, 0.993, math.inf),
        (Fast(), 30, 0.99, 3),
        (Conv(), 10, 0.995, 20),
        (Best(), 5, 0.997, 1200),
    ],
)
def test_a_recipe_reached_what_is_promised_of_it(recipe: Recipe, seeds: int, accuracy: float, seconds: float) -> None:
    """The accuracy where all seeds are measured on one machine, and the time there: others take longer (log, 27)."""
    rows = [row for row in script("training").read_rows() if row["name"] == recipe.name]
    # It is promised of two cores; the libraries of a card alone take more memory.
    parts = script("training_page").by_machine([row for row in rows if "accelerator" not in row])
    whole = [part for part in parts if sorted(row["seed"] for row in part) == list(range(seeds))]

    assert max(statistics.mean(row["accuracy"] for row in part) for part in whole) >= accuracy
    assert min(statistics.median(row["train_seconds"] for row in part) for part in whole) <= seconds
    for part in parts:
        # By no more below it than chance has it: on one processor `best` has 99.692 % (experiments/LOG.md, 77).
        found = [row["accuracy"] for row in part]
        assert statistics.mean(found) + 2 * statistics.stdev(found) / len(found) ** 0.5 >= accuracy
        assert max(row["peak_megabytes"] for row in part) <= 1229
        # The rows are of the recipe as it is now, not as it was. Before it could be chosen nothing was prepared; and
        # on one machine `conv` was measured before its file looked twice, which is no matter of training.
        now = json.loads(json.dumps(recipe_to_json(recipe)))
        assert all(now == {**now, "prepare": False, **row["settings"]} for row in part)


def test_ours_took_as_little_beside_the_peers_as_promised() -> None:
    page = script("training_page")
    compared, ratios = set(), []
    for part in page.by_machine(script("training").read_rows()):
        groups = page.grouped(part)
        backends = [name for name in groups if name.startswith("keras-dense-")]
        if "dense" in groups and backends:
            fastest = min(backends, key=lambda name: page.median(groups[name], "train_seconds"))
            ratios.append(page.ratio(groups["dense"], groups[fastest]))
            compared.add("dense")
        # It is promised of two cores; on a card both wait for being told of each step.
        card = any("accelerator" in row for row in part)
        if not card and {"fast", "one-epoch"} <= groups.keys() and not page.is_late(groups["one-epoch"]):
            # 0.25 is promised; with AVX2 alone it is 0.26, since the peers' clocks load no compiler any more (72).
            assert page.ratio(groups["fast"], groups["one-epoch"]) <= 0.27
            assert page.mean(groups["fast"]) >= page.mean(groups["one-epoch"])
            compared.add("fast")
        if "conv" in groups:
            budget = 10 * page.median(groups["conv"], "train_seconds")
            within = {
                name
                for name, group in groups.items()
                if page.is_peer(name) and page.median(group, "train_seconds") <= budget and page.mean(group) >= 0.995
            }
            assert not within
            compared.add("conv")
    assert compared == {"dense", "fast", "conv"}
    # 0.6 is promised of a processor with bfloat16; with AVX2 alone it is 0.65.
    assert min(ratios) <= 0.6
    assert max(ratios) <= 0.66


def test_the_model_of_conv_answers_as_fast_as_promised() -> None:
    rows = [row for row in script("inference").read_rows() if row["model"] == "`conv`" and row["way"] == "digitrec"]

    assert all(row["p50_us"] <= 100 for row in rows if row["batch"] == 1)
    assert max(row["images_per_second"] for row in rows if row["threads"] == 2) >= 100_000


def test_the_work_in_the_benchmark_is_that_of_the_networks(mnist: Mnist) -> None:
    """What `entries.py` says of each layer, against what torch counts in the network itself."""
    entries = script("entries").ENTRIES
    for recipe in (Dense(), Elastic(), Fast(), Conv(), Best()):
        network = build_network(recipe, torch.Generator().manual_seed(0)).eval()
        network = folded(network, mnist.train.images) if folds(recipe) else network
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            network(torch.zeros(2, 28, 28, dtype=torch.uint8))
        members = getattr(recipe, "members", 1)
        shown = 5 if getattr(recipe, "average_shifts", False) else 1
        assert counter.get_total_flops() / 2 / shown == 2 * members * sum(entries[recipe.name].products)
        assert entries[recipe.name].images == members * recipe.epochs * 60_000


@pytest.mark.parametrize(("column", "model"), [(1, "conv"), (2, "best")])
def test_the_table_of_the_reports_says_what_the_reports_say(column: int, model: str) -> None:
    text = (REPOSITORY / "docs" / "report.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
    said = {row[0]: row[column] for row in rows}
    report = json.loads((REPOSITORY / "docs" / "reports" / f"{model}.json").read_text(encoding="utf-8"))
    families = {each["family"]: each["accuracy"] for each in report["robustness"]["families"]}
    areas = {kind: each["area"] for kind, each in report["robustness"]["strangers"].items()}
    wrong = 100 * dict(report["answering"])[0.99]
    verdict = "reached" if wrong <= 0.1 else "**missed**"

    assert said == {
        "": f"`{model}`",
        "expected calibration error": f"{100 * report['calibration']['expected_error']:.2f}",
        "negative log-likelihood (no per cent)": f"{report['scores']['loss']:.4f}",
        "wrong when a hundredth is declined, promised at most 0.10": f"{wrong:.2f}: {verdict}",
        "MNIST-C, mean of fifteen": f"{100 * report['robustness']['mean']:.1f}",
        "of them zigzag, canny edges": f"{100 * families['zigzag']:.1f}, {100 * families['canny_edges']:.1f}",
        "letters, drawn: area under the curve": f"{100 * areas['letters, drawn']:.1f}",
        "letters, printed": f"{100 * areas['letters, printed']:.1f}",
        "clothes (Fashion-MNIST)": f"{100 * areas['clothes (Fashion-MNIST)']:.1f}",
    }


def test_the_short_commands_took_no_longer_than_promised() -> None:
    benchmark = script("startup")
    rows = benchmark.read_rows()
    medians = {row["command"]: statistics.median(row["seconds"]) for row in rows if "command" in row}

    assert medians.keys() | {"digitrec read one.png"} == benchmark.LIMITS.keys()
    assert all(median <= benchmark.LIMITS[command] for command, median in medians.items())
    # Rows that name the machine were measured when pictures were, too.
    assert not any("processor" in row for row in rows) or "digitrec read one.png" in medians
    assert max((row["megabytes"] or 0 for row in rows if "megabytes" in row), default=0) <= benchmark.MEGABYTES


def test_dense_equals_keras_in_the_committed_rows() -> None:
    rows = script("keras_equality").read_rows()
    mean = {
        who: (
            np.mean([row["loss"] for row in rows if row["who"] == who], axis=0),
            statistics.mean(row["test_accuracy"] for row in rows if row["who"] == who),
        )
        for who in ("keras", "digitrec")
    }
    (theirs, their_accuracy), (ours, our_accuracy) = mean["keras"], mean["digitrec"]

    assert len(ours) == len(theirs) == 20
    assert abs(ours[0] / theirs[0] - 1) <= 0.025
    assert (abs(ours[1:] / theirs[1:] - 1) <= 0.015).all()
    assert abs(our_accuracy - their_accuracy) <= 0.002


def test_from_the_same_start_in_the_same_order_keras_and_dense_are_the_same_training() -> None:
    rows = script("keras_equality").read_rows()
    pairs = [
        (row, next(other for other in rows if other["who"] == "digitrec" and other["seed"] == row["seed"]))
        for row in rows
        if row["who"] == "keras from our start"
    ]

    assert len(pairs) >= 3
    for theirs, ours in pairs:
        np.testing.assert_allclose(ours["loss"], theirs["loss"], rtol=0.005)
        assert abs(ours["test_accuracy"] - theirs["test_accuracy"]) <= 0.002


def test_every_dependency_has_its_reason() -> None:
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:dependencies|train|photos|dev) = \[(.*?)\]$", project, re.MULTILINE | re.DOTALL)
    names = {name for part in lists for name in re.findall(r'"([a-z0-9-]+)[><]', part)}
    table = (REPOSITORY / "docs" / "design.md").read_text(encoding="utf-8").lower()

    assert len(lists) == 4
    assert {"pillow-heif", "pypdfium2", "torch"} <= names
    assert {name for name in names if name not in table} == set()


def test_the_constraints_pin_every_dependency() -> None:
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    pinned = re.findall(r"^([\w.-]+)==", (REPOSITORY / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    names = set(re.findall(r'"([a-z0-9-]+)[><]', project.partition("[project]")[2]))

    assert {"pillow-heif", "pypdfium2"} <= names
    assert names <= {name.lower().replace("_", "-") for name in pinned}
