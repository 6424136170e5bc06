"""Run folders: never used twice, read with care."""

import json
from pathlib import Path

import pytest

from digitrec.errors import ModelError, RunError
from digitrec.training.runs import FORMAT, Run, create_run, latest_run, load_model, open_run


def test_a_second_run_of_the_same_name_gets_a_number(tmp_path: Path) -> None:
    folders = [create_run(tmp_path / "runs", "dense", {"seed": 0}).folder.name for _ in range(3)]

    assert folders == ["dense", "dense-2", "dense-3"]
    assert open_run(tmp_path / "runs" / "dense").record == {"format": FORMAT, "seed": 0}


def test_runs_that_cannot_be_made_are_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(RunError, match=r"not a folder; name another place for runs with --runs"):
        create_run(tmp_path / "file", "dense", {})
    with pytest.raises(RunError, match=r"cannot make .*Not a directory"):
        create_run(tmp_path / "file" / "deeper", "dense", {})
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"no run.json; expected a run folder"),
        ("{", r"expected the JSON of a run"),
        ("[]", r"version None; this digitrec reads version 1"),
        ('{"format": 99}', r"version 99; this digitrec reads version 1, so train it again"),
    ],
)
def test_a_folder_that_is_no_run_of_ours_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)

    with pytest.raises(RunError, match=message):
        open_run(tmp_path)
    with pytest.raises(RunError, match=message):
        load_model(str(tmp_path))


def test_the_latest_run_is_the_one_that_finished_last(tmp_path: Path) -> None:
    for name, status, finished in [
        ("b", "finished", "2026-01-02"),
        ("a", "finished", "2026-01-03"),
        ("c", "stopped", ""),
    ]:
        create_run(tmp_path, name, {"status": status, "finished_at": finished})
    (tmp_path / "other").mkdir()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "run.json").write_text('{"format": 0}')

    assert latest_run(tmp_path).folder.name == "a"


@pytest.mark.parametrize("made", [True, False])
def test_no_finished_run_is_a_clear_error(tmp_path: Path, made: bool) -> None:
    if made:
        create_run(tmp_path / "runs", "dense", {"status": "training"})

    with pytest.raises(RunError, match=r"no finished run in .*train one with `digitrec train`"):
        latest_run(tmp_path / "runs")


def test_an_unfinished_run_says_how_to_go_on(tmp_path: Path) -> None:
    create_run(tmp_path, "dense", {"status": "stopped"})

    with pytest.raises(RunError, match=r"stopped; go on with `digitrec train --resume .*dense`"):
        load_model("dense", tmp_path)


def test_a_model_is_found_by_run_name_run_folder_file_and_latest(trained: Run) -> None:
    runs = trained.folder.parent
    references = ["latest", trained.folder.name, str(trained.folder), str(trained.folder / "model.onnx")]

    assert {load_model(each, runs).source for each in references} == {str(trained.folder / "model.onnx")}


def test_the_model_that_comes_along_has_a_name_which_a_run_may_take(trained: Run, tmp_path: Path) -> None:
    assert load_model("reader", tmp_path).source == "reader.onnx"
    (tmp_path / "reader").symlink_to(trained.folder.resolve())
    assert load_model("reader", tmp_path).source == str(tmp_path / "reader" / "model.onnx")


def test_a_name_that_no_run_has_is_told_with_those_there_are(trained: Run, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=f"fast: no run of that name in .*; there are: .*{trained.folder.name}"):
        load_model("fast", trained.folder.parent)
    with pytest.raises(RunError, match=r"fast: no run of that name in .*; there is none; train one with `digitrec tr"):
        load_model("fast", tmp_path)


def test_a_model_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.onnx"):
        load_model("nowhere.onnx", tmp_path)


def test_a_finished_run_folder_holds_what_it_promises(trained: Run) -> None:
    names = {path.name for path in trained.folder.iterdir()} - {".lock"}
    record = json.loads((trained.folder / "run.json").read_text())

    assert names == {"run.json", "metrics.jsonl", "weights.safetensors", "model.onnx", "curve.png"}
    assert {"recipe", "seed", "versions", "hardware", "data", "clocks", "scores", "status", "threads"} <= record.keys()
    assert record["scores"]["test"]["count"] == 10_000
    assert (trained.folder / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_the_history_has_a_line_an_epoch(trained: Run) -> None:
    assert [epoch["epoch"] for epoch in trained.history] == [1, 2]
    assert trained.history[1]["accuracy"] > trained.history[0]["accuracy"]


def test_a_damaged_history_is_a_clear_error(tmp_path: Path) -> None:
    run = create_run(tmp_path, "dense", {})
    run.write("metrics.jsonl", "{not json")

    with pytest.raises(RunError, match="expected a JSON line an epoch"):
        _ = run.history
