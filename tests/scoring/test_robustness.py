"""What a model withstands, with models whose answers are known."""

import json
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest

from digitrec import Digits, Mnist, Model, Run, robustness
from digitrec.damage.corrupt import FAMILIES
from digitrec.damage.vary import VARIATIONS
from digitrec.errors import DataError, ScoreError


class AlwaysOne:
    """Is sure of a 1, whatever it sees, the surer the less ink there is."""

    def probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32[n,10]."""
        found = np.zeros((len(images), 10), np.float32)
        found[:, 1] = 1 - images.mean(axis=(1, 2)) / 300
        return found

    def familiarity(self, _: npt.NDArray[np.uint8]) -> None:
        """Return nothing: it has no such output."""


@pytest.fixture
def digits(mnist: Mnist) -> Digits:
    return mnist.test[:60]


def test_the_table_and_the_curves_count_what_is_right(digits: Digits) -> None:
    named: list[str] = []
    found = robustness(cast("Model", AlwaysOne()), digits, on_progress=named.append)
    ones = int((digits.labels == 1).sum())

    assert [each.family for each in found.families] == list(FAMILIES)
    assert {(each.count, each.correct, each.accuracy) for each in found.families} == {(60, ones, ones / 60)}
    assert found.mean == pytest.approx(ones / 60)
    assert found.published_mean == pytest.approx(0.7592, abs=1e-4)
    assert [each.name for each in found.curves] == list(VARIATIONS)
    for curve in found.curves:
        assert len(curve.amounts) == len(curve.accuracies)
        assert set(curve.accuracies) == {ones / 60}
    # It is surest of nothing at all, and least sure of noise.
    assert found.strangers["noise"].area == 1
    assert found.strangers["blank"].area < 0.9
    assert named == [*FAMILIES, *VARIATIONS, "pictures that are no digits"]
    assert found.declined_by == "its highest probability"
    assert json.loads(json.dumps(found.to_json()))["mean"] == found.mean


def test_a_trained_model_reads_best_what_is_not_changed(trained: Run, mnist: Mnist) -> None:
    model = trained.model()
    found = robustness(model, mnist.test[:200])
    plain = (model.probabilities(mnist.test.images[:200]).argmax(axis=1) == mnist.test.labels[:200]).mean()

    for curve in found.curves:
        assert curve.accuracies[curve.amounts.index(VARIATIONS[curve.name].none)] == plain
    assert found.mean < plain
    assert found == robustness(model, mnist.test[:200])


def test_what_cannot_be_measured_is_said(digits: Digits) -> None:
    with pytest.raises(ScoreError, match="no digits to damage"):
        robustness(cast("Model", AlwaysOne()), digits[:0])
    with pytest.raises(DataError, match="nowhere: no such folder"):
        robustness(cast("Model", AlwaysOne()), digits, fashion=Path("nowhere"))
