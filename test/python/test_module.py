# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""layerfusion.Module: making, changing, saving and describing IR."""

import threading
import time

import layerfusion
import pytest
from conftest import CONV_TEXT, PAIR_TEXT
from layerfusion import zoo


def test_parse_describes_inputs_and_outputs(conv):
    assert conv.name == "small"
    (x,) = conv.inputs
    assert (x.name, x.shape, x.dtype, x.layout) == (
        "image",
        (1, 4, 6, 3),
        "float32",
        "NHWC",
    )
    (y,) = conv.outputs
    assert (y.name, y.shape) == ("features", (1, 4, 6, 2))
    assert "image: float32[1, 4, 6, 3] NHWC" in repr(conv)


def test_unnamed_inputs_get_names():
    module = layerfusion.parse(
        "func.func @main(%x: tensor<2xf64>) -> tensor<2xf64> { return %x : tensor<2xf64> }"
    )
    assert module.name == ""
    assert [io.name for io in module.inputs] == ["input0"]
    assert [io.name for io in module.outputs] == ["output0"]
    assert module.inputs[0].dtype == "float64"


@pytest.mark.parametrize("stage", ["lf", "llvm"])
def test_signature_survives_the_pipeline(pair, stage):
    if stage == "llvm":
        pair.run_pipeline("lf-cpu-pipeline")
        assert "llvm.func" in str(pair)
    assert [io.name for io in pair.inputs] == ["a", "b"]
    assert [io.name for io in pair.outputs] == ["sum", "product"]


def test_text_is_complete_unless_elided():
    module = layerfusion.import_onnx(zoo.build("mobilenet_v2", resolution=32))
    assert str(module) == module.text()
    short = module.text(elide_above=16)
    assert len(short) < 200_000 < len(str(module))
    assert "lf.depthwise_conv2d" in short


@pytest.mark.parametrize(
    "pipeline",
    [
        "canonicalize,cse",
        "builtin.module(canonicalize,func.func(cse))",
        " builtin.module( lf-simplify ) ",
    ],
)
def test_pipelines_run(conv, pipeline):
    conv.run_pipeline(pipeline)
    assert "lf.conv2d" in str(conv)


def test_unknown_pass(conv):
    before = str(conv)
    with pytest.raises(layerfusion.CompileError, match="'no-such-pass'"):
        conv.run_pipeline("canonicalize,no-such-pass")
    assert str(conv) == before


def test_failing_pipeline_leaves_the_module():
    # A value that changes shape is beyond the lowering.
    module = layerfusion.parse(
        """func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
          return %x : tensor<?xf32>
        }""",
        name="dynamic.mlir",
    )
    before = str(module)
    with pytest.raises(layerfusion.CompileError) as failure:
        module.run_pipeline("lf-cpu-pipeline")
    assert failure.value.location.startswith("dynamic.mlir:1:")
    assert str(module) == before


def test_parse_error_has_message_and_location():
    text = CONV_TEXT.replace("relu", "softplus")
    with pytest.raises(layerfusion.CompileError) as failure:
        layerfusion.parse(text, name="small.mlir")
    assert "unknown activation 'softplus'" in failure.value.message
    assert failure.value.location.startswith("small.mlir:6:")
    assert str(failure.value).startswith("small.mlir:6:")


def test_verifier_error_has_notes_without_the_whole_op():
    text = CONV_TEXT.replace("tensor<3x3x3x2xf32>", "tensor<3x3x5x2xf32>")
    with pytest.raises(layerfusion.CompileError) as failure:
        layerfusion.parse(text)
    assert "lf.conv2d" in failure.value.message
    assert "see current operation" not in str(failure.value)


@pytest.mark.parametrize("ending", [".mlir", ".mlirbc"])
def test_save_and_load(tmp_path, ending):
    module = layerfusion.import_onnx(zoo.build("mobilenet_v1", resolution=32))
    path = tmp_path / ("m" + ending)
    module.save(path)
    again = layerfusion.Module.load(str(path))
    assert str(again) == str(module)
    # Weights take as many bytes in bytecode as in ONNX.
    if ending == ".mlirbc":
        weights = 4 * sum(layer.parameters for layer in module.layers())
        assert path.stat().st_size < 1.1 * weights + 200_000


def test_save_errors(conv, tmp_path):
    with pytest.raises(ValueError, match=r"'.*m\.onnx'"):
        conv.save(tmp_path / "m.onnx")
    with pytest.raises(FileNotFoundError):
        conv.save(tmp_path / "no" / "m.mlir")
    with pytest.raises(TypeError):
        conv.save(3)


def test_load_errors(tmp_path):
    with pytest.raises(FileNotFoundError):
        layerfusion.Module.load(tmp_path / "none.mlir")
    with pytest.raises(IsADirectoryError):
        layerfusion.Module.load(tmp_path)
    path = tmp_path / "bad.mlirbc"
    path.write_bytes(b"ML\xefR\x0c\x00")
    with pytest.raises(layerfusion.CompileError):
        layerfusion.Module.load(path)


def test_layers_of_a_convolution(conv):
    (layer,) = conv.layers()
    assert layer.op == "lf.conv2d"
    assert layer.inputs == [(1, 4, 6, 3)]
    assert layer.filter == (3, 3, 3, 2)
    assert layer.output == (1, 4, 6, 2)
    assert layer.macs == 4 * 6 * 2 * 27
    assert layer.parameters == 54


def test_layers_of_a_bottleneck_count_its_three():
    module = layerfusion.parse(
        """func.func @main(%x: tensor<1x8x8x4xf32>, %we: tensor<1x1x4x24xf32>,
            %wd: tensor<3x3x24xf32>, %wp: tensor<1x1x24x4xf32>) -> tensor<1x8x8x4xf32> {
          %y = lf.bottleneck %x expand(%we) depthwise(%wd) project(%wp)
              pads [1, 1, 1, 1] activations relu6, relu6, none residual
              : (tensor<1x8x8x4xf32>, tensor<1x1x4x24xf32>, tensor<3x3x24xf32>,
                 tensor<1x1x24x4xf32>) -> tensor<1x8x8x4xf32>
          return %y : tensor<1x8x8x4xf32>
        }"""
    )
    (layer,) = module.layers()
    assert layer.macs == 64 * (4 * 24 + 9 * 24 + 24 * 4)
    assert layer.parameters == 0


def test_layers_of_a_network():
    """MobileNetV2 as published: 300 million multiply-adds, 3.5 million parameters."""
    module = layerfusion.import_onnx(zoo.build("mobilenet_v2"))
    module.run_pipeline("lf-simplify")
    layers = module.layers()
    assert sum(layer.macs for layer in layers) == pytest.approx(300.8e6, rel=0.001)
    assert sum(layer.parameters for layer in layers) == pytest.approx(3.49e6, rel=0.01)
    assert sum(layer.op == "lf.depthwise_conv2d" for layer in layers) == 17
    assert all(layer.name for layer in layers if layer.op.startswith("lf."))


def test_layers_of_a_block_are_those_in_it():
    text = """
      func.func @main(%x: tensor<1x4x6x3xf32>) -> tensor<1x4x6x2xf32> {
        %w = arith.constant dense<0.5> : tensor<3x3x3x2xf32>
        %init = tensor.empty() : tensor<1x4x6x2xf32>
        %y = lf.fused_block ins(%in = %x : tensor<1x4x6x3xf32>,
                                %filter = %w : tensor<3x3x3x2xf32>)
            outs(%init : tensor<1x4x6x2xf32>) {
          %0 = lf.conv2d %in, %filter pads [1, 1, 1, 1]
              : (tensor<1x4x6x3xf32>, tensor<3x3x3x2xf32>) -> tensor<1x4x6x2xf32>
          %1 = lf.activate %0 hardswish : tensor<1x4x6x2xf32>
          lf.yield %1 : tensor<1x4x6x2xf32>
        }
        return %y : tensor<1x4x6x2xf32>
      }"""
    conv, activation = layerfusion.parse(text).layers()
    assert (conv.op, conv.filter, conv.parameters) == ("lf.conv2d", (3, 3, 3, 2), 54)
    assert (conv.inputs, conv.output) == ([(1, 4, 6, 3)], (1, 4, 6, 2))
    assert (activation.op, activation.macs) == ("lf.activate", 0)


def test_import_from_path_bytes_and_proto(tmp_path):
    model = zoo.build("mobilenet_v1", resolution=32)
    path = tmp_path / "tiny.onnx"
    path.write_bytes(model.SerializeToString())
    modules = [
        layerfusion.import_onnx(path),
        layerfusion.import_onnx(str(path)),
        layerfusion.import_onnx(path.read_bytes(), name=str(path)),
        layerfusion.import_onnx(model, name=str(path)),
    ]
    assert {module.name for module in modules} == {"tiny"}
    assert len({str(module) for module in modules}) == 1


def test_import_options():
    model = zoo.build("mobilenet_v1", batch="N", resolution=32)
    module = layerfusion.import_onnx(model, batch=3)
    assert module.inputs[0].shape == (3, 3, 32, 32)
    assert module.inputs[0].layout == "NCHW"
    module = layerfusion.import_onnx(model, batch=2, io_layout="nhwc")
    assert module.inputs[0].shape == (2, 32, 32, 3)
    assert module.inputs[0].layout == "NHWC"


def test_import_errors(tmp_path):
    with pytest.raises(FileNotFoundError):
        layerfusion.import_onnx(tmp_path / "none.onnx")
    with pytest.raises(layerfusion.CompileError, match="not an ONNX model") as failure:
        layerfusion.import_onnx(b"not a model", name="some.onnx")
    assert failure.value.location == "some.onnx"
    with pytest.raises(ValueError, match="batch must be positive, got 0"):
        layerfusion.import_onnx(b"", batch=0)
    with pytest.raises(ValueError, match="'model' or 'nhwc', got 'nchw'"):
        layerfusion.import_onnx(b"", io_layout="nchw")
    with pytest.raises(TypeError):
        layerfusion.import_onnx(3.5)


def test_unsupported_op_names_node_op_opset_and_file():
    onnx = pytest.importorskip("onnx")
    model = onnx.parser.parse_model(
        """<ir_version: 8, opset_import: ["": 17]>
        g (float[1, 4] x) => (float[1, 4] y) { y = Det(x) }"""
    )
    model.graph.node[0].name = "determinant"
    with pytest.raises(layerfusion.CompileError) as failure:
        layerfusion.import_onnx(model, name="det.onnx")
    for part in ("'determinant'", "Det", "opset 17", "det.onnx"):
        assert part in str(failure.value)


def test_errors_can_be_pickled():
    import pickle

    error = layerfusion.CompileError("no", "here:1:2", ["because"])
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.location) == (str(error), "here:1:2")


def _progress_during(work):
    """How often another thread gets to run while `work` does."""
    ticks = 0
    done = threading.Event()

    def tick():
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        start = time.perf_counter()
        work()
        seconds = time.perf_counter() - start
    finally:
        done.set()
        ticker.join()
    return ticks, seconds


@pytest.mark.parametrize("what", ["import", "parse", "pipeline", "print"])
def test_other_threads_run_meanwhile(what):
    model = zoo.build("mobilenet_v2", resolution=96).SerializeToString()
    module = layerfusion.import_onnx(model)
    text = str(module)
    work = {
        "import": lambda: layerfusion.import_onnx(model),
        "parse": lambda: layerfusion.parse(text),
        "pipeline": lambda: module.run_pipeline("lf-cpu-pipeline"),
        "print": lambda: str(module),
    }[what]
    ticks, seconds = _progress_during(work)
    # Were the lock held, the other thread would tick once before and after.
    assert ticks > 3 or seconds < 0.02


def test_modules_are_safe_to_share():
    module = layerfusion.parse(PAIR_TEXT)
    finished = []

    def work():
        for _ in range(20):
            module.run_pipeline("canonicalize")
            assert "arith.addf" in str(module)
            assert len(module.layers()) == 2
        finished.append(True)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(finished) == 4
