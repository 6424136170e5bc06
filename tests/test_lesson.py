"""The lesson: one text in two files, stored with what it shows, and still running from top to bottom.

Run as a script, this stores the notebook anew: python tests/test_lesson.py
"""

import os
import platform
import re
import socket
import tempfile
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
TEXT = NOTEBOOKS / "digit_recognition.py"
STORED = NOTEBOOKS / "digit_recognition.ipynb"

LARGEST = 600_000
CHAPTERS = 15


def executed(folder: Path, **environment: str) -> Any:
    """Return the lesson as notebook, executed in `folder` by this interpreter, an exception where a cell fails."""
    notebook = jupytext.read(TEXT)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03}"  # the text keeps no names of cells, and random ones change with each execution
    own = {name: str(folder / name.lower()) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    # Threads that wait in a loop make training ten times slower where others use the cores, too.
    own |= {"JUPYTER_PLATFORM_DIRS": "1", "MPLBACKEND": "", "OMP_WAIT_POLICY": "PASSIVE"}
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env={**os.environ, **own, **environment})
    return notebook


def store() -> None:
    """Execute the lesson in full length and store it beside its text."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = executed(Path(folder))
    notebook.metadata = {"jupytext": {"formats": "ipynb,py:percent"}, "kernelspec": notebook.metadata["kernelspec"]}
    nbformat.write(notebook, STORED)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def stored() -> Any:
    """The notebook as it is stored, which is valid."""
    notebook = nbformat.read(STORED, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def printed(notebook: Any) -> str:
    """Return all that the cells printed or showed as text."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs(notebook)]
    return "\n".join(texts)


def pictures(notebook: Any) -> list[str]:
    return [output.data["image/png"] for output in outputs(notebook) if "image/png" in output.get("data", {})]


def noise(notebook: Any) -> list[Any]:
    """Return what no reader wants to see: errors that were not caught, and all that went to standard error."""
    return [output for output in outputs(notebook) if output.output_type == "error" or output.get("name") == "stderr"]


def test_text_and_notebook_hold_the_same_cells(stored: Any) -> None:
    text = jupytext.read(TEXT)
    assert [(cell.cell_type, cell.source) for cell in stored.cells] == [
        (cell.cell_type, cell.source) for cell in text.cells
    ]
    assert stored.metadata.jupytext.formats == text.metadata.jupytext.formats == "ipynb,py:percent"


def test_the_chapters_count_from_one(stored: Any) -> None:
    prose = "\n".join(cell.source for cell in stored.cells if cell.cell_type == "markdown")
    assert [int(number) for number in re.findall(r"^## (\d+)\. ", prose, re.MULTILINE)] == [*range(1, CHAPTERS + 1)]


def test_the_notebook_is_stored_as_one_execution_from_top_to_bottom(stored: Any) -> None:
    cells = code_cells(stored)
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    assert "20 epochs for the network" in printed(stored)


def test_the_stored_notebook_shows_pictures_and_small_enough_a_file(stored: Any) -> None:
    drawn = [cell for cell in code_cells(stored) if "plt.show()" in cell.source or "draw_" in cell.source]
    assert len(drawn) >= 10
    assert len(pictures(stored)) == len(drawn)
    assert STORED.stat().st_size < LARGEST


def test_nothing_in_the_stored_notebook_fails_but_the_error_made_on_purpose(stored: Any) -> None:
    assert noise(stored) == []
    assert printed(stored).count("Error") == 1
    assert "DataError: images: expected uint8[n,28,28]" in printed(stored)


def test_the_stored_notebook_tells_nothing_of_the_machine_that_made_it(stored: Any) -> None:
    names = {str(Path.home()), tempfile.gettempdir(), str(NOTEBOOKS.parent), socket.gethostname(), platform.node()}
    shown = printed(stored)
    assert [name for name in names if name in shown] == []
    assert "execution" not in {key for cell in stored.cells for key in cell.metadata}


def test_the_stored_one_hot_table_is_whole(stored: Any) -> None:
    for digit in range(10):
        row = "  ".join("1" if column == digit else "0" for column in range(10))
        assert f"  {digit}      {row}\n" in printed(stored)


def test_the_lesson_runs_from_top_to_bottom(mnist_folder: Path, tmp_path: Path, stored: Any) -> None:
    notebook = executed(tmp_path, DIGITREC_LESSON_EPOCHS="1", DIGITREC_DATA=str(mnist_folder))
    assert "1 epochs for the network, 1 for each trial" in printed(notebook)
    assert noise(notebook) == []
    assert len(pictures(notebook)) == len(pictures(stored))


if __name__ == "__main__":
    store()
