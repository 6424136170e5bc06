"""The ONNX file is proven equal to the network each time it is written."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from digitrec import Dense, Mnist, Model
from digitrec.errors import ModelError
from digitrec.training.export import PROVEN_AT, to_onnx
from digitrec.training.network import build_network


class DifferentInOnnx(nn.Module):
    """A network that gives something else while it is exported."""

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (n, 10)."""
        flat = images.flatten(1)[:, :10].to(torch.float32)
        return flat * 2 if torch.compiler.is_compiling() else flat


def test_the_file_gives_what_the_network_gives_at_every_batch_size(mnist: Mnist) -> None:
    network = build_network(Dense(hidden=(20,)), torch.Generator().manual_seed(0))
    model = Model.from_bytes(to_onnx(network, mnist.train.images[:17], {"name": "x"}, temperature=2.0))

    assert PROVEN_AT == (1, 2, 17)
    for batch in (*PROVEN_AT, 999):
        images = mnist.test.images[:batch]
        with torch.no_grad():
            expected = (network(torch.from_numpy(images)) / 2).softmax(1)
        np.testing.assert_allclose(model.probabilities(images), expected, atol=1e-5)
    assert model.metadata == {"name": "x"}


def test_a_file_that_differs_from_its_network_is_refused(mnist: Mnist) -> None:
    with pytest.raises(ModelError, match=r"the ONNX file differs from the network by .* at batch 1"):
        to_onnx(DifferentInOnnx(), mnist.test.images[:17].clip(min=3) // 3 + np.arange(28, dtype=np.uint8), {})
