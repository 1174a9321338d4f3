# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""The zoo's networks: valid, of the published size, reproducible, and worth comparing."""

from __future__ import annotations

import math
import subprocess
import sys
import zlib

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from conftest import small_networks
from layerfusion import zoo
from layerfusion.zoo.__main__ import main

# Parameters with 1000 classes, and multiply-adds at 224x224: torchvision's
# tables for six of them, TensorFlow's mobilenet_v1_1.0_224, and the MnasNet-A1
# of the paper (3.9 M, 312 M).
SIZES = {
    "mobilenet_v1": (4_231_976, 569e6),
    "mobilenet_v2": (3_504_872, 301e6),
    "mnasnet_a1": (3_887_038, 312e6),
    "mnasnet1_0": (4_383_312, 314e6),
    "resnet_18": (11_689_512, 1_814e6),
    "resnet_50": (25_557_032, 4_089e6),
    "shufflenet_v2": (2_278_604, 145e6),
    "vgg16": (138_357_544, 15_470e6),
}

every_network = pytest.mark.parametrize("name", small_networks())


def session(model: onnx.ModelProto, optimize: bool = True) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    if not optimize:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    providers = ["CPUExecutionProvider"]
    return ort.InferenceSession(model.SerializeToString(), options, providers=providers)


def run(model: onnx.ModelProto, x: np.ndarray, optimize: bool = True) -> np.ndarray:
    return session(model, optimize).run(None, {"input": x})[0]


def weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    return {i.name: onnx.numpy_helper.to_array(i) for i in model.graph.initializer}


def dims(value: onnx.ValueInfoProto) -> list:
    return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]


def trained_parameters(model: onnx.ModelProto) -> int:
    """Elements of weights and biases, without the statistics of batch norms."""
    arrays = weights(model)
    names = set()
    for node in model.graph.node:
        if node.op_type in ("Conv", "Gemm", "BatchNormalization"):
            names.update(node.input[1:3])
    return sum(arrays[n].size for n in names)


def multiply_adds(model: onnx.ModelProto) -> int:
    """Of convolutions and fully connected layers, from the shapes ONNX infers itself."""
    del model.graph.value_info[:]
    graph = onnx.shape_inference.infer_shapes(model, strict_mode=True).graph
    shapes = {v.name: dims(v) for v in [*graph.value_info, *graph.output]}
    arrays = weights(model)
    return sum(
        math.prod(shapes[node.output[0]]) * math.prod(arrays[node.input[1]].shape[1:])
        for node in graph.node
        if node.op_type in ("Conv", "Gemm")
    )


@every_network
def test_size(name: str) -> None:
    model = zoo.build(name)
    parameters, macs = SIZES[name]
    assert trained_parameters(model) == parameters
    assert multiply_adds(model) == pytest.approx(macs, rel=0.005)


@every_network
@pytest.mark.parametrize(
    ("batch", "resolution"),
    [(1, 224), (3, 160), (1, 97), (3, (65, 130)), ("N", 224), (1, 1)],
    ids=str,
)
def test_valid(name: str, batch: int | str, resolution: int | tuple[int, int]) -> None:
    model = zoo.build(name, batch, resolution, classes=10)
    # The full check compares the shape of each value with the one ONNX infers.
    onnx.checker.check_model(model, full_check=True)
    h, w = (resolution, resolution) if isinstance(resolution, int) else resolution
    assert dims(model.graph.input[0]) == [batch, 3, h, w]
    assert dims(model.graph.output[0]) == [batch, 10]
    assert [(o.domain, o.version) for o in model.opset_import] == [("", 17)]
    assert (model.ir_version, model.producer_name) == (8, "layerfusion")
    values = [v.name for v in model.graph.value_info] + ["logits"]
    assert sorted(values) == sorted(o for n in model.graph.node for o in n.output)


@every_network
@pytest.mark.parametrize(("batch", "resolution"), [(1, 96), (3, 97)])
def test_outputs(name: str, batch: int, resolution: int) -> None:
    model = zoo.build(name, batch, resolution)
    y = run(model, zoo.test_input(model, seed=1))
    assert y.shape == (batch, 1000) and y.dtype == np.float32
    # Neither vanished nor exploded, and of the input more than of the biases.
    assert 0.3 < y.std() < 4 and abs(y.mean()) < 0.2
    z = run(model, zoo.test_input(model, seed=2))
    assert (y - z).std() > 0.2 * y.std()
    for i in range(1, batch):
        assert (y[0] - y[i]).std() > 0.2 * y.std()


@every_network
def test_activations(name: str) -> None:
    model = zoo.build(name, resolution=96)
    del model.graph.output[:]
    model.graph.output.extend(model.graph.value_info)
    x = zoo.test_input(model)
    outputs = session(model, optimize=False).run(None, {"input": x})
    for value, y in zip(model.graph.value_info, outputs):
        assert 0.1 < y.std() < 4 and abs(y).max() < 40, value.name


@every_network
def test_folded_batch_norms(name: str) -> None:
    kept = zoo.build(name, resolution=64)
    folded = zoo.build(name, resolution=64, batch_norm=False)
    onnx.checker.check_model(folded, full_check=True)
    assert "BatchNormalization" in {n.op_type for n in kept.graph.node}
    assert "BatchNormalization" not in {n.op_type for n in folded.graph.node}
    x = zoo.test_input(kept)
    expected = run(kept, x, optimize=False)
    # Well conditioned: rounding does not grow through the depth.
    assert (
        abs(run(folded, x, optimize=False) - expected).max()
        < 3e-5 * abs(expected).max()
    )


@pytest.fixture(scope="module")
def vgg16() -> onnx.ModelProto:
    """At 32x32, where its fully connected layers get one place instead of 49."""
    return zoo.build("vgg16", batch=2, resolution=32)


def test_size_of_vgg16(vgg16: onnx.ModelProto) -> None:
    onnx.checker.check_model(vgg16, full_check=True)
    parameters, macs = SIZES["vgg16"]
    hidden, classes = 4096, 1000
    assert trained_parameters(vgg16) == parameters - 48 * 512 * hidden
    after_first = hidden * (hidden + classes)
    convolutions = macs - 49 * 512 * hidden - after_first
    expected = 2 * (convolutions / 49 + 512 * hidden + after_first)
    assert multiply_adds(vgg16) == pytest.approx(expected, rel=0.005)


def test_outputs_of_vgg16(vgg16: onnx.ModelProto) -> None:
    y = run(vgg16, zoo.test_input(vgg16, seed=1))
    assert 0.3 < y.std() < 4 and abs(y.mean()) < 0.2
    assert (y[0] - y[1]).std() > 0.2 * y.std()


def test_vgg16_needs_images_of_some_size() -> None:
    with pytest.raises(ValueError, match="stage5.max_pool: 1x2 is less than a window"):
        zoo.build("vgg16", resolution=(31, 32))


def test_open_batch() -> None:
    model = zoo.build("shufflenet_v2", "N", 64, classes=10)
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "N"
    x = zoo.test_input(model, batch=3)
    assert x.shape == (3, 3, 64, 64)
    y = run(model, x)
    one_by_one = [run(model, x[i : i + 1])[0] for i in range(3)]
    np.testing.assert_allclose(y, one_by_one, atol=1e-5)


def test_weights_are_determined_by_the_seed() -> None:
    a = zoo.build("mobilenet_v2", seed=3)
    assert (
        a.SerializeToString() == zoo.build("mobilenet_v2", seed=3).SerializeToString()
    )
    other_size = weights(zoo.build("mobilenet_v2", "N", (96, 128), seed=3))
    other_seed = weights(zoo.build("mobilenet_v2", seed=4))
    for name, value in weights(a).items():
        np.testing.assert_array_equal(value, other_size[name])
        if name.endswith(".weight"):
            assert not np.array_equal(value, other_seed[name]), name
    drawn = [
        v.tobytes() for n, v in weights(a).items() if n.endswith((".weight", ".bias"))
    ]
    assert len(set(drawn)) == len(drawn)


def test_weights_are_the_same_on_every_platform() -> None:
    """A changed sum means that stored outputs of the zoo no longer hold."""
    crc = 0
    for value in weights(zoo.build("shufflenet_v2")).values():
        crc = zlib.crc32(value.astype(value.dtype.newbyteorder("<")).tobytes(), crc)
    assert f"{crc:08x}" == "aed2ee84"


def test_input_is_seeded_and_normalised() -> None:
    model = zoo.build("mobilenet_v2", batch=2)
    x = zoo.test_input(model, seed=5)
    assert x.shape == (2, 3, 224, 224) and x.dtype == np.float32
    assert abs(x.mean()) < 0.15 and abs(x.std() - 1) < 0.1
    np.testing.assert_array_equal(x, zoo.test_input(model, seed=5))
    assert not np.array_equal(x, zoo.test_input(model, seed=6))
    assert f"{zlib.crc32(x.astype('<f4').tobytes()):08x}" == "702c6ee2"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"name": "alexnet"},
            "unknown network 'alexnet', expected one of mobilenet_v1, ",
        ),
        ({"batch": 0}, "batch must be at least 1, got 0"),
        ({"batch": "3 x"}, "batch is a number or a name, not '3 x'"),
        ({"resolution": (224, 0)}, "width must be at least 1, got 0"),
        ({"classes": -1}, "classes must be at least 1, got -1"),
        ({"seed": -1}, "seed must be at least 0, got -1"),
    ],
)
def test_wrong_arguments(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError) as error:
        zoo.build(**{"name": "mobilenet_v2", **arguments})
    assert str(error.value).startswith(message)


def test_command_line(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.onnx"
    flags = "--batch N --resolution 64x96 --classes 7 --seed 2 --fold-batch-norm"
    assert main(["mobilenet_v2", "-o", str(path), *flags.split()]) == 0
    assert capsys.readouterr().out == f"{path}: mobilenet_v2, batch N, seed 2\n"
    expected = zoo.build("mobilenet_v2", "N", (64, 96), 7, 2, batch_norm=False)
    assert onnx.load(path) == expected


def test_command_line_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == zoo.names()
    for line, name in zip(lines, zoo.names()):
        parameters, macs = SIZES[name]
        assert f"{parameters / 1e6:.2f} M parameters, {macs / 1e9:.2f} GMAC" in line


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["alexnet"], 1, "error: unknown network 'alexnet', expected one of "),
        (["mobilenet_v2", "--batch", "0"], 1, "error: batch must be at least 1, got 0"),
        (["mobilenet_v2", "-o", "no/such/folder/m.onnx"], 1, "error: [Errno 2] "),
        (
            ["mobilenet_v2", "--batch", "1.5"],
            2,
            "argument --batch: invalid batch value: '1.5'",
        ),
        (["mobilenet_v2", "--resolution", "2x"], 2, "invalid resolution value: '2x'"),
        ([], 2, "no network given, expected one of mobilenet_v1, "),
    ],
)
def test_command_line_errors(
    arguments: list[str], status: int, message: str, tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        result = main(arguments)
    except SystemExit as error:
        result = error.code
    assert result == status
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_onnx() -> None:
    program = """
import sys
sys.modules["onnx"] = None
from layerfusion import zoo
print(len(zoo.names()))
try:
    zoo.build("mobilenet_v2")
except ImportError as error:
    print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    count, message = result.stdout.splitlines()
    assert count == str(len(zoo.names()))
    assert message == (
        "building a network needs the onnx package: "
        "pip install layerfusion[zoo], or pip install onnx"
    )
