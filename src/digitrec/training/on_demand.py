"""An output of a model file that is computed only where it is asked for.

In: an ONNX graph and one of its outputs. Out: the same graph, with what that output alone needs in a branch, and a
switch: an input of one truth value that may be left out and then is false, or true where that is usual. Whether an
output is fetched does not tell onnxruntime whether to compute it. Put together by hand, as `second_look.py`. Knows
nothing of networks or of training.
"""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from digitrec.model import switch_of


def only_on_demand(model: onnx.ModelProto, output: str, *, usual: bool = False) -> onnx.ModelProto:
    """Return the model, whose output `output` is empty unless its switch, `model.switch_of(output)`, is true.

    A switch that is left out is as is `usual`.
    """
    graph, switch = model.graph, switch_of(output)
    shared = needed(graph, [each.name for each in graph.output if each.name != output])
    alone = [node for node in graph.node if not shared.intersection(node.output)]
    kept = [node for node in graph.node if shared.intersection(node.output)]
    asked = {name for node in kept for name in node.input}
    weights = [each for each in graph.initializer if each.name not in asked]
    others = [each for each in graph.initializer if each.name in asked]

    asked_for, not_asked = f"{output}.asked", f"{output}.not_asked"
    for node in alone:
        node.output[:] = [asked_for if name == output else name for name in node.output]
    (described,) = (each.type.tensor_type.shape.dim for each in graph.output if each.name == output)
    shape = [0, *(side.dim_value for side in described[1:])]
    nothing = helper.make_node("Constant", [], [not_asked], value=numpy_helper.from_array(np.zeros(shape, np.float32)))
    # The branch takes what is computed around it by name, and holds the weights that nothing else needs.
    then = helper.make_graph(alone, asked_for, [], [_rows(asked_for, shape)], weights)
    otherwise = helper.make_graph([nothing], not_asked, [], [_rows(not_asked, shape)])
    branch = helper.make_node("If", [switch], [output], then_branch=then, else_branch=otherwise)
    truth = numpy_helper.from_array(np.array(usual), switch)
    inside = {name for node in alone for name in node.output}
    model.graph.CopyFrom(
        helper.make_graph(
            [*kept, branch],
            graph.name,
            [*graph.input, helper.make_tensor_value_info(switch, onnx.TensorProto.BOOL, [])],
            graph.output,
            [*others, truth],
            value_info=[each for each in graph.value_info if each.name not in inside],
        )
    )
    return model


def _rows(name: str, shape: list[int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [None, *shape[1:]])


def needed(graph: onnx.GraphProto, outputs: list[str]) -> set[str]:
    """Return the names of all that these outputs come from, themselves among them."""
    wanted = set(outputs)
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            wanted.update(node.input)
    return wanted
