"""The run folder: what a training leaves behind.

    runs/dense/
        run.json             recipe, seed, versions, hardware, data, clocks, scores
        metrics.jsonl        a line an epoch
        weights.safetensors  the network
        model.onnx           what predicts
        curve.png            loss and accuracy by epoch
        checkpoint.safetensors  only while it is unfinished

In: a folder. Out: a `Run`. Each file is written in one step, and a folder is never used twice.
Needs no torch; knows nothing of how training goes.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitrec.errors import RunError
from digitrec.files import is_folder, is_there, write_atomically
from digitrec.model import Model
from digitrec.training.reading_recipe import ReaderRecipe

FORMAT = 1
"""The version of the run folder that this code reads and writes."""

RUNS = Path("runs")
"""Where runs lie unless another folder is named."""

_RECORD = "run.json"

_SHOWN = 8
"""Names of runs that are told where another was asked for."""


@dataclass(frozen=True)
class Run:
    """A run folder and what its `run.json` says."""

    folder: Path
    record: dict[str, Any]

    @property
    def finished(self) -> bool:
        """Whether the training reached its last epoch and wrote its model."""
        return bool(self.record.get("status") == "finished")

    @property
    def history(self) -> list[dict[str, Any]]:
        """Epoch by epoch: loss, accuracy, validation scores (None without) and seconds."""
        try:
            lines = (self.folder / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
            return [json.loads(line) for line in lines]
        except (OSError, ValueError) as error:
            raise RunError(f"{self.folder}/metrics.jsonl: {error}; expected a JSON line an epoch") from None

    def model(self) -> Model:
        """Return the run's model; raises `ModelError` where there is none yet."""
        return Model.load(self.folder)

    def write(self, name: str, content: str | bytes) -> None:
        """Write one of the run's files in one step; raises `RunError` when that fails."""
        try:
            write_atomically(self.folder / name, content.encode() if isinstance(content, str) else content)
        except OSError as error:
            raise RunError(f"cannot write {self.folder / name}: {error.strerror or error}") from None

    def updated(self, **changes: Any) -> "Run":
        """Return the run with these changes to its record, which are written."""
        text = json.dumps({**self.record, **changes}, indent=2)
        self.write(_RECORD, f"{text}\n")
        # Read from the text, so that the record is the same now and when the run is opened again.
        return Run(self.folder, json.loads(text))


def create_run(runs: Path, name: str, record: dict[str, Any]) -> Run:
    """Return a new run in `runs`, in a folder `name`, `name-2`, … that did not exist before.

    Raises
    ------
    RunError
        When the folder cannot be made.
    """
    number = 1
    while True:
        folder = runs / (name if number == 1 else f"{name}-{number}")
        try:
            runs.mkdir(parents=True, exist_ok=True)
            folder.mkdir()
        except FileExistsError:
            if not runs.is_dir():
                raise RunError(f"{runs}: not a folder; name another place for runs with --runs") from None
            number += 1
        except OSError as error:
            raise RunError(f"cannot make {folder}: {error.strerror or error}; name another place with --runs") from None
        else:
            return Run(folder, {}).updated(format=FORMAT, **record)


def open_run(folder: Path) -> Run:
    """Return the run in `folder`.

    Raises
    ------
    RunError
        When it is no run folder, or one of another version.
    """
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{folder}: no {_RECORD}; expected a run folder, as `digitrec train` writes it") from None
    except (OSError, ValueError) as error:
        raise RunError(f"{folder / _RECORD}: {error}; expected the JSON of a run") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        found = record.get("format") if isinstance(record, dict) else None
        raise RunError(
            f"{folder}: a run folder of version {found}; this digitrec reads version {FORMAT}, so train it again"
        )
    return Run(folder, record)


def latest_run(runs: Path = RUNS) -> Run:
    """Return the run that finished last.

    Raises
    ------
    RunError
        When there is no finished run.
    """
    # A folder that is no run, or of another version, is not what was asked for; it is passed over.
    finished = [run for run in map(_opened_or_none, sorted(runs.glob("*/"))) if run and run.finished]
    if not finished:
        raise RunError(f"no finished run in {runs}/; train one with `digitrec train`, or name a model with --model")
    return max(finished, key=lambda run: str(run.record.get("finished_at")))


def load_model(reference: str, runs: Path = RUNS) -> Model:
    """Return the model meant by `latest`, a run folder, a run's name in `runs`, an `.onnx` file, or `reader`.

    The last is the one that comes along, where there is no run or file of that name.

    Raises
    ------
    RunError
        When there is no such run, none is finished, or it is of another version.
    ModelError
        When the file is missing or damaged.
    """
    if reference == "latest":
        return latest_run(runs).model()
    path = Path(reference)
    if not is_there(path) and is_folder(runs / reference):
        path = runs / reference
    if not is_there(path) and path.parent == Path():  # a name
        if reference == ReaderRecipe.name:
            from digitrec.reading.reader import shipped_model  # noqa: PLC0415 - takes OpenCV, which nothing else does

            return shipped_model()
        if not path.suffix:
            raise RunError(f"{reference}: no run of that name in {runs}/; {_known(runs)}")
    if not is_folder(path):
        return Model.load(path)
    run = open_run(path)
    if not run.finished:
        raise RunError(f"{path}: {run.record.get('status')}; go on with `digitrec train --resume {path}`")
    return run.model()


def _known(runs: Path) -> str:
    """Return which names there are, in words."""
    try:
        names = sorted(each.name for each in runs.glob("*/") if (each / _RECORD).is_file())
    except OSError:
        names = []
    there = (
        f"there are: {', '.join(names[:_SHOWN])}{', …' if len(names) > _SHOWN else ''}" if names else "there is none"
    )
    return f"{there}; train one with `digitrec train`, or name a file"


def _opened_or_none(folder: Path) -> Run | None:
    try:
        return open_run(folder)
    except RunError:
        return None
