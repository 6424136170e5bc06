"""What a reader's confidence is worth, by the model that comes along and digits that it has not learnt from."""

import numpy as np
import pytest

from digitrec.data.mnist import Mnist
from digitrec.reading.decode import softened
from digitrec.reading.reader import shipped_model
from digitrec.reading.reading import COVERAGE
from digitrec.training.calibrate_reader import FITTED_TO, calibrate_reader, signs_read
from digitrec.training.reader_batches import Batches
from digitrec.training.reading_recipe import ReaderRecipe

RECIPE = ReaderRecipe()


def test_sets_have_the_right_digit_among_them_as_often_as_stated(mnist: Mnist) -> None:
    model = shipped_model()

    fitted = calibrate_reader(model.columns, RECIPE, mnist.validation[:2000], 0)

    assert 0.3 < fitted.temperature < 5
    assert 0 < fitted.least < 0.1
    fresh = Batches(mnist.validation[2000:4000], RECIPE, 1)
    found = [each for step in range(6) for each in signs_read(model.columns, fresh.singles(step, 96))]
    found += [each for step in range(6) for each in signs_read(model.columns, fresh.lines(step, 48, 144))]
    digits = [(softened(chances, fitted.temperature), sign) for chances, sign in found if sign < 10]
    held = np.mean([chances[sign] >= fitted.least for chances, sign in digits])
    assert FITTED_TO - 0.004 < held < 1  # with room for strangers
    sizes = np.array([max(1, (chances[:10] >= fitted.least).sum()) for chances, _ in digits])
    assert (sizes == 1).mean() > 0.6
    assert sizes.mean() < 3
    right = np.mean([chances.argmax() == sign for chances, sign in digits])
    assert np.mean([chances.max() for chances, _ in digits]) == pytest.approx(right, abs=0.03)


def test_it_is_the_same_for_the_same_seed_and_shipped_with_the_model(mnist: Mnist) -> None:
    model, some = shipped_model(), mnist.validation[:200]

    assert calibrate_reader(model.columns, RECIPE, some, 3) == calibrate_reader(model.columns, RECIPE, some, 3)
    reading = model.metadata["reading"]
    assert set(reading) == {"temperature", "least", "lead"}
    # It says signs before they come, and as long before on these digits as on those that it was measured on.
    assert reading["lead"] > 4
    assert calibrate_reader(model.columns, RECIPE, some, 3).lead == pytest.approx(reading["lead"], abs=1)


def test_what_reads_nothing_is_left_as_it_is(mnist: Mnist) -> None:
    def nothing(
        lines: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        columns = np.full((len(lines), lines.shape[2] // 4, 16), -20, dtype=np.float32)
        columns[:, :, 0] = 0
        return columns

    found = calibrate_reader(nothing, RECIPE, mnist.validation[:50], 0)

    assert found.temperature == 1
    assert found.least == pytest.approx(1 - COVERAGE)
