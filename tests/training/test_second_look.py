"""A second look in a model file: whom it changes, by how much, and that it is only where the first is unsure."""

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

import digitrec
from digitrec import Conv, Mnist, Model
from digitrec.training.export import to_onnx
from digitrec.training.network import build_network
from digitrec.training.second_look import looked_twice

SMALL = Conv(channels=(4, 8), pooled=(1, 2), units=16, epochs=1, precision="float32")


def network_of(seed: int = 0) -> nn.Module:
    return build_network(SMALL, torch.Generator().manual_seed(seed)).eval()


def branches(file: onnx.ModelProto) -> list[str]:
    return sorted(node.output[0] for node in file.graph.node if node.op_type == "If")


def shifted_by_hand(images: np.ndarray) -> list[np.ndarray]:
    found = []
    for down, right in ((1, -2), (2, 1), (-1, 2), (-2, -1)):
        wide = np.pad(images, ((0, 0), (2, 2), (2, 2)))
        found.append(np.roll(wide, (down, right), axis=(1, 2))[:, 2:-2, 2:-2])
    return found


@pytest.mark.parametrize("count", [1, 2, 200])
def test_unsure_answers_are_the_geometric_mean_of_five_and_sure_ones_are_as_they_were(mnist: Mnist, count: int) -> None:
    network, images = network_of(), mnist.test.images[:count]
    once = Model.from_bytes(to_onnx(network, images, {}, temperature=0.05))
    first = once.probabilities(images)
    below = float(np.quantile(first.max(axis=1), 0.6)) + 1e-4
    twice = Model.from_bytes(to_onnx(network, mnist.train.images[:17], {}, temperature=0.05, look_again_below=below))

    unsure = first.max(axis=1) < below
    assert unsure.any()
    assert count <= 2 or not unsure.all()
    expected = first.copy()
    looks = [once.probabilities(each) for each in (images, *shifted_by_hand(images))]
    together = np.prod(np.maximum(np.array(looks, dtype=np.float64), 1e-6), axis=0) ** (1 / 5)
    expected[unsure] = (together / together.sum(axis=1, keepdims=True))[unsure]
    np.testing.assert_allclose(twice.probabilities(images), expected, atol=1e-5)
    np.testing.assert_array_equal(twice.probabilities(images)[~unsure], first[~unsure])


def test_where_all_are_sure_nothing_changes_and_no_image_is_no_trouble(mnist: Mnist) -> None:
    network = network_of()
    once = Model.from_bytes(to_onnx(network, mnist.train.images[:17], {}))
    twice = Model.from_bytes(to_onnx(network, mnist.train.images[:17], {}, look_again_below=0.01))

    np.testing.assert_array_equal(
        twice.probabilities(mnist.test.images[:300]), once.probabilities(mnist.test.images[:300])
    )
    assert twice.probabilities(mnist.test.images[:0]).shape == (0, 10)


def test_in_torch_it_is_the_same() -> None:
    def bright(images: Tensor) -> Tensor:
        share = images.flatten(1).float().mean(1) / 255
        return torch.stack([share, 1 - share], dim=1)

    images = torch.zeros(3, 28, 28, dtype=torch.uint8)
    images[1], images[2, :, 0] = 255, 255
    found = looked_twice(bright, images, 0.97)

    assert found[0].tolist() == [0.0, 1.0]
    assert found[1].tolist() == [1.0, 0.0]
    # Moved left, which is twice, the column leaves the picture; moved right it loses one pixel or two.
    shares = [np.array([kept / 784, 1 - kept / 784]) for kept in (28, 0, 26, 27, 0)]
    together = np.prod(np.maximum(shares, 1e-6), axis=0) ** (1 / 5)
    assert found[2, 0].item() == pytest.approx(together[0] / together.sum(), rel=1e-4)


def test_looks_that_exclude_each_other_leave_no_answer_that_is_no_number() -> None:
    def certain(images: Tensor) -> Tensor:
        return (images[:, 0, 0] > 0).float()[:, None] * torch.tensor([0.9, 0.1, 0.0]) + (
            (images[:, 0, 0] == 0).float()[:, None] * torch.tensor([0.0, 0.0, 1.0])
        )

    images = torch.zeros(1, 28, 28, dtype=torch.uint8)
    images[0, 0, 0] = 255
    found = looked_twice(certain, images, 0.95)

    assert found.sum().item() == pytest.approx(1)
    assert found.argmax().item() == 2


def test_the_recipe_conv_has_it_and_its_file_is_a_whole_one(
    small: Mnist, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = digitrec.train(SMALL, small, runs=tmp_path_factory.mktemp("runs"))
    file = onnx.load(run.folder / "model.onnx")

    onnx.checker.check_model(file, full_check=True)
    assert branches(file) == ["familiarity", "probabilities"]
    assert next(output.name for output in file.graph.output) == "probabilities"
    assert run.model().features(small.test.images[:3]) is not None
    without = digitrec.train(
        Conv(**{**SMALL.__dict__, "look_again_below": 0.0}), small, runs=tmp_path_factory.mktemp("runs")
    )
    assert branches(onnx.load(without.folder / "model.onnx")) == ["familiarity"]
