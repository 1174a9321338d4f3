# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""python -m layerfusion roofline: that a picture is drawn, if matplotlib is there."""

import importlib.util

import layerfusion
import pytest
from layerfusion import roofline, zoo

drawing = pytest.mark.skipif(
    importlib.util.find_spec("matplotlib") is None, reason="no matplotlib"
)


def test_points_are_steps_with_operations():
    step = {"name": "a", "kind": "pw", "flops": 80, "bytes": 20, "seconds": 4.0}
    (point,) = roofline.points([step, {**step, "flops": 0}, {**step, "seconds": 0.0}])
    assert (point.name, point.intensity, point.rate) == ("a", 4, 20)
    assert roofline.points([{**step, "name": ""}])[0].name == "pw"


def test_measures_fused_and_unfused(tmp_path):
    zoo.save("mobilenet_v1", tmp_path / "net.onnx", resolution=32)
    module = layerfusion.import_onnx(tmp_path / "net.onnx")
    fused, unfused = roofline.measure(module, seconds=0.01)
    # 27 convolutions, the pooling and the product.
    assert len(unfused) >= 28
    assert 0 < len(fused) <= len(unfused)


@drawing
def test_draws(command, tmp_path):
    zoo.save("mobilenet_v1", tmp_path / "net.onnx", resolution=32)
    done = command("roofline", "net.onnx", "-o", "roof.png", "--seconds", 0.01)
    assert "wrote roof.png (" in done.stdout
    assert (tmp_path / "roof.png").read_bytes().startswith(b"\x89PNG")
    done = command("roofline", "net.onnx", "-o", "roof.docx", code=1)
    assert "roof.docx: the ending must be one of .pdf, .png, .svg" in done.stderr


@pytest.mark.skipif(not drawing.args[0], reason="matplotlib is there")
def test_says_that_matplotlib_is_missing(command, tmp_path):
    zoo.save("mobilenet_v1", tmp_path / "net.onnx", resolution=32)
    done = command("roofline", "net.onnx", code=1)
    assert done.stderr == "error: drawing needs matplotlib: pip install matplotlib\n"
