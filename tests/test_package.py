"""The package as a whole: what importing it does, what is public, and which way its imports point."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import digitrec
from conftest import REPOSITORY
from digitrec.errors import DigitrecError

SOURCE = REPOSITORY / "src" / "digitrec"

ORDER = [
    # Each may import those above it; of those on its own line, any.
    ["errors", "extras", "files"],
    ["digitrec"],
    ["data.digits", "data.idx", "data.archives", "data.folder", "data.mirrors", "data.wheel"],
    ["data.mnist", "data.fashion"],
    ["damage.blurring", "damage.geometry", "damage.overlays"],
    ["damage.noise"],
    ["damage.corrupt"],
    ["damage.vary", "damage.strangers"],
    ["runtime", "arrangement"],
    ["model"],
    ["reading.signs", "reading.normalise", "reading.quantile", "reading.sharpness"],
    ["reading.texts"],
    ["reading.decode", "reading.seams"],
    ["reading.prior", "reading.slashes"],
    ["reading.pdf", "reading.pnm", "reading.formats", "reading.pixels", "reading.picture", "reading.folder"],
    ["reading.straight", "reading.dither"],
    ["reading.boxes", "reading.combs", "reading.crossings", "reading.outlines"],
    ["reading.rules"],
    ["reading.polarity"],
    ["reading.ground", "reading.grain", "reading.frames", "reading.full_ink"],
    ["reading.paper_alone", "reading.colours", "reading.shadows"],
    ["reading.highlights", "reading.corners"],
    ["reading.beyond"],
    ["reading.fingers", "reading.sheet", "reading.jagged", "reading.panel", "reading.screenshot"],
    ["reading.ink"],
    ["reading.parts"],
    ["reading.incline", "reading.reading_order", "reading.cells"],
    ["reading.holes", "reading.margins", "reading.over_edge"],
    [
        "reading.separators",
        "reading.parentheses",
        "reading.hollow",
        "reading.ellipses",
        "reading.writing",
        "reading.line_ends",
    ],
    ["reading.strays", "reading.grouping"],
    ["reading.layout"],
    ["reading.reading", "drawing.reading"],  # a reading is shown as a picture of it
    ["reading.pattern"],
    ["reading.advice", "reading.looks"],
    ["reading.confidence", "reading.halves", "reading.beside_numbers"],
    ["reading.labels", "reading.line_reading"],
    ["reading.sideways", "reading.upside_down"],
    ["reading.reader"],
    ["scoring.score"],
    ["scoring.comparison", "scoring.calibration", "scoring.temperature", "scoring.detection"],
    ["scoring.robustness"],
    ["reporting.nearest", "reporting.charts"],
    ["reporting.contents"],
    ["reporting.page"],
    ["reporting.files"],
    ["comparing"],
    ["training"],
    ["training.settings"],
    ["training.recipe"],
    ["training.reading_recipe"],
    ["training.recipes", "training.runs"],
    ["training.saved_recipes"],
    ["training.history", "training.diagnosis", "training.advice", "training.examine"],
    ["training.layers", "training.strokes"],
    ["training.marks", "training.pens", "training.ways"],
    ["training.drawn_digits"],
    ["training.shapes"],
    ["training.reading_network", "training.lines", "training.singles", "training.paper"],
    ["training.network", "training.augment", "training.environment", "training.preparation"],
    ["training.step", "training.batches", "training.folding", "training.reader_batches"],
    ["training.memory", "training.recorded", "training.optimizer"],
    ["training.learning", "training.trials"],
    ["training.arithmetic", "training.loop"],
    ["training.reading_loop"],
    ["training.threads"],
    ["training.familiarity", "training.half_precision", "training.on_demand", "training.joining"],
    ["training.second_look"],
    ["training.calibrate_reader"],
    ["training.calibrate", "training.checkpoint", "training.curve", "training.export"],
    ["training.model_file"],
    ["training.train"],
    ["drawing.answer"],
    ["drawing.terminal", "drawing.pictures"],
    ["outputs"],
    ["scanning", "processes"],  # the latter loaded where it is of use
    ["rows"],
    ["showing", "progress", "options"],
    ["commands.complaints"],
    ["commands.shared", "commands.telling"],
    ["commands.read", "commands.data", "commands.train", "commands.test", "commands.show", "commands.compare"],
    ["cli"],
    ["__main__"],
]

WITH_TORCH = {"training.network", "training.environment", "training.loop", "training.checkpoint", "training.curve"}
WITH_TORCH |= {
    "training.preparation",
    "training.calibrate",
    "training.calibrate_reader",
    "training.familiarity",
    "training.second_look",
    "training.batches",
    "training.folding",
    "training.joining",
    "training.export",
    "training.model_file",
    "training.train",
    "training.augment",
    "training.recorded",
    "training.learning",
    "training.arithmetic",
    "training.memory",
    "training.optimizer",
    "training.step",
    "training.layers",
    "training.reading_network",
    "training.reader_batches",
    "training.reading_loop",
    "training.trials",
    "training.threads",
}


def modules() -> dict[str, ast.Module]:
    """Return the package's modules by name, without those that only hold a docstring."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        if len(tree.body) > 1:
            found["digitrec" if name == "__init__" else name] = tree
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that are imported anywhere in `tree`, in functions too, except for typing alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imported(node)


def internal(tree: ast.AST, known: dict[str, ast.Module]) -> set[str]:
    names = {name.removeprefix("digitrec.") for name in imported(tree) if name.startswith("digitrec.")}
    return names & known.keys()


def test_imports_only_point_backwards() -> None:
    known = modules()
    place = {name: row for row, names in enumerate(ORDER) for name in names}

    assert place.keys() == known.keys()
    wrong = {
        f"{name} imports {other}"
        for name, tree in known.items()
        if name != "digitrec"  # fetches its public names late, by name
        for other in internal(tree, known)
        if place[other] > place[name]
    }
    assert not wrong


def test_only_the_workshop_imports_torch() -> None:
    assert {name for name, tree in modules().items() if any(i.split(".")[0] == "torch" for i in imported(tree))} <= (
        WITH_TORCH
    )


def test_only_the_command_line_prints() -> None:
    calls = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert {name.split(".")[0] for name in calls} == {"commands"}


def test_every_module_opens_with_a_paragraph_and_fits_on_a_few_screens() -> None:
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), path
        assert text.count("\n") <= 260, path


def test_importing_loads_nothing_heavy_and_writes_nothing(tmp_path: Path) -> None:
    code = "import sys, digitrec; print(*sorted(name.split('.')[0] for name in sys.modules))"
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())

    assert "digitrec" in loaded
    assert not loaded & {"torch", "numpy", "onnxruntime", "cyclopts", "rich", "PIL", "pooch", "requests", "matplotlib"}
    assert not list(tmp_path.iterdir())


def test_every_public_name_is_there_documented_and_no_other() -> None:
    for name in digitrec.__all__:
        assert getattr(digitrec, name).__doc__, name
    assert set(dir(digitrec)) == {*digitrec.__all__, "__version__"}
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = digitrec.nonsense


def test_every_error_of_ours_is_in_the_tree_of_its_module() -> None:
    documented = set(re.findall(r"\w+Error", digitrec.errors.__doc__ or ""))
    there = {name for name in vars(digitrec.errors) if name.endswith("Error")}

    assert documented == there
    assert all(issubclass(getattr(digitrec.errors, name), DigitrecError) for name in there)


def test_the_version_is_that_of_the_changelog() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", changelog, re.MULTILINE)

    assert newest
    assert newest[1] == digitrec.__version__


def test_the_package_says_that_its_types_can_be_relied_on_and_is_packed_whole() -> None:
    assert (SOURCE / "py.typed").read_bytes() == b""
    packed = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    # Without a word about a wheel, all that lies in the package's folder is in it.
    assert packed["targets"].keys() == {"sdist"}
    assert "src" in packed["targets"]["sdist"]["include"]
