# Part of LayerFusion, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""benchmarks/workloads/inverted_residuals.csv: it is what the zoo's networks
have, and each row is one block."""

import importlib.util

import layerfusion
import numpy as np
import pytest
from conftest import ROOT, relative_error


def _script(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WORKLOADS = ROOT / "benchmarks" / "workloads"
CSV = WORKLOADS / "inverted_residuals.csv"
generate = _script(WORKLOADS / "generate.py")
ROWS = generate.read(CSV)


def test_agrees_with_the_zoo():
    table = _script(WORKLOADS / "inverted_residuals.py").table()
    assert table == CSV.read_text(), "renew it: inverted_residuals.py > the file"


@pytest.mark.parametrize("name", ROWS)
def test_fuses(name):
    module = layerfusion.parse(generate.text(name, ROWS[name]))
    module.run_pipeline("func.func(lf-simplify,lf-fuse-blocks{policy=all})")
    text = str(module)
    assert text.count("lf.fused_block") == 1
    outside = text[: text.index("lf.fused_block")] + text[text.index("lf.yield") :]
    assert "conv2d" not in outside and "add" not in outside


def test_convolutions_are_single_layers():
    rows = generate.read(WORKLOADS / "convolutions.csv")
    assert len({tuple(row.values()) for row in rows.values()}) == len(rows)
    text = generate.text("vgg_14x512", rows["vgg_14x512"])
    assert text.count("lf.conv2d") == 1 and "strides" not in text
    assert "pads [1, 1, 1, 1] activation relu\n" in text
    (output,) = layerfusion.parse(text).outputs
    assert output.shape == (1, 14, 14, 512)


def test_computes_an_inverted_residual():
    row = {
        "n": 1,
        "h": 5,
        "w": 5,
        "c": 2,
        "wide": 3,
        "k": 3,
        "s": 1,
        "f": 2,
        "relu6": 1,
    }
    exe = layerfusion.compile(layerfusion.parse(generate.text("tiny", row)))
    rng = np.random.default_rng(0)
    x, w0, b0, w1, b1, w2, b2 = inputs = [
        rng.standard_normal(io.shape).astype("f4") for io in exe.inputs
    ]
    wide = np.clip(np.einsum("nhwc,cf->nhwf", x, w0[0, 0]) + b0, 0, 6)
    padded = np.pad(wide, ((0, 0), (1, 1), (1, 1), (0, 0)))
    deep = sum(
        padded[:, y : y + 5, x : x + 5] * w1[y, x] for y in range(3) for x in range(3)
    )
    deep = np.clip(deep + b1, 0, 6)
    expected = np.einsum("nhwc,cf->nhwf", deep, w2[0, 0]) + b2 + x
    assert relative_error(exe(*inputs), expected) < 1e-5
