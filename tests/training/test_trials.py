"""What was tried on this machine is tried once, and remembered by machine, version and threads."""

import json
from pathlib import Path

import pytest
import torch

from digitrec.training.trials import tried_once


def never() -> bool:
    """Stand for a trial that must not be made."""
    raise AssertionError("tried again")


def test_the_answer_is_remembered_by_machine_version_threads_and_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path))

    assert tried_once("one", lambda: True)
    # What another trial says is remembered beside it.
    assert not tried_once("other", lambda: False)
    assert tried_once("one", never)
    assert not tried_once("other", never)
    (key, value), _ = json.loads((tmp_path / "trials.json").read_text()).items()
    assert value is True
    assert torch.__version__ in key
    assert key.endswith(f"{torch.get_num_threads()} threads, one")


def test_a_damaged_memory_or_none_at_all_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path))
    (tmp_path / "trials.json").write_text("{damaged")
    assert tried_once("one", lambda: True)
    (tmp_path / "file").touch()
    monkeypatch.setenv("DIGITREC_CACHE", str(tmp_path / "file"))
    assert tried_once("one", lambda: True)
