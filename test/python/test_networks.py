# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Whole networks, compared with ONNX Runtime and with PyTorch's stored outputs.

The bar is 1e-4 of the largest output.
"""

import ctypes
import shutil
import subprocess

import layerfusion
import numpy as np
import onnxruntime
import pytest
from conftest import LARGE_NETWORKS, LONG, ROOT, relative_error, small_networks
from layerfusion import zoo

TOLERANCE = 1e-4

# Exported by PyTorch, with an input and the output it gave. Not part of the
# project: tests of them are skipped where they are not at hand.
MODELS = ROOT.parent / "shared" / "models"


def run_linked(exe, folder, x, shape):
    """The output of the saved object, linked into a library by the C compiler,
    with its own workspace; checked to be the same with one of ours."""
    exe.save(folder / "net.o")
    subprocess.run(
        ["cc", "-shared", "net.o", "-lm", "-o", "libnet.so"], cwd=folder, check=True
    )
    network = ctypes.CDLL(str(folder / "libnet.so"))[exe.name]
    network.argtypes = [ctypes.c_void_p] * 3
    y, again = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    assert network(x.ctypes.data, y.ctypes.data, None) == 0
    memory = np.empty(exe.workspace_size + 64, "u1")
    aligned = (memory.ctypes.data + 63) // 64 * 64
    assert network(x.ctypes.data, again.ctypes.data, aligned) == 0
    assert np.array_equal(y, again)
    return y


def by_onnx_runtime(model, x):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"input": x})[0]


needs_cc = pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")


def compare_with_onnx_runtime(model, folder):
    x = zoo.test_input(model)
    exe = layerfusion.compile(model)
    expected = by_onnx_runtime(model, x)
    assert relative_error(exe(x), expected) < TOLERANCE
    linked = run_linked(exe, folder, x, expected.shape)
    assert relative_error(linked, expected) < TOLERANCE


@needs_cc
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("name", small_networks())
def test_zoo_networks_match_onnx_runtime(name, batch, tmp_path):
    compare_with_onnx_runtime(zoo.build(name, batch=batch), tmp_path)


@needs_cc
@pytest.mark.parametrize("name", LARGE_NETWORKS)
def test_large_networks_match_onnx_runtime(name, tmp_path):
    resolution = 224 if LONG else 32
    compare_with_onnx_runtime(zoo.build(name, resolution=resolution), tmp_path)


@pytest.mark.parametrize("name", ["mobilenet_v2", "shufflenet_v2"])
def test_channels_last_inputs_give_the_same(name):
    model = zoo.build(name, batch="N", resolution=96)
    x = zoo.test_input(zoo.build(name, batch=2, resolution=96))
    module = layerfusion.import_onnx(model, batch=2, io_layout="nhwc")
    y = layerfusion.compile(module, opt_level=0)(
        np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    )
    expected = by_onnx_runtime(zoo.build(name, batch=2, resolution=96), x)
    assert relative_error(y, expected) < TOLERANCE


def stored(name):
    """A model exported by PyTorch, its input and its output."""
    path = MODELS / f"{name}.onnx"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return path, np.load(MODELS / f"{name}.in.npy"), np.load(MODELS / f"{name}.out.npy")


@pytest.fixture(scope="module", params=["mobilenet_v2_b1", "resnet18_b1"])
def pytorch(request):
    path, x, y = stored(request.param)
    return layerfusion.compile(path), x, y


def test_pytorch_exports_match_in_process(pytorch):
    exe, x, y = pytorch
    assert relative_error(exe(x), y) < TOLERANCE


@needs_cc
def test_pytorch_exports_match_as_linked_objects(pytorch, tmp_path):
    exe, x, expected = pytorch
    y = run_linked(exe, tmp_path, x, expected.shape)
    assert relative_error(y, expected) < TOLERANCE
