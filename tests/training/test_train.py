"""Training from end to end: the same weights again, whatever happens on the way."""

import json
import re
from pathlib import Path

import filelock
import pytest
import safetensors.numpy
import torch

import digitrec
from digitrec import Dense, Mnist, Run
from digitrec.data.mnist import split_validation
from digitrec.errors import RunError, TrainingError
from digitrec.training.environment import choose_device
from digitrec.training.history import Progress
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Best, Conv, Elastic, Fast

RECIPE = Dense(hidden=(32,), epochs=3, learning_rate=0.05, invert=False)


class StopAfter:
    """Asks a training to stop after so many steps."""

    def __init__(self, steps: int) -> None:
        """Count from here."""
        self.left = steps

    def __call__(self) -> bool:
        """Say whether it is time."""
        self.left -= 1
        return self.left <= 0


@pytest.fixture(scope="module")
def whole(small: Mnist, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run that nothing interrupted."""
    return digitrec.train(RECIPE, small, seed=5, runs=tmp_path_factory.mktemp("whole"))


def weights(run: Run) -> bytes:
    return (run.folder / "weights.safetensors").read_bytes()


def test_the_same_seed_gives_the_same_weights_bit_for_bit(small: Mnist, tmp_path: Path, whole: Run) -> None:
    same = digitrec.train(RECIPE, small, seed=5, runs=tmp_path)
    other = digitrec.train(RECIPE, small, seed=6, runs=tmp_path)

    assert weights(same) == weights(whole)
    assert weights(other) != weights(whole)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [whole.folder.name, f"{whole.folder.name}-2"]


@pytest.mark.parametrize(
    "stops", [(1,), (24,), (30, 30), (71,)], ids=["first step", "an epoch", "twice", "near the end"]
)
def test_an_interrupted_run_goes_on_to_the_same_weights(
    small: Mnist, tmp_path: Path, whole: Run, stops: tuple[int, ...]
) -> None:
    first, *others = stops
    run = digitrec.train(RECIPE, small, seed=5, runs=tmp_path, should_stop=StopAfter(first))
    for stop in others:
        run = digitrec.resume(run.folder, small, should_stop=StopAfter(stop))
    assert not run.finished
    assert run.record["status"] == "stopped"

    run = digitrec.resume(run.folder, small)

    assert run.finished
    assert weights(run) == weights(whole)
    assert [epoch["accuracy"] for epoch in run.history] == [epoch["accuracy"] for epoch in whole.history]
    assert not (run.folder / "checkpoint.safetensors").exists()


@pytest.mark.parametrize(
    "recipe",
    [
        Elastic(epochs=8, hidden=(300, 100), batch_size=64),
        Fast(epochs=4),
        Conv(epochs=4),
        Best(epochs=4, batch_size=128, channels=(8, 16, 32, 32), pooled=(1, 3), first_stride=2, units=32),
    ],
    ids=lambda recipe: recipe.name,
)
def test_recipes_learn_and_an_interrupted_run_goes_on_to_the_same_weights(
    small: Mnist, tmp_path: Path, recipe: Recipe
) -> None:
    whole = digitrec.train(recipe, small, runs=tmp_path)
    broken = digitrec.train(recipe, small, runs=tmp_path, should_stop=StopAfter(13))
    broken = digitrec.resume(broken.folder, small, should_stop=StopAfter(9))
    broken = digitrec.resume(broken.folder, small)

    assert weights(broken) == weights(whole)
    assert whole.record["scores"]["test"]["accuracy"] > 0.9
    assert whole.record["arithmetic"] in {"float32", "bfloat16", "bfloat16 products"}


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA card")
@pytest.mark.parametrize(
    "recipe", [Dense(), Elastic(epochs=1), Fast(), Conv(epochs=1), Best(epochs=1)], ids=lambda each: each.name
)
def test_every_recipe_learns_on_a_card(small: Mnist, tmp_path: Path, recipe: Recipe) -> None:
    run = digitrec.train(recipe, small, device="cuda", runs=tmp_path)

    assert run.record["device"] == "cuda"
    assert run.record["scores"]["test"]["accuracy"] > 0.2


def test_a_finished_run_is_not_resumed(small: Mnist, whole: Run) -> None:
    with pytest.raises(RunError, match=r"already finished; score it with `digitrec test --model"):
        digitrec.resume(whole.folder, small)


def test_a_run_is_not_resumed_with_other_digits(small: Mnist, mnist: Mnist, tmp_path: Path) -> None:
    run = digitrec.train(RECIPE, small, runs=tmp_path, should_stop=StopAfter(5))

    with pytest.raises(RunError, match=r"was trained on other digits than .*name those with --data"):
        digitrec.resume(run.folder, mnist)


def test_a_run_whose_record_was_changed_is_a_clear_error(small: Mnist, tmp_path: Path) -> None:
    run = digitrec.train(RECIPE, small, runs=tmp_path, should_stop=StopAfter(5))
    record = {key: value for key, value in run.record.items() if key not in {"seed", "device"}}
    (run.folder / "run.json").write_text(json.dumps(record))

    with pytest.raises(RunError, match=r"run.json: without device, seed; it was changed"):
        digitrec.resume(run.folder, small)


def test_two_processes_do_not_train_the_same_run(small: Mnist, tmp_path: Path) -> None:
    run = digitrec.train(RECIPE, small, runs=tmp_path, should_stop=StopAfter(5))

    with filelock.FileLock(run.folder / ".lock"), pytest.raises(RunError, match="another process is training it"):
        digitrec.resume(run.folder, small)


def test_a_run_without_a_checkpoint_is_a_clear_error(small: Mnist, tmp_path: Path) -> None:
    run = digitrec.train(RECIPE, small, runs=tmp_path, should_stop=StopAfter(5))
    (run.folder / "checkpoint.safetensors").unlink()

    with pytest.raises(RunError, match="stopped before its first checkpoint; train it again"):
        digitrec.resume(run.folder, small)


def test_a_training_that_does_not_learn_says_so_in_its_record(mnist: Mnist, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no better than chance"):
        digitrec.train(Dense(hidden=(4,), learning_rate=1e-9), mnist, runs=tmp_path)

    (folder,) = tmp_path.iterdir()
    assert json.loads((folder / "run.json").read_text())["status"].startswith("failed: after epoch 1")


def test_the_notebooks_recipe_trains_on_all_digits_and_validate_keeps_5000_back(mnist: Mnist, tmp_path: Path) -> None:
    heard: list[Progress] = []
    digitrec.train(RECIPE, mnist, runs=tmp_path, on_progress=heard.append, should_stop=StopAfter(1))
    kept = Dense(hidden=(32,), validate=True)
    digitrec.train(kept, mnist, runs=tmp_path, on_progress=heard.append, should_stop=StopAfter(1))

    assert [progress.images_in_epoch for progress in heard] == [60_000, 55_000]


def test_the_record_tells_what_the_weights_depend_on(whole: Run, small: Mnist) -> None:
    record = whole.record

    assert record["seed"] == 5
    assert record["threads"] == torch.get_num_threads()
    assert record["device"] == str(choose_device(None))
    assert record["data"]["train_sha256"] == small.train.sha256
    assert record["data"]["is_mnist"] is False
    assert {"python", "torch", "numpy", "onnxruntime", "digitrec"} <= record["versions"].keys()
    assert record["clocks"]["train_seconds"] > 0


def test_threads_are_as_they_were_when_a_training_ends(small: Mnist, tmp_path: Path) -> None:
    before = torch.get_num_threads()
    run = digitrec.train(RECIPE, small, runs=tmp_path, threads=before + 1, should_stop=StopAfter(1))

    assert run.record["threads"] == before + 1
    assert torch.get_num_threads() == before


def test_the_test_score_is_that_of_the_models_file(whole: Run, small: Mnist) -> None:
    report = digitrec.score(whole.model().probabilities(small.test.images), small.test.labels)

    assert whole.record["scores"]["test"]["correct"] == report.correct
    assert report.accuracy > 0.7


def test_weights_and_model_are_the_same_network(whole: Run) -> None:
    tensors = safetensors.numpy.load_file(whole.folder / "weights.safetensors")

    assert {name: value.shape for name, value in tensors.items()} == {
        "1.weight": (32, 784),
        "1.bias": (32,),
        "3.weight": (10, 32),
        "3.bias": (10,),
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"device": "tpu"}, r"--device tpu: not on this machine; expected one of: .*cpu"),
        ({"threads": 0}, r"--threads 0: expected a whole number from 1"),
        ({"seed": -1}, r"--seed -1: expected a whole number from 0 to 2,147,483,647"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_a_folder_is_made(
    small: Mnist, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(TrainingError, match=message):
        digitrec.train(RECIPE, small, runs=tmp_path / "runs", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "runs").exists()


def test_too_few_digits_to_keep_some_back_is_a_clear_error(small: Mnist, tmp_path: Path) -> None:
    few = Mnist(*split_validation(small.train[:8]), small.test)

    with pytest.raises(TrainingError, match=r"--validate needs at least 12 training digits; there are 8"):
        digitrec.train(Dense(validate=True), few, runs=tmp_path)


@pytest.mark.parametrize("count", [2, 3, 65, 129])
def test_any_number_of_digits_can_be_learnt_from_whatever_is_left_over(
    small: Mnist, tmp_path: Path, count: int
) -> None:
    few = Mnist(*split_validation(small.train[:count]), small.test)
    heard: list[Progress] = []
    run = digitrec.train(Conv(epochs=1, batch_size=64), few, runs=tmp_path, on_progress=heard.append)

    assert run.finished
    assert heard[-1].images == count


def test_a_single_digit_is_too_little(small: Mnist, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="one training digit; expected two or more"):
        digitrec.train(RECIPE, Mnist(small.train[:1], small.train[:0], small.test), runs=tmp_path)


def test_progress_rises_to_the_last_image_of_the_last_epoch(small: Mnist, tmp_path: Path) -> None:
    heard: list[Progress] = []
    digitrec.train(RECIPE, small, runs=tmp_path, on_progress=heard.append)

    places = [(progress.epoch, progress.images) for progress in heard]
    assert places == sorted(places)
    assert places[-1] == (3, 2400)
    assert all(re.fullmatch(r"\d+", str(progress.images)) for progress in heard)
    assert heard[-1].images_per_second > 0
