"""What the reader learns from and how it learns: shapes, labels, seeds, a small training, its file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from digitrec.data.digits import Digits
from digitrec.data.mnist import Mnist
from digitrec.errors import ModelError, RecipeError
from digitrec.model import Model
from digitrec.reading.signs import OTHER, SEPARATORS, SIGNS
from digitrec.reading.texts import likeliest
from digitrec.training import marks, strokes
from digitrec.training.lines import compose_line
from digitrec.training.network import build_network
from digitrec.training.paper import on_paper
from digitrec.training.reader_batches import Batches
from digitrec.training.reading_network import ReaderNetwork, alone
from digitrec.training.reading_recipe import ReaderRecipe
from digitrec.training.recipes import Conv
from digitrec.training.runs import Run
from digitrec.training.shapes import Shapes, stroked
from digitrec.training.train import resume, train

SMALL = ReaderRecipe(epochs=2, steps=3, batch_size=16, lines=4, line_widths=(112, 84), channels=(4, 4, 4, 4, 4, 8, 8))


@pytest.fixture(scope="module")
def mnist(mnist: Mnist) -> Mnist:
    """A part of MNIST: enough to see that something is learnt."""
    return Mnist(mnist.train[:6000], mnist.validation[:500], mnist.test[:300])


@pytest.fixture(scope="module")
def digits(mnist: Mnist) -> Digits:
    return mnist.train[:400]


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes(np.random.default_rng(0))


def test_crossed_sevens_flagged_ones_and_hooked_nines_have_more_ink_and_keep_theirs(digits: Digits) -> None:
    rng = np.random.default_rng(0)
    for digit, change in ((7, strokes.crossed_seven), (1, strokes.flagged_one), (9, strokes.hooked_nine)):
        images = digits.images[digits.labels == digit][:20]
        changed = np.array([change(image, rng) for image in images])
        assert changed.shape == images.shape
        assert (changed >= images).all()
        assert (changed.astype(int).sum((1, 2)) > images.astype(int).sum((1, 2))).mean() > 0.9


def test_only_a_share_of_these_digits_is_changed_and_no_other(digits: Digits) -> None:
    changed = stroked(digits.images, digits.labels, np.random.default_rng(0))
    different = (changed != digits.images).any((1, 2))

    assert set(digits.labels[different]) == {1, 7, 9}
    assert 0.2 < different[np.isin(digits.labels, [1, 7, 9])].mean() < 0.6


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_every_drawn_shape_is_ink_in_twenty_eight_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    drawn = (marks.equals, marks.rising_dash, marks.long_comma, marks.wide_scribble)
    separators = [marks.separator(sign, rng, 2.0) for sign in sorted(SEPARATORS)]
    for ink in (*separators, marks.other(rng, 2.0), *(draw(rng, 2.0) for draw in drawn)):
        assert ink.dtype == np.uint8
        assert ink.shape[0] == 28
        assert ink.any()


@given(st.integers(0, 2**32 - 1), st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_a_line_has_its_digits_in_order_whatever_is_drawn_between(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).tolist()
    digits = [np.asarray(np.pad(rng.integers(0, 256, (20, 12)), ((4, 4), (8, 8))), dtype=np.uint8) for _ in labels]

    line, signs = compose_line(digits, labels, _SHAPES, rng, 160)

    assert line.shape == (28, 160)
    assert line.dtype == np.uint8
    assert [sign for sign in signs if sign < 10] == labels
    assert all(0 <= sign < len(SIGNS) for sign in signs)


_SHAPES = Shapes(np.random.default_rng(1))


def test_paper_keeps_shape_and_bytes_is_seeded_and_can_be_left_out(digits: Digits) -> None:
    worn = on_paper(digits.images, np.random.default_rng(3))

    assert worn.shape == digits.images.shape
    assert worn.dtype == np.uint8
    assert (worn == on_paper(digits.images, np.random.default_rng(3))).all()
    assert (worn != on_paper(digits.images, np.random.default_rng(4))).any()
    # What is written is still there: of nearly all pictures the ink is where it was.
    alike = [np.corrcoef(one.ravel(), two.ravel())[0, 1] for one, two in zip(worn, digits.images, strict=True)]
    assert np.median(alike) > 0.75


def test_batches_are_those_of_seed_and_step(digits: Digits) -> None:
    first, again = Batches(digits, SMALL, 5), Batches(digits, SMALL, 5)

    for one, two in zip(first.stream(7, 9), again.stream(7, 9), strict=True):
        for batch, same in zip(one, two, strict=True):
            assert (batch.images == same.images).all()
            assert (batch.signs == same.signs).all()
            assert len(batch.signs) == int(batch.lengths.sum())
            assert int(batch.signs.max()) <= len(SIGNS)
            assert int(batch.signs.min()) >= 1
    assert (Batches(digits, SMALL, 6).singles(7, 16).images != first.singles(7, 16).images).any()
    assert [pair[1].images.shape[2] for pair in first.stream(0, 3)] == [112, 84, 112]


def test_some_lines_end_in_noughts_and_digits_without_any_make_lines_too(digits: Digits) -> None:
    batch = Batches(digits, SMALL, 0).lines(0, 400, 112)
    ends = batch.lengths.cumsum(0)[batch.lengths >= 3]
    text = "".join(SIGNS[sign - 1] for sign in batch.signs.tolist())
    assert np.mean([text[end - 2 : end] == "00" for end in ends.tolist()]) > 0.05

    without = Digits(digits.images[digits.labels > 0], digits.labels[digits.labels > 0], digits.source)
    signs = Batches(without, SMALL, 0).lines(0, 40, 112).signs
    assert "0" not in {SIGNS[sign - 1] for sign in signs.tolist()}


def test_lines_without_digits_hold_what_is_none_as_wide_as_numbers(digits: Digits) -> None:
    batch = Batches(digits, SMALL, 0).lines(0, 400, 112)
    ends = batch.lengths.cumsum(0).tolist()
    lines = [
        {SIGNS[sign - 1] for sign in batch.signs[end - length : end].tolist()}
        for end, length in zip(ends, batch.lengths.tolist(), strict=True)
    ]
    wide = (batch.images > 127).any(1).sum(1).numpy()

    scribbles = np.array([signs == {OTHER} for signs in lines])
    assert 0.02 < scribbles.mean() < 0.12
    assert np.median(wide[scribbles]) > 25


def test_noughts_of_dates_are_not_joined(digits: Digits) -> None:
    """The signs of a date are where they were, whatever stands beside them."""
    nought = digits.images[digits.labels == 0][0]
    shapes = Shapes(np.random.default_rng(0))
    found = 0
    for seed in range(400):
        _, signs = compose_line([nought] * 6, [0] * 6, shapes, np.random.default_rng(seed), 176)
        text = "".join(SIGNS[sign] for sign in signs)
        assert text.count("0") == 6
        found += any(f"00{sign}00{sign}00" in text for sign in "/.-")
    assert found > 14


def test_single_signs_hold_digits_and_what_is_none(digits: Digits) -> None:
    batch = Batches(digits, SMALL, 0).singles(0, 300)

    assert batch.images.shape == (300, 28, 28)
    # What is framed as one digit is two or three now and then.
    assert 0.85 < (batch.lengths == 1).float().mean() < 1
    assert int(batch.lengths.max()) in {2, 3}
    found = {SIGNS[sign - 1] for sign in batch.signs.tolist()}
    assert set("0123456789") < found
    assert OTHER in found


@given(st.integers(1, 5), st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_the_probability_of_a_sign_alone_is_that_of_the_decoder(steps: int, seed: int) -> None:
    chances = np.random.default_rng(seed).dirichlet(np.full(len(SIGNS) + 1, 0.3), steps)
    columns = np.asarray(np.log(chances + 1e-9), dtype=np.float32)

    found = alone(torch.from_numpy(columns)[None])[0].exp().numpy()

    for text in likeliest(columns, 3000):
        if len(text.signs) == 1 and text.log_probability > -4:
            assert found[text.signs[0]] == pytest.approx(np.exp(text.log_probability), rel=0.05, abs=1e-3)


def test_the_network_says_columns_in_training_and_ten_logits_otherwise() -> None:
    network = build_network(SMALL, torch.Generator().manual_seed(0))
    lines = torch.zeros(2, 28, 112, dtype=torch.uint8)

    assert network.train()(lines).shape == (2, 28, 16)
    assert network.eval()(lines[:, :, :28]).shape == (2, 10)
    assert isinstance(network, ReaderNetwork)


def test_one_digit_is_the_mean_of_what_the_columns_and_the_network_beside_them_say(digits: Digits) -> None:
    network = build_network(SMALL, torch.Generator().manual_seed(0)).eval()
    assert isinstance(network, ReaderNetwork)
    images = torch.from_numpy(digits.images[:9])

    with torch.no_grad():
        found = network(images).softmax(1)
        columns = alone(network.lines(images))[:, :10].softmax(1)
        beside = network.digits(images).softmax(1)

    assert found.numpy() == pytest.approx((columns + beside).numpy() / 2, abs=1e-6)
    assert (columns - beside).abs().max() > 0.01


def test_the_network_beside_the_lines_learns_from_plain_digits_of_seed_and_step(digits: Digits) -> None:
    batches = Batches(digits, SMALL, 0)
    batch, again, other = batches.digits(3, 200), Batches(digits, SMALL, 0).digits(3, 200), batches.digits(4, 200)

    assert batch.images.shape == (200, 28, 28)
    assert (batch.images == again.images).all()
    assert (batch.signs == again.signs).all()
    assert (batch.images != other.images).any()
    assert set((batch.signs - 1).tolist()) == set(range(10))
    assert (batch.lengths == 1).all()
    # Moved about a little: each has the ink of a digit of its own kind, to a third.
    means = np.stack([digits.images[digits.labels == digit].mean((1, 2)).mean() for digit in range(10)])
    for digit in range(10):
        ink = batch.images[batch.signs == digit + 1].float().mean().item()
        assert ink == pytest.approx(means[digit], rel=0.35)


@pytest.fixture(scope="module")
def run(mnist: Mnist, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(SMALL, mnist, runs=tmp_path_factory.mktemp("runs"), threads=1)


def test_its_file_reads_lines_of_any_width_and_single_digits(run: Run, mnist: Mnist) -> None:
    model = run.model()

    probabilities = model.probabilities(mnist.test.images[:5])
    assert probabilities.shape == (5, 10)
    assert probabilities.sum(1) == pytest.approx(1, abs=1e-4)
    # Weights of 16 bits: half the file, and nothing that matters in the answers.
    assert (run.folder / "model.onnx").stat().st_size < 0.8 * (run.folder / "weights.safetensors").stat().st_size
    for width in (28, 56, 400):
        columns = model.columns(np.zeros((1, 28, width), dtype=np.uint8))
        assert columns.shape == (1, width // 4, 16)
        assert np.exp(columns).sum(2) == pytest.approx(1, abs=1e-4)


def test_a_model_of_single_digits_says_that_it_reads_no_lines(mnist: Mnist, tmp_path: Path) -> None:
    recipe = Conv(epochs=1, channels=(4,), pooled=(1,), units=0, batch_size=512, precision="float32")
    model = train(recipe, mnist._replace(train=mnist.train[:1024]), runs=tmp_path, threads=1).model()

    with pytest.raises(ModelError, match="single digits, not lines"):
        model.columns(np.zeros((1, 28, 56), dtype=np.uint8))


def test_a_stopped_training_goes_on_to_the_same_weights(run: Run, mnist: Mnist, tmp_path: Path) -> None:
    steps = iter(range(100))
    stopped = train(SMALL, mnist, runs=tmp_path, threads=1, should_stop=lambda: next(steps) == 3)
    assert not stopped.finished

    resumed = resume(stopped.folder, mnist)

    weights = [(folder / "weights.safetensors").read_bytes() for folder in (run.folder, resumed.folder)]
    assert weights[0] == weights[1]
    assert Model.load(resumed.folder).name == run.model().name


def test_steps_without_a_picture_of_one_sign_are_steps_like_others(mnist: Mnist, tmp_path: Path) -> None:
    # Step 98 of this seed has pictures of three signs and of two.
    recipe = replace(SMALL, epochs=1, steps=100, batch_size=2, lines=2, line_widths=(84,))

    assert train(recipe, mnist, runs=tmp_path, threads=1).finished


def test_it_learns_single_digits_in_a_few_steps(mnist: Mnist, tmp_path: Path) -> None:
    recipe = ReaderRecipe(
        epochs=1,
        steps=80,
        lines=16,
        line_widths=(84,),
        channels=(16, 32, 32, 64, 64, 128, 128),
        learning_rate=0.005,
        rotate=0,
        shear=0,
        elastic=0,
    )
    found = train(recipe, mnist, runs=tmp_path, threads=1)

    assert found.history[-1]["validation_accuracy"] > 0.4


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"channels": (4, 4)}, "expected 7"),
        ({"line_widths": (50,)}, "divisible by 4"),
        ({"line_widths": ()}, "divisible by 4"),
        ({"lines": 1}, "--lines"),
        ({"steps": 0}, "--steps"),
        ({"label_smoothing": 0.1}, "--label-smoothing"),
    ],
)
def test_values_that_make_no_sense_are_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        ReaderRecipe(**changed)  # type: ignore[arg-type]
