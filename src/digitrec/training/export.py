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

from digitrec.errors import ModelError
from digitrec.model import Model

PROVEN_AT = (1, 2, 17)
"""Batch sizes at which file and network are compared."""

TOLERANCE = 1e-4
"""The largest difference of a probability that float32 sums in another order may make."""


def to_onnx(
    network: nn.Module,
    images: npt.NDArray[np.uint8],
    metadata: Mapping[str, object],
    temperature: float = 1.0,
) -> bytes:
    """Return the ONNX file of `network`, with softmax and `temperature` in it.

    Raises
    ------
    ModelError
        When the file does not give what the network gives on `images`, uint8[n,28,28].
    """
    recogniser = nn.Sequential(network, _Probabilities(temperature)).eval().cpu()
    with _quiet_exporter():
        program = torch.onnx.export(
            recogniser,
            (torch.zeros(2, 28, 28, dtype=torch.uint8),),
            input_names=["images"],
            output_names=["probabilities"],
            dynamic_shapes=({0: torch.export.Dim("n", min=1)},),
            dynamo=True,
            verbose=False,
        )
    if program is None:
        raise ModelError("the network could not be exported to ONNX")
    model = _without_traces(program.model_proto)
    onnx.helper.set_model_props(model, {key: json.dumps(value) for key, value in metadata.items()})
    content: bytes = model.SerializeToString()
    _prove(content, recogniser, images)
    return content


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
    """Logits float32[n,10] → probabilities float32[n,10]."""

    def __init__(self, temperature: float) -> None:
        super().__init__()
        self.temperature = temperature

    def forward(self, logits: torch.Tensor) -> torch.Tensor:
        return (logits / self.temperature).softmax(1)


def _without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model without the exporter's notes, which name files of the machine that wrote it."""
    for node in model.graph.node:
        del node.metadata_props[:]
    for value in (*model.graph.input, *model.graph.output, *model.graph.value_info, *model.graph.initializer):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    model.doc_string = model.graph.doc_string = ""
    return model


def _prove(content: bytes, recogniser: nn.Module, images: npt.NDArray[np.uint8]) -> None:
    model = Model.from_bytes(content, "the exported model")
    for batch in PROVEN_AT:
        some = np.resize(images, (batch, *images.shape[1:]))
        with torch.no_grad():
            expected = recogniser(torch.from_numpy(some)).numpy()
        difference = float(np.abs(model.probabilities(some) - expected).max())
        if not difference <= TOLERANCE:
            raise ModelError(
                f"the ONNX file differs from the network by {difference:.2g} at batch {batch}; "
                f"expected at most {TOLERANCE:g}"
            )
