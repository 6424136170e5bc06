"""From a trained network to an ONNX file, proven equal to it.

In: a network, real images, metadata. Out: the content of a `.onnx` file that maps
uint8[n,28,28] to probabilities float32[n,10]. Knows nothing of training or runs.
"""

import json
import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import onnx
import torch
from torch import nn

from digitrec.data.digits import SIDE
from digitrec.errors import ModelError
from digitrec.model import Model
from digitrec.reading.normalise import WIDEST
from digitrec.training.familiarity import Familiarity, features_of
from digitrec.training.half_precision import DIFFERENCE, in_half_precision
from digitrec.training.joining import joined
from digitrec.training.on_demand import only_on_demand
from digitrec.training.reading_network import ReaderNetwork
from digitrec.training.second_look import looked_twice, with_second_look

PROVEN_AT = (1, 2, 17)
"""Batch sizes at which file and network are compared."""

TOLERANCE = 1e-4
"""The largest difference of a probability that float32 sums in another order may make."""


_LOOSER = 100
"""Features are sums of many numbers, and familiarity of their squares: so many times less exact than probabilities."""


def to_onnx(  # noqa: PLR0913 - the last two are keyword-only
    network: nn.Module,
    images: npt.NDArray[np.uint8],
    metadata: Mapping[str, object],
    temperature: float = 1.0,
    *,
    familiarity: Familiarity | None = None,
    look_again_below: float = 0.0,
) -> bytes:
    """Return the ONNX file of `network`, with softmax and `temperature` in it, and with `familiarity` its features.

    Answers of less probability than `look_again_below` are averaged with those for four moved copies.

    Raises
    ------
    ModelError
        When the file does not give what the network gives on `images`, uint8[n,28,28].
    """
    lines = isinstance(network, ReaderNetwork)
    recogniser, outputs = _recogniser(network, temperature, familiarity)
    exported, _ = _recogniser(joined(network), temperature, familiarity)
    count, quarter = torch.export.Dim("n", min=1), torch.export.Dim("quarter", min=2, max=WIDEST // 4)
    with _quiet_exporter():
        program = torch.onnx.export(
            exported,
            (torch.zeros(2, SIDE, 2 * SIDE if lines else SIDE, dtype=torch.uint8),),
            input_names=["images"],
            output_names=outputs,
            dynamic_shapes=({0: count, 2: 4 * quarter} if lines else {0: count},),
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise ModelError("the network could not be exported to ONNX")
    model = _without_traces(program.model_proto)
    if familiarity:
        model = only_on_demand(model, "familiarity")
    if look_again_below:
        model = with_second_look(model, look_again_below)
    onnx.helper.set_model_props(model, {key: json.dumps(value) for key, value in metadata.items()})
    content: bytes = model.SerializeToString()
    _prove(content, recogniser, images, look_again_below)
    if not lines:
        return content
    # What comes with the package is to be small, and who reads lines is not to wait for what one digit alone would be.
    small: bytes = only_on_demand(in_half_precision(model), "probabilities", usual=True).SerializeToString()
    _prove(small, recogniser, images, look_again_below, DIFFERENCE)
    return small


def _recogniser(network: nn.Module, temperature: float, familiarity: Familiarity | None) -> tuple[nn.Module, list[str]]:
    """Return the network with what comes after it, on the CPU, and the names of what that gives."""
    recogniser: nn.Module
    if isinstance(network, ReaderNetwork):
        recogniser, outputs = LinesAndProbabilities(network, temperature), ["probabilities", "columns"]
    elif familiarity:
        recogniser = _Familiar(network, temperature, familiarity)
        outputs = ["probabilities", "features", "familiarity"]
    else:
        recogniser, outputs = _Probabilities(network, temperature), ["probabilities"]
    return recogniser.eval().cpu(), outputs


@contextmanager
def _quiet_exporter() -> Iterator[None]:
    """Keep torch's exporter from warning of torch's own deprecations and of packages that we do not use."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


class _Probabilities(nn.Module):
    """A network and what comes after it: uint8[n,28,28] → probabilities float32[n,10]."""

    def __init__(self, network: nn.Module, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        probabilities: torch.Tensor = (self.network(images) / self.temperature).softmax(1)
        return probabilities


class _Familiar(nn.Module):
    """The same, with features float32[n,d] and how familiar each image looks, float32[n]."""

    def __init__(self, network: nn.Module, temperature: float, familiarity: Familiarity) -> None:
        super().__init__()
        self.probabilities = _Probabilities(network, temperature)
        self.familiarity = familiarity

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        features = features_of(self.probabilities.network, images)
        assert features is not None  # noqa: S101 - or nothing could have been fitted to them
        return self.probabilities(images), features, self.familiarity(images, features)


class LinesAndProbabilities(nn.Module):
    """The reader's network: uint8[n,28,w] → probabilities float32[n,10] of one digit, and columns float32[n,w/4,16]."""

    def __init__(self, network: ReaderNetwork, temperature: float) -> None:
        """Wrap the network; the temperature is that of the ten probabilities."""
        super().__init__()
        self.network = network
        self.temperature = temperature

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return both."""
        columns = self.network.lines(images)
        return (self.network.of_one(columns, images) / self.temperature).softmax(1), columns


def _without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model without the exporter's notes, which name files of the machine that wrote it."""
    for node in model.graph.node:
        del node.metadata_props[:]
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info, *model.graph.initializer):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    model.doc_string = model.graph.doc_string = ""
    return model


def _prove(
    content: bytes,
    recogniser: nn.Module,
    images: npt.NDArray[np.uint8],
    look_again_below: float,
    tolerance: float = TOLERANCE,
) -> None:
    model = Model.from_bytes(content, "the exported model")

    def probabilities(some: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor | tuple[torch.Tensor, ...] = recogniser(some)
        return found[0] if isinstance(found, tuple) else found

    for batch in PROVEN_AT:
        some = np.resize(images, (batch, *images.shape[1:]))
        with torch.no_grad():
            given = recogniser(torch.from_numpy(some))
            expected = looked_twice(probabilities, torch.from_numpy(some), look_again_below)
        difference = float(np.abs(model.probabilities(some) - expected.numpy()).max())
        if isinstance(recogniser, _Familiar):
            for ours, theirs in ((model.features(some), given[1]), (model.familiarity(some), given[2])):
                assert ours is not None  # noqa: S101 - it was just put there
                scale = max(1.0, float(theirs.abs().max()))
                difference = max(difference, float(np.abs(ours - theirs.numpy()).max()) / scale / _LOOSER)
        if isinstance(recogniser, LinesAndProbabilities):
            # Side by side the digits are a line.
            line = np.concatenate(list(some), axis=1)[None, :, :WIDEST]
            with torch.no_grad():
                columns = recogniser(torch.from_numpy(line))[1].exp().numpy()
            difference = max(difference, float(np.abs(np.exp(model.columns(line)) - columns).max()))
        if not difference <= tolerance:
            raise ModelError(
                f"the ONNX file differs from the network by {difference:.2g} at batch {batch}; "
                f"expected at most {tolerance:g}"
            )
