"""How familiar a picture looks: which networks can say so, what goes into the file, and what comes of it."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

import digitrec
from digitrec import Mnist, Model
from digitrec.damage.strangers import strangers
from digitrec.errors import ModelError
from digitrec.scoring.detection import detection
from digitrec.training import export
from digitrec.training.familiarity import Familiarity, features_of, fit_familiarity
from digitrec.training.network import build_network
from digitrec.training.recipe import Recipe
from digitrec.training.recipes import Best, Dense, Fast

SMALL = Fast(channels=(8, 16), units=16, epochs=4, precision="float32")


def network_of(recipe: Recipe) -> nn.Module:
    return build_network(recipe, torch.Generator().manual_seed(0)).eval()


@pytest.mark.parametrize(
    ("recipe", "width"),
    [
        (Dense(hidden=(20, 30)), 30),
        (Dense(hidden=()), 784),
        (SMALL, 16),
        (Best(channels=(8,), pooled=(1,), units=9, members=3), 27),
    ],
)
def test_features_are_what_the_last_layer_answers_from(recipe: Recipe, width: int, mnist: Mnist) -> None:
    found = features_of(network_of(recipe), torch.from_numpy(mnist.test.images[:3]))

    assert found is not None
    assert found.shape == (3, width)


class Other(nn.Module):
    """No sequence of layers."""

    def forward(self, images: Tensor) -> Tensor:
        """Return something."""
        return images[:, 0, :10].float()


def test_no_features_or_too_many_or_too_few_digits_are_left_without(mnist: Mnist) -> None:
    assert features_of(Other(), torch.zeros(1, 28, 28, dtype=torch.uint8)) is None
    assert fit_familiarity(Other(), mnist.train[:500]) is None
    assert fit_familiarity(network_of(Dense(hidden=(600,))), mnist.train[:3000]) is None
    assert fit_familiarity(network_of(Dense(hidden=(100,))), mnist.train[:200]) is None
    assert fit_familiarity(network_of(SMALL), mnist.train[:0]) is None
    assert isinstance(fit_familiarity(network_of(SMALL), mnist.train[:500]), Familiarity)


def test_the_file_gives_features_and_tells_noise_and_letters_from_digits(
    small: Mnist, mnist: Mnist, tmp_path_factory: pytest.TempPathFactory
) -> None:
    model = digitrec.train(SMALL, small, runs=tmp_path_factory.mktemp("runs")).model()
    digits = mnist.test.images[:500]
    features, familiar = model.features(digits), model.familiarity(digits)

    assert features is not None
    assert familiar is not None
    assert (features.shape, familiar.shape) == ((500, 16), (500,))
    again = model.familiarity(digits[7:8])
    assert again is not None
    np.testing.assert_allclose(familiar[7:8], again, rtol=1e-3)
    others = strangers(100)
    for kind, least in (("noise", 0.99), ("letters, drawn, unlike digits", 0.8)):
        strange = model.familiarity(others[kind])
        assert strange is not None
        assert detection(familiar, strange).area > least
    empty = model.familiarity(digits[:0])
    assert empty is not None
    assert empty.shape == (0,)


def test_a_file_without_them_says_none(mnist: Mnist) -> None:
    content = export.to_onnx(network_of(SMALL), mnist.train.images[:17], {})
    model = Model.from_bytes(content)

    assert model.features(mnist.test.images[:2]) is None
    assert model.familiarity(mnist.test.images[:2]) is None


class DifferentInOnnx(Familiarity):
    """Gives something else while it is exported."""

    def forward(self, images: Tensor, features: Tensor) -> Tensor:
        """Return float32[n]."""
        found: Tensor = super().forward(images, features)
        return found * 2 + 1 if torch.compiler.is_compiling() else found


def test_a_file_whose_familiarity_differs_is_refused(mnist: Mnist) -> None:
    network = network_of(SMALL)
    fitted = fit_familiarity(network, mnist.train[:500])
    assert fitted is not None
    parts = (fitted.means, fitted.parts, fitted.centres, fitted.whitening)
    different = DifferentInOnnx(*(each.double().numpy() for each in parts))
    with pytest.raises(ModelError, match="the ONNX file differs from the network by"):
        export.to_onnx(network, mnist.train.images[:17], {}, familiarity=different)


def test_it_is_computed_only_where_it_is_asked_for(mnist: Mnist) -> None:
    network, some = network_of(SMALL), mnist.test.images[:5]
    content = export.to_onnx(network, some, {}, familiarity=fit_familiarity(network, mnist.train[:500]))
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    assert session.run(["familiarity"], {"images": some})[0].size == 0
    familiar = Model.from_bytes(content).familiarity(some)
    assert familiar is not None
    assert familiar.shape == (5,)
