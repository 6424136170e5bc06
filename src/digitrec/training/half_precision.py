"""Weights of a model file in 16 bits, which halves it: read once into 32 bits when it is loaded.

In: an ONNX graph with float32 weights. Out: the same graph with float16 in their place and a cast after each. The
products stay float32. Knows nothing of networks or of training.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

_FEW = 256
"""Weights of fewer numbers, such as biases, stay as they are."""

DIFFERENCE = 0.01
"""By how much a probability may differ for it: 11 bits of a weight are kept."""


def in_half_precision(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model, its larger weights in float16; onnxruntime casts constants once, when it loads them."""
    graph = model.graph
    kept, casts = [], []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < _FEW:
            kept.append(weight)
            continue
        kept.append(numpy_helper.from_array(values.astype(np.float16), f"{weight.name}.half"))
        casts.append(helper.make_node("Cast", [kept[-1].name], [weight.name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    return model
