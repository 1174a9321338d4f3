# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""layerfusion.backend: ONNX's interface of runtimes."""

import layerfusion
import numpy as np
import onnx
import pytest
from layerfusion import backend, zoo
from onnx import parser


def model(text, opset=17):
    return parser.parse_model(f'<ir_version: 8, opset_import: ["": {opset}]> {text}')


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((2, 3, 4)).astype("f4")


def test_devices():
    assert backend.supports_device("CPU")
    assert backend.supports_device("CPU:0")
    assert not backend.supports_device("CUDA")
    with pytest.raises(ValueError, match="must be CPU, got 'CUDA'"):
        backend.prepare(model("g (float[1] x) => (float[1] y) { y = Relu(x) }"), "CUDA")


def test_run_model(x):
    graph = "g (float[2, 3, 4] x) => (float[2, 3, 4] y) { y = Relu(x) }"
    (y,) = backend.run_model(model(graph), [x])
    np.testing.assert_array_equal(y, np.maximum(x, 0))


def test_outputs_have_names(x):
    graph = """g (float[2, 3, 4] x) => (float[2, 3, 4] double, float[2, 3, 4] square) {
      double = Add(x, x)
      square = Mul(x, x)
    }"""
    outputs = backend.prepare(model(graph)).run([x])
    np.testing.assert_array_equal(outputs.double, x + x)
    np.testing.assert_array_equal(outputs["square"], x * x)


def test_inputs_as_mapping_list_or_array(x):
    graph = "g (float[2, 3, 4] x) => (float[2, 3, 4] y) { y = Mul(x, x) }"
    rep = backend.prepare(model(graph))
    for inputs in ({"x": x}, [x], (x,), x):
        np.testing.assert_array_equal(rep.run(inputs)[0], x * x)
    with pytest.raises(ValueError, match="no value for the inputs"):
        rep.run({"z": x})
    with pytest.raises(ValueError, match="expected 1 inputs"):
        rep.run([x, x])
    with pytest.raises(ValueError, match="input 'x'"):
        rep.run([x.astype("f8")])


def test_open_shapes_are_taken_from_the_inputs():
    graph = "g (float[N, M] x) => (float[N, M] y) { y = Relu(x) }"
    rep = backend.prepare(model(graph))
    for shape in ((2, 3), (5, 1), (2, 3)):
        x = np.random.default_rng(0).standard_normal(shape).astype("f4")
        np.testing.assert_array_equal(rep.run([x])[0], np.maximum(x, 0))
    with pytest.raises(ValueError, match="input 'x' has 2 dimensions"):
        rep.run([np.zeros(3, "f4")])


def test_shapes_are_taken_from_the_inputs_values(x):
    graph = """g (float[2, 3, 4] x, int64[2] s) => (float[A, B] y) {
      y = Reshape(x, s)
    }"""
    rep = backend.prepare(model(graph))
    for shape in ((6, 4), (4, 6), (6, 4), (24, 1)):
        (y,) = rep.run([x, np.array(shape)])
        np.testing.assert_array_equal(y, x.reshape(shape))


def test_values_that_must_be_constant_are_compiled_in(x):
    graph = """g (float[2, 3, 4] x, float low, float high) => (float[2, 3, 4] y) {
      y = Clip(x, low, high)
    }"""
    rep = backend.prepare(model(graph))
    for low, high in ((-1, 1), (0, 0.5), (-1, 1)):
        (y,) = rep.run([x, np.float32(low), np.float32(high)])
        np.testing.assert_array_equal(y, np.clip(x, np.float32(low), np.float32(high)))


def test_unsupported_op_fails_to_prepare():
    graph = "g (float[4] x) => (float[4] y) { y = Sinh(x) }"
    with pytest.raises(layerfusion.CompileError, match="Sinh"):
        backend.prepare(model(graph))


def test_invalid_model_fails_to_prepare():
    graph = model("g (float[4] x) => (float[4] y) { y = Relu(x) }")
    graph.graph.node[0].op_type = "Rely"
    with pytest.raises(onnx.checker.ValidationError):
        backend.prepare(graph)


def test_run_node(x):
    node = onnx.helper.make_node("Add", ["a", "b"], ["c"])
    (y,) = backend.run_node(node, [x, x[:, :1]])
    np.testing.assert_array_equal(y, x + x[:, :1])
    node = onnx.helper.make_node("Squeeze", ["a"], ["c"], axes=[0])
    (y,) = backend.run_node(node, [x[:1]], opset_version=11)
    np.testing.assert_array_equal(y, x[0])


def test_a_network():
    network = zoo.build("mobilenet_v1", batch="N", resolution=32)
    rep = backend.prepare(network, opt_level=0)
    one = zoo.test_input(zoo.build("mobilenet_v1", batch=1, resolution=32))
    two = np.concatenate([one, one])
    np.testing.assert_array_equal(rep.run([two])[0][1], rep.run([one])[0][0])
