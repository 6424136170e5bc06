"""Which digits are shown."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digitrec import Digits, Mnist, Model, Run
from digitrec.errors import DataError
from digitrec.showing import Choice, answers, choose, digits_json, write_answers


@pytest.fixture(scope="module")
def model(trained: Run) -> Model:
    """The model of the shared run."""
    return trained.model()


def test_mistakes_are_all_mistakes_and_no_more(model: Model, mnist: Mnist) -> None:
    probabilities = model.probabilities(mnist.test.images)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != mnist.test.labels)
    chosen = choose(Choice(wrong=10_000), model, mnist.test)

    assert sorted(chosen) == wrong.tolist()
    assert chosen[0] == wrong[probabilities[wrong].max(axis=1).argmax()]


def test_a_digit_narrows_random_ones_and_mistakes(model: Model, mnist: Mnist) -> None:
    for choice in (Choice(random=50, digit=3), Choice(wrong=5, digit=3), Choice(digit=3)):
        assert {int(mnist.test.labels[index]) for index in choose(choice, model, mnist.test)} == {3}


def test_no_choice_is_one_at_random(model: Model, mnist: Mnist) -> None:
    assert len(choose(Choice(), model, mnist.test)) == 1


def test_no_digit_is_drawn_twice_and_no_more_than_there_are(model: Model, mnist: Mnist) -> None:
    assert sorted(choose(Choice(random=99, seed=0), model, mnist.test[:30])) == list(range(30))


@pytest.mark.parametrize(
    "choice",
    [
        {"index": 10_000},
        {"index": -1},
        {"index": 1, "wrong": 2},
        {"index": 1, "digit": 2},
        {"random": 1, "wrong": 1},
        {"random": 0},
        {"wrong": -3},
        {"digit": 10},
        {"digit": -1},
        {"random": 2, "seed": -1},
    ],
)
def test_choices_that_contradict_or_point_outside_are_refused(
    model: Model, mnist: Mnist, choice: dict[str, Any]
) -> None:
    with pytest.raises(DataError, match=r"expected|name one"):
        choose(Choice(**choice), model, mnist.test)


def test_an_answer_says_what_was_predicted_expected_and_doubted(model: Model, mnist: Mnist) -> None:
    doubtful, fine = answers(model, mnist.test, [947, 128])

    assert doubtful.doubtful
    assert not fine.doubtful
    assert fine.to_json()["expected"] == fine.expected == int(mnist.test.labels[128]) == 8
    assert fine.right == (fine.predicted == 8)
    assert sum(fine.to_json()["probabilities"]) == pytest.approx(1, abs=1e-5)


def test_nothing_to_draw_is_a_clear_error_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing to draw"):
        write_answers([], tmp_path / "x.png", force=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("target", ["folder", "/dev/null"])
def test_what_is_no_file_is_not_written_over_even_by_force(
    model: Model, mnist: Mnist, tmp_path: Path, target: str
) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(DataError, match="a folder or a device; expected the name of a PNG file"):
        write_answers(answers(model, mnist.test, [1]), tmp_path / target, force=True)
    assert (tmp_path / "folder").is_dir()
    assert not Path("/dev/null").is_file()


def test_digits_are_counted_one_by_one() -> None:
    digits = Digits(np.zeros((3, 28, 28), np.uint8), np.array([7, 7, 1], np.uint8))

    assert digits_json(digits) == {
        "count": 3,
        "per_digit": [0, 1, 0, 0, 0, 0, 0, 2, 0, 0],
        "source": "memory",
        "sha256": "",
        "is_mnist": False,
    }
