"""Which digits are shown."""

from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest

from digitrec import Digits, Mnist, Model, Run
from digitrec.errors import DataError, ModelError
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
        {"wrong": 2, "seed": 3},
        {"index": 2, "seed": 3},
        {"digit": 2, "seed": 3},
    ],
)
def test_choices_that_contradict_or_point_outside_are_refused(
    model: Model, mnist: Mnist, choice: dict[str, Any]
) -> None:
    with pytest.raises(DataError, match=r"expected|name one|it goes with --random"):
        choose(Choice(**choice), model, mnist.test)


def test_an_answer_says_what_was_predicted_expected_and_doubted(model: Model, mnist: Mnist) -> None:
    doubtful, fine = answers(model, mnist.test, [947, 128])

    assert doubtful.doubtful
    assert not fine.doubtful
    assert fine.to_json()["expected"] == fine.expected == int(mnist.test.labels[128]) == 8
    assert fine.right == (fine.predicted == 8)
    assert sum(fine.to_json()["probabilities"]) == pytest.approx(1, abs=1e-5)


class Other:
    """A model of others, which gives no probabilities but scores: 20 for the digit it means and 10 for the next."""

    source = "other.onnx"

    def __init__(self, given: float = 20.0) -> None:
        """Give that for what is meant."""
        self.given = given

    def probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Return float32[n,10]: what is meant is a 3 always, and is clearer the more ink there is."""
        found = np.full((len(images), 10), -5.0, np.float32)
        found[:, 4] = 10
        found[:, 3] = self.given + images.mean(axis=(1, 2)) / 255
        return found


def test_scores_of_others_are_shown_as_probabilities(mnist: Mnist) -> None:
    model = cast("Model", Other())
    shown = answers(model, mnist.test, [5, 6])
    mistakes = answers(model, mnist.test, choose(Choice(wrong=5), model, mnist.test))

    for answer in (*shown, *mistakes):
        assert answer.predicted == 3
        assert min(answer.to_json()["probabilities"]) >= 0
        assert sum(answer.to_json()["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert not any(answer.right for answer in mistakes)


def test_a_model_that_gives_no_finite_numbers_is_told_of(mnist: Mnist) -> None:
    with pytest.raises(ModelError, match=r"other.onnx: gives no finite numbers for test digit 5; train or copy"):
        answers(cast("Model", Other(np.inf)), mnist.test, [5, 6])


def test_nothing_to_draw_is_a_clear_error_and_no_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nothing to draw"):
        write_answers([], tmp_path / "x.png", force=False)
    assert not list(tmp_path.iterdir())


def test_a_figure_is_a_png_file_and_is_called_so(model: Model, mnist: Mnist, tmp_path: Path) -> None:
    shown = answers(model, mnist.test, [1])
    with pytest.raises(DataError, match=r"x.jpg: a PNG file is written; expected a name that ends in .png"):
        write_answers(shown, tmp_path / "x.jpg", force=True)
    for name in ("x.png", "X.PNG", "x"):
        write_answers(shown, tmp_path / name, force=False)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["X.PNG", "x", "x.png"]


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
