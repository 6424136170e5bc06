"""An output on demand: nothing where it is not asked for, the same where it is, and all else as it was."""

from collections.abc import Mapping

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from digitrec.model import switch_of
from digitrec.training.on_demand import only_on_demand

OUTPUTS = ("sums", "roots")
Arrays = Mapping[str, np.ndarray]


def small_model() -> onnx.ModelProto:
    """Return a model of x, float32[n,3]: `sums` of weighted values, and `roots` of what lies on the way to them."""
    nodes = [
        helper.make_node("Mul", ["x", "weights"], ["weighted"]),
        helper.make_node("ReduceSum", ["weighted", "across"], ["sums"], keepdims=0),
        helper.make_node("Add", ["weighted", "more"], ["added"]),
        helper.make_node("Sqrt", ["added"], ["rooted"]),
        helper.make_node("ReduceSum", ["rooted", "across"], ["roots"], keepdims=0),
    ]
    constants: Arrays = {
        "weights": np.array([1, 2, 3], np.float32),
        "more": np.full(3, 4, np.float32),
        "across": np.array([1], np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in OUTPUTS],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def answers(model: onnx.ModelProto, inputs: Arrays) -> list[np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    content = model.SerializeToString()
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return list(session.run(list(OUTPUTS), dict(inputs)))


@pytest.mark.parametrize("asked", [True, False, None])
def test_it_is_computed_where_it_is_asked_for_and_what_else_there_is_always(asked: bool | None) -> None:
    x = np.array([[1, 1, 1], [2, 2, 2]], np.float32)
    sums, roots = answers(small_model(), {"x": x})
    switch = {} if asked is None else {switch_of("roots"): np.array(asked)}
    found_sums, found_roots = answers(only_on_demand(small_model(), "roots"), {"x": x, **switch})

    np.testing.assert_array_equal(found_sums, sums)
    np.testing.assert_array_equal(found_roots, roots if asked else np.zeros(0, np.float32))


@pytest.mark.parametrize("asked", [True, False, None])
def test_what_is_usual_is_computed_unless_it_is_told_not_to_be(asked: bool | None) -> None:
    x = np.array([[1, 1, 1], [2, 2, 2]], np.float32)
    _, roots = answers(small_model(), {"x": x})
    switch = {} if asked is None else {switch_of("roots"): np.array(asked)}
    _, found = answers(only_on_demand(small_model(), "roots", usual=True), {"x": x, **switch})

    np.testing.assert_array_equal(found, np.zeros(0, np.float32) if asked is False else roots)


def test_it_is_a_whole_model_and_holds_each_weight_once() -> None:
    changed = only_on_demand(small_model(), "roots")

    onnx.checker.check_model(changed, full_check=True)
    (branch,) = [node for node in changed.graph.node if node.op_type == "If"]
    (then,) = [each.g for each in branch.attribute if each.name == "then_branch"]
    inside = [weight.name for weight in then.initializer]
    around = [weight.name for weight in changed.graph.initializer]
    assert "more" in inside
    assert sorted(around) == sorted(["weights", "across", switch_of("roots")])
