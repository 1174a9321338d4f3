# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""layerfusion.compile and layerfusion.Executable: code on NumPy arrays."""

import ctypes
import re
import shutil
import subprocess
import threading
import time

import layerfusion
import numpy as np
import pytest
from conftest import CONV_TEXT, PAIR_TEXT, relative_error
from layerfusion import zoo

WINOGRAD_TEXT = """
func.func @main(%x: tensor<1x28x28x64xf32>) -> tensor<1x28x28x64xf32> {
  %w = arith.constant dense<0.1> : tensor<3x3x64x64xf32>
  %y = lf.conv2d %x, %w pads [1, 1, 1, 1]
      : (tensor<1x28x28x64xf32>, tensor<3x3x64x64xf32>) -> tensor<1x28x28x64xf32>
  return %y : tensor<1x28x28x64xf32>
}
"""


def quick(module, **options):
    return layerfusion.compile(module, opt_level=0, **options)


@pytest.fixture
def x():
    return np.random.default_rng(0).standard_normal((1, 4, 6, 3)).astype("f4")


def conv_by_numpy(x):
    """CONV_TEXT: a 3x3 box filter of weight 1/2, and a ReLU."""
    padded = np.pad(x.sum(axis=3), ((0, 0), (1, 1), (1, 1)))
    box = sum(padded[:, i : i + 4, j : j + 6] for i in range(3) for j in range(3))
    return np.repeat(np.maximum(box / 2, 0)[..., None], 2, axis=3)


@pytest.mark.parametrize("opt_level", [0, 1, 2, 3])
def test_one_input_one_output(conv, x, opt_level):
    exe = layerfusion.compile(conv, opt_level=opt_level)
    y = exe(x)
    assert isinstance(y, np.ndarray) and y.dtype == np.float32
    assert relative_error(y, conv_by_numpy(x)) < 1e-6


def test_compiling_leaves_the_module(conv):
    before = str(conv)
    layerfusion.compile(conv)
    layerfusion.compile(conv)
    assert str(conv) == before


def test_several_inputs_and_outputs(pair):
    a = np.arange(6, dtype="f4").reshape(2, 3)
    b = np.full((2, 3), 3, dtype="f4")
    exe = quick(pair)
    for outputs in (exe(a, b), exe({"b": b, "a": a})):
        assert isinstance(outputs, tuple)
        np.testing.assert_array_equal(outputs[0], a + b)
        np.testing.assert_array_equal(outputs[1], a * b)


def test_out(pair):
    a = np.arange(6, dtype="f4").reshape(2, 3)
    total, product = np.empty((2, 3), "f4"), np.empty((2, 3), "f4")
    result = quick(pair)(a, a + 1, out=(total, product))
    assert result[0] is total and result[1] is product
    np.testing.assert_array_equal(product, a * (a + 1))


def test_out_of_a_single_output(conv, x):
    exe = quick(conv)
    y = np.empty((1, 4, 6, 2), "f4")
    assert exe(x, out=y) is y
    np.testing.assert_array_equal(y, exe(x))
    np.testing.assert_array_equal(y, exe(x, out=[np.empty_like(y)]))


def test_describes_itself(conv):
    exe = quick(conv)
    assert [io.name for io in exe.inputs] == ["image"]
    assert exe.inputs[0].shape == (1, 4, 6, 3)
    assert exe.inputs[0].dtype == "float32"
    assert exe.inputs[0].layout == "NHWC"
    assert [io.name for io in exe.outputs] == ["features"]
    assert exe.name == "small"
    assert exe.workspace_size >= 0 and exe.workspace_size % 64 == 0
    assert "small (image: float32[1, 4, 6, 3] NHWC)" in repr(exe)


def test_inputs_are_read_in_place(conv):
    """Read-only memory, at an address aligned to nothing but the elements."""
    memory = bytearray(4 * 72 + 4)
    x = np.frombuffer(memory, "f4", 72, offset=4).reshape(1, 4, 6, 3)
    x[:] = np.arange(72).reshape(x.shape)
    x.flags.writeable = False
    assert relative_error(quick(conv)(x), conv_by_numpy(x)) < 1e-6


def bad_inputs():
    good = np.zeros((1, 4, 6, 3), "f4")
    expected = r"input 'image': expected float32\[1, 4, 6, 3\]"
    return {
        "dtype": (good.astype("f8"), expected + r", got float64\[1, 4, 6, 3\]"),
        "half": (good.astype("f2"), expected + r", got float16\[1, 4, 6, 3\]"),
        "integers": (good.astype("i8"), expected + r", got int64\[1, 4, 6, 3\]"),
        "complex": (good.astype("c8"), expected + r", got complex64"),
        "shape": (good[:, :2], expected + r", got float32\[1, 2, 6, 3\]"),
        "rank": (good[0], expected + r", got float32\[4, 6, 3\]"),
        "scalar": (np.float32(1).reshape(()), expected + r", got float32\[\]"),
        "strided": (np.zeros((1, 4, 6, 6), "f4")[..., ::2], "not contiguous"),
        "fortran": (np.asfortranarray(good), "in C order"),
        "reversed": (good[:, ::-1], "in C order"),
        "byte order": (good.astype(">f4"), expected + ", got an array of >f4"),
        "strings": (np.array(["a"]), expected + ", got an array of <U1"),
    }


@pytest.mark.parametrize("what", bad_inputs())
def test_wrong_arrays(conv, what):
    array, message = bad_inputs()[what]
    with pytest.raises(ValueError, match=message):
        quick(conv)(array)


@pytest.mark.parametrize("thing", [[1.0, 2.0], "x.npy", None, 3.5])
def test_no_arrays(conv, thing):
    with pytest.raises(TypeError, match="input 'image': expected an array float32"):
        quick(conv)(thing)


def test_misaligned_array(conv):
    memory = bytearray(4 * 72 + 1)
    x = np.frombuffer(memory, "f4", 72, offset=1).reshape(1, 4, 6, 3)
    with pytest.raises(ValueError, match="align"):
        quick(conv)(x)


def test_wrong_number_of_inputs(pair):
    exe = quick(pair)
    a = np.zeros((2, 3), "f4")
    with pytest.raises(ValueError, match=r"expected 2 inputs \('a', 'b'\), got 1"):
        exe(a)
    with pytest.raises(ValueError, match="got 3"):
        exe(a, a, a)
    with pytest.raises(ValueError, match=r"expected 2 inputs .*, got 1"):
        exe({"a": a})
    with pytest.raises(ValueError, match="no input is called 'c'.* 'a', 'b'"):
        exe({"a": a, "b": a, "c": a})


def test_wrong_out(pair):
    exe = quick(pair)
    a, b = np.zeros((2, 3), "f4"), np.zeros((2, 3), "f4")
    c, d = np.zeros((2, 3), "f4"), np.zeros((2, 3), "f4")
    with pytest.raises(ValueError, match="out: expected 2 arrays, got 1"):
        exe(a, b, out=c)
    with pytest.raises(
        ValueError, match=r"out for 'product': expected float32\[2, 3\]"
    ):
        exe(a, b, out=(c, d[:1]))
    with pytest.raises(ValueError, match="out for 'sum': .*memory with input 'b'"):
        exe(a, b, out=(b, d))
    with pytest.raises(ValueError, match="out for 'product': .*one for 'sum'"):
        exe(a, b, out=(c, c))
    d.flags.writeable = False
    with pytest.raises(ValueError, match="out for 'product': .*read-only"):
        exe(a, b, out=(c, d))


def test_algorithms():
    module = layerfusion.parse(WINOGRAD_TEXT)
    x = np.random.default_rng(0).standard_normal((1, 28, 28, 64)).astype("f4")
    direct = layerfusion.compile(module, algorithms="direct")
    for options in ({}, {"max_filter_growth": 1}):
        exe = layerfusion.compile(module, **options)
        assert relative_error(exe(x), direct(x)) < 1e-5
    # Of 3x3 taps 6x6 points are made.
    growth = 27 * 64 * 64 * 4
    zen = {"target": "znver4", "triple": "x86_64-linux-gnu"}
    assert len(module.emit_code(**zen)) > growth
    for options in ({"algorithms": "direct"}, {"max_filter_growth": 0}):
        assert len(module.emit_code(**zen, **options)) < growth


def test_wrong_options(conv):
    with pytest.raises(ValueError, match="threads must be 1 to 1024, got 0"):
        layerfusion.compile(conv, threads=0)
    with pytest.raises(ValueError, match="opt_level must be 0 to 3, got 9"):
        layerfusion.compile(conv, opt_level=9)
    with pytest.raises(ValueError, match="'auto' or 'direct', got 'fast'"):
        layerfusion.compile(conv, algorithms="fast")
    with pytest.raises(ValueError, match="must be at least 0, got -1"):
        layerfusion.compile(conv, max_filter_growth=-1)
    with pytest.raises(layerfusion.CompileError, match="'z80'"):
        layerfusion.compile(conv, target="z80")
    with pytest.raises(layerfusion.CompileError, match="'while'"):
        layerfusion.compile(conv, name="while")
    with pytest.raises(TypeError):
        layerfusion.compile(3)
    with pytest.raises(ValueError, match="'object', 'assembly' or 'llvmir', got 'exe'"):
        conv.emit_code("exe")
    with pytest.raises(layerfusion.CompileError, match="pdp11"):
        conv.emit_code(triple="pdp11-unknown-none", target="")


def test_compile_takes_files(tmp_path, conv, x):
    conv.save(tmp_path / "small.mlir")
    conv.save(tmp_path / "small.mlirbc")
    expected = quick(conv)(x)
    for path in (tmp_path / "small.mlir", str(tmp_path / "small.mlirbc")):
        np.testing.assert_array_equal(quick(path)(x), expected)
    model = zoo.build("mobilenet_v1", resolution=32)
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    outputs = [
        quick(source)(zoo.test_input(model))
        for source in (tmp_path / "net.onnx", model, model.SerializeToString())
    ]
    np.testing.assert_array_equal(outputs[0], outputs[1])
    np.testing.assert_array_equal(outputs[0], outputs[2])
    with pytest.raises(FileNotFoundError):
        layerfusion.compile(tmp_path / "none.onnx")


def test_executables_outlive_their_module(x):
    exe = quick(layerfusion.parse(CONV_TEXT))
    expected = conv_by_numpy(x)
    for _ in range(3):
        layerfusion.parse(CONV_TEXT)
        assert relative_error(exe(x), expected) < 1e-6


def test_any_stage_compiles(x):
    expected = conv_by_numpy(x)
    for pipeline in ("lf-simplify", "lf-lower-to-linalg", "lf-cpu-pipeline"):
        module = layerfusion.parse(CONV_TEXT)
        module.run_pipeline(pipeline)
        assert relative_error(quick(module)(x), expected) < 1e-6


@pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler")
def test_saved_object_and_header_serve_c(tmp_path, conv, x):
    exe = layerfusion.compile(conv, name="box")
    exe.save(tmp_path / "box.o")
    exe.save_header(tmp_path / "box.h")
    assert (tmp_path / "box.h").read_text() == exe.header()
    (tmp_path / "use.c").write_text(
        '#include "box.h"\nint use(const float *x, float *y) { return box(x, y, 0); }\n'
    )
    subprocess.run(
        ["cc", "-shared", "-fPIC", "use.c", "box.o", "-lm", "-o", "libuse.so"],
        cwd=tmp_path,
        check=True,
    )
    library = ctypes.CDLL(str(tmp_path / "libuse.so"))
    y = np.empty((1, 4, 6, 2), "f4")
    assert (
        library.use(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data)) == 0
    )
    np.testing.assert_array_equal(y, exe(x))


def test_emitted_code(conv):
    assert conv.emit_code()[:4] == b"\x7fELF"
    assembly = conv.emit_code("assembly", name="box").decode()
    assert re.search(r"^box:", assembly, re.MULTILINE)
    assert "define" in conv.emit_code("llvmir", name="box").decode()
    arm = conv.emit_code(target="", triple="aarch64-linux-gnu")
    assert arm[:4] == b"\x7fELF" and arm[18] == 183
    assert "box(" in conv.emit_header(name="box")


def test_other_threads_run_while_compiling_and_running():
    module = layerfusion.import_onnx(zoo.build("mobilenet_v2", resolution=96))
    x = zoo.test_input(zoo.build("mobilenet_v2", resolution=96))
    ticks = []
    done = threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks.append(time.perf_counter())

    ticker = threading.Thread(target=tick)
    ticker.start()
    start = time.perf_counter()
    exe = quick(module)
    compiled = time.perf_counter()
    for _ in range(5):
        exe(x)
    end = time.perf_counter()
    done.set()
    ticker.join()
    # Were the lock held, a tick would come only between two calls.
    assert sum(start < t < compiled for t in ticks) > 10
    assert sum(compiled < t < end for t in ticks) > 10


def test_threads_share_an_executable():
    model = zoo.build("mobilenet_v2", resolution=64)
    exe = quick(layerfusion.import_onnx(model))
    random = np.random.default_rng(1)
    inputs = [random.standard_normal((1, 3, 64, 64)).astype("f4") for _ in range(4)]
    expected = [exe(x) for x in inputs]
    finished = []

    def work(x, y):
        for _ in range(10):
            np.testing.assert_array_equal(exe(x), y)
        finished.append(True)

    threads = [threading.Thread(target=work, args=p) for p in zip(inputs, expected)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(finished) == 4


def test_memory_is_given_back():
    """Hundreds of inputs and outputs of 1 MB would show."""
    resource = pytest.importorskip("resource")
    exe = quick(layerfusion.parse(PAIR_TEXT.replace("2x3x", "512x512x")))
    x = np.zeros((512, 512), "f4")
    exe(x, x)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200):
        exe(x.copy(), x)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 50_000  # Kilobytes, where 600 MB went through.


def test_a_gate_is_computed_once():
    """A small tensor's activation, fused into the product with a large one."""
    module = layerfusion.parse(
        """func.func @main(%x: tensor<1x4x4x24xf32>, %w: tensor<1x1x24x24xf32>)
            -> tensor<1x4x4x24xf32> {
          %a = lf.activate %x relu : tensor<1x4x4x24xf32>
          %zero = arith.constant 0.0 : f32
          %e = tensor.empty() : tensor<1x24xf32>
          %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x24xf32>)
              -> tensor<1x24xf32>
          %r = linalg.reduce { arith.addf } ins(%a : tensor<1x4x4x24xf32>)
              outs(%f : tensor<1x24xf32>) dimensions = [1, 2]
          %k = tensor.expand_shape %r [[0], [1, 2, 3]] output_shape [1, 1, 1, 24]
              : tensor<1x24xf32> into tensor<1x1x1x24xf32>
          %s = lf.conv2d %k, %w activation sigmoid
              : (tensor<1x1x1x24xf32>, tensor<1x1x24x24xf32>) -> tensor<1x1x1x24xf32>
          %c = tensor.collapse_shape %s [[0], [1, 2, 3]]
              : tensor<1x1x1x24xf32> into tensor<1x24xf32>
          %g = tensor.empty() : tensor<1x4x4x24xf32>
          %b = linalg.broadcast ins(%c : tensor<1x24xf32>)
              outs(%g : tensor<1x4x4x24xf32>) dimensions = [1, 2]
          %y = arith.mulf %a, %b : tensor<1x4x4x24xf32>
          return %y : tensor<1x4x4x24xf32>
        }"""
    )
    random = np.random.default_rng(0)
    x = random.standard_normal((1, 4, 4, 24)).astype("f4")
    w = (0.05 * random.standard_normal((1, 1, 24, 24))).astype("f4")
    a = np.maximum(x, 0)
    gate = 1 / (1 + np.exp(-a.sum(axis=(1, 2)) @ w[0, 0]))
    assert relative_error(quick(module)(x, w), a * gate) < 1e-5
