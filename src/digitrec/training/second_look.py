"""A second look in a model file: where its first answer is unsure, what it and those for four moved copies agree on.

In: an ONNX graph from images to probabilities, and below which probability an answer is unsure. Out: the same graph
with a branch that is taken where there are unsure ones, for those alone; and the same in torch, to prove it by. Put
together by hand, since torch's exporter takes no branch that depends on the answer. Knows nothing of networks or of
training.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor

from digitrec.data.digits import CLASSES, SIDE
from digitrec.training.layers import Moves, farthest, moved
from digitrec.training.on_demand import needed

OUTPUT = "probabilities"
MOVES: Moves = ((1, -2), (2, 1), (-1, 2), (-2, -1))
"""As a knight in chess: each copy falls otherwise on what pools two by two, and errs more for itself than beside the
first (`experiments/LOG.md`, 69)."""

_LEAST = 1e-6
"""What has less probability counts as this: so much can one look alone deny, and there is a logarithm."""

_FIRST, _PREFIX = "first_look.probabilities", "second_look."


def looked_twice(probabilities: Callable[[Tensor], Tensor], images: Tensor, below: float) -> Tensor:
    """Return float32[n,10], of each image the first answer, or, where that is less than `below`, what five looks say.

    That is the normalised geometric mean of their probabilities.
    """
    first = probabilities(images)
    unsure = first.amax(1) < below
    some = images[unsure]
    if len(some):
        looks = torch.stack([first[unsure], *map(probabilities, moved(some, MOVES))])
        first[unsure] = looks.clamp(min=_LEAST).log().mean(0).softmax(1)
    return first


def with_second_look(model: onnx.ModelProto, below: float) -> onnx.ModelProto:
    """Return the model, whose input is `images` and whose first output `probabilities`, with the branch in it."""
    graph = model.graph
    network = _ancestors(graph, OUTPUT)
    asked = {name for node in network for name in node.input}
    weights = [each for each in graph.initializer if each.name in asked]
    for node in graph.node:
        for number, name in enumerate(node.output):
            if name == OUTPUT:
                node.output[number] = _FIRST
    graph.initializer.extend(
        [
            _constant("below", np.array(below, np.float32)),
            _constant("one", np.array([1], np.int64)),
            _constant("zero", np.array(0, np.int64)),
            _constant("all", np.array([-1], np.int64)),
        ]
    )
    # The branch has weights of its own, once more in the file: with those of the graph around it onnxruntime joins no
    # layers, and takes three times as long.
    own = [_renamed(each) for each in weights]
    nodes = _second_look(network, {each.name for each in weights})
    then = helper.make_graph(nodes, "second_look", [], [_answer(_own("then"))], own)
    first_alone = [helper.make_node("Identity", [_FIRST], [_own("else")])]
    otherwise = helper.make_graph(first_alone, "first_look", [], [_answer(_own("else"))])
    graph.node.extend(
        [
            helper.make_node("ReduceMax", [_FIRST, _own("one")], [_own("surest")], keepdims=0),
            helper.make_node("Less", [_own("surest"), _own("below")], [_own("unsure")]),
            helper.make_node("NonZero", [_own("unsure")], [_own("places")]),
            helper.make_node("Reshape", [_own("places"), _own("all")], [_own("rows")]),
            helper.make_node("Size", [_own("rows")], [_own("count")]),
            helper.make_node("Greater", [_own("count"), _own("zero")], [_own("any")]),
            helper.make_node("If", [_own("any")], [OUTPUT], then_branch=then, else_branch=otherwise),
        ]
    )
    return model


def _second_look(network: list[onnx.NodeProto], weights: set[str]) -> list[onnx.NodeProto]:
    """Return the nodes of the branch: what is unsure moved, `network` again with own weights, and all together."""
    margin = farthest(MOVES)
    constants = {
        "margin": np.array([0, margin, margin] * 2, np.int64),
        "sides": np.array([1, 2], np.int64),
        "looks": np.array([len(MOVES), -1, CLASSES], np.int64),
        "least": np.float32(_LEAST),
        "first": np.array([0], np.int64),
        **{f"from{number}": margin - np.array(move, np.int64) for number, move in enumerate(MOVES)},
        **{f"to{number}": margin - np.array(move, np.int64) + SIDE for number, move in enumerate(MOVES)},
    }
    nodes = [
        helper.make_node("Constant", [], [_own(name)], value=numpy_helper.from_array(np.asarray(value)))
        for name, value in constants.items()
    ]
    nodes += [
        helper.make_node("Gather", ["images", _own("rows")], [_own("some")]),
        helper.make_node("Pad", [_own("some"), _own("margin")], [_own("wide")]),
    ]
    cuts = [_own(f"moved{number}") for number in range(len(MOVES))]
    nodes += [
        helper.make_node("Slice", [_own("wide"), _own(f"from{n}"), _own(f"to{n}"), _own("sides")], [cut])
        for n, cut in enumerate(cuts)
    ]
    nodes.append(helper.make_node("Concat", cuts, [_own("images")], axis=0))
    renamed = {name for node in network for name in node.output} | {"images"} | weights
    for node in network:
        again = onnx.NodeProto()
        again.CopyFrom(node)
        again.name = _own(node.name)
        again.input[:] = [_own(name) if name in renamed else name for name in node.input]
        again.output[:] = [_own(name) for name in node.output]
        nodes.append(again)
    nodes += [
        helper.make_node("Reshape", [_own(OUTPUT), _own("looks")], [_own("by_look")]),
        helper.make_node("Gather", [_FIRST, _own("rows")], [_own("before")]),
        helper.make_node("Unsqueeze", [_own("before"), _own("first")], [_own("before_by_look")]),
        helper.make_node("Concat", [_own("before_by_look"), _own("by_look")], [_own("five")], axis=0),
        helper.make_node("Max", [_own("five"), _own("least")], [_own("some_of_all")]),
        helper.make_node("Log", [_own("some_of_all")], [_own("logarithms")]),
        helper.make_node("ReduceMean", [_own("logarithms"), _own("first")], [_own("mean")], keepdims=0),
        helper.make_node("Softmax", [_own("mean")], [_own("together")], axis=1),
        helper.make_node("Unsqueeze", [_own("rows"), _own("one")], [_own("where")]),
        helper.make_node("ScatterND", [_FIRST, _own("where"), _own("together")], [_own("then")]),
    ]
    return nodes


def _ancestors(graph: onnx.GraphProto, output: str) -> list[onnx.NodeProto]:
    """Return the nodes that an output comes from, in order, as they are now."""
    names, found = needed(graph, [output]), []
    for node in graph.node:
        if names.intersection(node.output):
            again = onnx.NodeProto()
            again.CopyFrom(node)
            found.append(again)
    return found


def _renamed(weights: onnx.TensorProto) -> onnx.TensorProto:
    again = onnx.TensorProto()
    again.CopyFrom(weights)
    again.name = _own(weights.name)
    return again


def _answer(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", CLASSES])


def _own(name: str) -> str:
    return _PREFIX + name


def _constant(name: str, value: npt.NDArray[Any]) -> onnx.TensorProto:
    return numpy_helper.from_array(value, _own(name))
