"""What a run says of the machine it ran on."""

import platform
import re
from pathlib import Path

import pytest

from digitrec.training.environment import processor


def test_a_processor_is_told_from_others_of_its_name() -> None:
    said = processor()

    assert said
    if Path("/proc/cpuinfo").exists() and platform.machine() == "x86_64":
        assert re.fullmatch(r".+ \(family \d+, model \d+\)", said)


def test_where_the_system_does_not_say_the_platform_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise FileNotFoundError(tmp_path)

    monkeypatch.setattr("builtins.open", refuse)

    assert processor() == (platform.processor() or platform.machine())
