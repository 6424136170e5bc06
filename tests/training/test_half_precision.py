"""Weights in 16 bits: a file half as large, that gives what the same weights in 32 bits give."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from digitrec.training.half_precision import in_half_precision


def model_of(weights: np.ndarray, bias: np.ndarray) -> onnx.ModelProto:
    """Return a model of x, float32[n,64]: a product with the weights, and a bias."""
    nodes = [helper.make_node("MatMul", ["x", "w"], ["p"]), helper.make_node("Add", ["p", "b"], ["y"])]
    graph = helper.make_graph(
        nodes,
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", weights.shape[1]])],
        [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(bias, "b")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


def answer(model: onnx.ModelProto, x: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.asarray(session.run(["y"], {"x": x})[0])


def test_it_gives_what_rounded_weights_give_in_products_of_32_bits_and_keeps_what_is_small() -> None:
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(64, 100)).astype(np.float32)
    bias = rng.normal(size=100).astype(np.float32)
    x = rng.normal(size=(5, 64)).astype(np.float32)

    small = in_half_precision(model_of(weights, bias))

    onnx.checker.check_model(small, full_check=True)
    rounded = weights.astype(np.float16).astype(np.float32)
    np.testing.assert_allclose(answer(small, x), x @ rounded + bias, atol=2e-5)
    assert np.abs(answer(small, x) - answer(model_of(weights, bias), x)).max() > 1e-4  # it is rounded
    assert small.ByteSize() < 0.55 * model_of(weights, bias).ByteSize()
    assert {each.name: each.data_type for each in small.graph.initializer} == {
        "w.half": TensorProto.FLOAT16,
        "b": TensorProto.FLOAT,
    }


def test_other_constants_stay_as_they_are() -> None:
    model = model_of(np.ones((64, 100), np.float32), np.zeros(100, np.float32))
    places = np.arange(1000)
    model.graph.initializer.append(numpy_helper.from_array(places, "places"))

    kept = {each.name: numpy_helper.to_array(each) for each in in_half_precision(model).graph.initializer}

    np.testing.assert_array_equal(kept["places"], places)
    assert kept["places"].dtype == places.dtype
